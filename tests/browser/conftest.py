"""A real Chromium. Where there is none the tests are skipped, saying so; in CI that is a failure."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
]

# Playwright runs an event loop in this thread, in which Django would refuse its (synchronous) queries.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no Chromium here, and CI must drive one.")
        pytest.skip("there is no Chromium here (CHROMIUM names one)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a path of the site in a window of its own; what goes wrong in it fails the test at its end."""
    contexts, wrong = [], []

    def is_wrong(said: Any, expect: Sequence[str]) -> bool:
        return said.type in {"error", "warning"} and not any(words in said.text for words in expect)

    def open_(
        path: str, *, width: int = 1280, height: int = 900, at: Any = None, expect: Sequence[str] = (), **options: Any
    ) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        if at:  # its clock goes on only when it is told to
            page.clock.install(time=at)
        page.on("console", lambda said: wrong.append(said.text) if is_wrong(said, expect) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # What a page had still asked for as it was left is no failure.
        failed = {"net::ERR_ABORTED": []}
        page.on("requestfailed", lambda asked: failed.get(asked.failure, wrong).append(f"failed: {asked.url}"))
        page.on(
            "request",
            lambda request: None if request.url.startswith(live_server.url) else wrong.append(f"third: {request.url}"),
        )
        page.goto(live_server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []

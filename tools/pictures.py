"""Takes the pictures in docs/pictures from the demo, in a store of its own: `make docs`.

Needs a Chromium on the PATH (Debian's package `chromium`), and Playwright from requirements-dev.txt.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

EMAIL = "editor@desk.example"  # of writethru.ops.staff
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESK = "/desk/wire/"
# Name, path, width and height of the window, colour scheme.
PICTURES = [
    ("latest", "/", 1280, 1400, "light"),
    ("story", "/story/hobble-bridge/", 1280, 1500, "light"),
    ("story-narrow", "/story/hobble-bridge/", 390, 1800, "light"),
    ("story-dark", "/story/spindle-light/", 1280, 1500, "dark"),
    ("report", "", 1280, 1300, "light"),
    ("desk", DESK, 1440, 900, "light"),
    ("desk-dark", DESK, 1440, 900, "dark"),
]
CHROMIUM = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


def main() -> None:
    """Start the demo, take each picture, end the demo."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("There is no chromium on the PATH; on Debian: apt-get install chromium")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        door = f"127.0.0.1:{free.getsockname()[1]}"
    with tempfile.TemporaryDirectory() as store:
        settings = {"WRITETHRU_DATA": store, "BASE_URL": f"http://{door}"}
        command = [sys.executable, "-m", "writethru", "up", "--demo", "--bind", door]
        demo = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            _wait(f"http://{door}/story/spindle-light/")
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=browser, args=CHROMIUM.split())
                _take(chromium, f"http://{door}", password=Path(store, "secrets", "desk_password").read_text().strip())
        finally:
            demo.terminate()
            demo.wait()


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address).read()  # noqa: S310 (our own, on loopback)
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The demo did not start within two minutes.")


def _take(chromium: Browser, site: str, *, password: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, path, width, height, scheme in PICTURES:
        page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        if path == DESK:
            _log_in(page, site, password)
        page.goto(site + (path or "/story/hobble-bridge/"))
        if path == DESK:  # a fold that the engine is not sure of
            page.locator("#list a.fold").first.click()
            page.wait_for_selector(".text ins")
        if not path:  # the report that was corrected
            page.locator(".entry:has(.fix) .tools a:text('Permalink')").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()
        print(f"docs/pictures/{name}.png")


def _log_in(page: Page, site: str, password: str) -> None:
    page.goto(site + "/desk/login/")
    page.fill("input[name=username]", EMAIL)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_url(site + "/desk/")


if __name__ == "__main__":
    main()

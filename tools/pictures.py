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

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
# Name, path, width and height of the window, colour scheme. What begins with /desk/ is seen by the first editor.
PICTURES = [
    ("latest", "/", 1280, 1400, "light"),
    ("story", "/story/hobble-bridge/", 1280, 1500, "light"),
    ("story-narrow", "/story/hobble-bridge/", 390, 1800, "light"),
    ("story-dark", "/story/spindle-light/", 1280, 1500, "dark"),
    ("report", "", 1280, 1300, "light"),
    ("login", "/account/login/", 1280, 900, "light"),
    ("login-narrow", "/account/login/", 390, 900, "dark"),
    ("desk", "/desk/wire/", 1440, 900, "light"),
    ("desk-dark", "/desk/wire/", 1440, 900, "dark"),
    ("desk-report", "/desk/report/edit/{report}/", 1280, 1300, "light"),
    ("desk-merge", "/desk/report/merge/{report}/", 1280, 1300, "light"),
    ("desk-key-moments", "/desk/report/story/{story}/", 1280, 1000, "light"),
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
                _take(chromium, f"http://{door}", Path(store), settings)
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


def _take(chromium: Browser, site: str, store: Path, settings: dict[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    desk = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "writethru", "shell", "-c", DESK],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    places = dict(zip(("report", "story"), desk[-2:], strict=True))
    for name, path, width, height, scheme in PICTURES:
        page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        if path.startswith("/desk/"):
            page.goto(f"{site}/account/login/?next=/desk/")
            page.fill("[name=login]", "editor@desk.example")
            page.fill("[name=password]", (store / "secrets" / "desk_password").read_text().strip())
            page.click("main form:first-of-type .btn")
            page.wait_for_load_state("networkidle")
        page.goto(site + (path or "/story/hobble-bridge/").format(**places))
        if path == "/desk/wire/":  # a fold that the engine is not sure of
            page.locator("#list a.fold").first.click()
            page.wait_for_selector(".text ins")
        if not path:  # the report that was corrected
            page.locator(".entry:has(.fix) .tools a:text('Permalink')").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()
        print(f"docs/pictures/{name}.png")


# An editor has begun a draft of the report that was corrected, and a take came that changes it in two places.
DESK = """
from django.utils import timezone
from writethru.stories.actions.standing import let_stand
from writethru.stories.drafts import draft_of
from writethru.stories.models import Report, Story
from writethru.wire.models import Item
of = {"versions__kind": "correction", "state__status": "published", "state__current__item__isnull": False}
report = Report.objects.filter(**of).select_related("state__current", "state__item").order_by("pk").first()
draft, item = draft_of(report), report.state.item
paragraphs = draft.html.split("\\n")
draft.html = "\\n".join([paragraphs[0].replace("</p>", " Nobody was hurt.</p>"), *paragraphs[1:]])
draft.save_revision(clean=False)
taken = item.html.split("\\n")
item.pk, item.wire_id = None, item.wire_id + "-next"
taken[0] = taken[0].replace("</p>", " It was foggy.</p>")
item.html = "\\n".join([*taken, "<p>An inquiry will sit on Monday.</p>"])
item.save(force_insert=True)
let_stand(Report.objects.select_related("state__current", "state__item").get(pk=report.pk), item)
print(report.pk, Story.objects.get(slug="hobble-bridge").pk)
"""

if __name__ == "__main__":
    main()

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
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
# Name, path, width and height of the window, colour scheme. What begins with /desk/ is seen by the first editor, what
# begins with /account/ (but the login) by a reader; mail: shows the newest mail to that reader with such a subject.
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
# The same, once readers follow and have been told.
OF_READERS = [
    ("follow", "/story/hobble-bridge/#follow", 1280, 860, "light"),
    ("follow-narrow", "/story/hobble-bridge/#follow", 390, 980, "dark"),
    ("my-stories", "/account/", 1280, 900, "light"),
    ("following", "/account/following/", 1280, 1000, "light"),
    ("mail-correction", "mail:Correction: ", 600, 470, "light"),
    ("mail-correction-dark", "mail:Correction: ", 600, 470, "dark"),
    ("mail-digest", "mail:, and 1 more", 600, 560, "light"),
    ("desk-alerts", "/desk/alerts/", 1280, 760, "light"),
    ("desk-alert", "/desk/alerts/{alert}/", 1280, 760, "light"),
    ("desk-readers", "/desk/readers/?q=elena", 1280, 460, "light"),
]
READER, PASSWORD = "anna@reader.example", "a lamp on the rock"
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
    places = dict(zip(("report", "story"), _in_the_house(DESK, settings)[-2:], strict=True))
    nobody, editor, reader = (chromium.new_context() for _ in range(3))
    _log_in(editor, site, "editor@desk.example", (store / "secrets" / "desk_password").read_text().strip())
    for name, path, width, height, scheme in [*PICTURES, *OF_READERS]:
        if (name, path) == OF_READERS[0][:2]:
            places["alert"] = _in_the_house(READERS, settings)[-1]
            _wait_for(site, "/story/hobble-bridge/", "opens to carts")
            _log_in(reader, site, READER, PASSWORD)
        is_own = path.startswith("/account/") and "login" not in path
        page = (editor if path.startswith("/desk/") else reader if is_own else nobody).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        if path.startswith("mail:"):
            page.set_content(_mail(store / "mail", path.removeprefix("mail:")))
        else:
            page.goto(site + (path or "/story/hobble-bridge/").format(**places).partition("#")[0])
        if path.endswith("#follow"):
            page.click("#follow-btn")
            page.mouse.move(0, 0)
        if path == "/desk/wire/":  # a fold that the engine is not sure of
            page.locator("#list a.fold").first.click()
            page.wait_for_selector(".text ins")
        if not path:  # the report that was corrected
            page.locator(".entry:has(.fix) .tools a:text('Permalink')").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()
        print(f"docs/pictures/{name}.png")


def _in_the_house(script: str, settings: dict[str, str]) -> list[str]:
    """Return the words that a script prints that runs among the house's models."""
    command = [sys.executable, "-m", "writethru", "shell", "-v0", "-c", script]
    done = subprocess.run(command, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return done.stdout.split()


def _log_in(context: BrowserContext, site: str, email: str, password: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("main form:first-of-type .btn")
    page.wait_for_load_state("networkidle")
    page.close()


def _mail(folder: Path, subject: str) -> str:
    """Return the HTML of the newest mail to the reader whose subject has these words."""
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*.eml")]
    to_reader = [mail for mail in mails if READER in str(mail["To"]) and subject in str(mail["Subject"])]
    if not to_reader:
        sys.exit(f"No mail with “{subject}” has come.")
    newest = max(to_reader, key=lambda mail: mail["Date"].datetime)
    return str(newest.get_body(("html",)).get_content())


def _wait_for(site: str, path: str, words: str) -> None:
    """Wait until a page has been baked that says these words."""
    for _ in range(300):
        if words in urllib.request.urlopen(site + path).read().decode():  # noqa: S310
            return
        time.sleep(0.2)
    sys.exit(f"{path} was not baked within a minute.")


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

# A reader with an account and a dozen without are told of what happens in two stories, by mail that goes into a folder.
# As one alert went out the line broke; of that one mail came back, another was reported as spam.
READERS = """
import time
from datetime import timedelta
from django.utils import timezone
from writethru.bulletins.actions import doors
from writethru.bulletins.actions.alerts import make_alert
from writethru.bulletins.actions.audience import add_to_audience, gather
from writethru.bulletins.actions.bounces import take_return
from writethru.bulletins.actions.digests import make_digests
from writethru.bulletins.models import Digest, Dispatch, Sending
from writethru.readers.actions.follow import follow
from writethru.readers.actions.reader import reader_of, vouch_for
from writethru.readers.models import Account, Reader
from writethru.stories.actions.file import file_report
from writethru.stories.actions.publish import publish_version
from writethru.stories.models import Report, ReportState, Section, Story

now = timezone.now()
bridge, light, strike = (Story.objects.get(slug=slug) for slug in ("hobble-bridge", "spindle-light", "band-strike"))

def let(reader, pace, **what):
    words = "Follow by e-mail"
    return follow(reader, pace=pace, by_mail=True, by_push=False, words=words, now=now - timedelta(days=20), **what)

def write(story, headline, text, credit="Capstan Lantern"):
    report = Report.objects.create(headline=headline, html=f"<p>{text}</p>", credit=credit, live=False)
    ReportState.objects.create(report=report, dated_at=timezone.now())
    file_report(report, story=story, user=None, now=timezone.now(), because=[["told", story.title]])
    return report

def send(lines):
    for _ in range(100):
        if not lines.filter(status__in=["waiting", "claimed"]).exists():
            return
        doors.send_mail(clock=timezone.now)
        time.sleep(0.2)
    raise SystemExit("The mail was not sent.")

def tell(version):
    make_alert(version, now=timezone.now())
    for dispatch in Dispatch.objects.filter(version=version).order_by("pk"):
        while add_to_audience(dispatch.pk, now=timezone.now()):
            pass
        while gather(dispatch.pk, now=timezone.now()):
            pass
    send(Sending.objects.filter(dispatch__version=version))
    return Dispatch.objects.filter(version=version).order_by("pk").first()

account = Account.objects.create_user("anna@reader.example", "a lamp on the rock")
vouch_for(account)
anna = reader_of(account, now=now)
let(anna, "weekly", section=Section.objects.get(slug="harbour"))
let(anna, "key", story=strike)
let(anna, "daily", story=light)
let(anna, "once", story=bridge, updates=True)
for name in "ben carla dmitri elena farid grace hana ivo june kofi lena marta".split():
    at = now - timedelta(days=40)
    let(Reader.objects.create(email=f"{name}@mail.example", confirmed_at=at, made_at=at), "once", story=bridge)

carts = write(bridge, "The bridge opens to carts on Friday",
    "The Hobble bridge opens to carts on Friday at six, the Moot said. Foot passengers have crossed since Monday.")
first = tell(publish_version(carts, user=None, now=timezone.now()))
lens = write(light, "Spindle Light gets its lens back",
    "The lens of the Spindle light came back from the glassworks on Thursday, eleven months after it cracked.")
tell(publish_version(lens, user=None, now=timezone.now()))
keeper = write(light, "", "The keeper said that ships would see the light from twenty miles again.")
tell(publish_version(keeper, user=None, now=timezone.now()))
carts.html = carts.html.replace("at six", "at eight")
carts.save()
note = "We wrote that the bridge opens at six. It opens at eight."
tell(publish_version(carts, user=None, now=timezone.now(), note=note))

make_digests(now=Digest.objects.get(reader=anna, pace="daily").due_at)
Dispatch.objects.filter(kind="digest").update(made_at=timezone.now(), not_before=timezone.now())
send(Sending.objects.filter(dispatch__kind="digest"))

lines = list(first.sendings.filter(status="sent").exclude(reader=anna).order_by("pk")[:5])
for line in lines[:3]:
    said = "The line broke after the message had been handed over."
    Sending.objects.filter(pk=line.pk).update(status="doubt", answer=said)
Dispatch.objects.filter(pk=first.pk).update(sent=first.sendings.filter(status="sent").count(), in_doubt=3)
no_such = "550 5.1.1 <elena@mail.example>: no such user here"
take_return(lines[3].pk, kind="hard", key="1", code="5.1.1", said=no_such, now=timezone.now())
take_return(lines[4].pk, kind="complaint", key="2", said="abuse", now=timezone.now())
print(first.pk)
"""

if __name__ == "__main__":
    main()

"""Accounts as people use them: every way in, by mouse and by keyboard, with script and without."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe
from letters import code, link
from playwright.sync_api import Browser, Page
from provider import described, provider

from writethru.press.assets import publish_assets
from writethru.readers.actions.reader import vouch_for
from writethru.readers.models import Account
from writethru.stories.models import Section

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tree")]

Open = Callable[..., Page]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
KEEPER, EDITOR = "keeper@home.example", "editor@desk.example"
PASSWORD, NEW = "a lamp on the rock", "a bell on the reef"
SECRET = "JBSWY3DPEHPK3PXP"
REFUSED = ["the server responded with a status of 4"]
BEFORE = (
    *("login/", "signup/", "password/reset/", "password/reset/done/", "login/code/", "confirm-email/", "inactive/"),
    *("confirm-email/x/", "password/reset/key/x-x/", "password/reset/key/done/"),
    *("connections/login/cancelled/", "connections/login/error/"),
)
AFTER = (
    *("settings/", "email/", "password/change/", "two-factor/", "two-factor/totp/activate/", "two-factor/webauthn/"),
    *("two-factor/webauthn/add/", "sessions/", "connections/", "logout/"),
    *("reauthenticate/", "reauthenticate/code/"),
)


@pytest.fixture(autouse=True)
def assets(empty_pages: Path) -> None:
    publish_assets()


def make_account(email: str = KEEPER, **fields: Any) -> Account:
    account = Account.objects.create_user(email, PASSWORD, **fields)
    vouch_for(account)
    return account


def fill(page: Page, **fields: str) -> None:
    """Fill in the first form of the page and send it."""
    for name, value in fields.items():
        page.fill(f"main form [name={name}]", value)
    page.locator("main form .btn").first.click()
    page.wait_for_load_state("load")


def log_in(page: Page, site: str, email: str = KEEPER, *, onward: str = "") -> None:
    page.goto(f"{site}/account/login/{onward}")
    fill(page, login=email, password=PASSWORD)


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def app_code() -> str:
    return format_hotp_value(hotp_value(SECRET, list(yield_hotp_counters_from_time())[1]))


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_from_signing_up_to_a_forgotten_password(open_page: Open, live_server: Any, script: bool):
    page = open_page("/", java_script_enabled=script)
    page.click("text=Account")
    page.click("text=Sign up")
    fill(page, email=KEEPER, password1=PASSWORD)
    told = heading(page)
    page.goto(live_server.url + link(KEEPER))
    asked = heading(page)
    fill(page)
    logged_in = heading(page)
    page.goto(f"{live_server.url}/account/logout/")
    sure = heading(page)
    fill(page)
    page.goto(f"{live_server.url}/account/")
    page.click("text=Forgotten your password?")
    fill(page, email=KEEPER)
    page.goto(live_server.url + link(KEEPER))
    fill(page, password1=NEW, password2=NEW)
    again = heading(page)

    assert (told, asked, logged_in) == ("Look into your mail", "Is this your address?", "My stories")
    assert (sure, again) == ("Are you sure?", "My stories")
    assert Account.objects.get().check_password(NEW)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_code_by_mail_lets_in(open_page: Open, live_server: Any, script: bool):
    make_account()
    page = open_page("/account/login/", java_script_enabled=script)
    page.click("text=Mail me a code")
    fill(page, email=KEEPER)
    fill(page, code=code(KEEPER))

    assert heading(page) == "My stories"
    assert page.get_by_role("button", name="Use a passkey").count() == 0


def test_a_passkey_is_added_and_logs_in_without_a_password(open_page: Open, live_server: Any):
    make_account()
    page = open_page("/account/login/")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {
        **{"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True},
        **{"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True},
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    log_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/two-factor/webauthn/add/")
    fill(page, password=PASSWORD)
    page.click("text=Add it")
    page.wait_for_url("**/recovery-codes/**")
    codes = page.locator(".codes li").count()
    page.goto(f"{live_server.url}/account/logout/")
    fill(page)

    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/")

    assert (codes, heading(page)) == (10, "My stories")


def test_at_an_address_of_figures_a_passkey_says_why_it_does_not_work(
    chromium: Browser, live_server: Any, settings: Any
):
    settings.ALLOWED_HOSTS = ["*"]
    context = chromium.new_context()
    page = context.new_page()
    page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    wrong = page.locator("form[data-passkey] [role=alert]")
    wrong.wait_for()
    said = wrong.inner_text()
    context.close()

    assert said == "Browsers keep passkeys for sites that have a name, over HTTPS: not for an address of figures."


def test_staff_pass_the_desks_door_with_a_second_factor_alone(open_page: Open, live_server: Any, settings: Any):
    settings.STAFF_SECOND_FACTOR = "required"
    make_account(EDITOR, is_staff=True, is_superuser=True)
    page = open_page("/desk/wire/")
    at = page.url
    fill(page, login=EDITOR, password=PASSWORD)
    led = heading(page), page.locator(".said").inner_text()
    page.click("text=Set up an app")
    fill(page, password=PASSWORD)
    secret = page.locator(".secret").inner_text()
    now = list(yield_hotp_counters_from_time())[1]
    fill(page, code=format_hotp_value(hotp_value(secret, now)))
    page.goto(f"{live_server.url}/desk/wire/")

    assert at == f"{live_server.url}/account/login/?next=/desk/wire/"
    assert led[0] == "Two-factor login and passkeys"
    assert led[1].startswith("The desk asks for a second factor.")
    assert page.url == f"{live_server.url}/desk/wire/"
    assert "Wire desk" in page.title()


def test_who_has_the_second_factor_is_led_to_the_desk(open_page: Open, live_server: Any, settings: Any):
    settings.STAFF_SECOND_FACTOR = "required"
    TOTP.activate(make_account(EDITOR, is_staff=True, is_superuser=True), SECRET)
    page = open_page("/desk/wire/", java_script_enabled=False)
    fill(page, login=EDITOR, password=PASSWORD)
    asked = heading(page)
    fill(page, code=app_code())

    assert (asked, page.url) == ("The second factor", f"{live_server.url}/desk/wire/")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_another_sites_account_logs_in(chromium: Browser, live_server: Any, settings: Any, script: bool):
    with provider(sub="17", email=KEEPER, email_verified=True) as newsroom:
        settings.SOCIALACCOUNT_PROVIDERS = described(newsroom, trust=True)
        make_account()
        context = chromium.new_context(java_script_enabled=script)
        page, wrong = context.new_page(), []
        ours = live_server.url
        page.on("console", lambda said: wrong.append(said.text) if said.location["url"].startswith(ours) else None)
        page.goto(f"{live_server.url}/account/login/?next=/trending/")
        page.get_by_role("button", name="Continue with the newsroom").click()
        page.wait_for_url(f"{newsroom.url}/authorize*")
        page.click("text=Yes")
        page.wait_for_url(f"{live_server.url}/trending/")
        page.goto(f"{live_server.url}/account/connections/")
        connected = page.locator("fieldset label").inner_text()
        context.close()

    assert (newsroom.refused, wrong, connected) == ([], [], f"the newsroom: {KEEPER}")


def test_the_keyboard_alone_logs_in_and_out(open_page: Open, live_server: Any):
    make_account()
    page = open_page("/account/login/")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        reached.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        if name == "login":
            break
    page.keyboard.type(KEEPER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/")
    page.goto(f"{live_server.url}/account/logout/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main .btn')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")

    assert set(reached) == {"solid"}
    assert page.context.request.get(f"{live_server.url}/account/", max_redirects=0).status == 302


def _everywhere(page: Page, site: str, look: Callable[[str], None]) -> None:
    """Look at each page there is: before the login, while being asked for more, and after it."""
    for path in BEFORE:
        page.goto(f"{site}/account/{path}")
        look(path)
    page.goto(f"{site}/account/login/")
    fill(page, login=KEEPER, password="a lamp in the hall")
    look("wrong password")
    page.goto(f"{site}/account/login/code/")
    fill(page, email=KEEPER)
    fill(page, code="BBBB-BBBB")
    look("wrong code")
    page.get_by_role("button", name="Break off").click()
    log_in(page, site)
    for path in AFTER:
        page.goto(f"{site}/account/{path}")
        look(path)
        if "Is it you?" in heading(page) and path not in {"reauthenticate/", "reauthenticate/code/"}:
            fill(page, password=PASSWORD)
            look(f"{path} proved")


def test_axe_finds_nothing_on_any_page_in_light_or_dark(open_page: Open, live_server: Any):
    make_account()
    page, axe, found = open_page("/", reduced_motion="reduce", expect=REFUSED), Axe(), {}

    def look(path: str) -> None:
        page.emulate_media(color_scheme="light")
        light = axe.run(page, options=AXE).response["violations"]
        page.emulate_media(color_scheme="dark")
        dark = axe.run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}}).response["violations"]
        if light or dark:
            found[path] = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in [*light, *dark]]

    _everywhere(page, live_server.url, look)

    assert found == {}


def test_every_page_is_whole_without_script_and_fits_a_telephone(open_page: Open, live_server: Any):
    make_account()
    page, wrong = open_page("/", width=390, java_script_enabled=False, expect=REFUSED), {}

    def look(path: str) -> None:
        shown = page.locator("h1").count(), page.evaluate("document.documentElement.scrollWidth")
        if shown != (1, 390) or re.search(r"\{[{%]", page.content()):
            wrong[path] = shown

    _everywhere(page, live_server.url, look)

    assert wrong == {}
    assert Section.objects.exists()

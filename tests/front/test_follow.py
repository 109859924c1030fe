"""Following by e-mail alone: asked on a page that is the same for everyone, confirmed behind the link in a letter."""

import re
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_story
from django.test import Client
from django.utils import timezone

from writethru.bulletins.actions.confirmations import send_due_confirmations
from writethru.bulletins.models import Dispatch, Sending
from writethru.readers.actions.optin import NETWORK_AN_HOUR
from writethru.readers.actions.suppress import suppress
from writethru.readers.models import Consent, Follow, OptIn, Reader, Suppression
from writethru.readers.queries import is_suppressed
from writethru.stories.models import Section

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


def ask(story: Any, email: str = "Reader@Mail.example", *, headers: dict[str, str] = OURS, **fields: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    sent = client.post(f"{story.path_on_site}follow/", {"email": email, "pace": "weekly", **fields}, headers=headers)
    send_due_confirmations(now=timezone.now())
    return sent


def press(path: str, **fields: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(path, {"pace": "weekly", **fields}, headers=OURS)


def letters() -> list[str]:
    return [sending.address for sending in Sending.objects.order_by("pk")]


def link() -> str:
    return re.search(r"/c/[\w-]+/", Dispatch.objects.latest("pk").text)[0]


def test_who_asks_is_written_to_and_follows_only_once_they_press(client: Client):
    story = make_story()

    form = client.get(f"{story.path_on_site}follow/")
    sent = ask(story)
    before = (Reader.objects.count(), letters(), sent.cookies)
    shown = client.get(link())
    looked_at = Follow.objects.count()
    done = press(link(), pace="daily", updates="on")

    assert (form.status_code, form.cookies, form["Cache-Control"]) == (200, {}, "no-store")
    assert (sent.status_code, sent["Location"]) == (303, f"{story.path_on_site}follow/asked/")
    assert client.get(sent["Location"]).status_code == 200
    assert before == (0, ["reader@mail.example"], {})
    assert (shown.status_code, shown.cookies, looked_at) == (200, {}, 0)
    assert (done.status_code, done.cookies) == (200, {})
    row = Follow.objects.select_related("reader").get()
    assert (row.story, row.pace, row.by_mail, row.by_push, row.updates) == (story, "daily", True, False, True)
    assert row.reader.email == "reader@mail.example"
    assert row.reader.confirmed_at
    assert Consent.objects.get().words == (
        "Follow “The lighthouse” by e-mail, weekly. Corrections come the same way.\n"
        "With this you agree to be sent these mails. Each has a link that stops them at once."
    )
    manage = re.search(r"/f/[\w-]+/", done.content.decode())[0]
    assert client.get(manage).status_code == 200


def test_a_section_is_followed_the_same_way():
    section = Section.objects.get()

    assert ask(section)["Location"] == "/section/news/follow/asked/"
    press(link())

    assert Follow.objects.get().section == section


def test_the_link_is_good_once_and_for_three_days(client: Client):
    ask(make_story())
    path = link()

    first, second, again = press(path), press(path), client.get(path)
    OptIn.objects.update(used_at=None, asked_at=timezone.now() - timedelta(days=3))
    late = press(path)

    assert [one.status_code for one in (first, second, again, late)] == [200, 410, 410, 404]
    assert b"/f/" not in again.content
    assert Follow.objects.count() == 1


def test_a_link_that_was_made_up_or_cut_off_is_none(client: Client):
    ask(make_story())
    path = link()

    given = [path[:-2] + "/", path[:-2] + ("A" if path[-2] != "A" else "B") + "/", "/c/é/", "/c/x/"]

    assert [client.get(one).status_code for one in given] == [404] * 4
    assert [press(one).status_code for one in given] == [404] * 4


def test_a_row_that_comes_after_does_not_answer_to_the_link_of_the_one_before(client: Client):
    ask(make_story())
    OptIn.objects.update(nonce="another")

    assert client.get(link()).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Sec-Fetch-Site": "cross-site"}, 403), ({}, 403), ({"Origin": "http://testserver"}, 303)],
)
def test_only_our_own_pages_may_ask(headers: dict[str, str], status: int):
    assert ask(make_story(), headers=headers).status_code == status
    assert OptIn.objects.count() == (status == 303)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"email": ""}, 422),
        ({"email": "no address"}, 422),
        ({"email": "a\0b@mail.example"}, 422),
        ({"email": f"{'a' * 250}@mail.example"}, 422),
        ({"pace": "hourly"}, 422),
        ({"pace": ""}, 303),
        ({"website": "https://spam.example"}, 303),
    ],
)
def test_what_can_not_be_meant_is_not_kept(fields: dict[str, str], status: int):
    assert ask(make_story(), **{"email": "reader@mail.example", **fields}).status_code == status
    assert OptIn.objects.count() == (fields == {"pace": ""})


def test_the_answer_is_the_same_whosever_the_address_is():
    story, answers = make_story(), []
    known, follows, bounced, asked = (make_reader() for _ in range(4))
    make_follow(story, reader=follows)
    suppress(bounced.email, because="bounced", now=NOON)
    suppress(asked.email, because="asked", now=NOON)

    for email in ("nobody@mail.example", known.email, follows.email, bounced.email, asked.email, asked.email):
        sent = ask(story, email)
        answers.append((sent.status_code, sorted(sent.headers.items()), sent.content))

    assert answers == [answers[0]] * 6
    assert letters() == ["nobody@mail.example", known.email, follows.email, asked.email]


def test_a_network_may_ask_twenty_times_an_hour():
    story = make_story()
    statuses = [ask(story, f"r{n}@mail.example").status_code for n in range(NETWORK_AN_HOUR + 1)]
    another = ask(story, headers={**OURS, "X-Forwarded-For": "203.0.113.9"}).status_code

    assert statuses == [303] * NETWORK_AN_HOUR + [429]
    assert another == 303


def test_an_address_is_written_to_once_in_ten_minutes_and_the_letter_is_about_all(client: Client):
    ferry, bridge, tunnel = make_story("The ferry"), make_story("The bridge"), make_story("The tunnel")
    ask(ferry)
    for story in (bridge, tunnel, bridge):
        ask(story)

    in_ten = letters()
    others = list(OptIn.objects.filter(story=bridge).order_by("-pk"))[:1]
    press(link(), also=[others[0].pk])
    later = send_due_confirmations(now=timezone.now() + timedelta(minutes=10))

    assert in_ten == ["reader@mail.example"]
    assert [row.story for row in Follow.objects.order_by("pk")] == [ferry, bridge]
    assert (later, len(letters())) == (1, 2)
    assert (
        "“The tunnel”" in Dispatch.objects.latest("pk").subject
        or "“The bridge”" in Dispatch.objects.latest("pk").subject
    )


def test_an_address_is_written_to_five_times_a_day():
    story, now = make_story(), timezone.now()
    for n in range(7):
        email = f"r+{n}@mail.example" if n else "r@mail.example"  # one mailbox
        OptIn.objects.create(email=email, story=story, words="x", asked_at=now + n * timedelta(minutes=11))
        send_due_confirmations(now=now + n * timedelta(minutes=11))

    assert letters() == ["r@mail.example", *(f"r+{n}@mail.example" for n in range(1, 5))]
    assert OptIn.objects.filter(letter_at=None).count() == 0


def test_confirming_is_the_fresh_consent_that_takes_mail_up_again():
    reader, story = make_reader(), make_story()
    suppress(reader.email, because="asked", now=NOON)

    ask(story, reader.email)
    still = is_suppressed(reader.email)
    press(link())
    reader.refresh_from_db()

    assert still
    assert (is_suppressed(reader.email), reader.mail_stopped_at) == (None, None)


def test_who_wanted_no_more_is_asked_once_and_left_alone():
    reader, story = make_reader(), make_story()
    suppress(reader.email, because="asked", now=NOON)

    ask(story, reader.email)
    for n in (1, 2):
        OptIn.objects.create(email=reader.email, story=story, words="x", asked_at=timezone.now())
        send_due_confirmations(now=timezone.now() + n * timedelta(minutes=11))

    assert len(letters()) == 1
    assert Suppression.objects.count() == 1


def test_a_closed_story_leads_to_the_one_that_it_goes_on_in(client: Client):
    bridge = make_story("The bridge")
    ferry = make_story("The ferry", ended_at=NOON, goes_on_in=bridge)

    shown, sent = client.get(f"{ferry.path_on_site}follow/"), ask(ferry)

    assert shown.status_code == 200
    assert b'href="/story/the-bridge/#follow"' in shown.content
    assert (sent.status_code, OptIn.objects.count()) == (200, 0)


def test_quiet_hours_are_set_with_the_confirmation():
    ask(make_story())

    half = press(link(), quiet_from="22:00")
    nowhere = press(link(), zone="Europe/Atlantis")
    whole = press(link(), quiet_from="22:00", quiet_until="07:30", zone="Europe/Madrid")

    assert [one.status_code for one in (half, nowhere, whole)] == [422, 422, 200]
    reader = Reader.objects.get()
    assert (reader.zone, f"{reader.quiet_from:%H:%M}", f"{reader.quiet_until:%H:%M}") == (
        *("Europe/Madrid", "22:00"),
        "07:30",
    )


def test_there_is_nothing_to_follow_where_there_is_no_page(client: Client):
    paths = ["/story/none/follow/", "/section/none/follow/", "/story/none/follow/asked/"]
    paths += ["/story/%00/follow/", "/section/%00/follow/"]

    assert [client.get(path).status_code for path in paths] == [404] * 5


def test_the_page_of_a_confirmation_costs_the_same_for_one_as_for_three(client: Client, django_assert_num_queries: Any):
    ask(make_story())
    path = link()
    for n in (1, 2):
        for _ in range(n):
            ask(make_story(f"Story {_} of {n}"))
        with django_assert_num_queries(3):
            client.get(path)

"""All that a reader follows, in one list: behind a login, and behind the link of every mail."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_follow, make_reader, make_story
from django.test import Client
from django.utils import timezone
from reading import links

from writethru.readers.actions.offers import make_offers
from writethru.readers.following import manage_token, stop_all_token
from writethru.readers.models import Account, Follow, Offer, OfferAnswer, PushSubscription, Reader
from writethru.stories.models import Decision, Section

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}
LIST = "/account/following/"


@pytest.fixture
def reader() -> Reader:
    account = Account.objects.create_user("reader@mail.example", "a lamp on the rock")
    return make_reader("reader@mail.example", account=account)


@pytest.fixture
def logged_in(reader: Reader) -> Client:
    client = Client()
    client.force_login(reader.account)
    return client


def press(reader: Reader, do: str, *, headers: dict[str, str] = OURS, **fields: Any) -> Any:
    at = f"/f/{manage_token(reader)}/"
    return Client(enforce_csrf_checks=True).post(at, {"do": do, **fields}, headers=headers)


def test_the_list_is_behind_a_login_and_its_forms_carry_a_token(logged_in: Client, reader: Reader):
    row = make_follow(make_story(), reader=reader, pace="daily")

    nobody, shown = Client().get(LIST), logged_in.get(LIST)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reader.account)
    forged = strict.post(LIST, {"do": "stop", "follow": row.pk}, headers=OURS)

    assert (nobody.status_code, "login" in nobody["Location"]) == (302, True)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert ("The lighthouse", "/story/the-lighthouse/") in links(shown.content)
    assert b"Daily, by e-mail" in shown.content
    assert forged.status_code == 403
    assert Follow.objects.filter(ended_at=None).count() == 1


def test_a_link_opens_the_list_with_what_its_mail_was_about_first(client: Client, reader: Reader):
    older = make_follow(make_story("The ferry"), reader=reader)
    make_follow(make_story("The bridge"), reader=reader, followed_at=NOON + timedelta(days=1))
    make_follow(make_story("Somebody else's"))

    shown = client.get(f"/f/{manage_token(reader, older)}/")

    assert (shown.status_code, shown.cookies, shown["X-Robots-Tag"]) == (200, {}, "noindex")
    named = [text for text, href in links(shown.content) if href.startswith("/story/")]
    assert named == ["The ferry", "The bridge"]


def test_a_link_that_is_none_of_ours_opens_nothing(client: Client, reader: Reader):
    wrong = [stop_all_token(reader), manage_token(reader)[:-1], "é", "x" * 5000]

    assert [client.get(f"/f/{token}/").status_code for token in wrong] == [404] * 4
    good = manage_token(reader)
    reader.delete()
    assert client.get(f"/f/{good}/").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_only_our_own_pages_change_it(headers: dict[str, str], reader: Reader):
    row = make_follow(make_story(), reader=reader)

    assert press(reader, "stop", follow=row.pk, headers=headers).status_code == 403
    assert Follow.objects.get().ended_at is None


def test_one_follow_is_changed_silenced_paused_stopped_and_taken_up_again(reader: Reader, client: Client):
    row = make_follow(make_story(), reader=reader)
    PushSubscription.objects.create(reader=reader, endpoint="x", endpoint_hash="x", p256dh="x", auth="x", made_at=NOON)
    asked = {"follow": row.pk, "pace": "weekly", "by_mail": "on", "doors": "push", "by_push": "on", "mute": "week"}

    saved = press(reader, "save", **asked)
    row.refresh_from_db()
    shown = client.get(saved["Location"])
    changed = (row.pace, row.by_mail, row.by_push, row.updates, row.muted_until > timezone.now() + timedelta(days=6))
    states = []
    for do in ("pause", "go-on", "stop", "again"):
        press(reader, do, follow=row.pk)
        row.refresh_from_db()
        states.append((bool(row.paused_at), bool(row.ended_at)))

    assert saved.status_code == 303
    assert "Saved: “The lighthouse”, weekly, by e-mail and in the browser." in shown.content.decode()
    assert changed == ("weekly", True, True, False, True)
    assert states == [(True, False), (False, False), (False, True), (False, False)]


def test_the_doors_of_a_story_change_the_pace_and_nothing_else(logged_in: Client, reader: Reader):
    row = make_follow(make_story(), reader=reader, updates=True, paused_at=NOON)

    sent = [
        logged_in.post("/account/following/", {"do": "pace", "follow": row.pk, "pace": pace})
        for pace in ("weekly", "hourly")
    ]
    row.refresh_from_db()

    led_to = [f"/account/following/?done={done}&f={row.pk}" for done in ("saved", "")]
    assert [one["Location"] for one in sent] == led_to
    assert (row.pace, row.by_mail, row.updates, row.paused_at) == ("weekly", True, True, NOON)


def test_silence_is_kept_and_ended(reader: Reader):
    until = timezone.now() + timedelta(days=3)
    row = make_follow(make_story(), reader=reader, muted_until=until)

    press(reader, "save", follow=row.pk, pace="once", by_mail="on", mute="keep")
    row.refresh_from_db()
    kept = row.muted_until
    press(reader, "save", follow=row.pk, pace="once", by_mail="on", mute="")
    row.refresh_from_db()

    assert (kept, row.muted_until) == (until, None)


def test_a_door_that_is_not_in_the_form_stays_as_it_is():
    browser = make_reader("")
    row = make_follow(make_story(), reader=browser, by_mail=False, by_push=True)

    press(browser, "save", follow=row.pk, pace="key", by_mail="on", mute="")
    row.refresh_from_db()

    assert (row.pace, row.by_mail, row.by_push) == ("key", False, True)


def test_nobody_changes_what_another_follows(reader: Reader):
    others = make_follow(make_story())

    answers = [press(reader, "stop", follow=given).status_code for given in (others.pk, 10**17, "x", "")]

    assert answers == [404] * 4
    assert Follow.objects.get(pk=others.pk).ended_at is None


def test_what_is_chosen_for_all_is_kept(reader: Reader):
    times = {
        "quiet_from": "22:30",
        "quiet_until": "07:00",
        "zone": "Asia/Manila",
        "digest_at": "06:15",
        "digest_day": 5,
    }

    good = press(reader, "times", **times)
    bad = [press(reader, "times", **{**times, **wrong}) for wrong in ({"quiet_until": ""}, {"zone": "Mars/Base"})]
    bad += [press(reader, "times", **{**times, **wrong}) for wrong in ({"digest_day": 9}, {"digest_at": "25:00"})]
    reader.refresh_from_db()

    assert (good.status_code, [one.status_code for one in bad]) == (303, [422] * 4)
    kept = [str(one) for one in (reader.quiet_from, reader.quiet_until, reader.digest_at)]
    assert (kept, reader.zone, reader.digest_day) == (["22:30:00", "07:00:00", "06:15:00"], "Asia/Manila", 5)


def test_everything_is_paused_and_goes_on(reader: Reader, client: Client):
    paused = client.get(press(reader, "pause-all")["Location"])
    reader.refresh_from_db()
    was = reader.paused_at
    press(reader, "go-on-all")
    reader.refresh_from_db()

    assert paused.content.count(b"All is paused: nothing is sent to you until you go on.") == 1
    assert paused.content.count(b"paused") == 1
    assert (bool(was), reader.paused_at) == (True, None)


def test_mail_that_was_stopped_by_a_wish_is_taken_again_and_no_other(client: Client):
    asked = make_reader(mail_stopped_at=NOON, mail_stopped_because="asked")
    bounced = make_reader(mail_stopped_at=NOON, mail_stopped_because="bounced")

    shown = [b"Send me mail again" in client.get(f"/f/{manage_token(one)}/").content for one in (asked, bounced)]
    for one in (asked, bounced):
        press(one, "mail-again")
        one.refresh_from_db()

    assert shown == [True, False]
    assert [one.mail_stopped_at for one in (asked, bounced)] == [None, NOON]


def test_an_account_follows_by_one_press(logged_in: Client, reader: Reader):
    story = make_story()

    asked = logged_in.get(f"/account/follow/?story={story.slug}")
    before = logged_in.get(f"/account/state.json?path={story.path_on_site}").json()["follow"]
    sent = logged_in.post("/account/follow/", {"story": story.slug})
    again = logged_in.post("/account/follow/", {"story": story.slug}, headers={"Accept": "application/json"})
    row = Follow.objects.get()
    state = logged_in.get(f"/account/state.json?path={story.path_on_site}")

    assert (asked.status_code, before) == (200, None)
    assert (sent.status_code, sent["Location"]) == (303, f"/account/following/?done=following&f={row.pk}")
    assert again.json() == {
        "says": "Following, daily",
        "href": f"/account/following/?f={row.pk}",
        "follow": row.pk,
        "pace": "daily",
        "words": {"pace": "Save", "stop": "Stop following", "all": "What you follow, and how you are told"},
    }
    assert (row.reader, row.pace, row.by_mail) == (reader, "daily", True)
    assert state.json()["follow"] == again.json()
    assert "no-store" in state["Cache-Control"]


def test_an_account_follows_a_section_and_nothing_that_is_not_there(logged_in: Client):
    closed = make_story(ended_at=NOON)
    logged_in.post("/account/follow/", {"section": "news"})

    refused = logged_in.post("/account/follow/", {"story": closed.slug})

    assert [row.section for row in Follow.objects.all()] == [Section.objects.get()]
    assert refused.status_code == 200
    assert [logged_in.get(f"/account/follow/{query}").status_code for query in ("", "?story=none")] == [404] * 2


def test_signed_out_there_is_no_state_and_one_is_led_to_the_login(client: Client):
    assert client.get("/account/state.json?path=/story/x/").status_code == 401
    assert client.get("/account/follow/?story=x").status_code == 302


def offer(reader: Reader) -> Offer:
    ferry, bridge = make_story("The ferry"), make_story("The bridge")
    make_follow(ferry, reader=reader, pace="weekly")
    before = {"rows": [{"fields": {"story": ferry.pk}}]}
    Decision.objects.create(kind="move", story=bridge, before=before, decided_at=NOON)
    make_offers(now=NOON)
    return Offer.objects.get()


def test_the_followers_of_a_story_are_asked_where_part_of_it_moved(client: Client, reader: Reader):
    made = offer(reader)
    at = f"/f/{manage_token(reader)}/"

    shown = client.get(at).content.decode()
    press(reader, "yes", offer=made.pk)
    press(reader, "no", offer=made.pk)
    after = client.get(at).content.decode()

    question = "Part of “The ferry” is now told in “The bridge”. Follow that too, in the same way?"
    assert (question in shown, question in after) == (True, False)
    row = Follow.objects.get(story=made.to_story)
    assert (row.pace, row.by_mail) == ("weekly", True)
    assert OfferAnswer.objects.get().said_yes


def test_who_says_no_is_not_asked_again(client: Client, reader: Reader):
    made = offer(reader)

    press(reader, "no", offer=made.pk)

    assert b"Part of" not in client.get(f"/f/{manage_token(reader)}/").content
    assert not Follow.objects.filter(story=made.to_story).exists()


def test_who_does_not_follow_the_story_or_began_later_is_not_asked(client: Client, reader: Reader):
    made = offer(reader)
    stranger, later = make_reader(), make_reader()
    make_follow(made.of_story, reader=later, followed_at=NOON + timedelta(hours=1))

    for one in (stranger, later):
        assert b"Part of" not in client.get(f"/f/{manage_token(one)}/").content
        press(one, "yes", offer=made.pk)

    assert not Follow.objects.filter(story=made.to_story).exists()


def test_a_move_that_was_undone_is_no_offer_and_twice_makes_one(reader: Reader):
    offer(reader)
    again = make_offers(now=NOON)
    Decision.objects.update(undone_at=NOON)

    make_offers(now=NOON)

    assert (again, Offer.objects.count()) == (0, 0)


def test_the_list_costs_the_same_for_one_as_for_thirty(client: Client, reader: Reader, django_assert_num_queries: Any):
    at = f"/f/{manage_token(reader)}/"
    for n in (1, 29):
        for number in range(n):
            make_follow(make_story(f"Story {number} of {n}"), reader=reader)
        with django_assert_num_queries(5):
            client.get(at)


def test_the_list_has_fifty_on_a_page(client: Client, reader: Reader):
    for number in range(51):
        make_follow(make_story(f"Story {number:02}"), reader=reader)
    at = f"/f/{manage_token(reader)}/"

    first, second = client.get(at).content, client.get(f"{at}?page=2").content

    named = [[text for text, href in links(page) if href.startswith("/story/")] for page in (first, second)]
    assert [len(one) for one in named] == [50, 1]
    assert {"Older": f"{at}?page=2"}.items() <= dict(links(first)).items()
    assert {"Newer": f"{at}?page=1"}.items() <= dict(links(second)).items()

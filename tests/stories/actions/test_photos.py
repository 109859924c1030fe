from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_item, make_report, make_story, republish
from pixels import make_picture, with_iptc
from web import Site, body, site, status

from writethru.lib.picture import NotAPicture
from writethru.lib.process import name_of_this_call
from writethru.stories import pagestore
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.lease import take_lease
from writethru.stories.actions.photos import (
    claim_photos,
    fetch_photo,
    heed_end_of_photos,
    keep_photo,
    want_photos,
)
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.jobs import fetch_due_photos
from writethru.stories.models import Bake, Photo, WirePhoto

pytestmark = pytest.mark.django_db

MOAT = "https://photos.example/moat.jpg"
WORDS = {"caption": "The moat.", "credit": "A. Kerr / AFP", "alt": "A moat"}


def named(address: str = MOAT, **words: str) -> dict[str, str]:
    return {"address": address, **{**WORDS, **words}}


def asked() -> set[str]:
    """Return the paths asked for since the last call."""
    rows = [row for row in Bake.objects.all() if row.done < row.asked]
    for row in rows:
        Bake.objects.filter(pk=row.pk).update(done=row.asked)
    return {row.path for row in rows}


def told() -> list[tuple[Any, ...]]:
    return list(WirePhoto.objects.order_by("pk").values_list("address", "attempts", "next_try_at", "error"))


@pytest.fixture
def web(settings: Any) -> Iterator[Site]:
    answers = {"/moat.jpg": body(make_picture()), "/gone.jpg": status(404), "/page": body(b"<html>no picture</html>")}
    with site(answers) as made:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{made.port}"})
        yield made


def test_a_photo_is_wanted_once_however_many_takes_name_it():
    want_photos([named(), named("https://photos.example/wall.jpg"), named(caption="Again.")], now=NOON)
    want_photos([named(caption="Another.")], now=NOON + timedelta(hours=1))

    assert told() == [(MOAT, 0, NOON, ""), ("https://photos.example/wall.jpg", 0, NOON, "")]


@pytest.mark.parametrize(("photos", "queries"), [([], 0), ([named()], 1), ([named(), named("https://x.example/")], 1)])
def test_wanting_what_is_known_asks_once(photos: Any, queries: int, django_assert_num_queries: Any):
    want_photos(photos, now=NOON)

    with django_assert_num_queries(queries):
        want_photos(photos, now=NOON)


def test_an_address_of_any_length_is_kept():
    address = "https://photos.example/" + "é" * 3000

    want_photos([named(address)], now=NOON)

    assert WirePhoto.objects.get().address == address


def test_a_report_that_waits_has_its_photo_fetched_and_so_has_one_that_is_published():
    take_lease(LANE, claimed_by="me", seconds=60)
    fold_item(make_item(photos=[named()]), claimed_by="me", now=NOON)
    make_report(photos=[named("https://photos.example/wall.jpg")])

    assert told() == [(MOAT, 0, NOON, ""), ("https://photos.example/wall.jpg", 0, NOON, "")]


def test_a_kept_photo_has_its_words_and_its_pages_are_asked_for():
    story = make_story()
    report = make_report(photos=[named()], stories=[story])
    make_report(photos=[named("https://photos.example/wall.jpg")])
    asked()

    photo = keep_photo(MOAT, body=make_picture(), now=NOON, **WORDS)

    assert (photo.title, photo.caption, photo.credit, photo.description) == (
        "The moat.",
        "The moat.",
        "A. Kerr / AFP",
        "A moat",
    )
    assert (photo.width, photo.height, photo.collection.name) == (1500, 1000, "Root")
    assert photo.file_size == photo.file.size
    assert {row.filter_spec for row in photo.renditions.all()} == set(Photo.SHOWN_AS)
    assert told()[0] == (MOAT, 0, None, "")
    paths = asked()
    assert {f"/fragment/{report.pk}.html", report.state.path_on_site, "/story/the-lighthouse/", "/"} <= paths
    assert len([path for path in paths if path.startswith("/fragment/")]) == 1


def test_words_in_the_file_stand_where_the_wire_gives_none():
    picture = with_iptc(make_picture(), caption=b"Written into it.", byline=b"B. Lim", credit=b"Kyodo")

    photo = keep_photo(MOAT, body=picture, caption="", credit=" ", alt="", now=NOON)

    assert (photo.title, photo.caption, photo.credit) == ("Written into it.", "Written into it.", "B. Lim / Kyodo")


def test_the_same_bytes_are_kept_once():
    picture = make_picture()

    first = keep_photo(MOAT, body=picture, now=NOON, **WORDS)
    second = keep_photo("https://other.example/1", body=picture, caption="Other.", credit="", alt="", now=NOON)

    assert first == second
    assert Photo.objects.count() == 1
    assert list(WirePhoto.objects.values_list("photo", flat=True)) == [first.pk, first.pk]


@pytest.mark.parametrize("picture", [b"", b"<svg/>", make_picture("BMP"), make_picture("GIF", size=(1, 1))])
def test_what_is_no_picture_is_not_kept(picture: bytes):
    with pytest.raises(NotAPicture):
        keep_photo(MOAT, body=picture, now=NOON, **WORDS)

    assert not Photo.objects.exists()


def test_a_withdrawn_report_and_an_older_version_are_not_asked_for():
    killed = make_report(photos=[named()])
    changed = make_report(photos=[named()])
    withdraw_report(killed, user=None, now=NOON)
    changed.state.item.photos = []
    changed.state.item.save()
    republish(changed, html="<p>It is let.</p>")
    asked()

    keep_photo(MOAT, body=make_picture(), now=NOON, **WORDS)

    assert asked() == set()


def test_a_due_photo_is_fetched_and_kept(web: Site):
    want_photos([named(web.address("/moat.jpg"))], now=NOON)

    fetch_due_photos()
    fetch_due_photos()

    assert web.paths == ["/moat.jpg"]
    assert told() == [(web.address("/moat.jpg"), 0, None, "")]
    assert Photo.objects.get().caption == "The moat."


def test_what_fails_is_tried_six_times_and_given_up_with_its_error(web: Site):
    address = web.address("/gone.jpg")
    want_photos([named(address)], now=NOON)
    now, waits = NOON, []

    while claims := claim_photos(claimed_by=name_of_this_call(), now=now):
        assert fetch_photo(claims[0], now=now) is None
        due = WirePhoto.objects.get().next_try_at
        waits.append((due - now).total_seconds() / 60 if due else None)
        now = due or now + timedelta(days=9)

    assert waits == [1, 5, 30, 120, 720, None]
    assert told() == [(address, 6, None, "The answer was 404.")]


def test_each_failure_says_what_it_was(web: Site):
    addresses = [web.address("/page"), "http://127.0.0.1:9/x.jpg", "file:///etc/passwd"]
    want_photos([named(address) for address in addresses], now=NOON)

    fetch_due_photos()

    assert [error for *_, error in told()] == [
        "It is no picture that can be read (UnidentifiedImageError).",
        "127.0.0.1 is at 127.0.0.1, which is not on the public network.",
        "“file:///etc/passwd” starts neither with http nor with https.",
    ]


def test_a_claim_is_one_process_s_until_it_ends():
    want_photos([named(f"https://photos.example/{n}") for n in range(6)], now=NOON)

    first = claim_photos(claimed_by="a", now=NOON, limit=4)
    second = claim_photos(claimed_by="b", now=NOON, limit=4)
    later = claim_photos(claimed_by="c", now=NOON + timedelta(minutes=6), limit=9)

    assert [len(first), len(second), len(later)] == [4, 2, 6]
    assert {claim.claimed_by for claim in later} == {"c"}


def test_a_failure_of_a_claim_that_has_ended_changes_nothing(web: Site):
    want_photos([named(web.address("/gone.jpg"))], now=NOON)
    old = claim_photos(claimed_by="a", now=NOON)[0]
    claim_photos(claimed_by="b", now=NOON + timedelta(minutes=6))

    fetch_photo(old, now=NOON + timedelta(minutes=7))

    assert told() == [(web.address("/gone.jpg"), 0, NOON, "")]


def test_a_photo_taken_out_of_the_library_is_not_fetched_again_and_its_files_go(
    django_capture_on_commit_callbacks: Any,
):
    report = make_report(photos=[named()])
    photo = keep_photo(MOAT, body=make_picture(), now=NOON, **WORDS)
    own, another = f"/photo/{photo.pk}-00000000-w720.webp", f"/photo/{photo.pk}1-00000000-w720.webp"
    pagestore.put(own, b"x")
    pagestore.put(another, b"x")
    asked()

    with django_capture_on_commit_callbacks() as callbacks:
        photo.delete()
    paths = asked()
    for callback in callbacks:
        callback()

    assert f"/fragment/{report.pk}.html" in paths
    assert claim_photos(claimed_by="a", now=NOON + timedelta(days=9)) == []
    assert (pagestore.get(own), pagestore.get(another)) == (None, b"x")


def test_pages_are_asked_for_when_an_editor_changes_a_photo():
    report = make_report(photos=[named()])
    photo = keep_photo(MOAT, body=make_picture(), now=NOON, **WORDS)
    asked()

    photo.focal_point_x = 10
    photo.save()

    assert f"/fragment/{report.pk}.html" in asked()


def test_pages_are_asked_for_once_when_a_photo_s_time_is_over_and_once_when_it_is_put_off():
    report = make_report(photos=[named()])
    photo = keep_photo(MOAT, body=make_picture(), now=NOON, **WORDS)
    Photo.objects.filter(pk=photo.pk).update(until=NOON.date())
    fragment, asks = f"/fragment/{report.pk}.html", []

    for hours in (0, 3, 4, 5, 30):  # in Manila the day ends four hours after noon in UTC
        asked()
        heed_end_of_photos(now=NOON + timedelta(hours=hours))
        asks.append(fragment in asked())
    Photo.objects.filter(pk=photo.pk).update(until=None)
    heed_end_of_photos(now=NOON + timedelta(hours=31))

    assert asks == [False, False, True, False, False]
    assert fragment in asked()


def test_the_files_of_a_killed_report_s_photo_go_but_for_one_that_another_report_shows(
    django_capture_on_commit_callbacks: Any,
):
    wall = "https://photos.example/wall.jpg"
    killed = make_report(photos=[named(), named(wall)])
    make_report(photos=[named(wall)])
    photos = [keep_photo(address, body=make_picture(), now=NOON, **WORDS) for address in (MOAT, wall)]
    for photo in photos:
        pagestore.put(f"/photo/{photo.pk}-00000000-w720.webp", b"x")

    with django_capture_on_commit_callbacks() as callbacks:
        withdraw_report(killed, user=None, now=NOON)
    for callback in callbacks[:-2]:  # the last wake the press, which would put the other's files there, and alerts
        callback()

    assert [file.name for file in pagestore.file_for("/photo/").parent.iterdir()] == [
        f"{photos[1].pk}-00000000-w720.webp"
    ]

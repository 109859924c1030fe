"""Polling on a fake wire: what is asked, what is taken in, and when a source is due again."""

import gzip
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from builders import NOON, make_source
from django.db import connection
from django.utils import timezone
from web import Site, body, raw, site, status

from writethru.wire.actions.poll import (
    Answer,
    Fetched,
    SourceClaim,
    claim_source,
    claim_sources,
    fetch_source,
    free_sources_of_ended_processes,
    source_changed,
    take_answer,
)
from writethru.wire.jobs import fetch_due_sources
from writethru.wire.models import Item, SetAside, Source, SourceState

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def rss(*titles: str) -> bytes:
    items = "".join(f"<item><guid>{title}</guid><title>{title}</title></item>" for title in titles)
    return f"<rss><channel><title>Pharos</title>{items}</channel></rss>".encode()


def polled(address: str, **fields: Any) -> Source:
    return make_source(address=address, is_polled=True, **fields)


def poll(source: Source, *, now: datetime = NOON) -> Fetched:
    """Fetch the source, whether it is due or not."""
    claim = claim_source(source, now=now)
    assert claim
    fetched = fetch_source(claim, now=now, timeout_seconds=2)
    assert fetched
    return fetched


def state(source: Source) -> SourceState:
    return SourceState.objects.get(source=source)


@pytest.fixture
def wire(settings: Any) -> Any:
    """Return a function that opens a fake wire which may be fetched from."""

    def allow(public: Site) -> Site:
        settings.FETCH_ALLOW = frozenset({f"127.0.0.1:{public.port}"})
        return public

    return allow


# What is due, and who may fetch it


def test_due_sources_are_claimed_once_those_that_answer_first():
    names = {"new": {}, "failing": {"failures": 3}, "later": {"next_fetch_at": NOON + MINUTE}, "gone": {}}
    sources = {name: polled(f"https://{name}.example/") for name in names}
    for name, fields in names.items():
        SourceState.objects.create(source=sources[name], **{"next_fetch_at": NOON - MINUTE, **fields})
    SourceState.objects.filter(source=sources["gone"]).update(next_fetch_at=None, is_gone=True)
    polled("https://stateless.example/")
    make_source(address="https://paused.example/")

    first = claim_sources(now=NOON, limit=10)
    second = claim_sources(now=NOON, limit=10)

    assert {claim.address for claim in first} == {
        f"https://{name}.example/" for name in ("failing", "new", "stateless")
    }
    assert second == []
    assert [claim.address for claim in claim_sources(now=NOON + 3 * MINUTE, limit=1)] == ["https://new.example/"]


def test_a_source_is_never_fetched_twice_at_once():
    source = polled("https://wire.example/")

    assert claim_source(source, now=NOON) is not None
    assert claim_source(source, now=NOON + MINUTE) is None
    assert claim_sources(now=NOON + MINUTE, limit=10) == []


def test_the_claim_of_a_dead_process_ends_at_once():
    source = polled("https://wire.example/")
    claim = claim_source(source, now=NOON)
    assert claim
    host, _, token = claim.claimed_by.rsplit(":", 2)

    assert free_sources_of_ended_processes() == 0
    SourceState.objects.update(claimed_by=f"{host}:4194305:{token}")  # above any process's number

    assert free_sources_of_ended_processes() == 1
    assert claim_source(source, now=NOON) is not None


def test_who_lost_the_claim_changes_nothing():
    source = polled("https://wire.example/")
    lost = claim_source(source, now=NOON)
    again = claim_source(source, now=NOON + 3 * MINUTE)
    assert lost and again

    assert take_answer(lost, Answer(None, "It took too long."), now=NOON + 3 * MINUTE) is None
    assert (state(source).failures, state(source).claimed_by) == (0, again.claimed_by)


def test_another_address_is_another_server():
    source = polled("https://wire.example/")
    SourceState.objects.create(source=source, etag="1", failures=5, is_gone=True, error="Gone.", next_fetch_at=None)
    under_way = claim_source(source, now=NOON)
    assert under_way

    source_changed(source, address_changed=False, now=NOON)
    kept = state(source).is_gone
    source_changed(source, address_changed=True, now=NOON)

    after = state(source)
    assert kept
    assert (after.etag, after.failures, after.is_gone, after.error, after.next_fetch_at) == ("", 0, False, "", NOON)
    assert take_answer(under_way, Answer(None, "Late."), now=NOON) is None


# What comes of an answer


def test_items_are_taken_in_and_what_is_unchanged_costs_nothing(wire: Any):
    with site({"/": body(rss("One", "Two"), ETag='"1"', Last_Modified="Tue, 24 Nov 2026 10:00:00 GMT")}) as public:
        source = polled(wire(public).address("/"), poll_minutes=5)
        first = poll(source)
        second = poll(source, now=NOON + MINUTE)

    asked = public.asked[1][1]
    after = state(source)
    assert first == Fetched(True, 2, 2, "It answers with 2 items, 2 of them new.")
    assert second == Fetched(True, 0, 0, "It answers, and has nothing new since the last fetch.")
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "Tue, 24 Nov 2026 10:00:00 GMT")
    assert Item.objects.count() == 2
    assert (after.succeeded_at, after.next_fetch_at, after.claimed_by) == (NOON + MINUTE, NOON + 6 * MINUTE, "")


def test_not_modified_is_an_answer(wire: Any):
    with site({"/": status(304)}) as public:
        source = polled(wire(public).address("/"))
        SourceState.objects.create(
            source=source, etag='"1"', body_hash="x", failures=2, failing_since=NOON, error="It took too long."
        )

        fetched = poll(source)

    after = state(source)
    assert fetched.ok
    assert (after.etag, after.body_hash, after.failures, after.failing_since, after.error) == ('"1"', "x", 0, None, "")


def test_a_packed_feed_is_unpacked_and_a_bomb_is_not(wire: Any):
    packed = gzip.compress(rss("One"))
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    with site({"/": body(packed, Content_Encoding="gzip"), "/bomb": body(bomb, Content_Encoding="gzip")}) as public:
        source, hostile = polled(wire(public).address("/")), polled(public.address("/bomb"))

        assert poll(source).new_items == 1
        assert poll(hostile).said == "Unpacked it has more than the 6000000 bytes that may come."

    assert state(hostile).next_fetch_at == NOON + 30 * MINUTE


def test_a_failing_source_is_left_alone_for_longer_each_time_and_up_to_half_a_day(wire: Any):
    with site({"/": status(500)}) as public:
        source = polled(wire(public).address("/"), poll_minutes=15)
        waits = []
        for _ in range(8):
            poll(source)
            waits.append((state(source).next_fetch_at - NOON) / MINUTE)

    after = state(source)
    assert waits == [30, 60, 120, 240, 480, 720, 720, 720]
    assert (after.failures, after.failing_since, after.error) == (
        8,
        NOON,
        "Its server answered 500 (Internal Server Error).",
    )


@pytest.mark.parametrize(
    ("code", "said", "minutes"),
    [
        (429, "7200", 120),
        (503, format_datetime(NOON + 90 * MINUTE, usegmt=True), 90),
        (503, "60", 30),  # never sooner than by our own patience
        (503, "99999999999999999999", 24 * 60),
        (503, "Wed, 99 Nov 2026", 30),
        (503, "-5", 30),
        (500, "7200", 30),
    ],
)
def test_a_server_that_asks_to_be_left_alone_is(wire: Any, code: int, said: str, minutes: int):
    with site({"/": status(code, Retry_After=said)}) as public:
        source = polled(wire(public).address("/"))
        poll(source)

    assert state(source).next_fetch_at == NOON + minutes * MINUTE


def test_gone_for_good_is_not_asked_again(wire: Any):
    with site({"/": status(410)}) as public:
        source = polled(wire(public).address("/"))
        fetched = poll(source)

    assert (fetched.ok, state(source).is_gone, state(source).next_fetch_at) == (False, True, None)
    assert claim_sources(now=NOON + timedelta(days=365), limit=10) == []


def test_where_it_moved_for_good_is_noted_and_a_detour_is_not(wire: Any):
    ways = {
        "/old": status(301, Location="/new"),
        "/detour": status(302, Location="/old"),
        "/new": body(rss("One")),
    }
    with site(ways) as public:
        moved, detoured = polled(wire(public).address("/old")), polled(public.address("/detour"))
        poll(moved)
        poll(detoured)

    assert (state(moved).moved_to, state(detoured).moved_to) == (public.address("/new"), "")


def test_what_cannot_be_read_is_set_aside_once_and_the_feed_backed_off(wire: Any):
    with site({"/": body(b"<html><title>Down for repairs</title></html>")}) as public:
        source = polled(wire(public).address("/"))
        fetched = poll(source)
        poll(source, now=NOON + MINUTE)

    kept = SetAside.objects.get()
    said = "What it sent can't be read: it is no RSS, RDF, Atom, JSON Feed or ninjs. It was set aside."
    assert (fetched.said, state(source).failures) == (said, 2)
    assert (kept.source, kept.reason, kept.is_document, bytes(kept.raw), kept.set_aside_at) == (
        source,
        "not_a_feed",
        True,
        b"<html><title>Down for repairs</title></html>",
        NOON,
    )


def test_an_entry_that_is_no_item_holds_no_other_up(wire: Any):
    with site({"/": body(rss("One").replace(b"</channel>", b"<item><x/></item></channel>"))}) as public:
        source = polled(wire(public).address("/"))
        fetched = poll(source)

    kept = SetAside.objects.get()
    assert (fetched.items, kept.reason, kept.is_document, bytes(kept.raw)) == (1, "empty", False, b"<item><x/></item>")


def test_an_address_that_is_not_public_is_said_and_not_asked():
    source = polled("http://127.0.0.1:9/")

    assert poll(source).said == "127.0.0.1 is at 127.0.0.1, which is not on the public network."


def test_a_validator_that_would_split_a_header_is_not_kept(wire: Any):
    with site({"/": body(rss("One"), ETag='"' + "x" * 1001 + '"', Last_Modified="\x85now")}) as public:
        source = polled(wire(public).address("/"))
        poll(source)
        poll(source)

    assert (state(source).etag, state(source).last_modified) == ("", "")
    assert not {"if-none-match", "if-modified-since"} & set(public.asked[1][1])


# The job


@pytest.mark.django_db(transaction=True)
def test_a_wire_that_hangs_holds_no_other_up(wire: Any, settings: Any):
    settings.QUEUE_IMMEDIATE = False
    arrived: dict[str, float] = {}
    let_go = threading.Event()

    def at(name: str) -> Any:
        def answer(handler: Any) -> None:
            arrived[name] = time.monotonic() - began
            body(rss(name))(handler)

        return answer

    hanging = {f"/hang{n}": raw(b"", *[b""] * 99, pause=let_go, every=0.05) for n in range(3)}
    dripping = {f"/drip{n}": raw(*[b"H"] * 400, pause=let_go, every=0.05) for n in range(3)}
    with site({**hanging, **dripping, **{f"/good{n}": at(f"good{n}") for n in range(12)}}) as public:
        wire(public)
        for path in [*hanging, *dripping, *(f"/good{n}" for n in range(12))]:
            polled(public.address(path))
        began = time.monotonic()
        job = threading.Thread(target=run_job)
        job.start()
        while len(arrived) < 12 and time.monotonic() - began < 15:
            time.sleep(0.02)
        let_go.set()
        job.join(30)

    assert max(arrived.values()) < 5
    assert len(arrived) == 12
    assert Item.objects.count() == 12
    failed = SourceState.objects.filter(failures=1)
    assert {one.source.address.rpartition("/")[2][:4] for one in failed} == {"hang", "drip"}
    assert (failed.count(), failed.filter(next_fetch_at__lte=timezone.now() + 20 * MINUTE).count()) == (6, 0)


def run_job() -> None:
    try:
        fetch_due_sources.call_local()
    finally:
        connection.close()


def test_the_job_runs_twice_harmlessly(wire: Any):
    with site({"/": body(rss("One"))}) as public:
        polled(wire(public).address("/"))
        fetch_due_sources()
        fetch_due_sources()

    assert public.paths == ["/"]
    assert Item.objects.count() == 1


def test_claiming_asks_as_many_queries_for_three_as_for_one(django_assert_num_queries: Any):
    polled("https://one.example/")
    claim_sources(now=NOON, limit=10)
    SourceState.objects.update(claimed_by="", claimed_until=None)
    with django_assert_num_queries(7):
        claim_sources(now=NOON, limit=10)
    for n in range(3):
        SourceState.objects.create(source=polled(f"https://{n}.example/"), next_fetch_at=NOON)
    SourceState.objects.update(claimed_by="", claimed_until=None)

    with django_assert_num_queries(7):
        assert len(claim_sources(now=NOON, limit=10)) == 4


def test_a_claim_is_what_was_known_of_the_source():
    source = polled("https://wire.example/")
    SourceState.objects.create(source=source, etag="1", last_modified="2", body_hash="3", next_fetch_at=NOON)

    claim = claim_source(source, now=datetime(2026, 11, 24, 13, tzinfo=UTC))

    assert claim == SourceClaim(source.pk, source.address, "1", "2", "3", claim.claimed_by if claim else "")

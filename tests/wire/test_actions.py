from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOON, make_source

from writethru.wire.actions import Taken, fingerprint, open_source, take_document, take_item
from writethru.wire.formats import Document, WireItem, WirePhoto
from writethru.wire.models import Item, Source

pytestmark = pytest.mark.django_db

SENT = WireItem(
    wire_id="lh-1",
    headline="The lighthouse is sold",
    html="<p>The lighthouse was sold on Tuesday.</p>",
    url="https://wire.example/lh-1",
    dated_at=NOON,
    byline="Pharos",
    language="en",
    photos=(),
    raw=b"<item>lh-1</item>",
)


def sent(wire_id: str, **fields: object) -> WireItem:
    return replace(SENT, wire_id=wire_id, **fields)


def document(*items: WireItem) -> Document:
    return Document(title="Pharos", address="https://wire.example/", language="en", items=items, set_aside=())


def ids(taken: Taken) -> list[str]:
    return [item.wire_id for item in taken.items]


def test_an_item_is_kept_byte_for_byte_with_what_was_read_in_it():
    source = make_source()

    taken = take_document(document(SENT), source=source, now=NOON)

    (item,) = Item.objects.all()
    assert taken == Taken((item,), new=1)
    assert bytes(item.raw) == SENT.raw
    assert (item.source, item.wire_id, item.headline, item.html) == (source, "lh-1", SENT.headline, SENT.html)
    assert (item.credit, item.url, item.language) == ("Pharos", SENT.url, "en")
    assert (item.dated_at, item.received_at, item.fingerprint) == (NOON, NOON, fingerprint(SENT))


def test_taking_the_same_document_again_keeps_nothing_new():
    source = make_source()
    first = take_document(document(sent("a"), sent("b")), source=source, now=NOON)

    second = take_document(document(sent("a"), sent("b")), source=source, now=NOON + timedelta(hours=1))

    assert (second.items, second.new) == (first.items, 0)
    assert set(Item.objects.values_list("received_at", flat=True)) == {NOON}


def test_documents_that_overlap_keep_what_is_in_both_once():
    source = make_source()
    take_document(document(sent("a"), sent("b")), source=source, now=NOON)

    taken = take_document(document(sent("b"), sent("c")), source=source, now=NOON)

    assert (ids(taken), taken.new, Item.objects.count()) == (["b", "c"], 1, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"html": "<p>The lighthouse was sold on Wednesday.</p>"},
        {"headline": "A peso for a lighthouse"},
        {"dated_at": NOON - timedelta(minutes=1)},
        {"version": 2},
        {"slugline": "LIGHTHOUSE"},
        {"photos": (WirePhoto("https://wire.example/p.jpg"),)},
    ],
)
def test_the_same_id_that_says_something_else_is_another_item(change: dict[str, object]):
    source = make_source()

    taken = take_document(document(SENT, replace(SENT, **change)), source=source, now=NOON)

    assert (ids(taken), taken.new) == (["lh-1", "lh-1"], 2)


def test_the_same_item_twice_in_a_document_is_kept_once():
    taken = take_document(document(SENT, SENT), source=make_source(), now=NOON)

    assert (len(taken.items), taken.new) == (1, 1)


def test_the_same_item_of_two_sources_is_two_items():
    for source in (make_source(), make_source()):
        take_document(document(SENT), source=source, now=NOON)

    assert Item.objects.count() == 2


def test_items_get_their_ids_oldest_first_and_of_one_time_the_last_in_the_feed_first():
    hour = timedelta(hours=1)
    feed = document(
        sent("newest", dated_at=NOON),
        sent("third", dated_at=NOON - hour),
        sent("second", dated_at=NOON - hour),
        sent("first", dated_at=NOON - 2 * hour),
    )

    taken = take_document(feed, source=make_source(), now=NOON)

    assert ids(taken) == ["first", "second", "third", "newest"]
    assert list(Item.objects.order_by("pk").values_list("wire_id", flat=True)) == ids(taken)


def test_a_time_in_the_future_or_none_is_the_time_of_receipt():
    feed = document(sent("future", dated_at=NOON + timedelta(days=400)), sent("none", dated_at=None))

    take_document(feed, source=make_source(), now=NOON)

    assert set(Item.objects.values_list("dated_at", flat=True)) == {NOON}


def test_ids_too_long_to_index_are_told_apart_and_known_again():
    # Each character takes three bytes: PostgreSQL indexes at most 2,704.
    long = [("".join(chr(0x4E00 + (n * n + k) % 20_000) for n in range(1000)) + str(k)) for k in (1, 1_000)]
    same_start = ["x" * 1500 + "1", "x" * 1500 + "2"]
    feed = document(*(sent(name) for name in long + same_start))
    source = make_source()

    first = take_document(feed, source=source, now=NOON)
    second = take_document(feed, source=source, now=NOON)

    assert (first.new, second.new) == (4, 0)
    assert second.items == first.items
    assert max(len(item.wire_id.encode()) for item in first.items) <= 1000


def test_a_long_id_that_an_item_evolved_from_is_shortened_alike():
    long = "tag:wire.example," + "é" * 1200
    taken = take_document(
        document(sent(long, dated_at=NOON - timedelta(hours=1)), sent("b", evolved_from=long)),
        source=make_source(),
        now=NOON,
    )

    assert taken.items[1].evolved_from == taken.items[0].wire_id


NASTY = "a\0b\ud800c"


def test_what_a_database_refuses_is_left_out_and_the_item_is_kept():
    nasty = WireItem(
        wire_id=NASTY,
        headline=NASTY,
        html=f"<p>{NASTY}</p>",
        url=f"https://wire.example/{NASTY}",
        dated_at=NOON,
        byline="",
        language=NASTY,
        photos=(WirePhoto(f"https://wire.example/{NASTY}.jpg", caption=NASTY, alt=NASTY),),
        raw=b"a\0b",
        version=20230328090000,
        evolved_from=NASTY,
        slugline=NASTY,
    )
    source = open_source(name=NASTY, address=f"https://wire.example/{NASTY}", language=NASTY)

    taken = take_document(document(nasty), source=source, now=NOON)
    again = take_document(document(nasty), source=source, now=NOON)

    (item,) = Item.objects.all()
    assert (taken.new, again.new) == (1, 0)
    assert {item.wire_id, item.evolved_from, item.slugline, item.language, source.name} == {"abc"}
    assert (item.version, bytes(item.raw)) == (None, b"a\0b")
    assert item.photos[0]["address"] == "https://wire.example/abc.jpg"


def test_a_document_without_items_is_taken():
    assert take_document(document(), source=make_source(), now=NOON) == Taken((), new=0)


def test_one_item_is_taken_once():
    source = make_source()

    first = take_item(SENT, source=source, now=NOON)

    assert take_item(SENT, source=source, now=NOON) == first
    assert Item.objects.count() == 1


# Sources


def test_a_source_is_opened_once():
    source = open_source(name="Pharos", address="https://wire.example/", language="en")

    assert open_source(name="Pharos", address="https://wire.example/") == source
    assert open_source(name="Renamed", address="https://wire.example/") == source
    assert open_source(name="PHAROS") == source
    assert (source.trust, source.language) == ("normal", "en")


def test_two_feeds_of_one_name_are_two_sources():
    addresses = [f"https://{host}.example/" for host in ("one", "two", "three")]

    sources = [open_source(name="News", address=address) for address in addresses]

    assert [source.name for source in sources] == ["News", "News (2)", "News (3)"]
    assert [open_source(name="News", address=address) for address in addresses] == sources


def test_a_long_name_is_cut_and_still_told_apart():
    name = "News " * 60

    sources = [open_source(name=name, address=f"https://{host}.example/") for host in ("one", "two")]

    assert [len(source.name) <= 200 for source in sources] == [True, True]
    assert sources[1].name.endswith("(2)")


def test_a_feed_without_a_name_is_called_by_its_address():
    assert open_source(name=" ", address="https://wire.example/feed").name == "https://wire.example/feed"
    assert Source.objects.count() == 1


def test_a_long_address_is_known_again():
    address = "https://wire.example/" + "x" * 3000

    assert open_source(name="Pharos", address=address) == open_source(name="Pharos", address=address)

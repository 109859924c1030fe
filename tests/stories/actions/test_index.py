"""The fold index and the cuttings: what is found, what is noted, what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_item, make_source

import storytext
from writethru.stories.actions import cuttings as cuttings_module
from writethru.stories.actions.cuttings import Cuttings
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.index import COMMON, Found, Keyed, find_candidates, note_keys
from writethru.stories.actions.lease import take_lease
from writethru.stories.models import Fold, Shingle
from writethru.wire.models import Item

pytestmark = pytest.mark.django_db
KEYS = (3, 5, 8)


def indexed(keys: tuple[int, ...] = KEYS, **fields: Any) -> Item:
    item = make_item(**fields)
    note_keys([Keyed(item, keys)])
    return item


def found_for(item: Item, keys: tuple[int, ...] = KEYS) -> Found:
    (found,) = find_candidates([Keyed(item, keys)])
    return found


def test_takes_that_share_keys_are_found_newest_first():
    wire = make_source()
    old, other, new = (indexed(keys, source=wire) for keys in ((3, 5), (13,), (3, 8)))
    item = make_item(source=wire)

    assert found_for(item, KEYS) == Found((new.pk, old.pk), KEYS)
    assert found_for(other, (13,)) == Found((), (13,))


@pytest.mark.parametrize(("days", "is_found"), [(7, True), (9, False)])
def test_what_is_dated_more_than_eight_days_apart_is_not_found(days: int, is_found: bool):
    wire = make_source()
    old = indexed(source=wire, dated_at=NOON - timedelta(days=days))

    found = found_for(make_item(source=wire), KEYS)

    assert found.items == ((old.pk,) if is_found else ())


def test_what_was_received_before_those_days_is_not_even_read():
    wire = make_source()
    indexed(source=wire, received_at=NOON - timedelta(days=9))

    assert found_for(make_item(source=wire), KEYS).items == ()


def test_a_key_of_many_takes_finds_nothing_and_is_not_noted_again():
    wire = make_source()
    rows = [Shingle(key=3, item_id=10_000 + n, keys=1, hour=int(NOON.timestamp() // 3600)) for n in range(COMMON)]
    Shingle.objects.bulk_create(rows)
    rare = indexed((5,), source=wire)

    assert found_for(make_item(source=wire), KEYS) == Found((rare.pk,), (5, 8))


def test_a_flash_of_which_the_take_holds_most_is_found_though_twenty_share_more():
    wire = make_source()
    flash = indexed((1, 2), source=wire)
    many = tuple(range(1, 41))
    for _ in range(20):
        indexed(tuple(range(20, 80)), source=wire)

    assert flash.pk in found_for(make_item(source=wire), many).items


def test_noting_twice_is_noting_once():
    item = indexed()
    note_keys([Keyed(item, KEYS)])

    assert list(Shingle.objects.order_by("key").values_list("key", "item", "keys")) == [(k, item.pk, 3) for k in KEYS]


def folded(**fields: Any) -> Fold:
    take_lease(LANE, claimed_by="lane", seconds=60)
    return fold_item(make_item(**fields), claimed_by="lane", now=NOON)


def candidates(cuttings: Cuttings, *items: int) -> list[storytext.Candidate]:
    return cuttings.candidates(items, cuttings.reports(items))


def test_a_take_that_was_read_is_not_read_again(django_assert_num_queries: Any):
    cuttings, fold = Cuttings(), folded()

    with django_assert_num_queries(2):
        first = candidates(cuttings, fold.item_id)
    with django_assert_num_queries(1):
        again = candidates(cuttings, fold.item_id)

    assert first == again == [storytext.Candidate(str(fold.report_id), first[0].take)]
    assert cuttings.reading(again[0].take) is cuttings.reading(first[0].take)


def test_an_item_without_a_report_is_no_candidate():
    assert candidates(Cuttings(), make_item().pk) == []
    assert candidates(Cuttings()) == []


def test_another_item_of_the_same_number_is_another_take():
    cuttings, item = Cuttings(), make_item()
    before = cuttings.take(item)
    item.html, item.fingerprint = "<p>Another text.</p>", "another"

    assert cuttings.take(item).text == "Another text."
    assert cuttings.reading(before).take is before  # read anew, and not mixed up


def test_the_oldest_cuttings_go_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
):
    cuttings = Cuttings()
    folds = [folded(html=f"<p>{'A word. ' * 10}{n}</p>") for n in range(3)]
    kept = {fold.item_id: cuttings.take(fold.item) for fold in folds}
    monkeypatch.setattr(cuttings_module, "MOST_CHARACTERS", 100)

    cuttings.trim()

    with django_assert_num_queries(1):
        newest = candidates(cuttings, folds[2].item_id)
    assert newest[0].take is kept[folds[2].item_id]
    with django_assert_num_queries(2):
        candidates(cuttings, folds[0].item_id)

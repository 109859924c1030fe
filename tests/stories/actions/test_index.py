"""The fold index and the cuttings: what is found, what is noted, what is kept."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from builders import NOON, make_item, make_source

import storytext
from writethru.stories.actions import cuttings as cuttings_module
from writethru.stories.actions import fresh as fresh_module
from writethru.stories.actions.cuttings import Cuttings
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.fresh import PERIOD_HOURS, Fresh, sort_in
from writethru.stories.actions.index import COMMON, Found, Keyed, find_candidates, note_keys
from writethru.stories.actions.lease import LeaseLost, take_lease
from writethru.stories.models import Fold, FreshKeys, Shingle
from writethru.wire.models import Item

pytestmark = pytest.mark.django_db
KEYS = (3, 5, 8)


def indexed(keys: tuple[int, ...] = KEYS, **fields: Any) -> Item:
    item = make_item(**fields)
    note_keys([Keyed(item, keys)])
    return item


def found_for(item: Item, keys: tuple[int, ...] = KEYS) -> Found:
    (found,) = find_candidates([Keyed(item, keys)], fresh=Fresh())
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


def test_a_key_of_many_takes_finds_nothing_and_is_not_noted_again():
    wire = make_source()
    hour = int(NOON.timestamp() // 3600)
    told = {"period": hour // PERIOD_HOURS, "keys": 1, "hour": hour}
    Shingle.objects.bulk_create([Shingle(key=3, item_id=10_000 + n, **told) for n in range(COMMON)])
    rare = indexed((5,), source=wire)

    assert found_for(make_item(source=wire), KEYS) == Found((rare.pk,), (5, 8))


def test_a_flash_of_which_the_take_holds_most_is_found_though_twenty_share_more():
    wire = make_source()
    flash = indexed((1, 2), source=wire)
    many = tuple(range(1, 41))
    for _ in range(20):
        indexed(tuple(range(20, 80)), source=wire)

    assert flash.pk in found_for(make_item(source=wire), many).items


def sorted_in(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Sort all fresh keys into the index."""
    fresh = Fresh()
    fresh.read()
    monkeypatch.setattr(fresh_module, "MOST", fresh.items)
    assert take_lease(LANE, claimed_by="lane", seconds=60)
    return sort_in(fresh, claimed_by="lane", seconds=60)


def test_what_is_sorted_in_is_found_as_it_was(monkeypatch: pytest.MonkeyPatch):
    wire = make_source()
    high, archived = (1 << 63) - 1, NOON - timedelta(days=40_000)  # 1917: hours before 1970 are below naught
    items = [indexed((3, 5), source=wire), indexed((3, high), source=wire)]
    old = indexed((3, 8), source=wire, dated_at=archived)
    asked = [make_item(source=wire), make_item(source=wire, dated_at=archived)]
    before = [found_for(item, (3, 5, high)) for item in asked]

    assert sorted_in(monkeypatch)

    assert [found_for(item, (3, 5, high)) for item in asked] == before
    assert [found.items for found in before] == [(items[1].pk, items[0].pk), (old.pk,)]
    assert not FreshKeys.objects.exists()
    assert sorted(Shingle.objects.values_list("key", "item", "keys")) == [
        (3, items[0].pk, 2), (3, items[1].pk, 2), (3, old.pk, 2), (5, items[0].pk, 2), (8, old.pk, 2),
        (high, items[1].pk, 2),
    ]  # fmt: skip


def test_a_few_fresh_keys_stay_where_they_are():
    indexed()
    fresh = Fresh()
    fresh.read()

    assert not sort_in(fresh, claimed_by="lane", seconds=60)

    assert not Shingle.objects.exists()


def test_what_is_killed_while_keys_are_sorted_in_loses_none_and_counts_none_twice(monkeypatch: pytest.MonkeyPatch):
    wire = make_source()
    item = indexed((3, 1 << 62), source=wire)
    later = make_item(source=wire)
    with monkeypatch.context() as killed:
        killed.setattr(fresh_module, "hold_lease", Mock(side_effect=[None] * 9 + [LeaseLost]))  # after half of the keys
        with pytest.raises(LeaseLost):
            sorted_in(monkeypatch)
    half = found_for(later, (3, 1 << 62))

    assert sorted_in(monkeypatch)

    assert half == found_for(later, (3, 1 << 62)) == Found((item.pk,), (3, 1 << 62))
    assert Shingle.objects.count() == 2


def test_a_process_keeps_the_fresh_keys_that_it_has_read_and_notes_when_they_are_gone(monkeypatch: pytest.MonkeyPatch):
    wire, fresh = make_source(), Fresh()
    first = indexed((3,), source=wire)
    fresh.read()
    second = indexed((3, 5), source=wire)
    fresh.read()
    assert [item for item, *_ in fresh.of(3)] == [first.pk, second.pk]

    sorted_in(monkeypatch)
    third = indexed((5,), source=wire)
    fresh.read()

    assert ([*fresh.of(3)], [item for item, *_ in fresh.of(5)]) == ([], [third.pk])


def test_noting_twice_is_noting_once(monkeypatch: pytest.MonkeyPatch):
    item = indexed()
    note_keys([Keyed(item, KEYS)])

    assert found_for(make_item(), KEYS).items == (item.pk,)
    sorted_in(monkeypatch)
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

"""The fold index, put together anew while the desk works."""

from io import StringIO

import pytest
from builders import NOON, make_item, make_source
from django.core.management import call_command

from writethru.ops.management.commands import reindex as command
from writethru.stories.actions import reindex as reindex_module
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.lease import take_lease
from writethru.stories.actions.reindex import reindex
from writethru.stories.models import Fold, FreshKeys, Shingle

pytestmark = pytest.mark.django_db
COPY = "<p>The harbour lamp of Ember Quay was lit on Monday by {} keepers, who had walked there over the ice.</p>"


def folded(count: int) -> list[Fold]:
    wire = make_source()
    take_lease(LANE, claimed_by="lane", seconds=60)
    items = [make_item(source=wire, wire_id=f"r{n}", html=COPY.format(n + 2), headline="") for n in range(count)]
    return [fold_item(item, claimed_by="lane", now=NOON) for item in items]


def test_an_index_that_was_lost_is_put_together_and_finds_as_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reindex_module, "CHUNK", 2)
    first, *_ = folded(5)
    FreshKeys.objects.all().delete()
    told = list[tuple[int, int]]()

    done = reindex(heed=lambda *far: told.append(far))

    assert (done, told) == (5, [(2, 5), (4, 5), (5, 5)])
    again = make_item(source=first.item.source, wire_id="again", html=first.item.html, headline="")
    assert fold_item(again, claimed_by="lane", now=NOON).report_id == first.report_id


def test_what_is_put_in_twice_is_there_once():
    folded(3)
    reindex(heed=lambda *_far: None)
    rows = set(Shingle.objects.values_list("period", "key", "item", "keys", "hour"))

    reindex(heed=lambda *_far: None)

    assert set(Shingle.objects.values_list("period", "key", "item", "keys", "hour")) == rows != set()


def test_the_command_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "TELL_EVERY", 0.0)
    monkeypatch.setattr(reindex_module, "CHUNK", 2)
    folded(3)
    out = StringIO()

    call_command("reindex", stdout=out)

    first, second, last = out.getvalue().splitlines()[-3:]
    assert first.startswith("  2 of 3 items, about ")
    assert second == "  3 of 3 items, about 0 s to go"
    assert last == "3 items are in the fold index."


def test_of_nothing_nothing_is_put_in():
    assert reindex(heed=lambda *_far: None) == 0

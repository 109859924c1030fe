"""Putting all items into the fold index anew: after a new version of the engine samples other words, say.

It is done some items at a time, oldest first, in transactions of a moment, while the lane folds and the desk works.
What is there stays there: what a key finds that is wanted no more is looked at and left, and as its days pass it is
read no more. So it can be stopped at any time and begun again.
"""

from collections.abc import Callable

from django.db import transaction

import storytext
from writethru.stories.actions.cuttings import as_take
from writethru.stories.actions.fresh import Fresh, put_in
from writethru.stories.actions.index import Keyed, find_candidates, hour_of
from writethru.stories.actions.lease import LANE, wait_for_lease
from writethru.stories.models import Fold
from writethru.wire.models import Item

CHUNK = 200  # items in one transaction, for which an editor's decision waits; their texts are read before it


def reindex(*, heed: Callable[[int, int], None]) -> int:
    """Put every folded item into the fold index again; return how many. Tells `heed` how many of how many are done."""
    last, done, everything = 0, 0, Fold.objects.count()
    fresh = Fresh()
    while ids := list(Fold.objects.filter(item__gt=last).order_by("item").values_list("item", flat=True)[:CHUNK]):
        items = Item.objects.defer("raw").filter(pk__in=ids).order_by("pk")
        keyed = [Keyed(item, storytext.index_keys(as_take(item))) for item in items]
        with transaction.atomic():
            wait_for_lease(LANE)
            found = find_candidates(keyed, fresh=fresh)
            put_in([(one.item.pk, its.keys, hour_of(one.item)) for one, its in zip(keyed, found, strict=True)])
        last, done = ids[-1], done + len(ids)
        heed(done, max(everything, done))
    return done

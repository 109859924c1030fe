"""Items folded together: what comes of them is what comes of them one after the other."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import NOON, make_item, make_source, make_story
from django.utils import timezone
from prove.copy import sentences, wire

from writethru.stories.actions.fold import LANE, fold_item, fold_waiting
from writethru.stories.actions.lease import give_up_lease, take_lease
from writethru.stories.models import Entry, Fold, FreshKeys, Proposal, Report, ReportState, Version
from writethru.wire.models import Item

pytestmark = pytest.mark.django_db

FLASH = "<p>The port of Ember Quay has sold its lighthouse to a retired clockmaker for one peso, the board said.</p>"
FULL = FLASH + "<p>The tower was built in 1871 and has been dark since the storm of March broke its lens.</p>" * 2
FERRY = "<p>The night ferry to {} will not sail on Friday because of high seas, the line said in a short notice.</p>"
REUSED = (
    "<p>{} of Ember Quay spoke to the harbour board on Tuesday about a dispute over the lamp.</p>"
    "<p>The tower was built in 1871 and has been dark since the storm of March, when a wave broke the lens.</p>"
    "<p>The board has asked three times for money to mend it, and was told three times to wait for it.</p>"
)


def together() -> None:
    fold_waiting(claimed_by="lane")


def one_by_one() -> None:
    assert take_lease(LANE, claimed_by="lane", seconds=60)
    for item in Item.objects.filter(fold=None).select_related("source").order_by("pk"):
        fold_item(item, claimed_by="lane", now=timezone.now())
    give_up_lease(LANE, claimed_by="lane")


def outcome() -> list[Any]:
    """Return all that folding has written, reports named by their first items."""
    first = dict(Fold.objects.filter(kind="first").values_list("report", "item__wire_id"))
    folds = Fold.objects.order_by("item").values_list("item__wire_id", "report", "kind", "score", "because")
    states = ReportState.objects.order_by("report")
    versions = Version.objects.order_by("pk").values_list("report", "number", "kind", "html", "item__wire_id")
    proposed = Proposal.objects.order_by("pk").values_list("report", "into", "story__title", "kind", "score")
    entries = Entry.objects.order_by("pk").values_list("report", "story__title")
    noted = FreshKeys.objects.order_by("pk").values_list("item__wire_id", "keys", "hour")
    return [
        [(wire_id, first[report], *rest) for wire_id, report, *rest in folds],
        [(first[s.pk], s.status, s.item and s.item.wire_id, s.dated_at, s.public_from, s.held) for s in states],
        [(first[report.pk], report.headline, report.html, report.based_on) for report in Report.objects.order_by("pk")],
        [(first[report], *rest) for report, *rest in versions],
        [(first[report], first.get(into), *rest) for report, into, *rest in proposed],
        [(first[report], story) for report, story in entries],
        list(noted),
    ]


def clear() -> None:
    """Take all back that folding has written, as if nothing had been folded."""
    ReportState.objects.update(current=None)
    for model in (Version, Proposal, Entry, Fold, FreshKeys, ReportState, Report):
        model.objects.all().delete()


def both_ways() -> tuple[list[Any], list[Any]]:
    together()
    at_once = outcome()
    clear()
    one_by_one()
    return at_once, outcome()


def send(texts: Iterable[tuple[str, dict[str, Any]]]) -> None:
    for number, (html, fields) in enumerate(texts):
        dated_at, received_at = NOON + timedelta(minutes=number), timezone.now()
        told = {"wire_id": f"w{number}", "dated_at": dated_at, "received_at": received_at, **fields}
        make_item(html=html, **told)


def test_a_wire_of_sixty_comes_out_the_same():
    source = make_source()
    sendings = [sending.item for sending in wire(random.Random(4), items=60)]
    dated = [datetime.fromisoformat(sent["date_published"]) for sent in sendings]
    send(
        (sent["content_html"], {"source": source, "wire_id": sent["id"], "headline": sent["title"], "dated_at": at})
        for sent, at in zip(sendings, dated, strict=True)
    )

    at_once, one_after_the_other = both_ways()

    assert at_once == one_after_the_other
    assert 0 < sum(fold[2] == "take" for fold in at_once[0]) < 60


@pytest.mark.parametrize("trust", ["trusted", "normal", "low"])
def test_kills_corrections_embargoes_and_follow_ups_come_out_the_same(trust: str):
    source = make_source(trust=trust, feeds=make_story("The lighthouse").page_ptr)
    tomorrow = timezone.now() + timedelta(days=1)
    texts = [
        (FLASH, {"headline": "Lighthouse sold"}),
        (FULL, {"headline": "UPDATE 1-Lighthouse sold"}),
        (FULL.replace("one peso", "two pesos"), {"headline": "CORRECTED-Lighthouse sold"}),
        (FERRY.format("Ember Quay"), {"headline": "Ferry stays in port"}),
        (FERRY.format("Ash Point"), {"headline": "Ferry stays in port"}),
        ("<p>Please kill.</p>", {"headline": "KILL-A ferry", "wire_id": "w3"}),
        (FERRY.format("Ember Quay") * 2, {"headline": "Ferry stays in port", "wire_id": "w3"}),
        ("<p>Please kill.</p>", {"headline": "KILL-Not yet sent", "wire_id": "early"}),
        ("<p>A report of which the kill came first, and which nobody is ever to read.</p>", {"wire_id": "early"}),
        ("<p>The budget of the port will be told tomorrow at noon, and not before.</p>", {"embargoed_until": tomorrow}),
        (REUSED.format("The mayor"), {"headline": "Mayor speaks"}),
        (REUSED.format("A diver from the north"), {"headline": "Diver speaks", "dated_at": NOON}),
    ]
    send((html, {"source": source, **fields}) for html, fields in texts)

    at_once, one_after_the_other = both_ways()

    assert at_once == one_after_the_other
    assert {status for _, status, *_ in at_once[1]} >= ({"killed"} if trust != "low" else {"waiting"})


def test_folding_fifty_takes_hardly_more_queries_than_folding_five(django_assert_max_num_queries: Any):
    source, chance = make_source(), random.Random(7)

    for number, many in enumerate((5, 50)):
        said = [sentences(chance, 4) for _ in range(many)]
        names = [{"source": source, "headline": head[:40], "wire_id": f"n{number}-{head}"} for head, *_ in said]
        send((f"<p>{' '.join(rest)}</p>", name) for (_, *rest), name in zip(said, names, strict=True))
        with django_assert_max_num_queries(32):
            together()

    assert Fold.objects.count() == 55

from datetime import timedelta

import pytest
from builders import NOON, make_item, make_report, make_story

from writethru.stories.actions.file import file_report
from writethru.stories.actions.hold import spike_report
from writethru.stories.actions.propose import (
    AlreadyDecided,
    AlreadyPublished,
    accept_proposal,
    accept_story_proposal,
    propose_filing,
    propose_fold,
    spike_proposal,
)
from writethru.stories.actions.publish import publish_version
from writethru.stories.models import Entry, Fold, Proposal, Report, ReportState, Story

pytestmark = pytest.mark.django_db

WHY = [["same_slugline", "LIGHTHOUSE"]]
SHORT = "<p>The lighthouse was sold on Tuesday.</p>"
FULL = SHORT + "<p>The buyer is a retired clockmaker who has promised to keep the lamp lit for the fishing fleet.</p>"


def report_of_a_take(html: str, **fields: object) -> Report:
    """Return a report as the folding lane begins one, with the fold of its first take."""
    report = make_report(html=html, publish=False, **fields)
    item = ReportState.objects.get(report=report).item
    Fold.objects.create(item=item, report=report, kind="first", score=0.0, folded_at=NOON)
    return report


def proposed_fold(**into: object) -> tuple[Proposal, Report, Report]:
    into_report, report = report_of_a_take(SHORT, **into), report_of_a_take(FULL, dated_at=NOON + timedelta(hours=1))
    return propose_fold(report, into=into_report, score=0.5, because=WHY, now=NOON), report, into_report


def test_a_proposal_is_made_once_for_the_same_two():
    proposal, report, into = proposed_fold()

    again = propose_fold(report, into=into, score=0.9, because=[], now=NOON)

    assert (again, again.score, again.because) == (proposal, 0.5, WHY)


def test_an_accepted_fold_puts_the_takes_into_the_report_with_the_reasons():
    proposal, report, into = proposed_fold()
    take = report.folds.get().item

    assert accept_proposal(proposal, user=None, now=NOON) == into

    folds = list(Fold.objects.order_by("item").values_list("report", "kind", "score", "because"))
    assert folds == [(into.pk, "first", 0.0, []), (into.pk, "take", 0.5, WHY)]
    assert list(Report.objects.values_list("pk", "html")) == [(into.pk, FULL)]
    assert ReportState.objects.get().item == take
    assert not Proposal.objects.exists()


def test_an_accepted_fold_of_a_shorter_take_leaves_the_fuller_text():
    into, report = report_of_a_take(FULL), report_of_a_take(SHORT, dated_at=NOON + timedelta(hours=1))
    proposal = propose_fold(report, into=into, score=0.5, because=WHY, now=NOON)

    accept_proposal(proposal, user=None, now=NOON)

    assert Report.objects.get().html == FULL


def test_an_accepted_fold_takes_its_filings_along():
    proposal, report, into = proposed_fold()
    story = make_story()
    file_report(report, story=story, user=None, now=NOON, because=[["told", "The lighthouse"]])

    accept_proposal(proposal, user=None, now=NOON)

    assert list(Entry.objects.values_list("story", "report", "because")) == [
        (story.pk, into.pk, [["told", "The lighthouse"]])
    ]


def test_an_accepted_fold_of_a_kill_kills():
    into = make_report(html=SHORT)
    report = report_of_a_take("<p>Please kill.</p>", headline="KILL-The lighthouse is sold")
    proposal = propose_fold(report, into=into, score=0.5, because=WHY, now=NOON)

    accept_proposal(proposal, user=None, now=NOON)

    state = ReportState.objects.select_related("current").get()
    assert (state.report, state.status, state.current.kind) == (into, "killed", "withdrawal")


def test_a_published_report_is_not_folded_away_and_its_proposal_stays_open():
    proposal, report, _into = proposed_fold()
    publish_version(report, user=None, now=NOON)

    with pytest.raises(AlreadyPublished):
        accept_proposal(proposal, user=None, now=NOON)

    assert Proposal.objects.get().status == "open"
    assert Report.objects.count() == 2


def test_an_accepted_filing_makes_the_entry_with_its_score_and_reasons():
    report, story = make_report(publish=False), make_story()
    proposal = propose_filing(report, story=story, score=0.6, because=WHY, now=NOON)

    assert accept_proposal(proposal, user=None, now=NOON) == report

    assert list(Entry.objects.values_list("story", "report", "score", "because")) == [(story.pk, report.pk, 0.6, WHY)]
    assert list(Proposal.objects.values_list("status", "decided_at")) == [("accepted", NOON)]


def test_a_spiked_proposal_is_not_made_again():
    proposal, report, into = proposed_fold()

    spike_proposal(proposal, user=None, now=NOON)
    propose_fold(report, into=into, score=0.9, because=WHY, now=NOON)

    assert list(Proposal.objects.values_list("status", "score")) == [("spiked", 0.5)]


@pytest.mark.parametrize("decide", [accept_proposal, spike_proposal])
def test_what_is_decided_is_decided_once(decide: object):
    report, story = make_report(publish=False), make_story()
    proposal = propose_filing(report, story=story, score=0.6, because=WHY, now=NOON)
    spike_proposal(proposal, user=None, now=NOON)

    with pytest.raises(AlreadyDecided):
        decide(proposal, user=None, now=NOON)

    assert Proposal.objects.get().status == "spiked"
    assert not Entry.objects.exists()


def test_a_report_of_several_takes_moves_whole():
    proposal, report, into = proposed_fold()
    more = make_item(source=report.source, html=FULL)
    Fold.objects.create(item=more, report=report, kind="take", score=1.0, folded_at=NOON)

    accept_proposal(proposal, user=None, now=NOON)

    assert set(Fold.objects.values_list("report", flat=True)) == {into.pk}
    assert Fold.objects.count() == 3


def proposed_story(n: int = 4) -> tuple[Proposal, list[Report]]:
    first, *others = reports = [make_report(publish=False) for _ in range(n)]
    told = {"title": "Lighthouses", "others": [one.pk for one in others], "score": 0.6, "because": WHY}
    return Proposal.objects.create(kind="story", report=first, made_at=NOON, **told), reports


def test_a_story_is_opened_with_those_of_its_group_that_are_in_none_and_not_set_aside():
    proposal, (first, spiked, filed, last) = proposed_story()
    spike_report(spiked, user=None, now=NOON)
    file_report(filed, story=make_story(), user=None, now=NOON, because=[])

    story = accept_story_proposal(proposal, title="Towers", section=None, user=None, now=NOON)

    entries = list(Entry.objects.filter(story=story).order_by("report").values_list("report", "because", "score"))
    assert story.title == "Towers"
    assert entries == [(first.pk, WHY, 0.6), (last.pk, WHY, 0.6)]
    with pytest.raises(AlreadyDecided):
        accept_story_proposal(proposal, title="Towers", section=None, user=None, now=NOON)


def test_no_story_is_opened_where_nothing_of_the_group_is_left():
    proposal, reports = proposed_story()
    for report in reports:
        file_report(report, story=make_story(), user=None, now=NOON, because=[])

    with pytest.raises(AlreadyDecided):
        accept_story_proposal(proposal, title="Towers", section=None, user=None, now=NOON)

    assert list(Story.objects.values_list("title", flat=True)) == ["The lighthouse"]
    assert Proposal.objects.get().status == "open"

"""What an editor decides at the desk, and taking it back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_item, make_report, make_source, make_story
from django.contrib.auth import get_user_model

from writethru.stories import pagestore
from writethru.stories.actions.file import file_report, open_story_with, unfile_report
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.hold import (
    NotInThatState,
    keep_version,
    release_report,
    spike_report,
    unspike_report,
    withhold_report,
)
from writethru.stories.actions.lease import take_lease
from writethru.stories.actions.propose import (
    AlreadyDecided,
    accept_proposal,
    propose_filing,
    propose_fold,
    spike_proposal,
)
from writethru.stories.actions.publish import publish_version
from writethru.stories.actions.takes import CantUnfold, unfold_item
from writethru.stories.actions.undo import CantUndo, last_decision, undo_decision
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import (
    Apart,
    Bake,
    Decision,
    Entry,
    Fold,
    Gone,
    Proposal,
    Report,
    ReportState,
    Section,
    Story,
    Version,
)
from writethru.stories.queries import is_gone, readings
from writethru.wire.models import Source

pytestmark = pytest.mark.django_db

SHORT = (
    "<p>The port of Ember Quay has sold its lighthouse to a retired clockmaker for one peso, it said on Tuesday.</p>"
)
FULL = SHORT + "<p>The buyer has promised to keep the lamp lit and to open the tower to schools twice in a year.</p>"
OTHER = "<p>A second tower is for sale on the far mole, and nobody has asked the price of it so far, the port said.</p>"
LATER = timedelta(hours=1)
WHY = [["same_headline", 1.0]]


@pytest.fixture
def editor() -> Any:
    return get_user_model().objects.create_user("editor@desk.example", "a lamp on the rock")


def take(source: Source, html: str = SHORT, **fields: Any) -> Fold:
    item = make_item(source=source, html=html, **{"received_at": fields.get("dated_at", NOON), **fields})
    assert take_lease(LANE, claimed_by="lane", seconds=60)
    return fold_item(item, claimed_by="lane", now=item.received_at)


def fresh(report: Report) -> Report:
    return Report.objects.select_related("state__item", "state__current").get(pk=report.pk)


def undo(editor: Any) -> Report | None:
    decision = last_decision(editor, now=NOON)
    assert decision is not None
    return undo_decision(decision, user=editor, now=NOON)


def everything() -> dict[str, list[Any]]:
    """Return every row that a decision may touch, so that an undone one can be shown to have left no trace."""
    models = (Report, ReportState, Fold, Entry, Proposal, Apart, Version, Gone)
    return {model.__name__: sorted(model.objects.values_list(), key=repr) for model in models}


def published_with_take() -> tuple[Report, Fold]:
    """Return a report that was published with its first take, and a second one that the wire sent under the same id."""
    wire = make_source()
    first = take(wire, wire_id="lh-1")
    publish_version(first.report, user=None, now=NOON)
    return fresh(first.report), take(wire, FULL, wire_id="lh-1", dated_at=NOON + LATER)


# Taking a take out of a report


def test_a_take_that_is_not_published_yet_becomes_a_waiting_report_again(editor: Any):
    report, second = published_with_take()

    own = unfold_item(second.item, user=editor, now=NOON)

    assert [(fold.report, fold.kind) for fold in Fold.objects.order_by("item")] == [(report, "first"), (own, "first")]
    assert (fresh(own).html, fresh(own).state.status) == (FULL, "waiting")
    assert (fresh(report).html, fresh(report).state.item) == (SHORT, report.state.item)
    assert [version.number for version in report.versions.all()] == [1]
    assert list(Apart.objects.values_list("report", "other")) == [(own.pk, report.pk)]


def test_a_published_take_leaves_by_a_new_version_with_the_text_before(editor: Any):
    report, second = published_with_take()
    publish_version(fresh(report), user=editor, now=NOON + LATER)
    path = f"{fresh(report).state.path_on_site}v2/"
    pagestore.put(path, b"the wrong version")

    unfold_item(second.item, user=editor, now=NOON + 2 * LATER)

    versions = list(report.versions.order_by("number").values_list("number", "html", "grade", "sealed", "quiet"))
    assert versions == [
        (1, SHORT, "alert", False, False),
        (2, FULL, "note", True, False),
        (3, SHORT, "silent", False, True),
    ]
    assert [version.number for version in readings([report.pk])[report.pk].versions] == [3, 1]
    assert is_gone(path)
    assert (fresh(report).html, fresh(report).based_on, fresh(report).state.item_id) == (SHORT, 3, report.state.item_id)
    assert (
        Bake.objects.get(path=report.state.path_on_site).asked > Bake.objects.get(path=report.state.path_on_site).done
    )
    assert publish_version(fresh(report), user=editor, now=NOON + 3 * LATER) is None


def test_the_file_of_a_version_that_was_taken_out_goes_with_the_commit(
    editor: Any, django_capture_on_commit_callbacks: Callable[..., Any]
):
    report, second = published_with_take()
    publish_version(fresh(report), user=editor, now=NOON + LATER)
    path = f"{fresh(report).state.path_on_site}v2/"
    pagestore.put(path, b"the wrong version")

    with django_capture_on_commit_callbacks(execute=True):
        unfold_item(second.item, user=editor, now=NOON)

    assert pagestore.get(path) is None


def test_a_take_below_the_one_that_stands_goes_without_a_new_version(editor: Any):
    report, second = published_with_take()
    publish_version(fresh(report), user=editor, now=NOON + LATER)
    third = take(report.source, FULL + OTHER, wire_id="lh-2", evolved_from="lh-1", dated_at=NOON + 2 * LATER)
    publish_version(fresh(report), user=editor, now=NOON + 2 * LATER)

    unfold_item(second.item, user=editor, now=NOON)

    assert third.report == report
    assert list(report.versions.order_by("number").values_list("number", "sealed")) == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert fresh(report).html == FULL + OTHER


def test_later_sendings_under_the_id_go_along(editor: Any):
    wire = make_source()
    first = take(wire, wire_id="a")
    second = take(wire, FULL, wire_id="b", evolved_from="a", dated_at=NOON + LATER)
    third = take(wire, FULL + OTHER, wire_id="b", dated_at=NOON + 2 * LATER)

    own = unfold_item(second.item, user=editor, now=NOON)

    assert second.report == third.report == first.report
    assert set(own.folds.values_list("item", flat=True)) == {second.item_id, third.item_id}
    assert fresh(own).html == FULL + OTHER
    assert fresh(first.report).html == SHORT


def test_the_first_take_and_a_killed_report_are_refused(editor: Any):
    report, second = published_with_take()

    with pytest.raises(CantUnfold, match="began with this take"):
        unfold_item(report.folds.get(kind="first").item, user=editor, now=NOON)
    withdraw_report(fresh(report), user=editor, now=NOON)
    with pytest.raises(CantUnfold, match="has been killed"):
        unfold_item(second.item, user=editor, now=NOON)

    assert not Apart.objects.exists()


def test_the_next_take_of_an_id_that_was_told_apart_goes_by_its_text(editor: Any):
    wire = make_source()
    first = take(wire, FULL, wire_id="x")
    other = take(wire, OTHER * 2, wire_id="x", dated_at=NOON + LATER)
    own = unfold_item(other.item, user=editor, now=NOON)

    of_first = take(wire, FULL.replace("twice in a year", "three times a year"), wire_id="x", dated_at=NOON + 2 * LATER)
    of_other = take(wire, OTHER * 2 + "<p>It will.</p>", wire_id="x", dated_at=NOON + 3 * LATER)

    assert (of_first.report, of_first.because[0]) == (first.report, ["told_apart", "same_id"])
    assert of_other.report == own


def test_an_unfolded_take_is_folded_again_by_undo(editor: Any):
    report, second = published_with_take()
    own = unfold_item(second.item, user=editor, now=NOON)

    assert undo(editor) == report

    assert not Report.objects.filter(pk=own.pk).exists()
    assert not Apart.objects.exists()
    assert list(report.folds.values_list("item", "score", "because", "by")) == [
        (report.folds.first().item_id, 0.0, [], None),
        (second.item_id, 1.0, [["same_id", "lh-1"]], editor.pk),
    ]
    assert fresh(report).html == FULL


# Undoing an accepted fold


def two_reports() -> tuple[Proposal, Report, Report]:
    wire = make_source()
    first, second = take(wire), take(wire, OTHER, headline="A second tower", dated_at=NOON + LATER)
    assert first.report != second.report
    return propose_fold(second.report, into=first.report, score=0.5, because=WHY, now=NOON), second.report, first.report


def test_an_undone_fold_leaves_every_row_as_it_was(editor: Any):
    proposal, report, into = two_reports()
    story = make_story()
    file_report(report, story=story, user=None, now=NOON, because=[["told", story.title]])
    propose_filing(report, story=make_story("Another"), score=0.3, because=WHY, now=NOON)
    report.headline = "In an editor’s words"
    report.save_revision(user=editor)
    before = everything()

    accept_proposal(proposal, user=editor, now=NOON)
    assert set(Report.objects.values_list("pk", flat=True)) == {into.pk}
    assert undo(editor) == report

    assert everything() == before
    assert fresh(report).latest_revision.as_object().headline == "In an editor’s words"


def test_a_fold_that_was_published_since_is_undone_by_a_version(editor: Any):
    proposal, report, into = two_reports()
    publish_version(fresh(into), user=editor, now=NOON)
    accept_proposal(proposal, user=editor, now=NOON)
    publish_version(fresh(into), user=None, now=NOON)

    undo_decision(Decision.objects.get(kind="fold"), user=editor, now=NOON)

    assert (fresh(report).html, fresh(report).state.status) == (OTHER, "waiting")
    assert list(into.versions.order_by("number").values_list("html", "sealed")) == [
        (SHORT, False),
        (OTHER, True),
        (SHORT, False),
    ]
    assert Proposal.objects.get().status == "open"


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (lambda into, editor: withdraw_report(into, user=None, now=NOON), "has been killed since"),
        (
            lambda into, editor: unfold_item(into.folds.get(kind="take").item, user=None, now=NOON),
            "have been moved on since",
        ),
    ],
)
def test_a_fold_that_has_gone_on_is_not_undone_and_says_why(editor: Any, meanwhile: Callable[..., Any], sentence: str):
    proposal, _report, into = two_reports()
    accept_proposal(proposal, user=editor, now=NOON)
    meanwhile(fresh(into), editor)
    before = everything()

    with pytest.raises(CantUndo, match=sentence):
        undo_decision(Decision.objects.get(kind="fold"), user=editor, now=NOON)

    assert everything() == before


def test_a_newer_take_of_the_report_stays_when_a_fold_is_undone(editor: Any):
    proposal, report, into = two_reports()
    accept_proposal(proposal, user=editor, now=NOON)
    newer = take(into.source, FULL, wire_id=into.folds.get(kind="first").item.wire_id, dated_at=NOON + 2 * LATER)

    undo(editor)

    assert newer.report == into
    assert (fresh(into).html, fresh(report).html) == (FULL, OTHER)


# Undoing the rest


def test_what_is_undone_leaves_every_row_as_it_was(editor: Any):
    proposal, report, into = two_reports()
    published, _take = published_with_take()
    filing = propose_filing(report, story=make_story(), score=0.3, because=WHY, now=NOON)
    entry = file_report(published, story=make_story("Old"), user=None, now=NOON, because=WHY)
    spiked = make_report(publish=False)
    spike_report(spiked, user=None, now=NOON)
    withheld = make_report()
    withhold_report(withheld, user=None, now=NOON)

    def done(act: Callable[[], object]) -> tuple[bool, str, dict[str, int]]:
        before = everything()
        act()
        changed = everything() != before
        kind = last_decision(editor, now=NOON).kind
        undo(editor)
        after = everything()
        return changed, kind, {name: 1 for name, rows in after.items() if rows != before[name]}

    told = [
        done(lambda: spike_proposal(proposal, user=editor, now=NOON)),
        done(lambda: accept_proposal(filing, user=editor, now=NOON)),
        done(lambda: spike_proposal(filing, user=editor, now=NOON)),
        done(lambda: file_report(report, story=make_story("A third"), user=editor, now=NOON, because=WHY)),
        done(lambda: unfile_report(entry, user=editor, now=NOON)),
        done(lambda: spike_report(report, user=editor, now=NOON)),
        done(lambda: unspike_report(spiked, user=editor, now=NOON)),
        done(lambda: keep_version(published, user=editor, now=NOON)),
        done(lambda: withhold_report(published, user=editor, now=NOON)),
        done(lambda: release_report(withheld, user=editor, now=NOON)),
        done(lambda: open_story_with(into, title="New", section=Section.objects.first(), user=editor, now=NOON)),
    ]

    kinds = "apart file elsewhere file unfile spike unspike keep withhold release open".split()
    assert told == [(True, kind, {}) for kind in kinds]
    assert not Story.objects.filter(title="New").exists()
    assert last_decision(editor, now=NOON) is None


@pytest.mark.parametrize("act", [publish_version, withdraw_report])
def test_what_readers_were_given_is_not_undone(editor: Any, act: Callable[..., Any]):
    act(make_report(publish=act is withdraw_report), user=editor, now=NOON)
    before = everything()

    with pytest.raises(CantUndo, match="can't be undone"):
        undo(editor)

    assert everything() == before
    assert Decision.objects.get().undone_at is None


def test_a_story_that_somebody_has_used_since_stays_and_says_why(editor: Any):
    report, other = make_report(publish=False), make_report(publish=False)
    story = open_story_with(report, title="New", section=Section.objects.first(), user=editor, now=NOON)
    decision = Decision.objects.get()
    file_report(other, story=story, user=None, now=NOON, because=WHY)

    with pytest.raises(CantUndo, match="Other reports have been filed"):
        undo(editor)
    story.entries.filter(report=other).delete()
    Story.objects.filter(pk=story.pk).update(standfirst="What it is about.")
    with pytest.raises(CantUndo, match="worked on the story"):
        undo(editor)

    assert Decision.objects.get(undone_at=None) == decision


def test_each_decision_is_undone_once_and_the_last_first(editor: Any):
    report = make_report(publish=False)
    file_report(report, story=make_story(), user=editor, now=NOON, because=WHY)
    spike_report(report, user=editor, now=NOON)
    first = last_decision(editor, now=NOON)

    undo(editor)
    with pytest.raises(CantUndo, match="undone already"):
        undo_decision(first, user=editor, now=NOON)
    undo(editor)

    assert last_decision(editor, now=NOON) is None
    assert (fresh(report).state.status, Entry.objects.count()) == ("waiting", 0)


def test_undo_is_of_ones_own_and_of_today(editor: Any):
    colleague = get_user_model().objects.create_user("colleague@desk.example", "a lamp on the rock")
    spike_report(make_report(publish=False), user=colleague, now=NOON)
    spike_report(make_report(publish=False), user=editor, now=NOON - timedelta(days=1))

    assert last_decision(editor, now=NOON) is None


def test_a_report_that_went_on_is_not_spiked(editor: Any):
    report = make_report()

    with pytest.raises(NotInThatState, match="The report is published by now"):
        spike_report(report, user=editor, now=NOON)
    with pytest.raises(NotInThatState, match="The report is published by now"):
        release_report(report, user=editor, now=NOON)

    assert not Decision.objects.exists()


def test_a_withheld_report_leaves_its_pages_and_comes_back(
    editor: Any, django_capture_on_commit_callbacks: Callable[..., Any]
):
    report = make_report(stories=[make_story()])
    path = fresh(report).state.path_on_site
    pagestore.put(path, b"as it stood")

    with django_capture_on_commit_callbacks(execute=True):
        withhold_report(report, user=editor, now=NOON)

    assert (pagestore.get(path), readings([report.pk]), is_gone(path)) == (None, {}, False)
    with django_capture_on_commit_callbacks(execute=True):
        release_report(report, user=editor, now=NOON)
    assert report.pk in readings([report.pk])


def test_a_spiked_fold_tells_the_two_apart_and_two_spikes_are_one(editor: Any):
    proposal, report, into = two_reports()

    spike_proposal(proposal, user=editor, now=NOON)

    assert list(Apart.objects.values_list("report", "other")) == [(report.pk, into.pk)]
    with pytest.raises(AlreadyDecided):
        spike_proposal(proposal, user=editor, now=NOON)


def test_proposals_toward_a_report_that_is_folded_away_go_on_toward_where_it_went(editor: Any):
    proposal, report, into = two_reports()
    third = take(report.source, "<p>Nothing else.</p>", headline="Third", dated_at=NOON + LATER).report
    toward = propose_fold(third, into=report, score=0.5, because=WHY, now=NOON)

    accept_proposal(proposal, user=editor, now=NOON)

    assert Proposal.objects.get(pk=toward.pk).into == into
    undo(editor)
    assert Proposal.objects.get(pk=toward.pk).into == report


def test_what_another_editor_withholds_is_not_shown_again_by_an_older_undo(editor: Any):
    report = make_report()
    other = get_user_model().objects.create_superuser("other@desk.example", "a lamp on the rock")
    withhold_report(report, user=editor, now=NOON)
    release_report(report, user=other, now=NOON)
    withhold_report(report, user=other, now=NOON)

    with pytest.raises(CantUndo, match="Another editor has decided"):
        undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)

    assert ReportState.objects.get().status == "withheld"
    undo_decision(last_decision(other, now=NOON), user=other, now=NOON)
    assert ReportState.objects.get().status == "published"

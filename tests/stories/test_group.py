from datetime import timedelta

import pytest
from builders import NOON, make_report, make_story
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES

from writethru.stories import jobs
from writethru.stories.actions.file import file_report, open_section
from writethru.stories.actions.group import group_reports
from writethru.stories.actions.propose import (
    AlreadyDecided,
    accept_proposal,
    accept_story_proposal,
    propose_filing,
    propose_fold,
    spike_proposal,
)
from writethru.stories.actions.undo import CantUndo, last_decision, undo_decision
from writethru.stories.actions.window import Window
from writethru.stories.models import Decision, Entry, Fold, Proposal, Report, Story

pytestmark = pytest.mark.django_db


def wire(*copies: tuple[tuple[str, str], ...]) -> list[Report]:
    """Return waiting reports of this copy, each a minute after the other, among reports that stand alone."""
    told = [one for copy in (*copies, SINGLES) for one in copy]
    return [
        make_report(headline=headline, html=f"<p>{text}</p>", publish=False, dated_at=NOON + timedelta(minutes=n))
        for n, (headline, text) in enumerate(told)
    ]


def grouped() -> list[Proposal]:
    group_reports(Window(), background=RARITY, now=NOON)
    return list(Proposal.objects.filter(status=Proposal.Status.OPEN).order_by("pk"))


def ids(reports: list[Report]) -> set[int]:
    return {report.pk for report in reports}


def test_reports_that_hang_together_are_proposed_as_a_story():
    reports = wire(BRIDGE)

    (proposal,) = grouped()

    assert (proposal.kind, proposal.story, proposal.into) == ("story", None, None)
    assert {proposal.report_id, *proposal.others} == ids(reports[:6])
    assert proposal.title == proposal.report.state.item.headline
    because = dict(proposal.because)
    assert because["hangs_together"] == 5
    assert because["names_shared"] == "Hobble"
    assert "Hobble bridge" in because["words_shared"]
    assert because["nearest"] in {headline for headline, _ in BRIDGE}


def test_a_story_of_reports_without_headlines_is_called_by_how_its_text_begins():
    wire(tuple(("", text) for _headline, text in BRIDGE))

    (proposal,) = grouped()

    words = proposal.title.removesuffix("…").split()
    assert len(words) == 8
    assert any(text.startswith(" ".join(words)) for _headline, text in BRIDGE)


def test_what_waits_is_proposed_for_the_story_that_it_hangs_together_with():
    reports, story = wire(BRIDGE), make_story("The Hobble bridge")
    for report in reports[:4]:
        file_report(report, story=story, because=[], user=None, now=NOON)

    found = grouped()

    assert {(one.kind, one.report_id, one.story_id) for one in found} == {
        ("file", report.pk, story.pk) for report in reports[4:6]
    }


def test_a_filing_that_holds_no_more_is_taken_back_but_not_what_the_wire_said():
    reports, story, other = wire(BRIDGE), make_story("The Hobble bridge"), make_story("Turnips")
    for report in reports[:4]:
        file_report(report, story=story, because=[], user=None, now=NOON)
    follow_up = propose_filing(reports[4], story=other, score=0.4, because=[["same_slugline", "HOBBLE"]], now=NOON)
    assert {(one.report_id, one.story_id) for one in grouped()} == {
        (reports[4].pk, story.pk),
        (reports[5].pk, story.pk),
        (reports[4].pk, other.pk),
    }

    Entry.objects.all().delete()
    found = grouped()

    assert [(one.kind, one.pk) for one in found if one.kind == "file"] == [("file", follow_up.pk)]
    assert [{one.report_id, *one.others} for one in found if one.kind == "story"] == [ids(reports[:6])]


def test_grouping_again_changes_nothing():
    wire(BRIDGE, LAMP)
    before = [(one.pk, one.report_id, one.others, one.because) for one in grouped()]

    assert [(one.pk, one.report_id, one.others, one.because) for one in grouped()] == before
    assert len(before) == 2


def test_the_lane_is_held_for_as_many_queries_however_many_reports_wait():
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            grouped()
        statements = [query["sql"] for query in caught]
        return len(statements) - next(at for at, sql in enumerate(statements) if "stories_lease" in sql)

    for copy in (BRIDGE, LAMP):
        story = make_story(copy[0][0])
        for headline, text in copy[:3]:
            make_report(headline=headline, html=f"<p>{text}</p>", publish=False, stories=[story])
    wire(BRIDGE[3:5], LAMP[3:4])
    asked()  # the lease is made at the first time
    before = Proposal.objects.count()
    Proposal.objects.all().delete()
    few = [asked(), asked()]
    Proposal.objects.all().delete()
    wire(*[BRIDGE[3:], LAMP[3:]] * 2)

    assert [asked(), asked()] == few
    assert Proposal.objects.count() > 3 * before


def test_a_proposal_grows_with_its_story_and_keeps_the_title():
    reports = wire(BRIDGE[:5])
    (before,) = grouped()
    headline, text = BRIDGE[5]
    late = make_report(headline=headline, html=f"<p>{text}</p>", publish=False, dated_at=NOON + timedelta(hours=1))

    (after,) = grouped()

    assert (after.pk, after.title) == (before.pk, before.title)
    assert {after.report_id, *after.others} == ids([*reports[:5], late])


def test_what_holds_no_more_is_taken_back():
    reports, story = wire(BRIDGE), make_story("Turnips")
    grouped()
    for report in reports[:6]:
        file_report(report, story=story, because=[], user=None, now=NOON)

    assert grouped() == []


def test_an_accepted_story_is_opened_with_all_its_reports():
    reports, section = wire(BRIDGE), open_section("Bridges", now=NOON)
    (proposal,) = grouped()

    story = accept_story_proposal(proposal, title="The toll", section=section, user=None, now=NOON)

    assert (story.title, story.get_parent().specific) == ("The toll", section)
    assert set(Entry.objects.values_list("story", "report")) == {(story.pk, report.pk) for report in reports[:6]}
    with pytest.raises(AlreadyDecided):
        accept_story_proposal(proposal, title="The toll", section=section, user=None, now=NOON)


def test_an_accepted_story_leaves_out_what_was_filed_meanwhile():
    reports, story = wire(BRIDGE), make_story("Turnips")
    (proposal,) = grouped()
    file_report(reports[0], story=story, because=[], user=None, now=NOON)

    opened = accept_story_proposal(proposal, title="The toll", section=None, user=None, now=NOON)

    assert set(opened.entries.values_list("report", flat=True)) == ids(reports[1:6])


def test_opening_a_proposed_story_can_be_undone(django_user_model: type):
    wire(BRIDGE)
    open_section("Bridges", now=NOON)
    (proposal,) = grouped()
    editor = django_user_model.objects.create_user(email="ed@example.org", password=None)
    accept_story_proposal(proposal, title="The toll", section=None, user=editor, now=NOON)

    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)

    assert not Story.objects.exists()
    assert not Entry.objects.exists()
    assert Proposal.objects.get().status == "open"


def test_a_proposed_story_that_has_gone_on_is_not_undone(django_user_model: type):
    reports = wire(BRIDGE)
    open_section("Bridges", now=NOON)
    (proposal,) = grouped()
    editor = django_user_model.objects.create_user(email="ed@example.org", password=None)
    story = accept_story_proposal(proposal, title="The toll", section=None, user=editor, now=NOON)
    file_report(reports[-1], story=story, because=[], user=None, now=NOON)

    with pytest.raises(CantUndo):
        undo_decision(Decision.objects.get(kind="open"), user=editor, now=NOON)


def test_a_spiked_story_is_not_proposed_again_until_more_has_come():
    reports = wire(BRIDGE[:5])
    (proposal,) = grouped()
    spike_proposal(proposal, user=None, now=NOON)

    assert grouped() == []

    headline, text = BRIDGE[5]
    late = make_report(headline=headline, html=f"<p>{text}</p>", publish=False, dated_at=NOON + timedelta(hours=1))
    (again,) = grouped()
    assert {again.report_id, *again.others} == ids([*reports[:5], late])


def test_a_spiked_story_stays_spiked_when_its_first_report_is_folded_away_and_brought_back(django_user_model: type):
    reports = wire(BRIDGE)
    (proposal,) = grouped()
    editor = django_user_model.objects.create_user(email="ed@example.org", password=None)
    spike_proposal(proposal, user=None, now=NOON)
    into = next(report for report in reports if report != proposal.report)
    for report in (proposal.report, into):
        Fold.objects.create(item=report.state.item, report=report, kind="first", score=0.0, folded_at=NOON)

    fold = propose_fold(proposal.report, into=into, score=0.5, because=[], now=NOON)
    accept_proposal(fold, user=editor, now=NOON)
    folded = grouped()
    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)

    assert folded == []
    assert [one.kind for one in grouped()] == ["fold"]


def test_the_window_reads_a_text_once(django_assert_num_queries: object):
    wire(BRIDGE)
    window = Window()
    first = window.read()

    with django_assert_num_queries(2):  # type: ignore[operator]
        assert window.read() == first


def test_the_job_groups_when_something_has_come_and_tries_again_when_it_fails(monkeypatch: pytest.MonkeyPatch):
    runs: list[bool] = []

    def grouping(*_given: object, **_named: object) -> None:
        runs.append(True)
        if len(runs) == 1:
            raise OperationalError("busy")

    monkeypatch.setattr(jobs, "_window", Window())
    monkeypatch.setattr(jobs, "group_reports", grouping)
    reports, story = wire(BRIDGE), make_story("The Hobble bridge")

    with pytest.raises(OperationalError):
        jobs.group_waiting_reports.call_local()
    for _ in range(2):
        jobs.group_waiting_reports.call_local()
    assert len(runs) == 2

    file_report(reports[0], story=story, because=[], user=None, now=NOON)
    jobs.group_waiting_reports.call_local()
    assert len(runs) == 3

from datetime import timedelta

import pytest
from builders import NOON, make_report, make_staff, make_story
from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES

from writethru.stories.actions.file import file_report, mark_key_entry
from writethru.stories.actions.group import group_reports
from writethru.stories.actions.move import accept_move
from writethru.stories.actions.propose import AlreadyDecided, spike_proposal
from writethru.stories.actions.undo import CantUndo, last_decision, undo_decision
from writethru.stories.actions.window import Window
from writethru.stories.models import Entry, Proposal, Report, Story

pytestmark = pytest.mark.django_db

FOUND = [["hangs_together", 5]]  # as the engine files
TwoInOne = tuple[Story, Story, list[Report]]


def told(
    copy: tuple[tuple[str, str], ...], story: Story | None, *, because: list[list[object]] = FOUND
) -> list[Report]:
    reports = [
        make_report(headline=headline, html=f"<p>{text}</p>", publish=False, dated_at=NOON + timedelta(minutes=n))
        for n, (headline, text) in enumerate(copy)
    ]
    for report in reports if story else ():
        file_report(report, story=story, because=because, user=None, now=NOON)
    return reports


def proposed() -> list[Proposal]:
    group_reports(Window(), background=RARITY, now=NOON)
    return list(Proposal.objects.filter(status=Proposal.Status.OPEN, kind=Proposal.Kind.MOVE).order_by("pk"))


def ids(proposal: Proposal) -> set[int]:
    return {proposal.report_id, *proposal.others}


def where() -> dict[int, str]:
    return dict(Entry.objects.values_list("report", "story__title"))


@pytest.fixture
def two_in_one() -> TwoInOne:
    """Return a story with four reports, another with two that belong to the first, and these two."""
    bridge, other = make_story("The bridge"), make_story("A crossing")
    told(BRIDGE[:4], bridge)
    astray = told(BRIDGE[4:6], other)
    told(SINGLES, None)
    return bridge, other, astray


@pytest.fixture
def one_that_is_two() -> list[Report]:
    """Return the fewer reports of a story that is two."""
    story = make_story("Everything")
    told(BRIDGE, story)
    lamp = told(LAMP[:5], story)
    told(SINGLES, None)
    return lamp


def test_of_two_stories_that_are_one_the_smaller_is_proposed_to_move(two_in_one: TwoInOne):
    bridge, other, astray = two_in_one

    (proposal,) = proposed()

    assert (proposal.out_of, proposal.story, ids(proposal)) == (other, bridge, {one.pk for one in astray})
    assert dict(proposal.because)["hangs_together"] == 5


def test_a_move_that_is_accepted_moves_its_reports_and_is_undone_exactly(two_in_one: TwoInOne):
    bridge, _other, astray = two_in_one
    editor, before = make_staff("kit@example.org"), list(Entry.objects.order_by("report").values())
    (proposal,) = proposed()

    assert accept_move(proposal, user=editor, now=NOON) == bridge
    assert {where()[one.pk] for one in astray} == {"The bridge"}
    assert proposed() == []

    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)
    assert list(Entry.objects.order_by("report").values()) == before
    assert Proposal.objects.get(pk=proposal.pk).status == "open"


def test_a_story_that_is_two_is_proposed_to_be_parted_and_the_part_gets_a_story_of_its_own(
    one_that_is_two: list[Report],
):
    lamp, editor = one_that_is_two, make_staff("kit@example.org")
    (proposal,) = proposed()
    assert (proposal.story, ids(proposal)) == (None, {one.pk for one in lamp})
    assert proposal.title in {headline for headline, _ in LAMP}

    story = accept_move(proposal, title="The lamp", user=editor, now=NOON)

    assert {where()[one.pk] for one in lamp} == {"The lamp"} == {story.title}
    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)
    assert {where()[one.pk] for one in lamp} == {"Everything"}
    assert not Story.objects.filter(title="The lamp").exists()


def test_a_part_that_others_have_been_filed_into_since_stays(one_that_is_two: list[Report]):
    editor = make_staff("kit@example.org")
    (proposal,) = proposed()
    story = accept_move(proposal, title="The lamp", user=editor, now=NOON)
    file_report(make_report(headline="More"), story=story, because=[], user=None, now=NOON)

    with pytest.raises(CantUndo):
        undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)
    assert set(where().values()) >= {"The lamp"}


def test_what_an_editor_filed_and_what_is_key_stays(two_in_one: TwoInOne):
    _bridge, _other, (first, second) = two_in_one
    Entry.objects.filter(report=first).update(because=[["told", "A crossing"]])
    mark_key_entry(Entry.objects.get(report=second), label="", user=None, now=NOON)

    assert proposed() == []


def test_a_move_that_an_editor_has_spiked_is_not_proposed_again_and_that_is_undone(two_in_one: TwoInOne):
    editor = make_staff("kit@example.org")
    (proposal,) = proposed()

    spike_proposal(proposal, user=editor, now=NOON)
    assert proposed() == []

    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)
    assert [one.pk for one in proposed()] == [proposal.pk]


def test_a_move_that_holds_no_more_is_taken_back_and_one_that_holds_stays_the_same(two_in_one: TwoInOne):
    _bridge, _other, astray = two_in_one
    (first,) = proposed()
    (again,) = proposed()
    assert first.pk == again.pk

    Entry.objects.filter(report__in=astray).delete()

    assert proposed() == []


def test_of_a_move_only_what_the_editor_has_seen_moves(two_in_one: TwoInOne):
    _bridge, _other, (first, second) = two_in_one
    (proposal,) = proposed()

    accept_move(proposal, user=None, now=NOON, seen=[first.pk])

    assert (where()[first.pk], where()[second.pk]) == ("The bridge", "A crossing")


def test_a_move_of_nothing_is_decided_already(two_in_one: TwoInOne):
    _bridge, _other, astray = two_in_one
    (proposal,) = proposed()
    Entry.objects.filter(report__in=astray).delete()

    with pytest.raises(AlreadyDecided):
        accept_move(proposal, user=None, now=NOON)
    assert Proposal.objects.get(pk=proposal.pk).status == "open"

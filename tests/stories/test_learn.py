from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_item, make_report, make_source, make_staff, make_story
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from made_up_wire.many import many
from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES

from storytext.learning import NEVER, Verdict
from storytext.regression import Regression, Weights
from storytext.weights import SHIPPED
from writethru.readers.models import Account
from writethru.stories.actions.file import file_report, open_section, unfile_report
from writethru.stories.actions.fold import fold_item
from writethru.stories.actions.group import group_reports
from writethru.stories.actions.learn import (
    FEWEST_DECISIONS,
    LearnedMeanwhile,
    NothingToTakeBack,
    differences,
    go_back,
    keep,
    study,
)
from writethru.stories.actions.lease import LANE, take_lease
from writethru.stories.actions.move import accept_move
from writethru.stories.actions.propose import (
    accept_proposal,
    accept_story_proposal,
    propose_filing,
    propose_fold,
    spike_proposal,
)
from writethru.stories.actions.takes import unfold_item
from writethru.stories.actions.undo import last_decision, undo_decision
from writethru.stories.actions.verdicts import folds_seen, verdicts_on
from writethru.stories.actions.window import Window, newest
from writethru.stories.learned import SHIPS, as_data, learned
from writethru.stories.models import Entry, Fold, Learning, Proposal, Report, Story
from writethru.wire.models import Source

pytestmark = pytest.mark.django_db

WARY = Weights(Regression(SHIPPED.pairs.weights, SHIPPED.pairs.constant - 20), SHIPPED.claims)


@pytest.fixture
def editor() -> Account:
    return make_staff("editor@example.org")


def wire(*copies: tuple[tuple[str, str], ...]) -> list[Report]:
    return [
        make_report(headline=headline, html=f"<p>{text}</p>", publish=False, dated_at=NOON + timedelta(minutes=n))
        for n, (headline, text) in enumerate(one for copy in copies for one in copy)
    ]


def make_learning(weights: Weights = WARY, **fields: Any) -> Learning:
    defaults = {"number": 1, "made_at": NOON, "followed": [0.5, 0.6], "in_use": True}
    return Learning.objects.create(**{"weights": as_data(weights), **defaults, **fields})


def decided_stories(editor: Account) -> list[Story]:
    """Return seventeen stories of six reports, each filed by an editor: 102 decisions."""
    stories = []
    for number, copy in enumerate(many(17)):
        stories.append(make_story(f"Story {number}"))
        for report in wire(copy):
            file_report(report, story=stories[-1], because=[], user=editor, now=NOON)
    return stories


# What the desk's decisions say


def said() -> set[Verdict]:
    return {replace(one, others=one.others - {one.report}) for one in verdicts_on(Window().read()).verdicts}


def names(*reports: Report) -> frozenset[str]:
    return frozenset(str(report.pk) for report in reports)


def test_a_report_that_was_filed_is_of_one_story_with_the_others_there(editor: Account):
    first, second, _third = wire(BRIDGE[:3])
    story = make_story()
    file_report(first, story=story, because=[], user=None, now=NOON)
    file_report(second, story=story, because=[], user=editor, now=NOON)

    assert said() == {Verdict(str(second.pk), names(first), together=True)}
    assert verdicts_on(Window().read()).counts == {"file": 1}


def test_what_was_undone_says_nothing(editor: Account):
    first, second = wire(BRIDGE[:2])
    story = make_story()
    file_report(first, story=story, because=[], user=None, now=NOON)
    file_report(second, story=story, because=[], user=editor, now=NOON)
    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)

    assert said() == set()


def test_a_report_that_was_taken_out_is_apart_until_it_is_put_back(editor: Account):
    first, second = wire(BRIDGE[:2])
    story = make_story()
    entries = [file_report(report, story=story, because=[], user=None, now=NOON) for report in (first, second)]
    unfile_report(entries[1], user=editor, now=NOON)
    assert said() == {Verdict(str(second.pk), names(first), together=False)}

    file_report(second, story=story, because=[], user=editor, now=NOON)
    assert said() == {Verdict(str(second.pk), names(first), together=True)}


def test_a_report_in_two_stories_is_together_with_what_is_in_either(editor: Account):
    first, second, third = wire(BRIDGE[:3])
    bridge, tolls = make_story("The bridge"), make_story("Tolls")
    file_report(first, story=bridge, because=[], user=None, now=NOON)
    file_report(second, story=tolls, because=[], user=None, now=NOON)
    for story in (bridge, tolls):
        file_report(third, story=story, because=[], user=editor, now=NOON)

    assert said() == {Verdict(str(third.pk), names(first, second), together=True)}


def test_a_filing_that_was_accepted_is_together_and_one_that_was_refused_apart(editor: Account):
    first, second, third = wire(BRIDGE[:3])
    story = make_story()
    file_report(first, story=story, because=[], user=None, now=NOON)
    accepted, refused = (
        propose_filing(report, story=story, score=0.8, because=[["hangs_together", 1]], now=NOON)
        for report in (second, third)
    )
    accept_proposal(accepted, user=editor, now=NOON)
    spike_proposal(refused, user=editor, now=NOON)

    assert said() == {
        Verdict(str(second.pk), names(first), together=True),
        Verdict(str(third.pk), names(first, second), together=False),
    }


def test_a_story_that_was_opened_is_one_decision_for_all_its_reports(editor: Account):
    reports = wire(BRIDGE, SINGLES)[:6]
    group_reports(Window(), background=RARITY, now=NOON)
    section = open_section("News", now=NOON)
    accept_story_proposal(Proposal.objects.get(), title="The bridge", section=section, user=editor, now=NOON)

    assert said() == {
        Verdict(str(one.pk), names(*reports) - names(one), together=True, counts=1 / 6) for one in reports
    }
    assert verdicts_on(Window().read()).counts == {"open": 1}


def test_what_is_not_one_story_is_apart_but_for_what_was_filed_together_since(editor: Account):
    reports = wire(BRIDGE, SINGLES)[:6]
    group_reports(Window(), background=RARITY, now=NOON)
    spike_proposal(Proposal.objects.get(), user=editor, now=NOON)
    story = make_story()
    for report in reports[:2]:
        file_report(report, story=story, because=[], user=None, now=NOON)

    apart = {verdict.report: verdict.others for verdict in said() if not verdict.together}
    assert apart == {
        **{str(one.pk): names(*reports[2:]) for one in reports[:2]},
        **{str(one.pk): names(*reports) - names(one) for one in reports[2:]},
    }


def two_in_one() -> tuple[Story, Story, list[Report], Proposal]:
    """Return a story of four, another with two that belong to the first, these two, and the proposal to move them."""
    bridge, other, found = make_story("The bridge"), make_story("A crossing"), [["hangs_together", 5]]
    reports = wire(BRIDGE)
    for at, report in enumerate(reports):
        file_report(report, story=bridge if at < 4 else other, because=found, user=None, now=NOON)
    (lamp,) = wire(LAMP[:1])
    file_report(lamp, story=other, because=[], user=None, now=NOON)
    wire(SINGLES)
    group_reports(Window(), background=RARITY, now=NOON)
    return bridge, other, [*reports, lamp], Proposal.objects.get(kind=Proposal.Kind.MOVE)


def test_what_was_moved_is_together_where_it_is_and_apart_from_where_it_was(editor: Account):
    _bridge, _other, (*reports, lamp), move = two_in_one()
    accept_move(move, user=editor, now=NOON)

    four, astray = reports[:4], reports[4:]
    assert said() == {
        verdict
        for one, beside in (astray, astray[::-1])
        for verdict in (
            Verdict(str(one.pk), names(*four, beside), together=True, counts=0.5),
            Verdict(str(one.pk), names(lamp), together=False, counts=0.5),
        )
    }


def test_what_was_left_in_its_story_is_together_there_and_apart_from_the_other(editor: Account):
    _bridge, _other, (*reports, lamp), move = two_in_one()
    spike_proposal(move, user=editor, now=NOON)

    four, astray = reports[:4], reports[4:]
    assert said() == {
        verdict
        for one, beside in (astray, astray[::-1])
        for verdict in (
            Verdict(str(one.pk), names(lamp, beside), together=True, counts=0.5),
            Verdict(str(one.pk), names(*four), together=False, counts=0.5),
        )
    }


def test_decisions_are_read_by_as_many_queries_however_many_there_are(editor: Account):
    def asked() -> int:
        reports = Window().read()
        with CaptureQueriesContext(connection) as caught:
            verdicts_on(reports)
            folds_seen()
        return len(caught)

    story = make_story()
    first, *others = wire(BRIDGE)
    file_report(first, story=story, because=[], user=editor, now=NOON)
    one = asked()
    for report in others:
        file_report(report, story=story, because=[], user=editor, now=NOON)

    assert asked() == one


# Learning, and taking it back


def test_too_few_decisions_teach_nothing(editor: Account):
    first, second = wire(BRIDGE[:2])
    story = make_story()
    file_report(first, story=story, because=[], user=editor, now=NOON)
    file_report(second, story=story, because=[], user=editor, now=NOON)

    found = study(background=RARITY)

    assert (found.decisions, found.is_new, found.new.weights) == (2, False, SHIPPED)


def test_what_follows_the_decisions_better_comes_into_use(editor: Account):
    decided_stories(editor)
    make_learning()
    tried = []

    found = study(background=RARITY, heed=tried.append)
    row = keep(found, now=NOON)

    assert found.decisions == 102 >= FEWEST_DECISIONS
    assert [one.hold for one in tried] == [None, 800, 400, 200, 100, 50, 25]
    assert found.followed[0] == 0
    assert found.followed[1] > 0.9
    assert (row.number, row.in_use, row.instead_of.number) == (2, True, 1)
    assert row.decisions == {"file": 102}
    assert learned().weights == found.new.weights


def test_what_is_in_use_stays_where_nothing_does_better(editor: Account):
    decided_stories(editor)
    row = keep(study(background=RARITY), now=NOON)

    found = study(background=RARITY)

    assert row.followed == [0.0, 1.0]
    assert found.followed == (1.0, 1.0)
    assert not found.is_new


def test_a_study_writes_nothing(editor: Account):
    decided_stories(editor)
    make_learning()

    with CaptureQueriesContext(connection) as caught:
        differences(study(background=RARITY))

    assert {query["sql"].split()[0] for query in caught} == {"SELECT"}


def test_differences_are_told_by_where_each_report_would_have_been(editor: Account):
    stories = decided_stories(editor)
    make_learning()

    found = differences(study(background=RARITY))

    where = dict(Entry.objects.values_list("report", "story"))
    assert {one.report: one.new and int(one.new.story) for one in found} == where
    assert {one.old for one in found} == {None}
    assert set(where.values()) == {story.pk for story in stories}


def test_going_back_ends_at_what_ships():
    first = make_learning(in_use=False)
    make_learning(number=2, instead_of=first)
    make_learning(number=3, in_use=False)  # taken back before

    assert go_back() == first
    assert learned().number == 1
    assert go_back() is None
    assert learned() == SHIPS
    with pytest.raises(NothingToTakeBack):
        go_back()


def test_after_going_back_the_next_one_has_a_number_of_its_own(editor: Account):
    decided_stories(editor)
    first = make_learning()
    keep(study(background=RARITY), now=NOON)
    go_back()

    row = keep(study(background=RARITY), now=NOON)

    assert (row.number, row.instead_of) == (3, first)


def test_what_was_studied_beside_something_else_is_not_kept(editor: Account):
    decided_stories(editor)
    make_learning()
    found = study(background=RARITY)
    go_back()

    with pytest.raises(LearnedMeanwhile):
        keep(found, now=NOON)
    assert learned() == SHIPS


def test_what_fails_in_the_middle_leaves_in_use_what_was(editor: Account):
    decided_stories(editor)
    make_learning()

    with pytest.raises(IntegrityError), transaction.atomic():
        keep(study(background=RARITY), now=None)

    assert learned().number == 1


def test_one_learning_is_in_use():
    make_learning()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_learning(number=2)


# What is in use


def test_what_is_in_use_is_read_in_one_query(django_assert_num_queries: Any):
    make_learning(least_scores={"7": 0.9})

    with django_assert_num_queries(1):
        found = learned()

    assert (found.number, found.weights, found.least_scores) == (1, WARY, {7: 0.9})
    assert [*found.weights.pairs.weights] == [*SHIPPED.pairs.weights]  # in the order of the engine's columns


def test_weights_of_measures_that_are_no_more_are_those_that_ship():
    data = as_data(WARY)
    data["pairs"]["weights"]["moonlight"] = 1.0
    Learning.objects.create(number=1, made_at=NOON, weights=data, least_scores={"7": 0.9}, in_use=True)

    assert learned().weights == SHIPPED
    assert learned().least_scores == {7: 0.9}


def test_what_was_not_learned_is_not_kept_but_taken_from_what_ships():
    assert as_data(SHIPPED) == {}
    assert as_data(WARY).keys() == {"pairs"}


def test_what_is_said_of_one_story_shares_one_set_of_its_reports(editor: Account):
    story = make_story()
    for report in wire(BRIDGE[:3]):
        file_report(report, story=story, because=[], user=editor, now=NOON)

    assert len({id(one.others) for one in verdicts_on(Window().read()).verdicts}) == 1


def test_grouping_goes_by_what_is_in_use_and_says_so():
    wire(BRIDGE, SINGLES)
    make_learning()
    group_reports(Window(), background=RARITY, now=NOON)
    assert not Proposal.objects.exists()

    Learning.objects.update(weights=as_data(SHIPPED))
    group_reports(Window(), background=RARITY, now=NOON)
    assert Proposal.objects.get().learning == 1

    go_back()
    group_reports(Window(), background=RARITY, now=NOON)
    assert Proposal.objects.get().learning == 0


def test_what_comes_into_use_is_something_to_group_anew_for():
    before = newest()
    make_learning()
    with_it = newest()
    go_back()

    assert with_it != before == newest()


# Folding


FLASH = "The port of Ember Quay has sold its lighthouse to a retired clockmaker for one florin, the harbour board said."
FULL = f"{FLASH} The tower was built in 1871 and has been dark since the storm of March, when a wave broke the lens."


def folded(source: Source, text: str, **fields: Any) -> Fold:
    take_lease(LANE, claimed_by="test", seconds=60)
    item = make_item(source=source, headline="Lighthouse sold", html=f"<p>{text}</p>", **fields)
    return fold_item(item, claimed_by="test", now=NOON)


def test_a_source_whose_folds_were_undone_is_asked_about_first():
    asked, other = make_source(), make_source()
    make_learning(weights=SHIPPED, number=3, least_scores={str(asked.pk): NEVER})

    first, second = folded(asked, FLASH), folded(asked, FULL)

    assert first.report != second.report
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.report, proposal.into) == ("fold", second.report, first.report)
    assert proposal.because[0] == ["asked_first", 3]
    assert folded(other, FULL).kind == Fold.Kind.TAKE


def test_a_kill_is_never_asked_about():
    source = make_source()
    make_learning(weights=SHIPPED, least_scores={str(source.pk): NEVER})

    first = folded(source, FULL, wire_id="a")
    kill = folded(source, FULL, wire_id="a", pubstatus="canceled")

    assert (kill.report, kill.kind) == (first.report, Fold.Kind.TAKE)


def test_folds_that_an_editor_has_seen_stand_until_they_are_undone(editor: Account):
    source = make_source()
    folded(source, FLASH)
    fold = folded(source, FULL)
    assert folds_seen() == {}

    file_report(fold.report, story=make_story(), because=[], user=editor, now=NOON)
    assert folds_seen() == {source.pk: [(fold.score, True)]}

    unfold_item(fold.item, user=editor, now=NOON)
    assert folds_seen() == {source.pk: [(fold.score, False)]}


def test_what_an_editor_folded_and_took_out_again_says_nothing_of_the_engine(editor: Account):
    source = make_source()
    first, second = folded(source, FLASH), folded(source, "Snow closed two schools in the hills above Karst.")
    because = [["same_headline", 0.5]]
    proposal = propose_fold(second.report, into=first.report, score=0.4, because=because, now=NOON)
    assert proposal
    accept_proposal(proposal, user=editor, now=NOON)

    unfold_item(second.item, user=editor, now=NOON)

    assert folds_seen() == {}


def test_what_was_asked_first_tells_whether_it_was_right(editor: Account):
    source = make_source()
    make_learning(weights=SHIPPED, least_scores={str(source.pk): NEVER})
    folded(source, FLASH)
    folded(source, FULL)
    proposal = Proposal.objects.get()
    accept_proposal(proposal, user=editor, now=NOON)
    assert folds_seen() == {source.pk: [(proposal.score, True)]}

    undo_decision(last_decision(editor, now=NOON), user=editor, now=NOON)
    spike_proposal(Proposal.objects.get(), user=editor, now=NOON)
    assert folds_seen() == {source.pk: [(proposal.score, False)]}


def test_a_source_is_asked_about_after_folds_were_undone_and_no_more_after_they_stood(editor: Account):
    source = make_source()
    reports = [make_report(publish=False) for _ in range(45)]
    undone = [folded(source, f"{FULL} Notice {n}.", wire_id="a") for n in range(4)][1:]
    for fold in undone:
        unfold_item(fold.item, user=editor, now=NOON)
    found = study(background=RARITY)
    assert found.new.least_scores == {source.pk: NEVER}
    assert found.folds == {source.pk: (3, 0)}
    assert keep(found, now=NOON).least_scores == {str(source.pk): NEVER}

    for report in reports:
        item = make_item(source=source)
        Fold.objects.create(item=item, report=report, kind="take", score=1.0, folded_at=NOON)
    story = make_story()
    for report in reports:
        file_report(report, story=story, because=[], user=editor, now=NOON)
    assert study(background=RARITY).new.least_scores == {}

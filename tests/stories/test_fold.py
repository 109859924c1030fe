from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_item, make_source, make_story

from writethru.readers.models import Account
from writethru.stories.actions.fold import LANE, fold_item, fold_waiting, reports_of
from writethru.stories.actions.lease import LeaseLost, give_up_lease, take_lease
from writethru.stories.actions.publish import StaleDraft, publish_version
from writethru.stories.models import Entry, Fold, FreshKeys, Lease, Proposal, Report, ReportState, Story, Version
from writethru.wire.models import Item, Source

pytestmark = pytest.mark.django_db

FLASH = """<p>The port of Ember Quay has sold its lighthouse to a retired clockmaker for one peso, the harbour
board said on Tuesday.</p><p>The buyer has promised to keep the lamp lit and to open the tower to schools, it said in
a statement read out on the mole.</p>"""
FULL = (
    FLASH
    + """<p>The tower was built in 1871 and has been dark since the storm of March, when a wave broke the lens.</p>
<p>"A clock that stands still is right twice a day, and a dark lamp never is," the clockmaker told the board.</p>"""
)
TRIMMED = FLASH.replace("on Tuesday", "Tuesday").replace("read out on the mole", "")
# The same event as told by a desk that had the other half of it: alike, and not surely the same report.
FERRY = """<p>The night ferry to Ember Quay will not sail on {day} because of high seas, the line said.</p><p>Passengers
may use their tickets on any other day this month, and those stranded will be given a bed, the line said.</p><p>The
ferry has missed {count} sailings this winter, more than in any winter since the line was founded.</p>"""
LATER = timedelta(hours=1)


def take(source: Source, html: str = FLASH, **fields: Any) -> Fold:
    """Receive an item and fold it, as the lane does."""
    item = make_item(source=source, html=html, **{"received_at": fields.get("dated_at", NOON), **fields})
    assert take_lease(LANE, claimed_by="lane", seconds=60)
    return fold_item(item, claimed_by="lane", now=item.received_at)


def state_of(fold: Fold) -> ReportState:
    return ReportState.objects.select_related("current", "item").get(report=fold.report_id)


def told(fold: Fold) -> list[str]:
    return [code for code, _value in fold.because]


def versions_of(fold: Fold) -> list[tuple[int, str]]:
    return list(Version.objects.filter(report=fold.report_id).order_by("number").values_list("number", "kind"))


def bound_source(trust: str) -> tuple[Source, Story]:
    story = make_story()
    return make_source(trust=trust, feeds=story.page_ptr), story


# What becomes one report


def test_a_first_take_begins_a_report_that_waits():
    fold = take(make_source(), headline="UPDATE 1-Lighthouse sold", credit="Pharos", language="en")

    report, state = fold.report, state_of(fold)
    assert (fold.kind, fold.score, fold.because) == ("first", 0.0, [])
    assert (report.headline, report.html, report.credit, report.language) == ("Lighthouse sold", FLASH, "Pharos", "en")
    assert (state.status, state.current, state.item, state.dated_at) == ("waiting", None, fold.item, NOON)


def test_the_same_id_is_the_same_report_whatever_it_says():
    wire = make_source()
    first = take(wire, wire_id="lh-1")

    second = take(wire, FERRY.format(day="Friday", count=4), wire_id="lh-1", dated_at=NOON + LATER)

    assert second.report == first.report
    assert (second.kind, second.score, second.because) == ("take", 1.0, [["same_id", "lh-1"]])


def test_the_same_id_of_another_source_is_another_report():
    first = take(make_source(), wire_id="1")

    second = take(make_source(), FERRY.format(day="Friday", count=4), wire_id="1")

    assert second.report != first.report


def test_a_second_take_is_known_by_its_text_and_says_why():
    wire = make_source()
    first = take(wire)

    second = take(wire, FULL, dated_at=NOON + LATER)

    assert second.report == first.report
    assert second.kind == "take"
    assert second.score >= 0.9
    assert {"kept_sentences", "shared_words"} <= set(told(second))
    assert Report.objects.count() == 1


def test_a_take_that_names_the_one_before_it_is_folded_into_that():
    wire = make_source()
    first = take(wire, wire_id="lh-1")

    second = take(wire, FERRY.format(day="Friday", count=4), wire_id="lh-2", evolved_from="lh-1")

    assert (second.report, second.because) == (first.report, [["evolved_from", "lh-1"]])


def test_a_take_is_known_by_its_slugline_without_the_marker():
    wire = make_source()
    first = take(wire, slugline="LIGHTHOUSE-SALE")

    second = take(wire, FERRY.format(day="Friday", count=4), slugline="LIGHTHOUSE-SALE, 1st Add")

    assert second.report == first.report


def test_a_take_that_comes_after_the_one_that_names_it_is_folded_into_that():
    wire = make_source()
    second = take(wire, FERRY.format(day="Friday", count=4), wire_id="lh-2", evolved_from="lh-1")

    first = take(wire, wire_id="lh-1", received_at=NOON + LATER)

    assert first.report == second.report


def test_look_alikes_stay_two_reports():
    wire = make_source()
    friday = take(wire, FERRY.format(day="Friday", count=4))

    sunday = take(wire, FERRY.format(day="Sunday", count=6), dated_at=NOON + timedelta(days=2))

    assert sunday.report != friday.report
    assert (friday.kind, sunday.kind) == ("first", "first")


# Which take stands


def test_a_fuller_take_stands():
    wire = make_source()
    take(wire)

    fuller = take(wire, FULL, dated_at=NOON + LATER)

    assert state_of(fuller).item == fuller.item
    assert Report.objects.get().html == FULL


def test_a_shorter_take_that_comes_later_does_not_replace_the_fuller_one():
    wire = make_source()
    fuller = take(wire, FULL)

    shorter = take(wire, TRIMMED, dated_at=NOON + LATER)

    assert shorter.report == fuller.report
    assert state_of(shorter).item == fuller.item
    assert Report.objects.get().html == FULL


def test_an_older_take_that_comes_late_does_not_replace_the_newer_one():
    wire = make_source()
    newer = take(wire, FLASH.replace("one peso", "two pesos"), wire_id="lh-1", version=3, dated_at=NOON + LATER)

    older = take(wire, wire_id="lh-1", version=2, dated_at=NOON, received_at=NOON + 2 * LATER)

    assert older.report == newer.report
    assert state_of(older).item == newer.item


def test_a_report_that_readers_do_not_have_yet_is_dated_by_its_earliest_take():
    wire = make_source()
    late = take(wire, FULL, dated_at=NOON + LATER)

    take(wire, dated_at=NOON, received_at=NOON + 2 * LATER)

    assert state_of(late).dated_at == NOON


def test_a_published_report_keeps_its_day():
    wire = make_source()
    first = take(wire, FULL, dated_at=NOON + LATER)
    publish_version(first.report, user=None, now=NOON + LATER)

    take(wire, dated_at=NOON, received_at=NOON + 2 * LATER)

    assert state_of(first).dated_at == NOON + LATER


def test_a_draft_that_an_editor_has_begun_is_left_alone():
    wire = make_source()
    first = take(wire)
    first.report.headline = "Lighthouse goes for a peso"
    first.report.save_revision()

    fuller = take(wire, FULL, dated_at=NOON + LATER)

    report = Report.objects.get()
    draft = report.get_latest_revision_as_object()
    assert state_of(fuller).item == fuller.item
    assert (report.headline, report.html) == ("The lighthouse is sold", FULL)
    assert (draft.headline, draft.html) == ("Lighthouse goes for a peso", FLASH)


def test_a_trusted_take_is_published_in_its_own_words_while_an_editors_draft_is_open():
    wire, _story = bound_source("trusted")
    first = take(wire)
    first.report.headline = "Nothing that readers may see yet"
    first.report.save_revision()

    take(wire, FULL, headline="The lighthouse is sold for a peso", dated_at=NOON + LATER)

    versions = Version.objects.order_by("number").values_list("headline", "html")
    assert list(versions) == [("The lighthouse is sold", FLASH), ("The lighthouse is sold for a peso", FULL)]


@pytest.mark.parametrize(("correction", "published"), [("", False), ("The buyer is a clockmaker, not a baker.", True)])
def test_a_trusted_take_waits_where_it_would_undo_an_editors_words_but_a_correction_does_not(
    correction: str, published: bool
):
    wire, _story = bound_source("trusted")
    first = take(wire)
    editor = Account.objects.create_user("editor@desk.example")
    edited = FLASH.replace("retired clockmaker", "clockmaker")
    Report.objects.update(html=edited)
    publish_version(first.report, user=editor, now=NOON)

    take(wire, FULL, correction=correction, dated_at=NOON + LATER)

    newest = Version.objects.order_by("number").last()
    assert (newest.number, newest.html) == ((3, FULL) if published else (2, edited))
    if not published:
        with pytest.raises(StaleDraft):
            publish_version(first.report, user=editor, now=NOON + LATER)


# Sources


def test_a_newer_take_from_a_normal_source_waits_for_an_editor():
    wire, _story = bound_source("normal")
    first = take(wire)
    publish_version(first.report, user=None, now=NOON)

    fuller = take(wire, FULL, dated_at=NOON + LATER)

    assert versions_of(first) == [(1, "new")]
    assert state_of(first).item == fuller.item
    assert state_of(first).current.item == first.item


def test_a_newer_take_from_a_trusted_source_is_published():
    wire, _story = bound_source("trusted")
    first = take(wire)

    take(wire, FULL, dated_at=NOON + LATER)

    assert versions_of(first) == [(1, "new"), (2, "update")]
    assert state_of(first).current.html == FULL


def test_a_trusted_source_that_is_bound_to_no_story_waits():
    first = take(make_source(trust="trusted"))

    assert state_of(first).status == "waiting"


def test_a_bound_source_is_filed_into_its_story_and_says_so():
    wire, story = bound_source("normal")

    fold = take(wire)

    assert list(Entry.objects.values_list("story", "report", "dated_at", "because", "by")) == [
        (story.pk, fold.report_id, NOON, [["bound_source", wire.name]], None)
    ]
    assert state_of(fold).status == "waiting"


def test_a_source_of_low_trust_is_neither_filed_nor_published():
    wire, _story = bound_source("low")

    fold = take(wire)

    assert not Entry.objects.exists()
    assert state_of(fold).status == "waiting"


# Kills


def test_a_kill_withdraws_what_readers_have():
    wire, _story = bound_source("trusted")
    first = take(wire, wire_id="lh-1")

    kill = take(wire, "<p>Please kill.</p>", wire_id="lh-1", headline="STORY WITHDRAWN: Lighthouse sold")

    assert kill.report == first.report
    assert state_of(first).status == "killed"
    assert versions_of(first) == [(1, "new"), (2, "withdrawal")]
    assert state_of(first).current.because == [["kill", "lh-1"]]


def test_a_kill_of_a_report_that_waits_leaves_no_version():
    wire = make_source()
    first = take(wire, wire_id="lh-1")

    take(wire, "<p>Please kill.</p>", wire_id="lh-1", headline="KILL-Lighthouse sold")

    assert (state_of(first).status, versions_of(first)) == ("killed", [])


def test_a_kill_by_a_source_of_low_trust_is_kept_and_kills_nothing():
    wire = make_source(trust="low")
    first = take(wire, wire_id="lh-1")

    kill = take(wire, "<p>Please kill.</p>", wire_id="lh-1", headline="KILL-Lighthouse sold")

    assert kill.report == first.report
    assert (state_of(first).status, state_of(first).item) == ("waiting", first.item)


def test_a_kill_that_comes_before_its_report_holds_when_that_comes():
    wire, _story = bound_source("trusted")

    kill = take(wire, "<p>Please kill.</p>", wire_id="lh-1", headline="KILL-Lighthouse sold")
    status_of_the_notice = state_of(kill).status
    late = take(wire, FULL, wire_id="lh-1", received_at=NOON + LATER)

    assert status_of_the_notice == "waiting"  # an editor sees it, and it is never published by itself
    assert late.report == kill.report
    assert (state_of(late).status, versions_of(late)) == ("killed", [])


def test_a_take_that_comes_after_the_kill_stays_killed():
    wire, _story = bound_source("trusted")
    first = take(wire, wire_id="lh-1")
    take(wire, "<p>Please kill.</p>", wire_id="lh-1", headline="KILL-Lighthouse sold")

    take(wire, FULL, wire_id="lh-1", dated_at=NOON + LATER)

    assert state_of(first).status == "killed"
    assert versions_of(first) == [(1, "new"), (2, "withdrawal")]


# Where the engine is not sure


def unsure(wire: Source) -> tuple[Fold, Fold]:
    """Take two items of which the engine can't be sure: a marked update under the same slugline with another text."""
    first = take(wire, slugline="LIGHTHOUSE-SALE")
    other = FERRY.format(day="Friday", count=4)
    second = take(wire, other, slugline="LIGHTHOUSE-SALE", headline="UPDATE 2-Storm", dated_at=NOON + LATER)
    return first, second


def test_where_the_engine_is_not_sure_an_editor_is_asked():
    first, second = unsure(make_source())

    assert second.report != first.report
    assert second.kind == "first"
    assert list(Proposal.objects.values_list("kind", "report", "into", "status", "because")) == [
        ("fold", second.report_id, first.report_id, "open", second.because)
    ]
    assert told(second)[:2] == ["same_slugline", "marker"]


def test_what_the_engine_is_not_sure_of_is_filed_and_not_published_even_from_a_trusted_source():
    wire, story = bound_source("trusted")

    first, second = unsure(wire)

    assert (state_of(first).status, state_of(second).status) == ("published", "waiting")
    assert set(story.entries.values_list("report", flat=True)) == {first.report_id, second.report_id}


def test_a_kill_that_the_engine_is_not_sure_of_kills_nothing_by_itself():
    wire, _story = bound_source("trusted")
    first = take(wire, headline="Lighthouse sold to clockmaker")

    notice = take(wire, "<p>Please kill.</p>", headline="KILL-Sale of a lighthouse", dated_at=NOON + LATER)

    assert (state_of(first).status, state_of(notice).status) == ("published", "waiting")


# The lane


def test_everything_that_waits_is_folded_in_order_of_id():
    wire = make_source()
    items = [make_item(source=wire, html=html) for html in (FLASH, FULL, FERRY.format(day="Friday", count=4))]

    assert fold_waiting(claimed_by="lane") == 3

    assert list(Fold.objects.order_by("folded_at", "item").values_list("item", flat=True)) == [i.pk for i in items]
    assert Report.objects.count() == 2
    assert fold_waiting(claimed_by="lane") == 0


def test_the_lane_is_one_process_at_a_time():
    make_item()
    take_lease(LANE, claimed_by="another", seconds=60)

    assert fold_waiting(claimed_by="lane") is None

    assert not Fold.objects.exists()
    give_up_lease(LANE, claimed_by="another")
    assert fold_waiting(claimed_by="lane") == 1


def test_a_lane_whose_holder_has_died_is_free_when_its_time_is_over():
    make_item()
    take_lease(LANE, claimed_by="dead", seconds=-1)

    assert fold_waiting(claimed_by="lane") == 1


def test_whoever_has_lost_the_lane_leaves_nothing_behind():
    item = make_item()
    take_lease(LANE, claimed_by="another", seconds=60)

    with pytest.raises(LeaseLost):
        fold_item(item, claimed_by="lane", now=NOON)

    assert [model.objects.count() for model in (Fold, Report, ReportState, FreshKeys)] == [0, 0, 0, 0]


def test_the_lane_is_free_when_all_is_folded():
    make_item()

    fold_waiting(claimed_by="lane")

    assert list(Lease.objects.values_list("claimed_by", "claimed_until")) == [("", None)]


def test_an_item_that_cannot_be_folded_holds_nothing_else_up(caplog: pytest.LogCaptureFixture):
    bad = make_item(photos=[{"caption": "A photo without an address"}])
    good = make_item()

    assert fold_waiting(claimed_by="lane") == 1

    assert [fold.item for fold in Fold.objects.all()] == [good]
    assert f"Item {bad.pk} can't be folded" in caplog.text
    assert not Report.objects.exclude(folds__item=good).exists()


def test_an_item_that_waited_for_a_month_is_folded_though_the_lane_only_looks_back_three_days():
    make_item()
    fold_waiting(claimed_by="lane")
    Fold.objects.update(folded_at=NOON)
    Item.objects.update(received_at=NOON)
    waiting = make_item(received_at=NOON + LATER)  # and the machine was off until now

    assert fold_waiting(claimed_by="lane") == 1

    assert Fold.objects.filter(item=waiting).exists()


def test_an_item_that_was_unfolded_is_folded_again():
    wire = make_source()
    item = take(wire).item
    Fold.objects.all().delete()

    assert fold_waiting(claimed_by="lane") == 1

    assert Fold.objects.get().item == item


def test_reports_of_items_are_told_oldest_first():
    wire = make_source()
    newer = take(wire, dated_at=NOON)
    older = take(wire, FERRY.format(day="Friday", count=4), dated_at=NOON - LATER)

    assert reports_of([newer.item, older.item]) == [older.report, newer.report]


def test_folding_takes_as_many_queries_with_many_reports_as_with_few(django_assert_max_num_queries: Any):
    wire = make_source()
    for number in range(12):
        take(wire, f"<p>Notice {number} of the harbour board was read out on the mole and put up on its door.</p>")

    with django_assert_max_num_queries(25):
        take(wire, FULL)


def test_an_item_of_a_megabyte_is_folded_like_any_other():
    long = "<p>" + " ".join(f"{word}{number}" for number in range(40_000) for word in ("lamp", "rock", "wave")) + "</p>"
    wire = make_source()

    first, second = take(wire, long), take(wire, long.replace("</p>", " more</p>"), dated_at=NOON + LATER)

    assert second.report == first.report

from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES

from storytext import Filed, Group, Take, group, profile
from storytext.grouping import MOVED


def filed(report: str, headline: str, text: str, *, story: str | None = None) -> Filed:
    take = Take(id=report, source="wire", wire_id=report, headline=headline, text=text)
    return Filed(report, profile(take), story)


def told(name: str, copy: tuple[tuple[str, str], ...], *, story: str | None = None, known: int = 0) -> list[Filed]:
    """Return the reports of one story, of which the first so many are in `story` already."""
    return [filed(f"{name}{n}", *one, story=story if n < known else None) for n, one in enumerate(copy)]


def wire(*, story: str | None = None, known: int = 0) -> list[Filed]:
    singles = told("single", SINGLES)
    return [*told("bridge", BRIDGE, story=story, known=known), *singles, *told("lamp", LAMP)]


def reports(found: Group) -> set[str]:
    return {filing.report for filing in found.filings}


def test_reports_of_one_story_hang_together_and_the_others_stay_alone():
    found = group(wire(), background=RARITY)

    assert [one.story for one in found] == [None, None]
    assert [reports(one) for one in found] == [{f"bridge{n}" for n in range(6)}, {f"lamp{n}" for n in range(6)}]


def test_a_waiting_report_is_filed_with_those_that_it_hangs_together_with():
    bridge, _lamp = group(wire(story="7", known=4), background=RARITY)

    assert (bridge.story, reports(bridge)) == ("7", {"bridge4", "bridge5"})


def test_a_story_that_has_all_its_reports_is_no_group():
    (lamp,) = group(wire(story="7", known=6), background=RARITY)

    assert reports(lamp) == {f"lamp{n}" for n in range(6)}


def test_a_report_between_two_stories_goes_where_most_of_its_ties_lead():
    bridge = told("bridge", BRIDGE, story="7", known=4)
    other = [Filed(one.report, one.profile, "8") if one.report == "bridge3" else one for one in bridge]

    first, *_ = group([*other, *told("single", SINGLES), *told("lamp", LAMP)], background=RARITY)

    assert (first.story, reports(first)) == ("7", {"bridge4", "bridge5"})


def test_a_filing_says_what_speaks_for_it():
    bridge, _lamp = group(wire(), background=RARITY)
    first = bridge.filings[0]

    codes = {reason.code: reason.value for reason in first.because}
    assert codes["hangs_together"] == 5
    assert codes["names_shared"] == "hobbl"
    assert "hobbl bridg" in codes["words_shared"]
    assert first.nearest in reports(bridge) - {first.report}
    assert 0 < first.score <= 1


def test_what_is_in_every_report_is_no_reason():
    found = group(wire(), background=RARITY)

    words = [reason.value for one in found for filing in one.filings for reason in filing.because[1:]]
    assert words
    assert not [pair for told in words for pair in str(told).split(", ") if set(pair.split()) <= RARITY.keys()]


def test_where_nobody_is_named_words_are_told_alone():
    plain = tuple((headline.lower(), text.lower()) for headline, text in BRIDGE)

    found = group([*told("bridge", plain), *told("single", SINGLES), *told("lamp", LAMP)], background=RARITY)

    codes = {reason.code for filing in found[0].filings for reason in filing.because}
    assert codes == {"hangs_together", "words_shared"}


def test_nothing_and_one_report_make_no_group():
    assert group([], background=RARITY) == []
    assert group(wire()[:1], background=RARITY) == []


def test_the_same_reports_give_the_same_groups():
    assert group(wire(), background=RARITY) == group(wire(), background=RARITY)


def test_a_report_in_another_story_had_better_move_where_it_hangs_together():
    bridge = told("bridge", BRIDGE, story="7", known=6)
    astray = [Filed(one.report, one.profile, "8") if one.report == "bridge3" else one for one in bridge]
    other = [Filed(f"other{n}", one.profile, "8") for n, one in enumerate(told("lamp", LAMP))]

    (found,) = group([*astray, *told("single", SINGLES), *other], background=RARITY)

    assert (found.story, found.filings) == ("7", ())
    assert [(move.report, move.out_of) for move in found.moves] == [("bridge3", "8")]
    assert found.moves[0].score >= MOVED


def test_of_two_stories_in_one_the_smaller_had_better_move():
    bridge = told("bridge", BRIDGE, story="7", known=6)
    halved = [Filed(one.report, one.profile, "8" if one.report in {"bridge0", "bridge1"} else "7") for one in bridge]

    found = group([*halved, *told("single", SINGLES)], background=RARITY)

    assert [(one.story, {move.report for move in one.moves}) for one in found] == [("7", {"bridge0", "bridge1"})]


def test_of_a_story_that_is_two_the_smaller_had_better_be_one_of_its_own():
    bridge = told("bridge", BRIDGE, story="7", known=6)
    lamp = told("lamp", LAMP[:5], story="7", known=5)

    found = group([*bridge, *told("single", SINGLES), *lamp], background=RARITY)

    assert [(one.story, {move.report for move in one.moves}) for one in found] == [
        (None, {f"lamp{n}" for n in range(5)})
    ]


def test_what_waits_may_lean_to_a_story_that_an_editor_keeps_apart():
    bridge = told("bridge", BRIDGE, story="7", known=5)
    two = [Filed(one.report, one.profile, "8") if one.report == "bridge4" else one for one in bridge]

    found = group([*two, *told("single", SINGLES)], background=RARITY)

    assert {filing.report for one in found for filing in one.filings} == {"bridge5"}
    assert {move.report for one in found for move in one.moves} == {"bridge4"}

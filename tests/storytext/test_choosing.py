from made_up_wire import make_take
from made_up_wire.versions import MINERALS

from storytext import Choice, Reason, choose

PARAGRAPHS = MINERALS.split("\n\n")
TRIM = "\n\n".join(PARAGRAPHS[:3])
NEW_LEAD = "Carmakers got a measure of comfort when two governments shook hands over the ores that they need."


def test_choose_keeps_the_fuller_text_when_a_trim_comes_later():
    trim = TRIM.replace("told reporters", "said reporters")

    assert choose(make_take(MINERALS), make_take(trim, hours=1)) == Choice("keep", (Reason("contained", 1.0),))


def test_choose_takes_the_fuller_text_though_it_is_the_older():
    assert choose(make_take(TRIM), make_take(MINERALS, hours=-1)) == Choice("replace", (Reason("fuller", 1.66),))


def test_choose_takes_the_newer_of_two_as_full():
    newer = make_take(MINERALS.replace("60 percent", "70 percent"), hours=2, headline="CORRECTED-Accord signed")

    assert choose(make_take(MINERALS), newer) == Choice(
        "replace", (Reason("newer", 2.0), Reason("marker", "corrected"))
    )


def test_choose_keeps_the_newer_of_two_as_full_when_the_older_comes_late():
    older = make_take(MINERALS.replace("60 percent", "70 percent"), hours=-2)

    assert choose(make_take(MINERALS), older) == Choice("keep", (Reason("older", -2.0),))


def test_choose_keeps_a_correction_from_a_fuller_text_that_is_older():
    corrected = make_take(TRIM, headline="CORRECTED-Accord signed")

    assert choose(corrected, make_take(MINERALS, hours=-1)) == Choice("keep", (Reason("older", -1.0),))


def test_choose_keeps_a_short_correction_out_and_says_so():
    short = make_take(PARAGRAPHS[0] + "\n\n" + PARAGRAPHS[3], hours=1, headline="CORRECTED-Accord signed")

    assert choose(make_take(MINERALS), short) == Choice(
        "keep", (Reason("contained", 1.0), Reason("correction_in_shorter", "corrected"))
    )


def test_choose_takes_a_lead_told_anew_over_a_shorter_body():
    anew = make_take("\n\n".join([NEW_LEAD, *PARAGRAPHS[1:4], "Nothing was said about the price."]), hours=3)

    assert choose(make_take(MINERALS), anew) == Choice("replace", (Reason("new_lead", 0.08),))


def test_choose_keeps_a_much_fuller_text_from_a_short_one_told_anew():
    assert choose(make_take(MINERALS), make_take(NEW_LEAD, hours=3)) == Choice("keep", (Reason("shorter", 0.15),))


def test_choose_takes_a_new_headline_over_the_same_words_but_not_an_old_one():
    published = make_take(MINERALS, headline="Accord signed")

    assert [choose(published, make_take(MINERALS, hours=hours, headline="Ores for all")) for hours in (1, -1)] == [
        Choice("replace", (Reason("headline_changed", "Ores for all"),)),
        Choice("keep", (Reason("same_words", 116),)),
    ]


def test_choose_goes_by_the_wires_versions_of_one_id_and_its_chain_of_takes():
    published = make_take(MINERALS, version=3, evolved_from="guid-t0")

    assert [
        choose(published, make_take(MINERALS + " More.", version=2)),
        choose(published, make_take(MINERALS + " More.", id="t0")),
        choose(published, make_take(MINERALS, id="t9", version=1)),
    ] == [
        Choice("keep", (Reason("lower_version", 2),)),
        Choice("keep", (Reason("evolved_from", "guid-t0"),)),
        Choice("keep", (Reason("same_words", 116),)),
    ]


def test_choose_never_puts_a_kill_or_an_addition_in_the_place_of_the_text():
    kill = make_take("Please withdraw the story.", hours=1, headline="KILL: Accord signed")
    addition = make_take("More to come.", hours=1, slugline="Japan-Ores, 1st Add")

    assert [choose(make_take(MINERALS), take) for take in (kill, addition)] == [
        Choice("keep", (Reason("marker", "kill"),)),
        Choice("keep", (Reason("marker", "add"),)),
    ]

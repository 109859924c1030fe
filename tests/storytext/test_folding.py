# ruff: noqa: E501  (a paragraph of copy stands on one line)
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_wire import CopyPair, fold_pair, make_take
from made_up_wire.look_alikes import APART
from made_up_wire.versions import FERRY, MINERALS, VERSIONS

from storytext import Candidate, Fold, Reason, fold, read

PARAGRAPHS = MINERALS.split("\n\n")


def test_fold_keeps_every_look_alike_apart_whichever_came_first():
    folded = [
        (pair.name, backwards)
        for pair in APART
        for backwards in (False, True)
        if fold_pair(pair, backwards=backwards).kind in ("same", "probably")
    ]

    assert folded == []


def test_fold_folds_every_version_whichever_came_first():
    missed = [
        (pair.name, backwards)
        for pair in VERSIONS
        for backwards in (False, True)
        if fold_pair(pair, backwards=backwards).kind != "same"
    ]

    assert missed == []


def test_fold_knows_a_report_by_the_wires_id():
    take = make_take(FERRY)

    assert fold(take, [Candidate("r1", make_take(MINERALS))]) == Fold(
        "same", "r1", 1.0, (Reason("same_id", "guid-t1"),)
    )


def test_fold_follows_the_wires_chain_of_takes_both_ways():
    first = make_take(MINERALS, id="t1")
    second = make_take(FERRY, id="t2", evolved_from="guid-t1")
    third = make_take("Another text altogether.", id="t3", evolved_from="guid-t1")

    assert [
        fold(second, [Candidate("r0", make_take(FERRY, id="t0", hours=-900)), Candidate("r1", first)]),
        fold(first, [Candidate("r1", second)]),
        fold(third, [Candidate("r1", second)]),
    ] == [Fold("same", "r1", 1.0, (Reason("evolved_from", "guid-t1"),))] * 3


def test_fold_does_not_take_another_agencys_id_for_ours():
    assert fold(make_take(FERRY), [Candidate("r1", make_take(MINERALS, source="agency"))]) == Fold("new", None, 0.0, ())


def test_fold_of_nothing_known_is_new():
    assert fold(make_take(FERRY), []) == Fold("new", None, 0.0, ())


def test_fold_of_a_take_without_a_word_is_new():
    assert fold(make_take("", headline="…"), [Candidate("r1", make_take(FERRY, id="t2"))]).kind == "new"


def test_fold_says_why_in_data():
    trim = make_take("\n\n".join(PARAGRAPHS[:3]), id="t2", hours=1)

    assert fold(trim, [Candidate("r1", make_take(MINERALS))]) == Fold(
        "same",
        "r1",
        0.96,
        (Reason("kept_sentences", 1.0), Reason("shared_words", 1.0), Reason("hours_apart", 1.0)),
    )


def test_fold_takes_the_best_answer_of_all_candidates():
    trim = make_take("\n\n".join(PARAGRAPHS[:3]), id="t3")
    candidates = [
        Candidate("ferry", make_take(FERRY, id="t1")),
        Candidate("minerals", make_take(MINERALS, id="t2")),
        Candidate("flash", make_take(PARAGRAPHS[0], id="t4")),
    ]

    assert fold(trim, candidates).of == "minerals"


@given(st.permutations(range(6)), st.sampled_from([*VERSIONS, *APART]))
@settings(max_examples=40, deadline=None)
def test_fold_is_not_moved_by_the_order_of_candidates_or_by_what_has_nothing_to_do_with_it(
    order: list[int], pair: CopyPair
):
    candidates = [
        Candidate("r1", make_take(pair.old, id="t1", headline=pair.old_headline)),
        *(
            Candidate(
                f"x{n}",
                make_take(f"Village {n} in the hills chose a new mayor and built school number {n} " * 3, id=f"x{n}"),
            )
            for n in range(5)
        ),
    ]
    take = make_take(pair.new, id="t2", hours=pair.hours, headline=pair.new_headline)

    alone = fold(take, candidates[:1])

    assert fold(take, [candidates[at] for at in order]).kind == alone.kind


def test_fold_joins_an_addition_that_shares_no_text_by_slugline():
    first = make_take(MINERALS, slugline="Japan-Ores")
    addition = make_take(FERRY, id="t2", hours=1, slugline="Japan-Ores, 1st Add")

    answer = fold(addition, [Candidate("r1", first)])

    assert (answer.kind, answer.score, answer.because[:2]) == (
        "same",
        0.9,
        (Reason("same_slugline", "japan-ores"), Reason("marker", "add")),
    )


def test_fold_joins_a_withdrawal_by_its_headline():
    kill = make_take(
        "Please take this story off.", id="t2", hours=30, headline="STORY WITHDRAWN: Japan signs ores accord"
    )

    answer = fold(kill, [Candidate("r1", make_take(MINERALS, headline="Japan signs ores accord"))])

    assert (answer.kind, answer.because[:2]) == ("same", (Reason("same_headline", 1.0), Reason("marker", "kill")))


def test_fold_believes_an_update_that_keeps_some_of_the_text_and_proposes_one_that_keeps_none():
    first = make_take(MINERALS, slugline="Japan-Ores")
    anew = "Ministers toasted each other in Canberra.\n\nThe party lasted until midnight, witnesses said, and nobody spoke of mines. "
    some = make_take(
        "\n\n".join([anew, PARAGRAPHS[3], PARAGRAPHS[4]]), id="t2", hours=2, slugline="Japan-Ores, 2nd Ld-Writethru"
    )
    none = make_take(anew + anew, id="t2", hours=2, slugline="Japan-Ores, 2nd Ld-Writethru")

    assert [fold(take, [Candidate("r1", first)]).kind for take in (some, none)] == ["same", "probably"]


def test_fold_does_not_believe_an_update_of_yesterdays_slugline():
    first = make_take(MINERALS, slugline="Japan-Ores")
    update = make_take(FERRY, id="t2", hours=26, slugline="Japan-Ores, 2nd Ld")

    assert fold(update, [Candidate("r1", first)]) == Fold("new", None, 0.0, ())


def test_fold_judges_a_marked_take_by_its_text_where_no_label_is_shared():
    update = make_take(MINERALS + " More.", id="t2", hours=1, headline="UPDATE 1-Ores", slugline="Ores")

    assert fold(update, [Candidate("r1", make_take(MINERALS, slugline="Japan"))]).kind == "same"


def test_fold_files_another_agencys_report_beside_ours_unless_it_is_nearly_the_same_text():
    ours = Candidate("r1", make_take(MINERALS, source="agency"))
    takes = [
        make_take(MINERALS.replace("told", "informed").removesuffix(" — AFP"), id="t2"),
        make_take("\n\n".join(PARAGRAPHS[:3]), id="t2"),
        make_take("\n\n".join([PARAGRAPHS[3], FERRY]), id="t2"),
    ]

    assert [fold(take, [ours]) for take in takes] == [
        Fold("same", "r1", 0.9, (Reason("other_source", "agency"), Reason("shared_words", 0.97))),
        Fold("follow_up", "r1", 0.4, (Reason("other_source", "agency"), Reason("shared_words", 1.0))),
        Fold("new", None, 0.0, ()),
    ]


def test_fold_folds_what_credits_another_agency_into_that_agencys_report():
    ours = Candidate("r1", make_take(MINERALS.removesuffix(" — AFP"), source="agency", headline="Ores"))
    printed = "\n\n".join(PARAGRAPHS[:3]) + "\n\n— AFP"
    takes = [
        make_take(printed, id="t2", headline="Two sign for ores"),
        make_take(printed.removesuffix("— AFP"), id="t2", credit="AFP"),
        make_take(printed.replace("Thursday", "Friday"), id="t2"),
        make_take(FERRY + "\n\n— AFP", id="t2", headline="Ores"),
    ]

    credited = Fold(
        "same", "r1", 0.9, (Reason("credits", "AFP"), Reason("other_source", "agency"), Reason("shared_words", 1.0))
    )
    assert [fold(take, [ours]) for take in takes[:2]] == [credited] * 2
    assert [fold(take, [ours]).kind for take in takes[2:]] == ["follow_up", "new"]


def test_fold_folds_a_headline_service_into_the_report_that_it_credits():
    ours = Candidate("r1", make_take(FERRY, source="agency", headline="Ferry burns off Basilan, 12 dead"))
    told = ["Ferry burns off Basilan, 12 dead — AFP", "Ferry burns off Basilan, 12 dead – LATEST NEWS"]
    others = ["Ferry burns off Basilan, 12 dead", "Ferry burns off Jolo, 13 dead — AFP", "Basilan pier opens — AFP"]

    assert [fold(make_take("", id="t2", headline=headline), [ours]).kind for headline in told] == ["same"] * 2
    assert [fold(make_take("", id="t2", headline=line), [ours]).kind for line in others] == ["new"] * 3


def test_fold_takes_of_two_tables_of_one_name_the_one_with_the_same_words():
    tables = [
        "Cod 4.10 crowns a kilo, herring 2.20, plaice 6.35.",
        "Cod 3.95 crowns a kilo, herring 2.45, plaice 6.10.",
    ]
    known = [
        Candidate(name, make_take(text, id=name, headline="Fish at Thole", hours=at))
        for name, text, at in (("today", tables[0], 20), ("yesterday", tables[1], 0))
    ]

    again = make_take(tables[1], id="t3", headline="RPT-Fish at Thole", hours=22)

    assert fold(again, known).of == "yesterday"
    late = make_take(tables[0], id="t4", headline="RPT-Fish at Thole", hours=23)
    assert fold(late, known[1:]).kind == "new"  # what it repeats has not come


def test_fold_without_times_goes_by_the_text():
    old, new = (
        replace(make_take(text, id=str(len(text))), dated_at=None) for text in (MINERALS, "\n\n".join(PARAGRAPHS[:3]))
    )

    assert fold(new, [Candidate("r1", old)]) == Fold(
        "same", "r1", 0.96, (Reason("kept_sentences", 1.0), Reason("shared_words", 1.0))
    )


NEW_ACT = "Nobody spoke of the price. A band played. Rain fell on the lawn outside. The guests went home early."


def loosely(text: str) -> str:
    """Return the text with a word put in after every fourth one: all sentences stand, most runs of words do not."""
    return "\n\n".join(
        " ".join(word + " quite" * (at % 4 == 3) for at, word in enumerate(paragraph.split()))
        for paragraph in text.split("\n\n")
    )


def kinds(*pairs: tuple[str, str, float, str]) -> list[str]:
    return [fold_pair(CopyPair("", hours, old, new, headline, headline)).kind for old, new, hours, headline in pairs]


def test_fold_folds_the_same_words_days_later_and_proposes_them_weeks_later():
    assert kinds((FERRY, FERRY, 100, ""), (FERRY, FERRY, 900, "")) == ["same", "probably"]


def test_fold_proposes_one_name_changed_in_a_long_text():
    old = MINERALS.replace("officials said", "officials in Perth said")

    assert kinds((old, old.replace("Perth", "Hobart"), 1, ""), (old, old.replace("Perth", "Hobart"), 9, "")) == [
        "probably",
        "new",
    ]


def test_fold_proposes_another_first_word_within_hours_for_its_capital_says_nothing():
    old = FERRY.replace("A ferry with", "Basilica with")
    new = FERRY.replace("A ferry with", "Rosalinda with")

    assert kinds((old, new, 1, ""), (old, new, 12, ""), (old, old.replace("Basilica", "Basillica"), 1, "")) == [
        "probably",
        "follow_up",
        "same",
    ]


def test_fold_proposes_a_flash_whose_figure_its_report_does_not_have():
    flash = "Ferry fire off southern Philippines kills at least 30: coast guard"

    assert kinds((flash, FERRY, 1, ""), (flash, FERRY, 9, "")) == ["probably", "new"]


def test_fold_knows_a_dividend_told_in_other_words_by_its_figures_and_headline():
    old, new = (
        "Qtrly div 15 cts vs 14 cts prior. Pay June 1. Record May 16.",
        "Quarterly payout 15 cts, was 14. Payable on June 1, of record May 16.",
    )

    assert kinds((old, new, 1, "Malaya Mills sets dividend"), (old, new, 9, "Malaya Mills sets dividend")) == [
        "same",
        "new",
    ]


def test_fold_wants_more_than_names_of_a_flash():
    assert kinds(("Armand Bautro resigns over illness, his family says; no successor named yet.", FERRY, 1, "")) == [
        "new"
    ]


def test_fold_proposes_what_is_loosely_alike_with_another_figure_and_parts_it_next_day():
    later = loosely(FERRY)

    assert kinds((FERRY, later, 2, ""), (FERRY, later.replace("12", "19"), 2, ""), (FERRY, later, 20, "")) == [
        "same",
        "probably",
        "follow_up",
    ]


def test_fold_looks_at_the_headline_where_the_old_lead_stands_deep_down():
    digest = NEW_ACT + "\n\n" + FERRY
    known = (
        "A ferry fire killed passengers off the southern Philippines. A band played. Rain fell. They cried. " + FERRY
    )

    assert kinds((FERRY, digest, 2, ""), (FERRY, digest, 2, "Ferry burns off Basilan"), (FERRY, known, 2, "")) == [
        "follow_up",
        "same",
        "probably",
    ]


def test_fold_proposes_a_lead_that_the_old_text_half_knows():
    _, *rest = FERRY.split("\n\n")
    half = (
        "Grieving families of passengers gathered on Wednesday at the coast guard pier, asking for news of their sons."
    )

    assert kinds((FERRY, "\n\n".join([half, *rest]), 2, ""), (FERRY, "\n\n".join([half, *rest]), 30, "")) == [
        "probably",
        "follow_up",
    ]


def test_fold_proposes_one_lead_over_another_body_and_parts_it_next_day():
    lead = FERRY.split("\n\n")[0]
    body = "Divers were sent down. Nothing was found before the dusk fell. Prayers were said in every chapel along the shore."
    old = (
        lead
        + "\n\n"
        + "Those rescued were wrapped in blankets. Many had burns. Nurses worked all through that long night."
    )

    assert kinds((old, loosely(lead) + "\n\n" + body, 2, ""), (old, lead + "\n\n" + body, 30, "")) == [
        "probably",
        "follow_up",
    ]


def test_fold_proposes_one_headline_over_texts_that_share_a_sentence():
    texts = [NEW_ACT * 2 + " " + FERRY.split("\n\n")[3], FERRY.split("\n\n")[3] + "\n\n" + "\n\n".join(PARAGRAPHS[1:4])]

    assert kinds((*texts, 2, "Ferry burns off Basilan"), (*texts, 2, "")) == ["probably", "new"]


def test_fold_finds_nothing_in_the_same_words_in_another_order():
    turned = " ".join(reversed(MINERALS.split()))

    assert fold(make_take(turned, id="t2"), [Candidate("r1", make_take(MINERALS))]).kind == "new"


def test_fold_finds_nothing_in_another_agencys_brief_of_which_each_second_word_is_known():
    words, others = MINERALS.split()[:50], FERRY.split()
    mixed = make_take(
        " ".join(pair[at % 2] for at, pair in enumerate(zip(words, others, strict=False))), id="t2", source="agency"
    )

    assert fold(mixed, [Candidate("r1", make_take(" ".join(words)))]) == Fold("new", None, 0.0, ())


def test_fold_answers_the_same_with_a_reader_that_remembers():
    known = {take.id: read(take) for take in (make_take(MINERALS), make_take(FERRY, id="t2"))}
    candidates = [Candidate(name, reading.take) for name, reading in known.items()]
    take = make_take("\n\n".join(PARAGRAPHS[1:]), id="t3", hours=1)

    assert fold(take, candidates, reader=lambda one: known.get(one.id) or read(one)) == fold(take, candidates)


EARNINGS = "Shr 12 cts vs 10 cts. Net 4,120,000 vs 3,310,000. Revs 61.2 mln vs 58.7 mln. Year, shr 41 cts vs 39 cts. Net 14.1 mln vs 12.9 mln. Revs 240.3 mln vs 231.8 mln."
FLASH = "MALAYA MILLS TO CLOSE ITS IRIGA SUGAR PLANT, CUTTING 340 JOBS"
CLOSING = "Malaya Mills Inc said it will close its sugar plant in Iriga next month, cutting 340 jobs.\n\nThe plant opened in 1931. It was flooded twice this year, and its boilers are to be sold, the company said in a statement to the exchange."


def told(text: str, headline: str, *, hours: float, id: str = "t2") -> Fold:
    """Return what a take is to a flash in capitals whose text is its headline again."""
    flash = make_take(f"******{FLASH} Ends ends.", headline=FLASH)
    return fold(make_take(text, id=id, hours=hours, headline=headline), [Candidate("r1", flash)])


def test_fold_finds_the_report_of_a_flash_by_its_subject_and_figures_within_the_day():
    answers = [
        told(CLOSING, "Malaya Mills <MLM> shuts plant", hours=0.3),
        told(CLOSING, "Malaya Mills <MLM> shuts sugar plant", hours=0.9),
        told(CLOSING, "Malaya Mills <MLM> shuts plant", hours=30),
        told(CLOSING.replace("340", "510"), "Malaya Mills <MLM> shuts plant", hours=0.3),
        told(
            "Bautro Lines said it will sell two ferries. " + NEW_ACT + " Nobody sang.", "Bautro sells ferries", hours=2
        ),
        told(CLOSING, "Malaya Mills <MLM> shuts plant", hours=-4),
    ]

    assert [(answer.kind, answer.score < 0.5) for answer in answers] == [
        ("same", False),
        ("same", False),
        ("new", True),
        ("probably", True),
        ("new", True),
        ("probably", True),
    ]


def test_fold_keeps_a_flash_apart_whose_names_the_report_does_not_know():
    flash = "Armand Bautro of Malaya Mills to close the Iriga plant"

    assert kinds((flash, CLOSING, 1, "")) == ["new"]


def test_fold_takes_two_briefs_for_one_by_headline_or_text_and_never_across_a_figure_of_the_day():
    headline, text = "Lamp of Ember Quay is lit again", "The keepers say that the old lens will turn all winter long."
    pairs = [
        ((headline, ""), (headline, text), 2),
        ((headline, text), ("Old lens turns for the keepers", text.replace("winter", "summer")), 30),
        ((headline, text), ("Harbour dues to rise", "Ships will pay more from the spring, the board says."), 1),
        ((headline, ""), ("Lamp of Ember Quay to be lit by keepers", ""), 2),
        (("Board sets 2 mln peso tender", ""), ("Board sets 2 mln peso tender", ""), 2),
        (("Board sets 2 mln peso tender", ""), ("Board sets 2 mln peso tender", ""), 24),
    ]

    def answer(old: tuple[str, str], new: tuple[str, str], hours: float) -> str:
        first = replace(make_take("", headline=old[0]), text=old[1])
        second = replace(make_take("", id="t2", hours=hours, headline=new[0]), text=new[1])
        return fold(second, [Candidate("r1", first)]).kind

    assert [answer(*pair) for pair in pairs] == ["same", "same", "new", "probably", "same", "new"]


def test_fold_takes_a_brief_sent_again_days_later_for_one_where_it_names_its_day():
    of_the_day = "The pollen count in Ember Quay was 7 grains of hazel a cubic metre."
    of_saturday = of_the_day.replace("count in", "count of Saturday in")

    def answer(text: str, hours: float) -> str:
        first, again = (make_take(text, id=f"t{at}", hours=at, headline="Pollen") for at in (0, hours))
        return fold(again, [Candidate("r1", first)]).kind

    assert [answer(of_saturday, hours) for hours in (2, 49, 100)] == ["same", "same", "new"]
    assert [answer(of_the_day, hours) for hours in (2, 49)] == ["same", "new"]


def test_fold_keeps_two_firms_tables_of_the_same_figures_apart_by_their_headlines():
    old = make_take(EARNINGS, headline="Malaya Mills third quarter")
    new = make_take(EARNINGS, id="t2", hours=1, headline="Bautro Lines year net")
    briefs = [
        make_take("Qtly div 12 cts vs 10 cts. Pay June 1.", id=id, headline=f"{firm} sets quarterly")
        for id, firm in (("t1", "Malaya Mills"), ("t2", "Bautro Lines"))
    ]

    assert fold(new, [Candidate("r1", old)]).because[0] == Reason("template", 0)
    assert fold(briefs[1], [Candidate("r1", briefs[0])]).kind == "new"


def test_fold_knows_a_table_sent_again_with_other_lines_by_its_headline():
    first = "Shr 31 cts vs 27 cts. Net 11.4 mln vs 9.9 mln. Revs 194.3 mln vs 171.7 mln. Dividend of four cts is payable in April."
    again = "Net 11.4 mln vs 9.9 mln. Shr 31 cts vs 27 cts. Sixteen weeks to date brought in sales of 194.3 mln after 171.7 mln. Average shares 36.6 mln after 36.4 mln."

    assert kinds((first, again, 1, "Malaya Mills 1st quarter net")) == ["same"]


def test_fold_knows_a_notice_of_correction_by_the_headline_that_it_quotes():
    notice = 'CORRECTION - LAMP\n\nIn item headlined "Lamp of Ember Quay is lit again" please read in the second paragraph "all summer" instead of "all winter".'
    first = make_take(CLOSING, headline="Lamp of Ember Quay is lit again")
    take = replace(make_take("", id="t2", hours=1), headline="", text=notice)

    assert [(r.code, r.value) for r in fold(take, [Candidate("r1", first)]).because[:2]] == [
        ("same_headline", 1.0),
        ("marker", "corrected"),
    ]

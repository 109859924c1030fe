from made_up_wire.versions import FERRY, MINERALS

from storytext import Change, Reason, compare_versions

PARAGRAPHS = MINERALS.split("\n\n")


def compare(old: str, new: str, *, old_headline: str = "Accord signed", new_headline: str = "Accord signed") -> Change:
    return compare_versions(old_headline, old, new_headline, new)


def test_compare_versions_finds_nothing_in_the_same_text():
    assert compare(MINERALS, MINERALS + "\n") == Change("none", "silent", ())


def test_compare_versions_calls_another_credit_or_a_mended_word_a_typo():
    assert [
        compare(MINERALS, MINERALS.replace("— AFP", "— Reuters")),
        compare(MINERALS.replace("geological", "geologcal"), MINERALS),
    ] == [
        Change("typo", "silent", ()),
        Change("typo", "silent", (Reason("words_added", 1), Reason("words_cut", 1))),
    ]


def test_compare_versions_notes_another_headline():
    assert compare(MINERALS, MINERALS, new_headline="Ores for all") == Change(
        "typo", "note", (Reason("headline_changed", "Ores for all"),)
    )


def test_compare_versions_says_what_was_added_or_cut():
    trim = "\n\n".join(PARAGRAPHS[:4])

    assert [compare(trim, MINERALS), compare(MINERALS, trim)] == [
        Change("added", "note", (Reason("words_added", 28),)),
        Change("cut", "note", (Reason("words_cut", 28),)),
    ]


def test_compare_versions_calls_words_gone_and_words_come_rewritten():
    new = MINERALS.replace(
        "Prices of neodymium have doubled since 2020", "The price of the metal neodymium is twice that of 2020"
    )

    assert compare(MINERALS, new) == Change("rewritten", "note", (Reason("words_added", 8), Reason("words_cut", 4)))


def test_compare_versions_alerts_for_a_figure_in_lead_or_headline_and_notes_one_below():
    assert [
        compare(FERRY, FERRY.replace("at least 12", "at least 19")),
        compare(FERRY, FERRY.replace("51 survivors", "53 survivors")),
        compare(
            FERRY, FERRY, old_headline="Ferry fire kills 12 off Basilan", new_headline="Ferry fire kills 19 off Basilan"
        ),
    ] == [
        Change("number", "alert", (Reason("numbers_changed", 1),)),
        Change("number", "note", (Reason("numbers_changed", 1),)),
        Change("number", "alert", (Reason("numbers_changed", 1),)),
    ]


def test_compare_versions_alerts_for_a_name_in_the_lead_and_notes_one_below():
    lead = FERRY.replace("off the southern", "off Zamboanga in the southern")

    assert [
        compare(lead, lead.replace("Zamboanga", "Cotabato")),
        compare(MINERALS, MINERALS.replace("Redgum Resources", "Bluebush Minerals")),
        compare(FERRY, FERRY.replace("Armand Bautro", "Delfin Sarmiento").replace("51 survivors", "53 survivors")),
    ] == [
        Change("name", "alert", (Reason("names_changed", 1),)),
        Change("name", "note", (Reason("names_changed", 1),)),
        Change("number", "note", (Reason("numbers_changed", 1), Reason("names_changed", 1))),
    ]


def test_compare_versions_alerts_for_a_lead_that_tells_something_new():
    known = "Ministers told reporters in Canberra on Thursday that geological surveys and mines come first."
    new = "Firms got a measure of comfort when two men shook hands over the ores they need."

    assert [compare(MINERALS, "\n\n".join([lead, *PARAGRAPHS[1:]])) for lead in (known, new)] == [
        Change("rewritten_lead", "note", (Reason("new_lead", 0.82),)),
        Change("rewritten_lead", "alert", (Reason("new_lead", 0.09),)),
    ]


def test_compare_versions_alerts_for_another_text():
    assert compare(MINERALS, FERRY) == Change("rewritten", "alert", (Reason("kept_sentences", 0.0),))

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from storytext import diff_words

WORDS = st.sampled_from(
    ["The ", "ferry ", "sank", ". ", "\n\n", "12 ", "people", "“so”", "日本", "  ", "\n", "died", "!"]
)
TEXTS = st.lists(WORDS, max_size=60).map("".join)


@given(TEXTS | st.text(max_size=80), TEXTS | st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_diff_words_joins_back_to_both_texts(old: str, new: str):
    parts = diff_words(old, new)

    assert "".join(text for kind, text in parts if kind != "ins") == old
    assert "".join(text for kind, text in parts if kind != "del") == new
    assert all(a[0] != b[0] for a, b in pairwise(parts))


def test_diff_words_marks_the_word_that_changed_and_keeps_paragraphs():
    old = "At least 12 people died.\n\nThe cause is not known."
    new = "At least 15 people died.\n\nThe cause is not known. Police are investigating."

    assert diff_words(old, new) == (
        ("same", "At least"),
        ("del", " 12"),
        ("ins", " 15"),
        ("same", " people died.\n\nThe cause is not known."),
        ("ins", " Police are investigating."),
    )


def test_diff_words_marks_characters_of_a_spaceless_script():
    assert diff_words("死者は三人です。", "死者は五人です。") == (
        ("same", "死者は"),
        ("del", "三"),
        ("ins", "五"),
        ("same", "人です。"),
    )


def test_diff_words_shows_a_passage_too_long_to_match_as_gone_and_come():
    old, new = "a b " * 400, "c d " * 400

    assert diff_words(old, new) == (("del", old), ("ins", new))


def test_diff_words_of_one_text_is_the_same():
    assert (diff_words("One text.", "One text."), diff_words("", "")) == ((("same", "One text."),), ())

from itertools import product
from string import ascii_lowercase

from hypothesis import given
from hypothesis import strategies as st
from made_up_wire import make_take

from storytext.forms import frame
from storytext.profiles import LONGEST_WORD, MOST_WORDS, OPENING_WORDS, Profile, cut, profile, spell
from storytext.words import read


def test_profile_counts_words_and_pairs_and_keeps_names_figures_and_opening_apart():
    take = make_take("the Lamp was lit by Marta Quell in 1904.", headline="Harbour lamp")

    assert profile(take) == Profile(
        terms={
            **dict.fromkeys(("harbour", "lamp"), 1),
            **dict.fromkeys(("the", "was", "lit", "by", "marta", "quell", "in", "1904"), 1),
            "lamp": 2,
            **dict.fromkeys(("harbour lamp", "lamp the", "the lamp", "lamp was", "was lit", "lit by"), 1),
            **dict.fromkeys(("by marta", "marta quell", "quell in", "in 1904"), 1),
        },
        names=frozenset({"lamp", "marta", "quell"}),
        numbers=frozenset({"1904"}),
        opening=frozenset({"harbour", "lamp", "the", "was", "lit", "by", "marta", "quell", "in", "1904"}),
        frame=frame(read(take)),
    )


def test_profile_of_a_headline_alone_counts_it_once():
    alone = profile(make_take("", headline="Ferry sinks"))

    assert (alone.terms, alone.words, alone.length) == (
        {"ferry": 1, "sink": 1, "ferry sink": 1},
        ["ferry", "sink"],
        2,
    )


def test_profile_reads_scripts_without_spaces_by_two_characters():
    assert profile(make_take("", headline="台風接近 Quell")).words == ["台風", "風接", "接近", "quell"]
    assert profile(make_take("", headline="ข่าวด่วน")).words == ["ข่", "่า", "าว", "วด", "ด่", "่ว", "วน"]


def test_profile_parts_the_words_of_japanese_at_hiragana_and_keeps_katakana_whole():
    found = profile(make_take("", headline="霧ケ谷市の港でフェリーが止まる"))

    assert list(found.terms) == ["霧ケ", "ケ谷", "港", "フェリー", "止", "ケ谷 港", "港 フェリー", "フェリー 止"]


def test_profile_tells_no_pair_of_words_that_share_a_character():
    assert list(profile(make_take("", headline="白鷺電機")).terms) == ["白鷺", "鷺電", "電機"]


def test_spell_writes_terms_as_the_take_does_where_they_stand_in_it():
    take = make_take("Marta Quell lights the Lamps.", headline="港の灯")

    assert spell(take, ["quell light", "lamp", "港の", "boat"]) == ["Quell lights", "Lamps", "港の", "boat"]


def test_profile_reads_no_more_than_a_long_text_needs():
    words = " ".join(a + b + "mp" for a, b in product(ascii_lowercase, repeat=2))

    long = profile(make_take(words, headline="Tide"))

    assert (long.length, len(long.opening)) == (MOST_WORDS, OPENING_WORDS)


def test_profile_reads_no_more_than_the_beginning_of_what_is_no_word():
    take = make_take("The harbour at " + "Quell" * 4_000 + " was " + "x" * 20_000, headline="Lamp")
    told = profile(take)

    assert max(map(len, [*told.terms, *told.names])) == len("was ") + LONGEST_WORD
    assert max(map(len, spell(take, told.terms))) == len("was ") + LONGEST_WORD
    assert told.names == {("quell" * 4_000)[:LONGEST_WORD]}


def test_cut_takes_the_endings_of_plurals_and_verbs():
    assert [cut(word) for word in CUT] == list(CUT.values())


CUT = {
    "parties": "party",
    "lamps": "lamp",
    "boss": "boss",
    "gas": "gas",
    "sailing": "sail",
    "sailed": "sail",
    "sails": "sail",
    "saile": "sail",
    "ring": "ring",
    "red": "red",
}


@given(st.text(st.characters(categories=["Ll", "Lo"]), max_size=20))
def test_cut_leaves_short_words_and_keeps_the_beginning_of_long_ones(word: str):
    left = cut(word)

    assert left == word if len(word) < 4 else (len(left) >= 3 and left[:3] == word[:3])

from django.test import override_settings

from writethru.stories.lexicon import MOST, background, rarity_of_words


def test_common_words_tell_less_than_rare_ones_and_plurals_are_cut():
    rarity = background()

    assert rarity["the"] == 0.0
    assert rarity["say"] < rarity["lighthouse".removesuffix("e")] < MOST
    assert "parties" not in rarity and rarity["party"] > 0


def test_a_word_is_as_common_as_in_the_language_where_it_is_commonest():
    alone = rarity_of_words(("en",))

    both = rarity_of_words(("en", "es"))

    assert (both["para"] < alone.get("para", MOST), both["the"]) == (True, 0.0)


def test_a_language_without_a_list_is_left_out():
    assert rarity_of_words(("en", "tlh")) == rarity_of_words(("en",))


@override_settings(LANGUAGE_CODE="de-at")
def test_the_site_s_own_language_is_among_them():
    assert background()["und"] == 0.0

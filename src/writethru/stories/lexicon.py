"""How rare a word is in a language: the background against which the engine weighs what reports have in common."""

from collections.abc import Mapping
from functools import cache
from math import log

from django.conf import settings
from wordfreq import available_languages, get_frequency_dict

from storytext.profiles import cut

# The languages of the wires that it was measured on; the first alone gives .851, .847 and .809 on uci, ecbplus and
# googlenews T, all five .841, .843 and .820, 41 languages .831, .852 and .803 (and take 143 MB).
LANGUAGES = ("en", "es", "fr", "fil", "ja")
WORDS = "small"  # the list of about 25,000 words; the list of 300,000 gives no more (.857, .832, .818)
COMMONEST = 4.0  # minus the logarithm of the share of all words that "and" or "is" has: it tells nothing
RAREST = 18.0  # the same of a word that stands once in a hundred million
MOST = 8.0  # rarity of the rarest words; `storytext.nearest.STRANGE`


def background() -> Mapping[str, float]:
    """Return the rarity (0 to 8) of words, cut as the engine cuts them, in five languages and the site's."""
    return rarity_of_words((*LANGUAGES, settings.LANGUAGE_CODE.split("-")[0]))


@cache
def rarity_of_words(languages: tuple[str, ...]) -> Mapping[str, float]:
    """Return the rarity (0 to 8) of words, cut, in the language where each is commonest.

    A language that no list is known of is left out.
    """
    rarity: dict[str, float] = {}
    for language in dict.fromkeys(languages):
        if language not in available_languages(WORDS):
            continue
        shares: dict[str, float] = {}
        for word, share in get_frequency_dict(language, WORDS).items():
            shares[cut(word)] = shares.get(cut(word), 0.0) + share
        for word, share in shares.items():
            here = min(max(-log(share) - COMMONEST, 0.0), RAREST - COMMONEST) / (RAREST - COMMONEST) * MOST
            rarity[word] = min(here, rarity.get(word, MOST))
    return rarity

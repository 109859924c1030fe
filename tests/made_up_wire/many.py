"""As many running stories as are asked for, each told as that of the bridge is, in words of its own."""

from made_up_wire.running import BRIDGE

_WORDS = ("Hobble", "bridge", "turnips", "carters", "warden", "florins", "toll")
_FIRST, _LAST = "bdfgklmnprstvz", "aeiou"


def many(count: int) -> list[tuple[tuple[str, str], ...]]:
    """Return the copy of `count` stories, six reports each. The first is the bridge's."""
    return [BRIDGE, *(_told(number) for number in range(1, count))]


def _told(number: int) -> tuple[tuple[str, str], ...]:
    return tuple((_in_other_words(headline, number), _in_other_words(text, number)) for headline, text in BRIDGE)


def _in_other_words(text: str, number: int) -> str:
    for at, word in enumerate(_WORDS):
        other = _made_up(number * len(_WORDS) + at)
        text = text.replace(word, other).replace(word.title(), other.title())
    return text


def _made_up(number: int) -> str:
    """Return a word that no language has: four syllables, the number in another script."""
    word = ""
    for _ in range(4):
        number, first = divmod(number, len(_FIRST))
        number, last = divmod(number, len(_LAST))
        word = f"{_FIRST[first]}{_LAST[last]}{word}"
    return word

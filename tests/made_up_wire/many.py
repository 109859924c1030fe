"""As many running stories as are asked for, one told like the other, for what needs many decisions."""

from made_up_wire.running import BRIDGE

_WORDS = ("Hobble", "bridge", "turnips", "Carters", "carters", "warden", "Warden", "florins")
_OTHERS = (
    ("Hobble", "bridge", "turnips", "Carters", "carters", "warden", "Warden", "florins"),
    ("Ember", "lighthouse", "oil", "Keepers", "keepers", "harbourmaster", "Harbourmaster", "guineas"),
    ("Tansy", "clock", "cogs", "Ringers", "ringers", "sexton", "Sexton", "pennies"),
    ("Marrow", "cannery", "leeks", "Cooks", "cooks", "foreman", "Foreman", "ducats"),
    ("Dunmere", "orchard", "ladders", "Pickers", "pickers", "bailiff", "Bailiff", "crowns"),
)


def many(count: int) -> list[tuple[tuple[str, str], ...]]:
    """Return the copy of `count` stories, six reports each."""
    return [
        tuple((_told(headline, others), _told(text, others)) for headline, text in BRIDGE) for others in _OTHERS[:count]
    ]


def _told(text: str, others: tuple[str, ...]) -> str:
    for word, other in zip(_WORDS, others, strict=True):
        text = text.replace(word, other)
    return text

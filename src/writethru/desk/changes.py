"""What a report would change, as the desk shows it: word by word, paragraphs without a change folded away."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from writethru.press.changes import Piece, marked, paragraph_pieces, told_apart

FOLDED_FROM = 2  # so many paragraphs alike and next to each other are folded; one alone is sooner read than opened


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs that stand together: changed ones are shown, `same` ones are folded where there are several."""

    same: bool
    folded: bool
    paragraphs: tuple[SafeString, ...]


def changed_headline(before: str, after: str) -> SafeString:
    """Return the two headlines as one, marked."""
    return _joined([piece for pieces in paragraph_pieces(before, after) for piece in pieces])


def changed_text(before: str, after: str) -> list[Block]:
    """Return the two plain texts as one, in blocks."""
    return list(_blocks(before, after))


def _blocks(before: str, after: str) -> Iterator[Block]:
    paragraphs = [pieces for pieces in paragraph_pieces(before, after) if pieces]
    for same, its in groupby(paragraphs, key=lambda pieces: all(kind == "same" for kind, _ in pieces)):
        told = tuple(_joined(pieces) for pieces in its)
        yield Block(same, same and len(told) >= FOLDED_FROM, told)


def _joined(pieces: list[Piece]) -> SafeString:
    html = "".join(escape(part) if kind == "same" else marked(kind, part) for kind, part in told_apart(pieces))
    return mark_safe(html)  # noqa: S308 (each piece is escaped)

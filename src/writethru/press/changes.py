"""What one version changed against the one before it, as a reader is shown it.

    four minerals: cobalt and nickel → five minerals: cobalt, manganese and nickel
    <p><del>four</del> <ins>five</ins> minerals: cobalt<ins>, manganese</ins> and nickel</p>

Paragraphs without a change are left out, and long stretches without one are cut to a few words either side.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from storytext import diff_words
from writethru.lib.html import text

WORDS_BESIDE = 12
Piece = tuple[str, str]


def changed(before: Any, after: Any) -> SafeString:
    """Return what differs between two versions, headlines too, as HTML with del and ins; "" if nothing does."""
    paragraphs = list(paragraph_pieces(_whole(before), _whole(after)))
    told = [_paragraph(pieces) for pieces in paragraphs if any(kind != "same" for kind, _ in pieces)]
    return mark_safe("".join(f"<p>{html}</p>" for html in told))  # noqa: S308 (each piece is escaped)


def _whole(version: Any) -> str:
    return "\n\n".join(filter(None, [version.headline, text(version.html)]))


def paragraph_pieces(before: str, after: str) -> Iterator[list[Piece]]:
    """Yield the paragraphs of both texts in order, each as its pieces: same, del or ins, and the words."""
    pieces: list[Piece] = []
    for kind, part in diff_words(before, after):
        first, *rest = re.split(r"\n\n+", part)
        pieces.append((kind, first))
        for opening in rest:
            yield [piece for piece in pieces if piece[1]]
            pieces = [(kind, opening)]
    yield [piece for piece in pieces if piece[1]]


def told_apart(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with a space between a word taken out and one put in for it, where the text has none."""
    return [
        (kind, f" {part}") if at and kind == "ins" and pieces[at - 1][0] == "del" and _meet(pieces[at - 1][1], part)
        else (kind, part)
        for at, (kind, part) in enumerate(pieces)
    ]  # fmt: skip


def _meet(gone: str, come: str) -> bool:
    return gone[-1:].isalnum() and come[:1].isalnum()


def _paragraph(pieces: list[Piece]) -> str:
    last = len(pieces) - 1
    return "".join(
        _shortened(part, opens=at == 0, closes=at == last) if kind == "same" else marked(kind, part)
        for at, (kind, part) in enumerate(told_apart(pieces))
    )


def marked(kind: str, part: str) -> str:
    """Return a piece that was taken out or put in as HTML, its white space outside."""
    bare = part.strip()
    lead, tail = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{lead}<{kind}>{escape(bare)}</{kind}>{tail}" if bare else part


def _shortened(part: str, *, opens: bool, closes: bool) -> str:
    words = re.findall(r"\s*\S+|\s+$", part)
    beside = WORDS_BESIDE * (not opens), WORDS_BESIDE * (not closes)
    if len(words) <= sum(beside) + WORDS_BESIDE:
        return escape(part)
    head, tail = words[: beside[0]], words[len(words) - beside[1] :] if beside[1] else []
    return escape("".join(head)) + (" …" if head else "…") + (" " if tail else "") + escape("".join(tail).lstrip())

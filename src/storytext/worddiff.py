"""What was taken out and what was put in, word by word, as an editor would mark it on the copy.

Paragraphs are matched first, then the sentences of those that differ, then words, so that the work stays near-linear
on long texts; a passage too long for a word match is shown as taken out and put in whole. The parts that are the same
or taken out join to the old text exactly, those the same or put in to the new. White space belongs to the word after
it. It is wrong, though exact, where a paragraph moved: it is shown as gone here and come there.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from storytext.runs import SPACELESS

Part = tuple[Literal["same", "del", "ins"], str]

MOST_WORK = 250_000  # products of lengths that a match may cost: two passages of 500 words, some 30 ms
_PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")
_SENTENCE = re.compile(r"\s*.+?(?:[.!?][\"”’')\]]*(?=\s)|[。！？]+[」』”]*|\Z)|\s+\Z", re.DOTALL)
_WORD = re.compile(rf"\s*(?:[{SPACELESS}]|[^\W{SPACELESS}]+|[^\w\s])|\s+")


def diff_words(old: str, new: str) -> tuple[Part, ...]:
    """Return the parts of both texts in order, each the same, deleted or inserted. Equal neighbours are joined."""
    return tuple(_joined(_by(_PARAGRAPH, old, new, (_SENTENCE, _WORD))))


def _by(cut: re.Pattern[str], old: str, new: str, finer: tuple[re.Pattern[str], ...]) -> Iterator[Part]:
    a, b = cut.findall(old), cut.findall(new)
    if len(a) * len(b) > MOST_WORK:
        yield "del", old
        yield "ins", new
        return
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        before, after = "".join(a[a1:a2]), "".join(b[b1:b2])
        if kind == "equal":
            yield "same", before
        elif kind == "replace" and finer:
            yield from _by(finer[0], before, after, finer[1:])
        else:
            yield "del", before
            yield "ins", after


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Join neighbours of one kind; between two that are the same, deletions come before insertions."""
    same, gone, come = "", "", ""
    for kind, text in parts:
        if kind == "same":
            if gone or come:
                yield from _part("same", same)
                yield from _part("del", gone)
                yield from _part("ins", come)
                same, gone, come = "", "", ""
            same += text
        elif kind == "del":
            gone += text
        else:
            come += text
    yield from _part("same", same)
    yield from _part("del", gone)
    yield from _part("ins", come)


def _part(kind: Literal["same", "del", "ins"], text: str) -> Iterator[Part]:
    if text:
        yield kind, text

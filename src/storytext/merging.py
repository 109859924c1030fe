"""What becomes of a text that two have changed, paragraph by paragraph.

Both are laid against the text that they began from. Where only one of them changed something, that stands; where both
made the same change, it stands once; where they changed the same paragraphs differently, somebody has to decide. A
passage put in where the other has changed a neighbour is such a case too: which comes first can't be known. It is wrong
where a change on one side needs one on the other ("the mayor" explained in a paragraph that the other cut): each
paragraph is right, the text may not be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_WORK = 4_000_000  # product of the paragraph counts that a match may cost: two texts of 2,000, some 50 ms

Paragraphs = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs that need no decision, and who they come from: both had them before, or one or both changed them."""

    by: Literal["nobody", "mine", "theirs", "both"]
    base: Paragraphs
    text: Paragraphs


@dataclass(frozen=True, slots=True)
class Collision:
    """Paragraphs that both have changed, each in their own way."""

    base: Paragraphs
    mine: Paragraphs
    theirs: Paragraphs


@dataclass(frozen=True, slots=True)
class _Edit:
    """Paragraphs start to end of the base became `text`."""

    start: int
    end: int
    text: Paragraphs


def merge(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[Passage | Collision, ...]:
    """Return the merged text in order, as passages that are settled and collisions that are not.

    Passages and collisions together cover the base, paragraph for paragraph, and hold every paragraph of either side
    that the other has not taken out.
    """
    edits = (_edits(base, mine), _edits(base, theirs))
    return tuple(_told(base, edits))


def _edits(base: Sequence[str], side: Sequence[str]) -> list[_Edit]:
    """Return what `side` changed, in order; of as many paragraphs changed as come in their place, each by itself."""
    if len(base) * len(side) > MOST_WORK:
        return [_Edit(0, len(base), tuple(side))]
    edits = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if a2 - a1 == b2 - b1:
            edits += [_Edit(a1 + i, a1 + i + 1, (side[b1 + i],)) for i in range(a2 - a1)]
        else:
            edits.append(_Edit(a1, a2, tuple(side[b1:b2])))
    return edits


def _told(base: Sequence[str], edits: tuple[list[_Edit], list[_Edit]]) -> Iterator[Passage | Collision]:
    at = 0
    for mine, theirs in _groups(*edits):
        start = min(edit.start for edit in mine + theirs)
        end = max(edit.end for edit in mine + theirs)
        if at < start:
            yield Passage("nobody", tuple(base[at:start]), tuple(base[at:start]))
        before = tuple(base[start:end])
        ours, other = _applied(base, start, end, mine), _applied(base, start, end, theirs)
        if not theirs:
            yield Passage("mine", before, ours)
        elif not mine:
            yield Passage("theirs", before, other)
        elif ours == other:
            yield Passage("both", before, ours)
        else:
            yield Collision(before, ours, other)
        at = end
    if at < len(base):
        yield Passage("nobody", tuple(base[at:]), tuple(base[at:]))


def _groups(mine: list[_Edit], theirs: list[_Edit]) -> Iterator[tuple[list[_Edit], list[_Edit]]]:
    """Yield the edits of both in the order of the base, those that meet together."""
    waiting = sorted([(edit, 0) for edit in mine] + [(edit, 1) for edit in theirs], key=_place)
    group: tuple[list[_Edit], list[_Edit]] = ([], [])
    for edit, side in waiting:
        if any(group) and not any(_meet(edit, other) for other in group[1 - side]):
            yield group
            group = ([], [])
        group[side].append(edit)
    if any(group):
        yield group


def _place(edit_of: tuple[_Edit, int]) -> tuple[int, int]:
    return edit_of[0].start, edit_of[0].end


def _meet(one: _Edit, other: _Edit) -> bool:
    """Return whether two edits share a paragraph, or one puts something in right beside what the other changed."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _applied(base: Sequence[str], start: int, end: int, edits: list[_Edit]) -> Paragraphs:
    """Return paragraphs start to end of the base with these edits made."""
    parts: list[str] = []
    at = start
    for edit in edits:
        parts += [*base[at : edit.start], *edit.text]
        at = edit.end
    return (*parts, *base[at:end])

"""Who belongs to a community of reports, and who hangs on to it by a word.

Communities are found by ties between two and two; here each report is laid beside a whole community: how near it is to
the others beside how near they are to each other, how strongly it is tied to them, how much of what it says they say.
So it may leave for another community, or for none. The weights were learned as those of pairs were (see `likeness`).

How many reports belong nowhere differs from one wire to the next: on one it is a tenth, on another two in three. A
score that is right on the one is wrong on the other. So that share is estimated from the reports themselves, by turns
with the scores (Saerens and others, 2002), and each score is moved by what it differs from that of the lessons. It is
wrong with a report that says nothing of its own: a headline of four words that all are in another story's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storytext.communities import Ties
from storytext.nearest import Ints, Vectors
from storytext.profiles import Profile

Numbers = npt.NDArray[np.float64]

BELONGING_MEASURES = ("near", "held", "held_of_all", "in_common", "explained")
LEAST_NEAR = 0.02  # beside the others; what is less is nothing
LEAST_HELD = 0.3  # [S] one tie, as weak as a tie can be
MOST_TOLD = 3  # words in common, the most telling
FEW_HAVE_IT = 0.04  # of a community: a word that fewer have is not what it is about
USUALLY_BELONG = 0.81  # share of reports; by F1 with and without one-offs. In the lessons it is .88
TURNS = 50  # of estimating; after twenty nothing moves
LEAST_SHARE, MOST_SHARE = 0.6, 0.98  # with no least one, few reports at hand all belong nowhere


@dataclass(frozen=True)
class Claims:
    """Reports (places), each with a community (of the label given) that it may belong to, and what is measured."""

    reports: Ints
    communities: Ints
    measures: Numbers


def claims(
    profiles: Sequence[Profile], vectors: Vectors, rare: Mapping[str, float], ties: Ties, label: Sequence[int]
) -> Claims:
    """Return for each report its own community and those that it is tied to, as far as others are in them."""
    members: dict[int, list[int]] = {}
    wishes: dict[int, set[int]] = {}
    for at, one in enumerate(label):
        members.setdefault(one, []).append(at)
        wishes.setdefault(one, set()).add(at)
        for other in ties[at]:
            wishes.setdefault(label[other], set()).add(at)
    rows = list[tuple[float, ...]]()
    for one, places in members.items():
        if len(places) > 1:
            rows += _claims(one, places, sorted(wishes[one]), profiles, vectors, rare, ties)
    rows.sort(key=lambda row: row[:2])
    measures = np.array([row[2:] for row in rows], np.float64).reshape(len(rows), len(BELONGING_MEASURES))
    return Claims(np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64), measures)


def _claims(
    one: int,
    members: Sequence[int],
    wishes: Sequence[int],
    profiles: Sequence[Profile],
    vectors: Vectors,
    rare: Mapping[str, float],
    ties: Ties,
) -> list[tuple[float, ...]]:
    inside = set(members)
    near = _near(vectors, members, wishes)
    typical = max(float(np.median([near[at] for at in members])), 1e-3)
    spread = Counter(word for at in members for word in profiles[at].words)
    rows = list[tuple[float, ...]]()
    for at in wishes:
        held = sum(strength for other, strength in ties[at].items() if other in inside)
        rows.append(
            (
                at,
                one,
                float(np.log(max(near[at] / typical, LEAST_NEAR))),
                float(np.log1p(held)),
                held / max(sum(ties[at].values()), LEAST_HELD),
                *_in_common(profiles[at], spread, rare, own=at in inside, size=len(members)),
            )
        )
    return rows


def _near(vectors: Vectors, members: Sequence[int], wishes: Sequence[int]) -> dict[int, float]:
    """Return how near (cosine, in the middle) each report that wishes is to the members, itself left out."""
    total = np.zeros(vectors.width, np.float64)
    for at in members:
        columns, weights = vectors.row(at)
        total[columns] += weights
    inside, near = set(members), {}
    for at in wishes:
        columns, weights = vectors.row(at)
        own = float(weights @ weights) if at in inside else 0.0
        near[at] = (float(weights @ total[columns]) - own) / (len(members) - (at in inside))
    return near


def _in_common(
    profile: Profile, spread: Mapping[str, int], rare: Mapping[str, float], *, own: bool, size: int
) -> tuple[float, float]:
    """Return what the words weigh that most of the members have, and the share of its words that are theirs too."""
    others = size - own
    told, all_of_it, theirs = list[float](), 0.0, 0.0
    for word in profile.words:
        weight, having = rare[word], spread.get(word, 0) - own
        told.append(having / others * weight)
        all_of_it += weight
        if having > 1 and having / others > FEW_HAVE_IT:
            theirs += weight
    return sum(sorted(told, reverse=True)[:MOST_TOLD]), theirs / max(all_of_it, 1e-6)


def settle(claimed: Claims, score: Numbers, *, size: int) -> tuple[list[int | None], list[float]]:
    """Return for each of `size` reports the community that it belongs to, if any, and how likely that is.

    `score` is how likely each claim is right on a wire like those of the lessons.
    """
    best: list[tuple[float, int | None]] = [(0.0, None)] * size
    for at, one, likely in zip(claimed.reports.tolist(), claimed.communities.tolist(), score.tolist(), strict=True):
        if likely > best[at][0]:
            best[at] = (likely, one)
    likely = _as_here(np.array([score for score, _ in best], np.float64))
    return [one if p > 0.5 else None for p, (_, one) in zip(likely, best, strict=True)], likely


def _as_here(score: Numbers) -> list[float]:
    """Return the scores as they are where as many reports belong somewhere as these scores say by turns."""
    odds = _log_odds(score)
    moved = odds
    for _ in range(TURNS if len(score) else 0):
        share = float(np.mean(1 / (1 + np.exp(-moved))))
        moved = odds + _log_odds(np.clip(share, LEAST_SHARE, MOST_SHARE)) - _log_odds(np.float64(USUALLY_BELONG))
    return [round(float(p), 4) for p in 1 / (1 + np.exp(-moved))]


def _log_odds(p: Numbers | np.float64) -> Numbers:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p / (1 - p)), np.float64)

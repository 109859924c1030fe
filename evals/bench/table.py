"""What a bench prints: lines of figures, each with how many were measured and how far they spread."""

import statistics
from collections.abc import Sequence


def title(words: str) -> None:
    print(f"\n{words}\n{'-' * len(words)}", flush=True)


def row(what: str, said: str) -> None:
    print(f"  {what:<58} {said}", flush=True)


def times(what: str, seconds: Sequence[float]) -> None:
    """Print the median of some durations, and their spread from the 5th to the 95th of a hundred."""
    low, high = spread(seconds)
    row(what, f"{_span(statistics.median(seconds))}  ({_span(low)} to {_span(high)}, n = {len(seconds)})")


def ratio(what: str, ours: Sequence[float], theirs: Sequence[float], *, goal: float) -> None:
    """Print how many of ours go into one of theirs: both are durations, measured in turn, a pair a round."""
    by_round = [their / our for our, their in zip(ours, theirs, strict=True)]
    low, high = spread(by_round)
    middle = statistics.median(theirs) / statistics.median(ours)
    met = "reached" if middle >= goal else "NOT reached"
    row(what, f"{middle:.1f} ×  ({low:.1f} to {high:.1f}, n = {len(by_round)}); goal {goal:g}: {met}")


def spread(figures: Sequence[float]) -> tuple[float, float]:
    """Return the 5th and the 95th of a hundred."""
    in_order = sorted(figures)
    at = len(in_order) - 1
    return in_order[round(at * 0.05)], in_order[round(at * 0.95)]


def _span(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"

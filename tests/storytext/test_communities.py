from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from storytext.communities import Ties, communities, held_by, join, let_go, tie


def cliques(*sizes: int, strength: float = 1.0) -> list[tuple[int, int, float]]:
    """Return the ties of groups in which everybody is tied to everybody."""
    pairs, start = [], 0
    for size in sizes:
        pairs += [(a, b, strength) for a, b in combinations(range(start, start + size), 2)]
        start += size
    return pairs


def test_tie_ties_both():
    assert tie(3, [(0, 2, 0.5)]) == [{2: 0.5}, {}, {0: 0.5}]


def test_communities_are_those_who_are_tied_to_each_other():
    ties = tie(21, [*cliques(4, 4, 4, 4, 4), (3, 4, 0.3)])

    assert communities(ties) == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5]


def test_communities_of_nobody_are_none_and_of_the_untied_are_one_each():
    assert (communities([]), communities(tie(3, []))) == ([], [0, 1, 2])


def test_join_joins_what_was_found_in_parts():
    across = [(a, b, 1.0) for a in range(3) for b in range(3, 6)]
    ties = tie(12, [*cliques(3, 3, 6), *across])

    assert join(ties, [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2]) == [0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]


def test_join_keeps_apart_what_one_tie_in_fifty_joins():
    ties = tie(20, [*cliques(10, 10), (9, 10, 1.0)])

    assert join(ties, [0] * 10 + [1] * 10) == [0] * 10 + [1] * 10


def test_join_goes_on_from_one_to_the_next():
    ties = tie(8, [*cliques(2, 2, 2, 2), (1, 2, 1.0), (3, 4, 1.0), (5, 6, 1.0)])

    assert join(ties, [0, 0, 1, 1, 2, 2, 3, 3]) == [0] * 8


def test_join_leaves_out_who_is_tied_to_one_part_by_a_word():
    across = [(a, b, 1.0) for a in range(3) for b in range(3, 6)]
    ties = tie(16, [*cliques(3, 3, 10), *across, (5, 6, 0.1)])

    assert join(ties, [0] * 3 + [1] * 3 + [2] * 10) == [0] * 6 + [2] * 10


def test_join_of_nobody_is_nobody():
    assert join([], []) == []


def test_held_by_counts_the_ties_to_its_own():
    ties = tie(4, [(0, 1, 0.5), (0, 2, 0.25), (2, 3, 1.0)])

    assert held_by(ties, [0, 0, 1, None]) == [0.5, 0.5, 0.0, 0.0]


def test_let_go_lets_go_who_hangs_on_by_a_word_and_who_is_in_nothing():
    ties = tie(11, [*cliques(9), (8, 9, 1.0)])

    assert let_go(ties, [0] * 10 + [None], fewest=4) == [0] * 9 + [None, None]


def test_let_go_leaves_no_community_of_too_few():
    ties = tie(9, cliques(9))

    assert let_go(ties, [0] * 9, fewest=10) == [None] * 9


sizes = st.integers(2, 14)
strengths = st.floats(0.3, 1.0)


@st.composite
def made_ties(draw: st.DrawFn) -> Ties:
    size = draw(sizes)
    places = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda two: two[0] < two[1])
    return tie(size, ((a, b, draw(strengths)) for a, b in draw(st.lists(places, unique=True, max_size=40))))


@settings(deadline=None)
@given(made_ties())
def test_nobody_is_in_a_community_with_whom_no_tie_connects(ties: Ties):
    found = join(ties, communities(ties))

    reached = list(range(len(ties)))
    for _ in ties:
        reached = [min([reached[at], *(reached[other] for other in one)]) for at, one in enumerate(ties)]
    assert all(reached[a] == reached[b] for a, b in combinations(range(len(ties)), 2) if found[a] == found[b])


@settings(deadline=None)
@given(made_ties(), st.integers(2, 5))
def test_let_go_only_takes_away(ties: Ties, fewest: int):
    label = communities(ties)

    kept = let_go(ties, label, fewest=fewest)

    assert all(after in (before, None) for before, after in zip(label, kept, strict=True))
    assert all(kept.count(one) >= fewest for one in kept if one is not None)


@settings(deadline=None)
@given(made_ties())
def test_join_only_joins(ties: Ties):
    label = communities(ties)

    joined = join(ties, label)

    assert len(set(zip(label, joined, strict=True))) == len(set(label))

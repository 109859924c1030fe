from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from storytext.communities import Ties, communities, join, tie


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
    ties = tie(6, [*cliques(2, 2, 2), (1, 2, 1.0), (2, 4, 1.0), (3, 4, 1.0), (0, 3, 1.0)])

    assert join(ties, [0, 0, 1, 1, 2, 2]) == [0] * 6


def test_join_asks_more_of_a_small_one():
    few = tie(16, [*cliques(8, 8), *((a, a + 8, 1.0) for a in range(8))])
    many = tie(120, [*cliques(60, 60), *((a, a + 60 + b, 1.0) for a in range(52) for b in range(8))])

    assert join(few, [0] * 8 + [1] * 8) == [0] * 8 + [1] * 8
    assert join(many, [0] * 60 + [1] * 60) == [0] * 120


def test_join_asks_more_of_two_large_ones():
    middling = tie(100, [*cliques(50, 50), *((a, 50 + b, 1.0) for a in range(13) for b in range(10))])
    large = tie(200, [*cliques(100, 100), *((a, 100 + b, 1.0) for a in range(53) for b in range(10))])

    assert join(middling, [0] * 50 + [1] * 50) == [0] * 100  # a twentieth of the ties lead across, here and there
    assert join(large, [0] * 100 + [1] * 100) == [0] * 100 + [1] * 100


def test_join_leaves_out_who_is_tied_to_one_part_by_a_word():
    across = [(a, b, 1.0) for a in range(3) for b in range(3, 6)]
    ties = tie(16, [*cliques(3, 3, 10), *across, (5, 6, 0.1)])

    assert join(ties, [0] * 3 + [1] * 3 + [2] * 10) == [0] * 6 + [2] * 10


def test_join_of_nobody_is_nobody():
    assert join([], []) == []


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
@given(made_ties())
def test_join_only_joins(ties: Ties):
    label = communities(ties)

    joined = join(ties, label)

    assert len(set(zip(label, joined, strict=True))) == len(set(label))

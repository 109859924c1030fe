import pytest
from hypothesis import given
from hypothesis import strategies as st

import storytext
from storytext import merging
from storytext.merging import Collision, Passage, merge

BASE = ("The lamp is out.", "It went out at dusk.", "The keeper is away.")
texts = st.lists(st.sampled_from("abcdefgh"), max_size=8)


def settled(merged: tuple[Passage | Collision, ...], *, take: str = "mine") -> list[str]:
    return [part for each in merged for part in (each.text if isinstance(each, Passage) else getattr(each, take))]


def edited(at: int, text: str) -> tuple[str, ...]:
    return (*BASE[:at], text, *BASE[at + 1 :])


def test_changes_to_different_paragraphs_both_stand_neighbours_too():
    mine, theirs = edited(0, "The lamp is lit."), edited(1, "It went out at 7:40 pm.")

    assert merge(BASE, mine, theirs) == (
        Passage("mine", BASE[:1], mine[:1]),
        Passage("theirs", BASE[1:2], theirs[1:2]),
        Passage("nobody", BASE[2:], BASE[2:]),
    )


def test_changes_to_the_same_paragraph_collide_and_the_same_change_stands_once():
    mine, theirs = edited(1, "It went out at 7 pm."), edited(1, "It went out at 7:40 pm.")

    assert merge(BASE, mine, theirs)[1] == Collision(BASE[1:2], mine[1:2], theirs[1:2])
    assert merge(BASE, mine, mine)[1] == Passage("both", BASE[1:2], mine[1:2])


@pytest.mark.parametrize(
    ("mine", "theirs", "collides"),
    [
        ((*BASE, "Mine."), (*BASE, "Theirs."), True),  # both put something in at one place
        ((BASE[0], "Mine.", *BASE[1:]), edited(1, "It went out."), True),  # put in beside what the other changed
        (("Mine.", *BASE), (*BASE, "Theirs."), False),
        (BASE[1:], BASE[:2], False),  # each cut another one
        (BASE[:2], edited(2, "The keeper came."), True),  # cut here, changed there
        (("Told anew.",), edited(1, "It went out."), True),  # three became one: the whole passage
    ],
)
def test_what_meets_collides(mine: tuple[str, ...], theirs: tuple[str, ...], collides: bool):
    assert any(isinstance(each, Collision) for each in merge(BASE, mine, theirs)) == collides


def test_a_text_too_long_to_match_is_one_passage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(merging, "MOST_WORK", 8)

    mine, theirs = edited(0, "The lamp is lit."), edited(1, "It went out.")

    assert merge(BASE, mine, theirs) == (Collision(BASE, mine, theirs),)


@given(texts, texts)
def test_with_nothing_changed_on_one_side_the_other_stands(base: list[str], side: list[str]):
    for merged in (merge(base, side, base), merge(base, base, side), merge(base, side, side)):
        assert not any(isinstance(each, Collision) for each in merged)
        assert settled(merged) == side


@given(texts, texts, texts)
def test_a_merge_covers_the_base_and_is_the_same_seen_from_either_side(
    base: list[str], mine: list[str], theirs: list[str]
):
    merged, turned = merge(base, mine, theirs), merge(base, theirs, mine)

    assert [part for each in merged for part in each.base] == base
    assert settled(merged, take="theirs") == settled(turned, take="mine")
    for each, other in zip(merged, turned, strict=True):
        if isinstance(each, Collision):
            assert each.mine != each.theirs
            assert (each.mine, each.theirs) == (other.theirs, other.mine)


@given(texts, texts, texts)
def test_no_paragraph_that_one_side_put_in_is_lost(base: list[str], mine: list[str], theirs: list[str]):
    kept = set(settled(merge(base, mine, theirs), take="mine")) | set(settled(merge(base, mine, theirs), take="theirs"))

    assert (set(mine) | set(theirs)) - set(base) <= kept


def test_the_engine_offers_it():
    assert storytext.merge is merge

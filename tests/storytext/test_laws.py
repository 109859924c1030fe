"""What must hold of every wire, whatever is on it: tried with copy put together at random."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_wire import make_take
from made_up_wire.running import BRIDGE, LAMP, RARITY, SINGLES
from made_up_wire.versions import FERRY, MINERALS

from storytext import Candidate, Filed, Take, fold, group, profile

SENTENCES = [sentence for text in (MINERALS, FERRY) for sentence in text.split("\n\n")]
HALL = "A choir in the village of Karst sang for nine hours on Sunday without a rest, and the hall's roof held."
TOPICS = (
    (MINERALS, MINERALS.replace("60 percent", "70 percent")),
    (FERRY, FERRY.replace("midnight", "one o'clock") + "\n\nThe ship was built in 1994."),
    (HALL, HALL + "\n\nThe conductor, Ode Marrant, said that it had been the soup."),
)

copy = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6, unique=True).map("\n\n".join)
hours = st.sampled_from((0.2, 3.0, 20.0, 30.0, 100.0, 300.0))


def reports_of(takes: list[Take]) -> dict[str, str]:
    """Return in which report each take ends, where the takes come one after the other."""
    known, where = list[Candidate](), dict[str, str]()
    for take in takes:
        decision = fold(take, known)
        where[take.id] = decision.of if decision.kind == "same" and decision.of else take.id
        known.append(Candidate(where[take.id], take))
    return where


@given(copy, copy, hours)
@settings(max_examples=200, deadline=None)
def test_two_takes_are_one_report_whichever_is_laid_beside_the_other(one: str, other: str, apart: float):
    """Of two sent in the same second, and of two without a time, that which came later is the later one."""
    first = make_take(one, id="t1", headline=one[:40])
    second = make_take(other, id="t2", headline=other[:40], hours=apart)

    there = fold(second, [Candidate("r", first)])
    back = fold(first, [Candidate("r", second)])

    assert (there.kind in ("same", "probably")) == (back.kind in ("same", "probably"))


@given(st.permutations(range(6)), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_the_order_of_what_has_nothing_to_do_with_each_other_is_immaterial_and_so_is_one_item_more(
    order: list[int], place: int
):
    takes = [
        make_take(text, id=f"{topic}-{turn}", hours=turn)
        for topic, texts in enumerate(TOPICS)
        for turn, text in enumerate(texts)
    ]
    shuffled = [takes[at] for at in order]
    in_turn = sorted(shuffled, key=lambda take: take.id[-1])  # a take comes after the one that it grew out of
    other = make_take("Bakers in Tomelund raised the price of rye bread by a tenth, to general silence.", id="other")
    more = [*in_turn[:place], other, *in_turn[place:]]

    told = reports_of(takes)
    assert told == {f"{topic}-{turn}": f"{topic}-0" for topic in range(3) for turn in range(2)}
    assert reports_of(in_turn) == told
    assert reports_of(more) == {**told, "other": "other"}


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_same_groups_are_found_in_whatever_order_the_reports_come(dice: Random):
    wire = [
        Filed(f"{name}{at}", profile(make_take(text, headline=headline)))
        for name, told in (("bridge", BRIDGE), ("lamp", LAMP), ("single", SINGLES))
        for at, (headline, text) in enumerate(told)
    ]

    found = group(dice.sample(wire, len(wire)), background=RARITY)

    assert {frozenset(filing.report for filing in one.filings) for one in found} == {
        frozenset(f"{name}{at}" for at in range(6)) for name in ("bridge", "lamp")
    }

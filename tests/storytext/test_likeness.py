from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_wire import make_take

from storytext.likeness import MEASURES, pairs_of
from storytext.profiles import Profile, profile
from storytext.weights import SHIPPED

LAMP = (
    "Keepers of the Norrholm lighthouse lit its lamp again on Monday after 12 years of darkness, Marta Quell said.",
    "The Norrholm lighthouse shines again: its lamp was lit by Marta Quell, 12 years after it went dark.",
    "Marta Quell, who keeps the lighthouse at Norrholm, said that the lamp had been dark for 12 years.",
)
FERRY = (
    "A ferry with 40 lorries ran aground off Pellby in thick fog and its captain, Odd Brask, was taken to court.",
    "Odd Brask, captain of the ferry that ran aground off Pellby, said that the fog had hidden the lorries' pier.",
    "The court at Pellby heard how the ferry of captain Odd Brask lost 40 lorries as it ran aground.",
)
OTHERS = (
    "Bakers in Tomelund raised the price of rye bread.",
    "The Veldau choir sang for nine hours without rest.",
    "Snow closed two schools in the hills above Karst.",
    "A painting of a grey horse was found in an attic.",
)
BACKGROUND = dict.fromkeys("a an and the in of for its was after with by on at that had been it is to".split(), 0.5)


def about(*texts: str) -> list[Profile]:
    return [profile(make_take(text, headline="")) for text in texts]


def test_pairs_of_one_story_are_likelier_than_pairs_of_two():
    pairs = pairs_of(about(*LAMP, *FERRY, *OTHERS), background=BACKGROUND)
    said = SHIPPED.pairs.likely(pairs.measures)
    likely = dict(zip(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True), said.tolist(), strict=True))

    one_story = {pair: p for pair, p in likely.items() if set(pair) <= {0, 1, 2} or set(pair) <= {3, 4, 5}}
    assert len(one_story) == 6
    assert min(one_story.values()) > max((p for pair, p in likely.items() if pair not in one_story), default=0.0)


def test_pairs_are_each_told_once_with_a_column_a_measure():
    pairs = pairs_of(about(*LAMP, *OTHERS), background=BACKGROUND)

    assert len(set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))) == len(pairs.a)
    assert (pairs.a < pairs.b).all()
    assert pairs.measures.shape == (len(pairs.a), len(MEASURES))


def test_no_report_has_no_pair_nor_has_one():
    assert [pairs_of(about(*LAMP[:n]), background={}).measures.shape for n in (0, 1)] == [(0, len(MEASURES))] * 2


def test_reports_that_share_no_telling_word_are_no_pair():
    assert pairs_of(about("Snow fell.", "Bread rose."), background=BACKGROUND).a.tolist() == []


def test_the_weights_are_of_the_measures():
    assert tuple(SHIPPED.pairs.weights) == MEASURES


@settings(deadline=None)
@given(st.permutations(range(len(LAMP + FERRY + OTHERS))))
def test_the_order_of_the_reports_is_immaterial(order: list[int]):
    texts = LAMP + FERRY + OTHERS

    def likely(places: list[int]) -> dict[frozenset[int], float]:
        pairs = pairs_of(about(*(texts[at] for at in places)), background=BACKGROUND)
        found = zip(pairs.a.tolist(), pairs.b.tolist(), SHIPPED.pairs.likely(pairs.measures).tolist(), strict=True)
        return {frozenset({places[a], places[b]}): round(p, 4) for a, b, p in found}

    assert likely(order) == likely(sorted(order))

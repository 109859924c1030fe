from storytext.binding import is_bound
from storytext.profiles import Profile

LAMP = [f"lamp keeper norrholm dark year quell word{n} other{n}" for n in range(6)]
TOWN = [f"pell harbour word{n} other{n} third{n} fourth{n} fifth{n} sixth{n}" for n in range(6)]


def is_held(reports: list[str], *, weak: str = "") -> bool:
    profiles = [Profile(dict.fromkeys(one.split(), 1), frozenset(), frozenset(), frozenset()) for one in reports]
    rare = {word: 0.1 if word in weak.split() else 4.0 for one in reports for word in one.split()}
    return is_bound(profiles, rare)


def test_a_story_is_bound_by_many_words():
    assert is_held(LAMP)


def test_what_is_told_of_one_town_is_bound_by_its_name():
    assert not is_held(TOWN)


def test_words_that_are_everywhere_bind_nothing():
    assert not is_held(LAMP, weak="lamp keeper norrholm dark")


def test_of_titles_less_is_asked():
    assert is_held(["lamp dark quell a", "lamp dark b c", "lamp dark quell d", "lamp dark e f", "lamp dark g h"])
    assert not is_held(["lamp dark a1 a2", "lamp dark b1 b2", "lamp dark c1 c2", "lamp dark d1 d2"])

import socket
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON

from writethru.lib.process import name_of_this_call
from writethru.stories.actions.bake import (
    CLAIM_MINUTES,
    BakeClaim,
    Rank,
    ask_for_pages,
    ask_for_stale_pages,
    baked_below,
    claim_pages,
    fail_page,
    finish_page,
    forget_page,
    free_pages_of_ended_processes,
)
from writethru.stories.models import Bake
from writethru.stories.queries import pages_due

pytestmark = pytest.mark.django_db

CLAIM_ENDS = timedelta(minutes=CLAIM_MINUTES, seconds=1)


def ask(*paths: str, rank: Rank = Rank.STORY, now: Any = NOON) -> None:
    ask_for_pages([(path, rank) for path in paths], now=now)


def claim_one(claimed_by: str = "press", *, now: Any = NOON) -> BakeClaim:
    (claim,) = claim_pages(claimed_by=claimed_by, now=now)
    return claim


def is_due(*, now: Any = NOON) -> bool:
    return pages_due(now=now)


def test_a_page_that_is_asked_for_is_claimed_finished_and_then_not_due():
    ask("/story/x/")

    claim = claim_one()
    finished = finish_page(claim, made_with="abc")

    assert claim == BakeClaim("/story/x/", asked=1, claimed_by="press", rank=Rank.STORY)
    assert finished is True
    assert not is_due()
    assert list(Bake.objects.values_list("asked", "done", "made_with", "claimed_by", "claimed_until")) == [
        (1, 1, "abc", "", None)
    ]


def test_many_changes_become_one_bake():
    for _ in range(5):
        ask("/story/x/")

    finish_page(claim_one(), made_with="abc")

    assert not is_due()


def test_a_page_asked_for_again_while_it_is_baked_stays_due():
    ask("/story/x/")
    claim = claim_one()

    ask("/story/x/")
    finish_page(claim, made_with="abc")

    assert claim_one() == BakeClaim("/story/x/", asked=2, claimed_by="press", rank=Rank.STORY)


def test_two_presses_never_get_the_same_page():
    ask(*(f"/story/{n}/" for n in range(5)))

    first = claim_pages(claimed_by="one", now=NOON, limit=3)
    second = claim_pages(claimed_by="two", now=NOON, limit=3)

    assert (len(first), len(second)) == (3, 2)
    assert {claim.path for claim in first}.isdisjoint(claim.path for claim in second)
    assert claim_pages(claimed_by="three", now=NOON) == []


def test_a_claim_ends_and_whoever_held_it_can_finish_no_more():
    ask("/story/x/")
    slow = claim_one("slow")

    quick = claim_one("quick", now=NOON + CLAIM_ENDS)
    held = finish_page(slow, made_with="old")

    assert held is False
    assert list(Bake.objects.values_list("done", "claimed_by")) == [(0, "quick")]
    assert finish_page(quick, made_with="new") is True
    assert finish_page(slow, made_with="old") is False


def test_a_claim_that_nobody_took_over_can_still_be_finished():
    ask("/story/x/")
    claim = claim_one()

    assert is_due(now=NOON + CLAIM_ENDS)
    assert finish_page(claim, made_with="abc") is True


def test_kills_come_first_then_fragments_and_the_newest_of_each_rank():
    ask("/feed.atom", rank=Rank.FEED)
    ask("/story/old/", rank=Rank.STORY)
    ask("/story/new/", rank=Rank.STORY, now=NOON + timedelta(seconds=1))
    ask("/fragment/1.html", rank=Rank.FRAGMENT)
    ask("/story/killed/", rank=Rank.KILL)

    claims = claim_pages(claimed_by="press", now=NOON + timedelta(minutes=1))

    assert [claim.path for claim in claims] == [
        "/story/killed/",
        "/fragment/1.html",
        "/story/new/",
        "/story/old/",
        "/feed.atom",
    ]


def test_the_last_rank_that_was_asked_for_counts():
    ask("/story/x/", rank=Rank.STALE)
    ask("/story/x/", rank=Rank.KILL)

    assert Bake.objects.get().rank == Rank.KILL


@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120), (9, 120)])
def test_a_page_that_fails_waits_longer_each_time(failures: int, minutes: int):
    ask("/story/x/")
    now = NOON
    for _ in range(failures):
        now += timedelta(days=1)
        fail_page(claim_one(now=now), error="It broke.", now=now)

    page = Bake.objects.get()

    assert (page.attempts, page.error, page.claimed_by) == (failures, "It broke.", "")
    assert page.next_try_at == now + timedelta(minutes=minutes)
    assert not is_due(now=now)
    assert is_due(now=page.next_try_at)


def test_a_page_that_failed_is_baked_at_once_when_it_is_asked_for_again():
    ask("/story/x/")
    fail_page(claim_one(), error="It broke.", now=NOON)

    ask("/story/x/")

    assert is_due()


def test_a_page_that_is_mended_while_its_bake_fails_does_not_wait():
    ask("/story/x/")
    claim = claim_one()

    ask("/story/x/")
    fail_page(claim, error="It broke.", now=NOON)

    assert claim_one() == BakeClaim("/story/x/", asked=2, claimed_by="press", rank=Rank.STORY)


def test_success_forgets_the_failures_before_it():
    ask("/story/x/")
    fail_page(claim_one(), error="It broke.", now=NOON)

    finish_page(claim_one(now=NOON + timedelta(hours=1)), made_with="abc")

    assert list(Bake.objects.values_list("attempts", "error")) == [(0, "")]


def test_whoever_lost_the_claim_can_neither_fail_the_page_nor_forget_it():
    ask("/story/x/")
    slow = claim_one("slow")
    claim_one("quick", now=NOON + CLAIM_ENDS)

    fail_page(slow, error="It broke.", now=NOON)

    assert forget_page(slow) is False
    assert list(Bake.objects.values_list("attempts", "claimed_by")) == [(0, "quick")]


def test_a_page_with_nothing_to_show_is_forgotten():
    ask("/news/2026/11/24/x-1/")

    assert forget_page(claim_one()) is True

    assert not Bake.objects.exists()


def test_a_page_that_is_back_before_it_is_forgotten_stays():
    ask("/news/2026/11/24/x-1/")
    claim = claim_one()

    ask("/news/2026/11/24/x-1/")

    assert forget_page(claim) is False
    assert Bake.objects.get().asked == 2


def test_pages_made_with_other_templates_are_asked_for_again_last():
    for path, made in (("/story/old/", "old"), ("/story/due/", "old"), ("/story/new/", "new")):
        ask(path)
        finish_page(claim_one(), made_with=made)
    ask("/story/due/")

    count = ask_for_stale_pages(made_with="new", now=NOON)

    assert count == 1
    assert [claim.path for claim in claim_pages(claimed_by="press", now=NOON)] == ["/story/due/", "/story/old/"]


def test_below_a_page_is_what_the_press_keeps_there():
    ask("/story/x/", "/story/x/feed.atom", "/story/x/2026/11/", "/story/xy/")

    assert baked_below("/story/x/") == ["/story/x/", "/story/x/2026/11/", "/story/x/feed.atom"]


def test_asking_takes_the_same_queries_for_one_page_and_for_thirty(django_assert_num_queries: Any):
    few, many = ["/story/0/"], [f"/story/{n}/" for n in range(30)]
    ask(*many)

    with django_assert_num_queries(4):
        ask(*few)
    with django_assert_num_queries(4):
        ask(*many)


def test_the_pages_of_a_process_that_died_are_free_at_once():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    ask("/story/x/", "/story/y/")
    claim_pages(claimed_by=f"{socket.gethostname()[:32]}:{ended.pid}:abc", now=NOON, limit=1)
    claim_pages(claimed_by=name_of_this_call(), now=NOON, limit=1)

    freed = free_pages_of_ended_processes()

    assert freed == 1
    assert [claim.asked for claim in claim_pages(claimed_by="press", now=NOON)] == [1]

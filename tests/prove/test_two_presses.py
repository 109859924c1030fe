"""Two presses on one path in every order that chance finds: the newest render always ends on disk.

Claims run out between any two steps, and a press is killed between any two, with nothing said and nothing cleared up;
also while it holds the store's lock, between being allowed to replace the file and replacing it.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest
from builders import NOON, make_story
from django.db.models import F
from gold import is_long

from writethru.lib.process import name_of_this_call
from writethru.press.bake import bake_due
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.bake import CLAIM_MINUTES, Rank, ask_for_pages, claim_pages, finish_pages, may_put
from writethru.stories.models import Bake, Story

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

INTERLEAVINGS = 10_000 if is_long() else 1_000
PATH = "/story/the-lighthouse/feed.json"
WAITS = {"before write", "before place"}  # steps that wait for whoever holds the store's lock


class Killed(BaseException):
    """The press is no more: what stood after this point never happens."""


@dataclass
class Run:
    """One interleaving: the clock, who takes part and is at which step, and what happened."""

    chance: random.Random
    now: datetime = NOON
    taking_part: dict[str, Iterator[str]] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def step(self, *, lock_held_by: str = "") -> None:
        """Let one of those who can go on go on by a step, or kill a press; and let time pass."""
        able = [name for name in self.taking_part if name != lock_held_by]
        able = [name for name in able if not lock_held_by or self.at.get(name) not in WAITS]
        if not able:
            return
        (name,) = self.chance.choices(able, [self.weights[name] for name in able])
        if name != "editor" and self.chance.random() < 0.08:
            self.kill(name)
        else:
            self.go_on(name)
        ended = self.chance.random() < 0.15
        self.seen["claims ended"] += ended
        self.now += timedelta(minutes=CLAIM_MINUTES, seconds=1) if ended else timedelta(seconds=1)

    def go_on(self, name: str) -> None:
        try:
            self.at[name] = next(self.taking_part[name])
            self.steps.append(f"{name}: {self.at[name]}")
        except StopIteration:
            del self.taking_part[name]
        except Killed:
            self.seen["killed holding the lock"] += 1
            self.start(name)

    def kill(self, name: str) -> None:
        self.seen["killed"] += 1
        self.steps.append(f"{name}: killed")
        self.start(name)

    def start(self, name: str) -> None:
        self.at.pop(name, None)
        self.taking_part[name] = press(self, name)

    def may_put(self, name: str, claim: object) -> bool:
        """Ask as the press does; then, with the store's lock held, let the others go on, or be killed."""
        allowed = may_put(claim)
        self.seen["allowed" if allowed else "refused"] += 1
        for _ in range(self.chance.choice((0, 0, 1, 3, 6))):
            self.step(lock_held_by=name)
        if self.chance.random() < 0.05:
            self.steps.append(f"{name}: killed holding the lock")
            raise Killed
        return allowed


def editor(run: Run, story: Story, changes: int) -> Iterator[str]:
    """Change the story several times, asking for its page in the same step, as an action does in its transaction."""
    for number in range(changes):
        Story.objects.filter(pk=story.pk).update(title=f"The lighthouse, {number}")
        ask_for_pages([(PATH, Rank.STORY)], now=NOON)
        yield "ask"


def press(run: Run, name: str) -> Iterator[str]:
    """Bake as the press does, stopping wherever another process may come in between."""
    while True:
        claims = claim_pages(claimed_by=name_of_this_call(), now=run.now)
        yield "claim"
        for claim in claims:
            body = render(claim.path)
            yield "before write"
            fresh = pagestore.write(claim.path, body)
            yield "before place"
            if fresh:
                pagestore.place(claim.path, fresh, only_if=partial(run.may_put, name, claim))
            yield "placed"
            finish_pages([claim], made_with="proof")
            yield "finish"


def is_due() -> bool:
    return Bake.objects.filter(path=PATH).exclude(done=F("asked")).exists()


def interleave(chance: random.Random, story: Story, seen: Counter[str]) -> list[str]:
    """Run an editor and two presses until the editor is done and nothing is due, then let the presses run out."""
    run = Run(chance, seen=seen)
    run.taking_part = {"editor": editor(run, story, chance.randint(1, 4))}
    for name in ("one", "two"):
        run.start(name)
    run.weights = {name: chance.uniform(0.2, 1) for name in run.taking_part}
    while "editor" in run.taking_part or is_due():
        run.step()
    for name in ("one", "two"):  # a press that has come late still has its old render in hand
        while run.at.get(name, "claim") != "claim" or is_due():
            run.go_on(name)
            run.now += timedelta(minutes=CLAIM_MINUTES, seconds=1)
    return run.steps


def test_the_newest_render_always_ends_on_disk(chance: random.Random):
    story, seen = make_story(), Counter[str]()
    bake_due(now=NOON)

    for _ in range(INTERLEAVINGS):
        steps = interleave(chance, story, seen)
        assert pagestore.get(PATH) == render(PATH), steps

    print(dict(seen))
    assert (
        min(seen[what] for what in ("killed", "killed holding the lock", "claims ended", "refused"))
        > INTERLEAVINGS // 20
    )

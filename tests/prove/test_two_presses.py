"""Two presses on one path in every order that chance finds: the newest render always ends on disk."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from builders import NOON, make_story
from django.db.models import F
from gold import is_long

from writethru.lib.process import name_of_this_call
from writethru.press.bake import bake_due
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.bake import CLAIM_MINUTES, Rank, ask_for_pages, claim_pages, finish_page
from writethru.stories.models import Bake, Story

pytestmark = [pytest.mark.prove, pytest.mark.django_db]

INTERLEAVINGS = 10_000 if is_long() else 1_000
PATH = "/story/the-lighthouse/feed.json"


@dataclass
class Clock:
    now: datetime = NOON

    def pass_by(self, chance: random.Random) -> None:
        """Let a moment pass, and now and then more than a claim lasts."""
        self.now += timedelta(seconds=1) if chance.random() < 0.85 else timedelta(minutes=CLAIM_MINUTES, seconds=1)


def editor(story: Story, changes: int) -> Iterator[str]:
    """Change the story several times, asking for its page in the same step, as an action does in its transaction."""
    for number in range(changes):
        Story.objects.filter(pk=story.pk).update(title=f"The lighthouse, {number}")
        ask_for_pages([(PATH, Rank.STORY)], now=NOON)
        yield "ask"


def press(clock: Clock) -> Iterator[str]:
    """Bake as the press does, stopping wherever another process may come in between."""
    while True:
        claims = claim_pages(claimed_by=name_of_this_call(), now=clock.now)
        yield "claim"
        for claim in claims:
            body = render(claim.path)
            yield "render"
            pagestore.put(claim.path, body)
            yield "put"
            held = finish_page(claim, made_with="proof")
            yield "finish"
            if not held:
                ask_for_pages([(claim.path, Rank.STORY)], now=clock.now)
                yield "ask again"


def interleave(chance: random.Random, story: Story) -> list[str]:
    """Run an editor and two presses step by step, in a random order, until the editor is done and nothing is due."""
    clock, steps = Clock(), []
    running = {"editor": editor(story, chance.randint(1, 4)), "one": press(clock), "two": press(clock)}
    weights = {name: chance.uniform(0.2, 1) for name in running}
    while "editor" in running or Bake.objects.filter(path=PATH).exclude(done=F("asked")).exists():
        (name,) = chance.choices(list(running), [weights[name] for name in running])
        step = next(running[name], None)
        clock.pass_by(chance)
        if step is None:
            del running[name]
        else:
            steps.append(f"{name}: {step}")
    for name in ("one", "two"):
        while (step := next(running[name])) != "claim" or Bake.objects.exclude(done=F("asked")).exists():
            steps.append(f"{name}: {step}")
            clock.now += timedelta(minutes=CLAIM_MINUTES, seconds=1)
    return steps


def test_the_newest_render_always_ends_on_disk(chance: random.Random):
    story = make_story()
    bake_due(now=NOON)

    for _ in range(INTERLEAVINGS):
        steps = interleave(chance, story)
        assert pagestore.get(PATH) == render(PATH), steps

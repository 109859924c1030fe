"""What the worker does for the wire: finds the sources that are due and calls an action."""

import threading
from queue import Empty, SimpleQueue

from django.utils import timezone

from writethru.lib.queue import job, wires
from writethru.wire.actions.poll import (
    Answer,
    SourceClaim,
    ask,
    claim_sources,
    free_sources_of_ended_processes,
    take_answer,
)

AT_ONCE = 24  # those that hang or dribble keep one thread each for twenty seconds


@job(lane=wires)
def fetch_due_sources() -> None:
    """Fetch the sources that are due, many at once, and take in what they answer as it comes."""
    free_sources_of_ended_processes()
    answers: SimpleQueue[tuple[SourceClaim, Answer]] = SimpleQueue()
    under_way = 0
    while True:
        claims = claim_sources(now=timezone.now(), limit=AT_ONCE - under_way) if under_way < AT_ONCE else []
        for claim in claims:
            threading.Thread(target=_ask, args=(claim, answers), daemon=True).start()
        under_way += len(claims)
        if not under_way:
            return
        try:
            claim, answer = answers.get(timeout=1)
        except Empty:
            continue
        under_way -= 1
        take_answer(claim, answer, now=timezone.now())


def _ask(claim: SourceClaim, answers: "SimpleQueue[tuple[SourceClaim, Answer]]") -> None:
    answers.put((claim, ask(claim)))

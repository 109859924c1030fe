"""Row 4: a server that answers one in ten with 421, 450, 451, 452 or 550, or drops the connection after DATA."""

import random
from pathlib import Path

import pytest
from gold import is_long

from prove.mailing import child, dispatches, fates, ledger, mailing, sink, told_by
from prove.stores import Stores

pytestmark = pytest.mark.prove

RECIPIENTS = 10_000 if is_long() else 1_000


def test_the_server_s_answers_decide_and_nothing_is_finished_before_everybody_is(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    with sink(tmp_path, faults=10, seed=str(chance.random())) as log:
        store = mailing(stores.make(), log.port)
        told_by(child(store, "fill", str(RECIPIENTS)))

        hours = told_by(child(store, "send-all"))

        found, lines = fates(store, log), ledger(store)
        ((status, audience, sent, failed, in_doubt, dropped),) = dispatches(store)
    print(found, f"{float(hours):.1f} hours by the clock")
    assert (found["lost"], found["twice"], found["sent without a 250"], found["accepted and waiting"]) == (0, 0, 0, 0)
    assert (status, audience, sent + failed + in_doubt, dropped) == ("finished", RECIPIENTS, RECIPIENTS, 0)
    assert {said[:3] for status, said in lines.values() if status == "sent"} == {"250"}
    assert {said[:3] for status, said in lines.values() if status == "failed"} == {"550"}
    assert {said for status, said in lines.values() if status == "doubt"} == {"The server ended the connection."}
    assert sent > 0.9 * RECIPIENTS and failed and in_doubt

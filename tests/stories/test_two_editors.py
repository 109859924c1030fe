"""Two editors press the same key at the same moment: one decision is done, the other editor is told."""

import threading
from collections.abc import Callable

import pytest
from builders import NOON, make_report
from django.contrib.auth import get_user_model
from django.db import connection

from writethru.stories.actions.hold import NotInThatState, spike_report
from writethru.stories.actions.propose import AlreadyDecided, accept_proposal, propose_fold, spike_proposal
from writethru.stories.actions.publish import MayNotPublish, publish_version
from writethru.stories.actions.undo import CantUndo, undo_decision
from writethru.stories.models import Decision, Fold, Proposal, Report, ReportState

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (AlreadyDecided, CantUndo, NotInThatState, MayNotPublish, Proposal.DoesNotExist)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all of these at the same moment, each on a connection of its own; return how each ended, sorted."""
    gate, ended = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait()
            act()
            ended.append("done")
        except REFUSED as refusal:
            ended.append(type(refusal).__name__)
        except Exception as error:  # shown by the assertion
            ended.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def waiting(html: str) -> Report:
    report = make_report(html=html, publish=False)
    Fold.objects.create(item=report.state.item, report=report, kind="first", score=0.0, folded_at=NOON)
    return report


def test_two_editors_at_once():
    editors = [get_user_model().objects.create_user(f"{n}@desk.example", "a lamp on the rock") for n in (1, 2)]
    into, report = waiting("<p>The lighthouse is sold.</p>"), waiting("<p>The tower has gone for one peso.</p>")
    proposal = propose_fold(report, into=into, score=0.5, because=[], now=NOON)

    accepted = at_once(*[lambda who=who: accept_proposal(proposal, user=who, now=NOON) for who in editors])
    decision = Decision.objects.get(kind="fold")
    undone = at_once(*[lambda who=who: undo_decision(decision, user=who, now=NOON) for who in editors])

    assert (accepted, undone) == (["AlreadyDecided", "done"], ["CantUndo", "done"])
    assert sorted(Report.objects.values_list("pk", flat=True)) == [into.pk, report.pk]
    again = Proposal.objects.get()
    either = at_once(
        lambda: accept_proposal(again, user=editors[0], now=NOON),
        lambda: spike_proposal(again, user=editors[1], now=NOON),
    )
    assert either == ["AlreadyDecided", "done"]
    spiked = at_once(
        lambda: spike_report(into, user=editors[0], now=NOON),
        lambda: publish_version(into, user=editors[1], now=NOON),
    )
    assert spiked in (["NotInThatState", "done"], ["MayNotPublish", "done"])
    assert ReportState.objects.get(pk=into.pk).status in {"spiked", "published"}

"""Run as a process of its own by test_feed_bombs.py: polls sources, one after another, each in a process of its own.

Says of each how much CPU and memory it took over what a harmless feed takes, and what is written of it. The last
command polls all of them beside harmless sources, and says when those were taken in.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

told = json.load(sys.stdin)


def peak() -> int:
    """Return the most memory that this process has had since the last reset, in KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(poll: Any) -> dict[str, Any]:
    """Poll in a process of its own, and return what it took there."""
    from django.db import connections

    connections.close_all()
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        Path("/proc/self/clear_refs").write_text("5")
        base, began, clock = peak(), cpu(), time.monotonic()
        poll()
        took = {"cpu": cpu() - began, "mib": (peak() - base) / 1024, "seconds": time.monotonic() - clock}
        with os.fdopen(into, "w") as pipe:
            json.dump(took, pipe)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(said) if said else {"cpu": -1.0, "mib": -1.0, "seconds": -1.0}


def main() -> None:
    django.setup()
    from django.utils import timezone

    from writethru.wire.actions.poll import claim_source, fetch_source
    from writethru.wire.jobs import fetch_due_sources
    from writethru.wire.models import Source, SourceState

    def source(name: str, address: str) -> Source:
        return Source.objects.create(name=name, address=address, is_polled=True)

    def poll(one: Source) -> None:
        claim = claim_source(one, now=timezone.now())
        assert claim
        fetch_source(claim, now=timezone.now())

    poll(source("warm", told["harmless"][0]))  # loads what is loaded once
    found = {}
    for name, address in told["bombs"].items():
        one = source(name, address)
        took = measured(lambda one=one: poll(one))
        state = SourceState.objects.get(source=one)
        wait = (state.next_fetch_at - state.fetched_at).total_seconds() / 60 if state.fetched_at else None
        found[name] = {**took, "minutes": wait, "failures": state.failures, "error": state.error}

    Source.objects.all().update(is_polled=False)
    for n, address in enumerate([*told["bombs"].values(), *told["slow"].values()]):
        source(f"again {n}", f"{address}?again")
    good = [source(f"good {n}", address) for n, address in enumerate(told["harmless"])]
    began = timezone.now()
    fetch_due_sources.call_local()
    times = [
        (SourceState.objects.get(source=one).succeeded_at - began).total_seconds()
        for one in good
        if SourceState.objects.get(source=one).succeeded_at
    ]
    slow = SourceState.objects.filter(source__address__in=[f"{one}?again" for one in told["slow"].values()])
    print(
        json.dumps(
            {
                "found": found,
                "on_time": times,
                "slow": [[state.error, state.failures] for state in slow],
                "all_seconds": (timezone.now() - began).total_seconds(),
            }
        )
    )


main()

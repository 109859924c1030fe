"""writethru work: the worker, which folds, bakes, fetches, mails, and sweeps each minute."""

import contextlib
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from writethru.bulletins.actions import doors
from writethru.lib.logline import log_what_nobody_catches
from writethru.lib.queue import lanes, mail, slow, urgent, wake, wires
from writethru.ops.jobs import note_job
from writethru.ops.store import prepare_store
from writethru.press.assets import made_with
from writethru.stories import pagestore
from writethru.stories.actions.bake import ask_for_stale_pages

log = logging.getLogger("writethru.work")

SLOW_THREADS = 3  # they wait for the most part
MAIL_THREADS = 3  # one sends mail, one to browsers, and one is woken meanwhile
CLOSING_SECONDS = 7  # for the answers to what has been handed over; `up` waits for ten


class Command(BaseCommand):
    """Runs the worker."""

    help = (
        "Run the worker: fetch wires and photos, fold what came in, bake what changed, mail, sweep for what was missed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("--threads", type=int, default=2, help="for what is urgent; default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to end, which may also be before it has begun."""
        log_what_nobody_catches(log)
        with contextlib.suppress(KeyboardInterrupt):
            _work(threads=options["threads"])


def _work(*, threads: int) -> None:
    """Ask again for pages that were baked with other templates, then work until told to end."""
    prepare_store(log.info)
    pagestore.remove_unfinished()
    stale = ask_for_stale_pages(made_with=made_with(), now=timezone.now())
    if stale:
        log.info("%s pages were made with other templates or settings: baking them again.", stale)
    for lane in lanes:
        wake(note_job(lane))
    wake("send_due_dispatches")  # what was being sent when the last worker ended
    # One process, four lanes. Told to end, the urgent one ends the process; what the others were fetching is given up
    # with it, and its claim ends with the process. What is being mailed is waited for: else it would be in doubt. The
    # wires need one thread: their job asks many at once.
    try:
        wires.create_consumer(workers=1, worker_type="thread", max_delay=1).start()
        slow.create_consumer(workers=SLOW_THREADS, worker_type="thread", max_delay=1).start()
        mail.create_consumer(workers=MAIL_THREADS, worker_type="thread", initial_delay=0.05, max_delay=0.2).start()
        urgent.create_consumer(workers=threads, worker_type="thread", initial_delay=0.05, max_delay=0.1).run()
    finally:  # Ctrl-C may come while the last of them starts
        doors.close(seconds=CLOSING_SECONDS)

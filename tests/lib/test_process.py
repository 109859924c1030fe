"""Who holds a claim, and whether that process still runs."""

import socket
import subprocess
import sys

from writethru.lib.process import has_ended, name_of_this_call


def test_each_call_has_a_name_of_its_own():
    assert name_of_this_call() != name_of_this_call()


def test_a_process_that_runs_has_not_ended_and_one_that_ended_has():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    names = [name_of_this_call(), f"{socket.gethostname()[:32]}:{ended.pid}:abc", "elsewhere:1:abc", "", "worker"]

    assert [has_ended(name) for name in names] == [False, True, False, False, False]

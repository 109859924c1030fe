"""Who holds a claim, and whether that process still runs; when garbage is collected."""

import gc
import socket
import subprocess
import sys

import pytest

from writethru.lib.process import has_ended, name_of_this_call, no_collecting


def test_each_call_has_a_name_of_its_own():
    assert name_of_this_call() != name_of_this_call()


def test_a_process_that_runs_has_not_ended_and_one_that_ended_has():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    names = [name_of_this_call(), f"{socket.gethostname()[:32]}:{ended.pid}:abc", "elsewhere:1:abc", "", "worker"]

    assert [has_ended(name) for name in names] == [False, True, False, False, False]


def test_garbage_is_collected_again_also_after_an_error_and_not_where_it_was_not_before():
    with pytest.raises(ZeroDivisionError), no_collecting():
        assert not gc.isenabled()
        raise ZeroDivisionError
    after_an_error = gc.isenabled()

    with no_collecting():
        with no_collecting():
            pass
        within = gc.isenabled()

    assert (after_an_error, within, gc.isenabled()) == (True, False, True)

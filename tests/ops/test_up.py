import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from writethru.ops.server import check_door, serve_command

PATIENCE_SECONDS = 15
PARENT = """
import sys
from writethru.ops.supervisor import run_together
sys.exit(run_together([[sys.executable, "-c", command] for command in sys.argv[1:]]))
"""
# A child that says where it is and has a child of its own, as the server has.
STAYS = """
import os, pathlib, signal, subprocess, sys, time
own = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
signal.signal(signal.SIGTERM, lambda *told: (own.terminate(), own.wait(), sys.exit(0)))
pathlib.Path({folder!r}, f"{{os.getpid()}}-{{own.pid}}").touch()
while True: time.sleep(60)
"""
IS_DEAF = """
import os, pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({folder!r}, f"{{os.getpid()}}-{{os.getpid()}}").touch()
while True: time.sleep(60)
"""
# Stands for Python: makes a .venv whose pip takes its time.
SLOW_PIP = """#!/bin/sh
case $2 in
  venv) mkdir -p .venv/bin; cp $0 .venv/bin/python;;
  pip) exec sleep 60;;
  *) exec {python} "$@";;
esac
"""
FAILS = "import time; time.sleep(1); raise SystemExit(3)"


def run_parent(*commands: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PARENT, *commands], stderr=subprocess.DEVNULL)


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def begun(folder: Path, count: int) -> list[int]:
    """Wait until `count` children have begun, and return the ids of all processes below the parent."""
    assert wait_for(lambda: len(list(folder.iterdir())) == count)
    return [int(pid) for file in folder.iterdir() for pid in file.name.split("-")]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if _is_alive(pid)]


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@needs_proc
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_parent_that_is_told_to_end_leaves_no_process(tmp_path: Path, told: signal.Signals):
    parent = run_parent(*[STAYS.format(folder=str(tmp_path))] * 2)
    pids = begun(tmp_path, 2)

    parent.send_signal(told)

    assert parent.wait(PATIENCE_SECONDS) == 0
    assert alive(pids) == []


@needs_proc
def test_a_child_that_ends_ends_the_others_and_the_parent_says_so(tmp_path: Path):
    parent = run_parent(STAYS.format(folder=str(tmp_path)), FAILS)
    pids = begun(tmp_path, 1)

    assert parent.wait(PATIENCE_SECONDS) == 1
    assert alive(pids) == []


@needs_proc
def test_a_parent_that_is_killed_takes_its_children_along(tmp_path: Path):
    parent = run_parent(STAYS.format(folder=str(tmp_path)))
    pids = begun(tmp_path, 1)

    parent.kill()
    parent.wait()

    assert wait_for(lambda: alive(pids) == [])


@needs_proc
def test_make_that_is_told_to_end_leaves_no_process(tmp_path: Path):
    up = tmp_path / ".venv" / "bin" / "writethru"
    up.parent.mkdir(parents=True)
    (tmp_path / "begun").mkdir()
    up.write_text(f"#!{sys.executable}\n" + STAYS.format(folder=str(tmp_path / "begun")))
    up.chmod(0o755)
    makefile = Path(__file__).parents[2] / "Makefile"
    for name in ("requirements.txt", "pyproject.toml", ".venv/.run"):
        (tmp_path / name).touch()
    make = subprocess.Popen(["make", "-f", str(makefile), "run"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    pids = begun(tmp_path / "begun", 1)

    make.terminate()
    make.wait(PATIENCE_SECONDS)

    assert wait_for(lambda: alive(pids) == [])


@needs_proc
@pytest.mark.prove
def test_a_child_that_does_not_heed_is_killed(tmp_path: Path):
    parent = run_parent(IS_DEAF.format(folder=str(tmp_path)))
    pids = begun(tmp_path, 1)

    parent.terminate()

    assert parent.wait(PATIENCE_SECONDS) == 0
    assert alive(pids) == []


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        up = subprocess.run(
            [sys.executable, "-m", "writethru", "up", "--bind", f"127.0.0.1:{port}"],
            env={**os.environ, "WRITETHRU_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "writethru.config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert (up.returncode, up.stdout) == (1, "")
    assert up.stderr == f"CommandError: Port {port} is in use. Take another one: make run PORT={port + 1}\n"
    assert not (tmp_path / "writethru.sqlite3").exists()


@pytest.mark.parametrize("bind", ["8000", ":8000", "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:0", "127.0.0.1:70000"])
def test_a_door_that_is_none_is_said(bind: str):
    with pytest.raises(CommandError) as refused:
        check_door(bind)

    assert str(refused.value) == f"--bind is “{bind}”; it must be like 127.0.0.1:8000."


def test_a_host_that_is_not_this_machine_is_said():
    with pytest.raises(CommandError, match=r"^Nothing can listen at 203\.0\.113\.7:8000: "):
        check_door("203.0.113.7:8000")


def test_a_host_that_has_no_address_is_said():
    with pytest.raises(CommandError, match=r"^Nothing can listen at nowhere\.invalid:8000: "):
        check_door("nowhere.invalid:8000")


def test_a_free_port_is_no_error():
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]

    assert check_door(f"127.0.0.1:{port}") is None


def test_the_server_has_a_worker_a_core_unless_told_otherwise():
    assert serve_command(bind="127.0.0.1:8000", workers=3)[2:8] == [
        *("gunicorn", "writethru.config.wsgi", "--bind", "127.0.0.1:8000", "--workers", "3")
    ]
    assert serve_command(bind="127.0.0.1:8000", workers=None)[7] == str(os.cpu_count())


def test_ctrl_c_during_set_up_ends_in_one_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    up = subprocess.Popen(
        [sys.executable, "-u", "-m", "writethru", "up", "--bind", f"127.0.0.1:{port}"],
        env={**theirs, "WRITETHRU_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "writethru.config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    begun = up.stdout.readline()

    up.send_signal(signal.SIGINT)
    _, said = up.communicate(timeout=PATIENCE_SECONDS)

    assert begun.startswith("Setting up the database in ")
    assert (up.returncode, said) == (130, "\nwritethru: stopped. Run the same command again to go on.\n")


def test_ctrl_c_while_packages_are_fetched_ends_in_one_sentence(tmp_path: Path):
    tools = Path(__file__).parents[2] / "tools" / "setup.sh"
    python = tmp_path / "python"
    python.write_text(SLOW_PIP.format(python=sys.executable))
    python.chmod(0o755)
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    setup = subprocess.Popen(
        ["sh", str(tools), str(python), "requirements.txt"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    lines = [setup.stdout.readline() for _ in range(2)]

    os.killpg(setup.pid, signal.SIGINT)
    _, said = setup.communicate(timeout=PATIENCE_SECONDS)

    assert lines[1] == "Installing 1 pinned packages into .venv (a minute or two) …\n"
    assert (setup.returncode, said) == (1, "writethru: stopped. Run the same command again to go on.\n")

"""The page of decisions tells what the engine decides."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_thirty_decisions_of_the_docs_are_the_engines():
    newcomers = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "evals/examples.py", "--check"]
    told = subprocess.run(command, cwd=ROOT, env=newcomers, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")

"""The page of decisions tells what the engine decides."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_thirty_decisions_of_the_docs_are_the_engines():
    told = subprocess.run(
        [sys.executable, "evals/examples.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stderr) == (0, "")

"""All evals, one after the other, and one table at the end: what the engine shows, and what it must not fall below.

Each runs in a process of its own, so that its seconds and its memory are its own. The made-up wire is always there;
the others read the folder named by WRITETHRU_GOLD and are skipped without it. Ends with code 1 if a floor does not
hold:

    python evals/yardstick.py [NAME...]
"""

import importlib
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from summary import Row, print_table

EVALS = ("made_up_wire", "folding", "pairs", "headlines", "filing", "learning")


def measured(name: str) -> list[Row]:
    """Run one eval and return its rows, with how long it took and the most memory that it had."""
    began = time.perf_counter()
    rows: list[Row] = importlib.import_module(name).measure()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*rows, Row(f"{name}: seconds", seconds), Row(f"{name}: peak memory, MB", peak)] if rows else []


def main() -> int:
    """Run the evals that are named, or all, and print the table."""
    rows = list[Row]()
    for name in sys.argv[1:] or EVALS:
        print(f"\n==== {name}", flush=True)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            rows += process.submit(measured, name).result()
    return print_table(rows)


if __name__ == "__main__":
    raise SystemExit(main())

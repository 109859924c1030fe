"""PROOF row 12: a feed made to burn CPU, memory or time costs at most 1 s and 100 MiB, is backed off, and is alone.

Each is polled by the real action, in a process of its own in which its CPU and its peak of memory are read, against
the peak that the same process had before. Then all of them at once, beside harmless sources, which must be on time.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from web import body, site

from prove.bombs import DOCUMENTS, PACKED, SENT, SLOW, rss
from prove.stores import Stores

pytestmark = pytest.mark.prove

CHILD = Path(__file__).parent / "bombs_child.py"
MOST_CPU, MOST_MIB, ON_TIME_SECONDS, HARMLESS = 1.0, 100, 60, 40
# Nothing is wrong with these but their size: as much of them is taken in as a fetch may bring.
READ = {
    *("2k items", "200k deep in the text", "200k lists deep in the text", "200k bold deep in the text"),
    *("200k tables deep in the text", "a charset of another kind", "gzip that ends early", "JSON, many associations"),
    *(f"all {what} that may be" for what in ("angles", "tags", "sections", "ampersands", "attributes", "words")),
}


def test_each_bomb_is_cheap_and_backed_off_and_the_others_are_on_time(stores: Stores):
    store = stores.make()
    made = {**{name: body(make()) for name, make in DOCUMENTS.items()}}
    made |= {name: make() for name, make in [*PACKED.items(), *SENT.items()]}
    ways = {f"/{n}": answer for n, answer in enumerate(made.values())}
    slow = {f"/slow{n}": make() for n, make in enumerate(SLOW.values())}
    good = {f"/good{n}": body(rss(b"<item><title>T%d</title></item>" % n)) for n in range(HARMLESS)}
    again = {f"{path}?again": answer for path, answer in [*ways.items(), *slow.items()]}
    with site({**ways, **slow, **good, **again}) as public:
        told = {
            "bombs": {name: public.address(path) for name, path in zip(made, ways, strict=True)},
            "slow": {name: public.address(path) for name, path in zip(SLOW, slow, strict=True)},
            "harmless": [public.address(path) for path in good],
        }
        ran = subprocess.run(
            [sys.executable, "-P", str(CHILD)],
            input=json.dumps(told),
            env={**store.environment(), "FETCH_ALLOW": f"127.0.0.1:{public.port}"},
            check=False,
            capture_output=True,
            text=True,
            timeout=900,
        )
    assert ran.returncode == 0, ran.stderr[-3000:]
    said = json.loads(ran.stdout.splitlines()[-1])
    for name, took in sorted(said["found"].items(), key=lambda pair: -pair[1]["cpu"]):
        print(
            f"{took['cpu']:6.2f} s {took['mib']:6.0f} MiB {took['minutes']} min  {name}: {took['error'][:90] or 'read'}"
        )
    print(f"{len(said['found'])} bombs at once, {len(said['slow'])} that dribble, beside {HARMLESS} harmless sources:")
    print(f"the last of those after {max(said['on_time'], default=0):.1f} s, all after {said['all_seconds']:.1f} s")

    assert {name: took for name, took in said["found"].items() if not 0 <= took["cpu"] <= MOST_CPU} == {}
    assert {name: took for name, took in said["found"].items() if not took["mib"] <= MOST_MIB} == {}
    backed_off = {name: took["failures"] == 1 and took["minutes"] == 30 for name, took in said["found"].items()}
    nothing = {name for name, took in said["found"].items() if not took["failures"]}
    assert nothing - READ - {name for name in nothing if "6 MB of" in name} == set()
    assert all(backed_off[name] for name in backed_off if name not in nothing)
    assert (len(said["on_time"]), max(said["on_time"]) < ON_TIME_SECONDS) == (HARMLESS, True)
    assert said["slow"] == [["It took too long.", 1]] * len(SLOW)

"""Four processes take a wire at once: what the lane decides is what `replay` decides of the items in order of id.

That holds for folding, which is decided item by item. Filing is a job of each minute and looks at all that has come by
then, so what it proposes on the way depends on the clock; it is no part of this proof.
"""

import json
import random
from pathlib import Path

import pytest

from prove.copy import Sending, wire
from prove.stores import Stores, feed

pytestmark = pytest.mark.prove

ITEMS, WORKERS, DOCUMENTS = 400, 4, 10


def documents(folder: Path, sendings: list[Sending]) -> list[list[Path]]:
    """Write the wire as ten small feeds for each worker; two takes of a report seldom go to the same one."""
    hands: list[list[Path]] = [[] for _ in range(WORKERS)]
    size = ITEMS // (WORKERS * DOCUMENTS)
    for number in range(WORKERS * DOCUMENTS):
        said = [sending.item for sending in sendings[number * size : (number + 1) * size]]
        hands[number % WORKERS].append(feed(folder, f"part{number}", said))
    return hands


def test_four_that_take_at_once_decide_as_replay_does(stores: Stores, tmp_path: Path, chance: random.Random):
    sendings = wire(chance, items=ITEMS)
    hands, store = documents(tmp_path, sendings), stores.make()

    takers = [
        store.start("take", *map(str, files), "--source", "Wire" if number % 2 else "Coast")
        for number, files in enumerate(hands)
    ]
    said = [process.communicate(timeout=900)[0] for process in takers]
    assert [process.returncode for process in takers] == [0] * WORKERS, said

    items = store.rows("""
        SELECT i.id, s.name, i.wire_id, f.kind, f.report_id, f.score, f.because, i.headline, i.html, i.dated_at
        FROM wire_item i JOIN wire_source s ON s.id = i.source_id JOIN stories_fold f ON f.item_id = i.id ORDER BY i.id
    """)
    first: dict[int, str] = {}
    for _pk, _source, wire_id, _kind, report, *_ in items:
        first.setdefault(report, wire_id)
    lived = [
        (wire_id, first[report] if kind == "take" else None, round(score, 4), _reasons(because))
        for _pk, _source, wire_id, kind, report, score, because, *_ in items
    ]
    lines = [
        json.dumps({"id": wire_id, "source": source, "title": headline, "html": html, "time": str(at)})
        for _pk, source, wire_id, _kind, _report, _score, _because, headline, html, at in items
    ]
    replayed = tmp_path / "items.jsonl"
    replayed.write_text("\n".join(lines))
    decided = [json.loads(line) for line in stores.make().run("replay", str(replayed), "--strict").splitlines()]

    assert sum(of is not None for _id, of, *_ in lived) > ITEMS // 10
    told = [(one["id"], one["fold"]["of"], one["fold"]["score"], _reasons(one["fold"]["because"])) for one in decided]
    assert told == lived


def _reasons(because: object) -> list[list[object]]:
    """Return the reasons; the number of another source is another in each store."""
    reasons = json.loads(because) if isinstance(because, str) else because
    return [[code, "" if code == "other_source" else value] for code, value in reasons]

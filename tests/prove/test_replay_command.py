"""`writethru replay` runs in a store of its own, whatever is set, and says the same at each run."""

import json
import random
from pathlib import Path

import pytest

from prove.copy import wire
from prove.stores import Stores

pytestmark = pytest.mark.prove


def test_a_replay_says_the_same_bytes_twice_and_leaves_the_store_alone(
    stores: Stores, tmp_path: Path, chance: random.Random
):
    store, sendings = stores.make(), wire(chance, items=300)
    given = [
        {"id": sent.item["id"], "title": sent.item["title"], "html": sent.item["content_html"], "time": at}
        for sent in sendings
        for at in [sent.item["date_published"]]
    ]
    file = tmp_path / "items.jsonl"
    file.write_text("".join(json.dumps(item) + "\n" for item in given))

    first, second = (store.run("replay", str(file)) for _ in range(2))

    told = [json.loads(line) for line in first.splitlines()]
    assert first == second
    assert [line["id"] for line in told] == [item["id"] for item in given]
    assert len({line["report"] for line in told}) == len({sent.report for sent in sendings})
    assert store.rows("SELECT count(*) FROM wire_item") == [(0,)]

"""live.json: what an open page of a story polls, to learn of new entries, corrections and kills.

    {"entries": [[1187, 1, "2023-06-01T10:41+08:00", "2023-06-01T10:28+08:00"], …], "gone": [1102]}

An entry is the report's id, its version's number, when it last moved and the date that it stands under; its fragment
lies at /fragment/<id>.html. A story that is closed says "ended": true, and is polled no more.
"""

import json

from writethru.lib.words import machine
from writethru.press.once import once
from writethru.press.page import NoSuchPage
from writethru.stories import queries
from writethru.stories.queries import Reading

ENTRIES = 30


def live_json(slug: str) -> bytes:
    """Return the live.json of one story."""
    story = once(queries.public_story)(slug)
    if story is None:
        raise NoSuchPage(slug)
    moves = queries.moves_of(story, limit=ENTRIES)
    told = {"entries": [_told(reading) for reading in moves.newest], "gone": list(moves.gone)}
    if story.ended_at:
        told["ended"] = True
    return json.dumps(told, separators=(",", ":")).encode()


def _told(reading: Reading) -> list[int | str]:
    moved_at = max(reading.changed_at, reading.came_at)
    return [reading.id, reading.current.number, machine(moved_at), machine(reading.dated_at)]

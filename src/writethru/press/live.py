"""live.json: what an open page of a story polls, to learn of new entries, corrections and kills.

    {"entries": [[1187, 1, "2023-06-01T10:28+08:00"], …], "gone": [1102]}

An entry is the report's id, its version's number and when it changed; its fragment lies at /fragment/<id>.html.
"""

import json

from writethru.press.page import NoSuchPage
from writethru.press.words import local
from writethru.stories import queries

ENTRIES = 30


def live_json(slug: str) -> bytes:
    """Return the live.json of one story."""
    story = queries.public_story(slug)
    if story is None:
        raise NoSuchPage(slug)
    moves = queries.moves_of(story, limit=ENTRIES)
    entries = [[report, number, local(at).isoformat(timespec="minutes")] for report, number, at in moves.newest]
    return json.dumps({"entries": entries, "gone": list(moves.killed)}, separators=(",", ":")).encode()

"""A made-up wire in any number of reports, each as unlike the others as reports are, each with takes that grow."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

BEGAN_AT = datetime(2026, 3, 1, tzinfo=UTC)
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za bri cla dro fle gri plo sta tre".split()


@dataclass(frozen=True)
class Sending:
    """One item of the made-up wire, and which report it is a take of."""

    report: int
    item: dict[str, Any]


def sentences(chance: random.Random, count: int) -> list[str]:
    return [_sentence(chance) for _ in range(count)]


def _sentence(chance: random.Random) -> str:
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(chance.randint(9, 16))]
    return " ".join(words).capitalize() + "."


def item(wire_id: str, headline: str, said: list[str], at: datetime) -> dict[str, Any]:
    html = "".join(f"<p>{sentence}</p>" for sentence in said)
    return {"id": wire_id, "title": headline, "content_html": html, "date_published": at.isoformat()}


def wire(chance: random.Random, *, items: int) -> list[Sending]:
    """Return `items` sendings in the wire's order: flashes, fuller takes under new ids or the same, shorter ones."""
    sendings: list[tuple[datetime, Sending]] = []
    report = 0
    while len(sendings) < items:
        report += 1
        said, headline = sentences(chance, 9), _sentence(chance)[:-1]
        at = BEGAN_AT + timedelta(minutes=3 * report, seconds=1)
        for number in range(1, chance.randint(1, 4) + 1):
            length = min(9, 4 + number) if chance.random() < 0.8 else 4
            wire_id = f"r{report}" if chance.random() < 0.4 else f"r{report}-t{number}"
            took = at + timedelta(minutes=41 * (number - 1), seconds=number)
            sendings.append((took, Sending(report, item(wire_id, headline, said[:length], took))))
    return [sending for _, sending in sorted(sendings[:items], key=lambda pair: pair[0])]

"""Fills forms: daily tables walk from one day's figures to the next, and each row of a beat is told once."""

import random
import re
from collections.abc import Iterator

from wire_copy import Act, Form, Pair

DAYS = 120  # that the wire runs
_SLOT = re.compile(r"\{(\w+)\}")
_SPAN = re.compile(r"(-?[\d.,]+)\.\.(-?[\d.,]+)")


def acts_of(form: Form, dice: random.Random) -> Iterator[Act]:
    """Yield one act for each time that the form is filled."""
    order = list(range(len(form.rows)))
    if not form.of:
        dice.shuffle(order)
    start = dice.randrange(8)
    hour, values = dice.randrange(6, 20), dict[str, str]()
    for number in range(form.count):
        row = form.rows[order[number % len(order)]] if order else []
        values = {**_drawn(form, dice, values), **dict(zip(form.columns, row, strict=True))}
        act = Act(form.where, _filled(form.place, values), _filled(form.slugline, values).upper().replace(" ", "-"))
        if form.daily:
            turn, weekday = divmod(start + number, 5)
            act.day, act.minute = turn * 7 + weekday, hour * 60 + dice.randrange(50)
        values["n"] = str(number + 1)
        if form.of:
            act.day, act.minute = form.first + number * form.every, dice.randrange(9, 21) * 60 + dice.randrange(60)
        act.headlines = _pair(form.headlines, form, values, dice)
        for optional, wordings in form.sentences:
            if not optional or dice.random() < 0.5:
                act.facts.append(_pair(wordings, form, values, dice))
        yield act


def _pair(wordings: list[str], form: Form, values: dict[str, str], dice: random.Random) -> Pair:
    """Return one wording, or in a running story that of each agency."""
    chosen = wordings if form.of else [dice.choice(wordings)]
    told = [_filled(wording, values) for wording in chosen]
    told = [text[:1].upper() + text[1:] for text in told]
    return told[0], told[1] if len(told) > 1 else ""


def _drawn(form: Form, dice: random.Random, before: dict[str, str]) -> dict[str, str]:
    """Return a value for each slot. In a daily form a figure keeps near the day before's."""
    values: dict[str, str] = {}
    for name, choices in form.slots.items():
        span = _SPAN.fullmatch(choices[0])
        if not span:
            values[name] = dice.choice(choices)
            continue
        low, high = (float(bound.replace(",", "")) for bound in span.groups())
        places = len(span.group(1).partition(".")[2])
        value = dice.uniform(low, high)
        if form.daily and name in before:
            value = float(before[name].replace(",", "")) + (value - (low + high) / 2) / 8
            value = min(max(value, low), high)
        values[name] = f"{value:,.{places}f}"
    return values


def _filled(text: str, values: dict[str, str]) -> str:
    """Return the text with its slots filled; those of time are left for the take."""
    return _SLOT.sub(lambda slot: _filled(values[slot[1]], values) if slot[1] in values else slot[0], text)

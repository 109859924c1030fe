"""Builds the made-up wire from its copy: the same bytes each time.

python evals/made_up/build.py            write wire.jsonl.xz
python evals/made_up/build.py --check    write nothing; end with code 1 if the file holds something else
python evals/made_up/build.py --stats    write nothing; print the counts by part, kind and source
"""

import json
import lzma
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from languages import LANGUAGES, Language
from takes import AGENCIES, KEEPS_ITS_STORY, Report, Sending, reports_of
from wire_copy import Act, Copy, Form, read
from wire_forms import DAYS, acts_of

HERE = Path(__file__).parent
WIRE = HERE / "wire.jsonl.xz"
FIRST_IDS = {"otb": 40_100, "sns": 12_040, "mcs": 7_001, "sig": 90_001, "own": 6_300}
SAYS_WHAT_IT_REPLACES = 0.5  # how often sns names the take before
TAKES_A_SLUGLINE = {"otb": 1.0, "sns": 0.8, "mcs": 0.4}
NEW_ID = ("resend", "desk")  # that otb sends under a new id


def reports_of_part(copy: Copy, language: Language) -> Iterator[Report]:
    """Yield the reports of one part: running stories, one-offs, forms."""
    acts = {story.name: story.acts for story in copy.stories}
    for form in copy.forms:
        if form.of:
            dice = random.Random(f"{language.code}/{form.name}")
            acts[form.of].extend(acts_of(form, dice))
    for story in copy.stories:
        story.acts.sort(key=lambda act: (act.day or 0, act.minute or 0))
        dice = random.Random(f"{language.code}/{story.name}")
        lead = _agency(dice)
        for number, act in enumerate(story.acts):
            dice = random.Random(f"{language.code}/{story.name}/{number}")
            about = "sidebar" if "side" in act.options else "follow_up" if number else "first"
            agency = lead if dice.random() < KEEPS_ITS_STORY else _agency(dice)
            yield from reports_of(act, about=about, story=story, agency=agency, dice=dice, language=language)
    for act in copy.one_offs:
        dice = random.Random(f"{language.code}/{act.headlines[0]}")
        yield from _alone(act, "confusable" if "conf" in act.options else "one_off", dice, language)
    for form in copy.forms:
        if not form.of:
            yield from _filled_in(form, language)


def _filled_in(form: Form, language: Language) -> Iterator[Report]:
    dice = random.Random(f"{language.code}/{form.name}")
    agency = _agency(dice)
    for act in acts_of(form, dice):
        of_one_desk = form.about == "template"  # a table is always sent by the same agency
        yield from _alone(act, form.about, dice, language, agency if of_one_desk else None)


def _alone(
    act: Act, about: str, dice: random.Random, language: Language, agency: str | None = None
) -> Iterator[Report]:
    if act.day is None:
        act.day, act.minute = dice.randrange(DAYS), dice.randrange(6 * 60, 22 * 60)
    agency = agency or dice.choices(["otb", "sns", "mcs", "own"], [0.38, 0.3, 0.17, 0.15])[0]
    act.slugline = act.slugline or _slugline(act)
    yield from reports_of(act, about=about, story=None, agency=agency, dice=dice, language=language)


def _agency(dice: random.Random) -> str:
    return dice.choices(list(AGENCIES), list(AGENCIES.values()))[0]


def _slugline(act: Act) -> str:
    """Return a working label: the place and the headline's longest word, as a hurried desk would."""
    words = [word.strip("“”\"'?!,.:;’") for word in act.headlines[0].split()]
    longest = max((word for word in words if word.lower() != act.place.lower()), key=len)
    return f"{act.place.split()[0]}-{longest}".upper()[:24]


def lines_of(reports: list[Report]) -> Iterator[dict[str, Any]]:
    """Yield the lines of the wire in the order of the takes' times, each sent in its source's manner."""
    sendings = [(take.at, at, number, take) for at, one in enumerate(reports) for number, take in enumerate(one.takes)]
    dice = random.Random("ids")
    last_ids = dict(FIRST_IDS)
    sent: dict[int, list[dict[str, Any]]] = {}
    numbers: dict[int, int] = {}
    for _, _, _, take in sorted(sendings, key=lambda row: row[:3]):
        before = sent.setdefault(id(take.report), [])
        language = LANGUAGES[take.report.part]
        mine = [line for line in before if line["source"] == take.source]
        line: dict[str, Any] = {}
        if take.source == "otb" and mine and take.kind not in NEW_ID:
            line = {"id": mine[-1]["id"], "version": mine[-1]["version"] + 1}
        else:
            last_ids[take.source] += dice.randrange(1, 9)
            line = {"id": f"{take.source}:{last_ids[take.source]}"}
            if take.source == "otb":
                line["version"] = 1
        if take.source == "sns" and mine and take.kind != "desk" and dice.random() < SAYS_WHAT_IT_REPLACES:
            line["evolvedfrom"] = mine[-1]["id"]
        if take.kind in ("update", "writethru"):
            numbers[id(take.report)] = take.number = numbers.get(id(take.report), 0) + 1
        line |= _worded(take, language, dice)
        line["report"] = before[0]["id"] if before else line["id"]
        line["story"] = take.report.story
        line["kind"], line["about"], line["part"] = take.kind, take.report.about, take.report.part
        before.append(line)
        yield line


def _worded(take: Sending, language: Language, dice: random.Random) -> dict[str, Any]:
    """Return what a reader of the wire sees of a take."""
    report, source = take.report, take.source
    marks = language.marks.get(source, {})
    slug = take.slugline or report.slugline
    given = {
        "headline": take.headline,
        "HEADLINE": take.headline.upper(),
        "slug": slug,
        "n": take.number,
        "nth": language.ordinals[min(take.number, len(language.ordinals)) - 1],
    }
    mark = marks.get(take.kind, "{slug}" if source == "otb" else "{headline}").format(**given)
    title, slugline = (take.headline, mark) if source == "otb" else (mark, slug)
    paragraphs = list(take.paragraphs)
    if paragraphs and take.kind not in ("flash", "add", "take", "kill") and source in language.datelines:
        dateline = language.datelines[source].format(
            PLACE=report.place.upper(),
            place=report.place,
            day=take.at.day,
            month=language.months[take.at.month - 1][:3],
        )
        paragraphs[0] = dateline + paragraphs[0]
    if take.note:
        paragraphs = [*paragraphs, take.note] if source == "mcs" else [take.note, *paragraphs]
    line: dict[str, Any] = {
        "source": source,
        "time": f"{take.at:%Y-%m-%dT00:00:00Z}" if source == "mcs" else f"{take.at:%Y-%m-%dT%H:%M:%SZ}",
        "title": title,
        "text": "\n\n".join(paragraphs),
    }
    if dice.random() < TAKES_A_SLUGLINE.get(source, 0.0):
        line["slugline"] = slugline
    line["language"] = language.code
    return line


def wire() -> list[dict[str, Any]]:
    """Return all lines of the wire."""
    reports: list[Report] = []
    for code, language in LANGUAGES.items():
        reports.extend(reports_of_part(read(HERE / "copy" / code), language))
    assert all(one.takes for one in reports), "a report has a take"
    return list(lines_of(reports))


ORDER = "id source time title text slugline version evolvedfrom language report story kind about part".split()


def as_bytes(lines: list[dict[str, Any]]) -> bytes:
    """Return the compressed JSONL of the lines, keys in one order."""
    text = "".join(
        json.dumps({key: line[key] for key in ORDER if key in line}, ensure_ascii=False) + "\n" for line in lines
    )
    return lzma.compress(text.encode(), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=9)


def stats(lines: list[dict[str, Any]]) -> None:
    """Print the counts."""
    for part in sorted({line["part"] for line in lines}):
        own = [line for line in lines if line["part"] == part]
        alone = sum(line["story"] is None for line in own)
        stories = {line["story"] for line in own} - {None}
        reports = {line["report"] for line in own}
        print(
            f"{part}: {len(own)} items, {len(reports)} reports, {len(stories)} stories; {alone / len(own):.1%} one-offs"
        )
        for key in ("kind", "about", "source"):
            print("   ", key, dict(Counter(line[key] for line in own).most_common()))
        sizes = Counter(story for _, story in {(line["report"], line["story"]) for line in own if line["story"]})
        print("    reports a story:", sorted(sizes.values()), [name for name, size in sizes.items() if size < 4])


def main() -> int:
    lines = wire()
    if "--stats" in sys.argv:
        stats(lines)
        return 0
    made = as_bytes(lines)
    if "--check" in sys.argv:
        return int(not WIRE.exists() or lzma.decompress(WIRE.read_bytes()) != lzma.decompress(made))
    WIRE.write_bytes(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Measure folding on real wire copy: recall of each kind of version, and what is folded that should not be.

Reads the folder named by WRITETHRU_GOLD (default ../shared/data): Reuters-21578 as a stream in the order of its times,
with pairs found by text overlap ("silver": about one in ten of them is wrong). Versions are made from its texts, one
kind of change each; the candidates of each are looked up by index keys among all other items. Run it with a number to
print so many folded pairs that are not silver, for reading by hand:

    python evals/folding.py [PAIRS_TO_READ]
"""

import json
import lzma
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scores import share
from summary import Row, print_table, row

from storytext import Candidate, Fold, Take, fold, index_keys

GOLD = Path(os.environ.get("WRITETHRU_GOLD", "../shared/data")) / "reuters21578"
SAMPLE = 400  # texts of each kind: a recall of .995 has an interval of .982 to .999
LOOK_UP = 20  # candidates that the house hands to the engine
FLASH_WORDS = 10  # of a flash; an earnings table opens with lines of four
FEWEST_WORDS = 60  # of a text from which versions are made


class Index:
    """The database's look-up, in memory: which takes share the most keys."""

    def __init__(self) -> None:
        self.takes: dict[str, Take] = {}
        self.by_key: dict[int, list[str]] = defaultdict(list)

    def add(self, take: Take) -> None:
        self.takes[take.id] = take
        for key in index_keys(take):
            self.by_key[key].append(take.id)

    def candidates(self, take: Take, *, besides: Take | None = None) -> list[Candidate]:
        """Return the takes that share the most keys; `besides` is one more take, as if it were indexed."""
        counts = Counter(id for key in index_keys(take) for id in self.by_key.get(key, ()) if id != take.id)
        known = self.takes
        if besides and (shared := len(set(index_keys(take)) & set(index_keys(besides)))):
            counts[besides.id], known = shared, {**self.takes, besides.id: besides}
        return [Candidate(id, known[id]) for id, _ in counts.most_common(LOOK_UP)]


def stream() -> list[Take]:
    """Return the Reuters items in the order of their times."""
    with lzma.open(GOLD / "reuters_1-11000.jsonl.xz", "rt", encoding="utf-8") as lines:
        return sorted(map(_take, map(json.loads, lines)), key=lambda take: take.dated_at or 0)


def _take(row: dict[str, str]) -> Take:
    dated = datetime.strptime(" ".join(row["date"].split(".")[0].split()), "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC)
    body = re.sub(r"\n {4,}(?=\S)", "\n\n", row["body"])
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in body.split("\n\n") if paragraph.strip())
    return Take(str(row["id"]), "reuters", str(row["id"]), row["title"] or "", text, dated.timestamp())


def silver() -> set[frozenset[str]]:
    """Return the pairs that share much text within 72 hours."""
    with lzma.open(GOLD / "silver_pairs.jsonl.xz", "rt", encoding="utf-8") as lines:
        return {frozenset({str(row["a"]), str(row["b"])}) for row in map(json.loads, lines)}


def _typo(take: Take, dice: random.Random) -> str:
    words = take.text.split(" ")
    at = dice.choice([at for at, word in enumerate(words) if len(word) > 5 and word.isalpha()] or [0])
    words[at] = words[at][:2] + words[at][3:]
    return " ".join(words)


def _append(take: Take, dice: random.Random) -> str:
    more = dice.choice(OTHERS).text.split("\n\n")
    return take.text + "\n\n" + "\n\n".join(more[:3])


def _new_lead(take: Take, dice: random.Random) -> str:
    lead, *rest = take.text.split("\n\n")
    words = lead.split()
    kept = [word for word in words if dice.random() < 0.6]
    dice.shuffle(kept)
    return "\n\n".join(["In a fresh development reported from the scene, " + " ".join(kept), *rest])


def _flash(take: Take, _: random.Random) -> str:
    paragraphs = take.text.split("\n\n")
    enough = next((at for at in range(1, 5) if len(" ".join(paragraphs[:at]).split()) >= FLASH_WORDS), 5)
    return "\n\n".join(paragraphs[:enough])


def _word_each(take: Take, dice: random.Random) -> str:
    def edited(sentence: str) -> str:
        words = sentence.split(" ")
        at = dice.choice([at for at, word in enumerate(words) if word.isalpha() and word.islower()] or [0])
        words[at] = dice.choice(("reportedly", "largely", "moreover", "officials", "earlier", "widely"))
        return " ".join(words)

    return "\n\n".join(
        " ".join(map(edited, re.split(r"(?<=[.!?])\s+", paragraph))) for paragraph in take.text.split("\n\n")
    )


def _reorder(take: Take, dice: random.Random) -> str:
    lead, *rest = take.text.split("\n\n")
    dice.shuffle(rest)
    return "\n\n".join([lead, *rest])


def _number(take: Take, dice: random.Random) -> str:
    found = list(re.finditer(r"\d+", take.text))
    if not found:
        return take.text
    one = dice.choice(found)
    return take.text[: one.start()] + str(int(one.group()) + dice.randint(1, 9)) + take.text[one.end() :]


def _trim(take: Take, _: random.Random) -> str:
    words, kept = len(take.text.split()) * 0.4, list[str]()
    for paragraph in take.text.split("\n\n"):
        if kept and len(" ".join(kept).split()) >= words:
            break
        kept.append(paragraph)
    return "\n\n".join(kept)


KINDS: dict[str, Callable[[Take, random.Random], str]] = {
    "typo": _typo,
    "append": _append,
    "lead rewritten": _new_lead,
    "flash to full": _flash,
    "a word in every sentence": _word_each,
    "reorder": _reorder,
    "one number corrected": _number,
    "trim to 40 %": _trim,
}
OTHERS: list[Take] = []


def recall_by_kind(takes: list[Take], index: Index) -> list[Row]:
    """Print, for each kind of version, how many were folded into their report, proposed, or folded elsewhere.

    Return the rows of what was folded. Reuters sent many of these texts twice; a version folded into the other sending
    (one that the engine folds with the text itself) is right. The first eight such, read by hand, all were.
    """
    dice = random.Random(21578)
    chosen = dice.sample([take for take in takes if len(take.text.split()) >= FEWEST_WORDS], SAMPLE)
    print(f"{'kind':28}{'n':>6}  {'same':22}{'with proposals':22}wrong")
    rows = list[Row]()
    for kind, change in KINDS.items():
        counted: Counter[tuple[str, str]] = Counter()
        for take in chosen:
            version = replace(take, id="v", wire_id="v", text=change(take, dice), dated_at=(take.dated_at or 0) + 3600)
            if kind == "flash to full":
                version = replace(version, dated_at=(take.dated_at or 0) - 3600)
                answer = fold(take, index.candidates(take, besides=version))
                right = {"v"}
            else:
                answer = fold(version, index.candidates(version))
                right = {take.id}
            if answer.kind == "same" and answer.of not in right:
                other = fold(take, [Candidate("other", index.takes[answer.of or ""])])
                right = {answer.of or ""} if other.kind == "same" else right
            counted["right" if answer.of in right else "wrong", answer.kind] += 1
            if VERBOSE and not (answer.kind == "same" and answer.of in right):
                print("      ", take.id, answer.kind, answer.of, [(r.code, r.value) for r in answer.because])
        same = share(counted["right", "same"], SAMPLE)
        either = share(counted["right", "same"] + counted["right", "probably"], SAMPLE)
        print(f"{kind:28}{SAMPLE:>6}  {same!s:22}{either!s:22}{share(counted['wrong', 'same'], SAMPLE)}", flush=True)
        rows.append(row(f"simulated versions: {kind}, recall", same, of="versions"))
    return rows


SAME: set[frozenset[str]] = set()
VERBOSE = False


def folds_of_stream(takes: Iterable[Take]) -> tuple[list[tuple[Take, Take, Fold]], float]:
    """Return every pair that the stream folds or proposes, in order, and the items a second."""
    index, folded, started = Index(), [], time.perf_counter()
    for take in takes:
        answer = fold(take, index.candidates(take))
        if answer.of and answer.kind in ("same", "probably", "follow_up"):
            folded.append((index.takes[answer.of], take, answer))
        index.add(take)
    return folded, len(index.takes) / (time.perf_counter() - started)


def measure() -> list[Row]:
    """Print the tables and return the rows of the summary; skip where the gold set is absent."""
    if not GOLD.is_dir():
        print(f"skipped: no folder {GOLD}; name it by WRITETHRU_GOLD")
        return []
    takes = stream()
    OTHERS.extend(takes)
    SAME.update(silver())
    index = Index()
    for take in takes:
        index.add(take)
    rows = recall_by_kind(takes, index)
    folded, rate = folds_of_stream(takes)
    report_stream(folded, rate, len(takes))
    return [*rows, Row("Reuters as a stream: folded, items/s, the engine alone", rate, size=f"{len(takes):,} items")]


def report_stream(folded: list[tuple[Take, Take, Fold]], rate: float, total: int) -> None:
    """Print what the stream folds against the silver pairs, and some pairs to read by hand."""
    found = {kind: {frozenset({a.id, b.id}) for a, b, f in folded if f.kind == kind} for kind in ("same", "probably")}
    related = _joined(found["same"])
    print(f"\nstream of {total}: {rate:.0f} items/s; folded {len(found['same'])}, proposed {len(found['probably'])}")
    print(
        f"silver pairs folded {share(len(SAME & related), len(SAME))}, n = {len(SAME)}, "
        f"with proposals {share(len(SAME & _joined(found['same'] | found['probably'])), len(SAME))}"
    )
    print(f"folded and not silver: {len(found['same'] - SAME)}")
    beyond = [row for row in folded if row[2].kind == "same" and frozenset({row[0].id, row[1].id}) not in SAME]
    wanted = min(len(beyond), int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else 0)
    for a, b, answer in random.Random(7).sample(beyond, wanted):
        print(f"\n=== {answer.kind} {answer.score} {[(r.code, r.value) for r in answer.because]}")
        for take in (a, b):
            at = datetime.fromtimestamp(take.dated_at or 0, UTC)
            print(f"--- {take.id} {at:%d %H:%M} {take.headline}\n{take.text[:500]}")


def _joined(pairs: set[frozenset[str]]) -> set[frozenset[str]]:
    """Return all pairs of items that the given pairs join, directly or through others."""
    group: dict[str, set[str]] = {}
    for a, b in map(sorted, pairs):
        one = group.setdefault(a, {a}) | group.setdefault(b, {b})
        for id in one:
            group[id] = one
    return {frozenset({a, b}) for members in group.values() for a in members for b in members if a != b}


if __name__ == "__main__":
    VERBOSE = "-v" in sys.argv
    sys.argv = [word for word in sys.argv if word != "-v"]
    raise SystemExit(print_table(measure()))

"""What the engine has learned of the desk's decisions, in an editor's words."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from storytext.grouping import Place
from writethru.stories.actions.learn import FEWEST_DECISIONS, Difference, Study
from writethru.stories.actions.verdicts import FILING
from writethru.stories.models import Decision, Learning, Report, Story
from writethru.wire.models import Source

MOST_LISTED = 20
MOST_SHIFTS = 4
LEAST_SHIFT = 0.05  # of the odds, in the spread over all pairs; what moves less is not worth a sentence
KINDS = dict(Decision.Kind.choices)
MEASURES = {
    "near": "how much of their wording two reports share",
    "shared": "how many near reports they have in common",
    "mutual": "whether each is among the nearest of the other",
    "beside": "whether others are nearer still",
    "uncounted": "whether one of them has no figure",
    "opening": "how alike they begin",
    "held": "how much of the shorter one's wording the other has",
    "best": "the rarest words that they share",
    "many": "how many words they share",
}


def learned_from(of: Study) -> str:
    """Return from how many decisions of which kinds it was learned."""
    return f"{_many(of.decisions, 'decision')} on filing: {_kinds(of.told.counts)}."


def too_few(of: Study) -> str:
    """Return that there are too few decisions, and what can be done about it."""
    kinds = ", ".join(str(KINDS[kind]) for kind in FILING)
    return (
        f"{_many(of.decisions, 'decision')} on filing in the reports at hand, and it takes {FEWEST_DECISIONS} to learn "
        f"from. Go on at the desk, and try again later. These count: {kinds}."
    )


def what_changed(of: Study) -> list[str]:
    """Return what is different, a sentence each."""
    before, after = of.followed
    told = []
    if of.new.weights != of.old.weights:
        told.append(
            f"By what was in use the engine's groups agreed with your decisions {of_hundred(before)} in 100, and now "
            f"{of_hundred(after)}. These are the decisions that it learned from: on others expect less."
        )
        told += _shifted(of.shifts)
    else:
        told.append(f"Nothing agrees with your decisions better than what is in use: {of_hundred(before)} in 100.")
    return told + _asked_first(of)


def _shifted(shifts: Mapping[str, float]) -> list[str]:
    largest = sorted(shifts, key=lambda kind: -abs(shifts[kind]))[:MOST_SHIFTS]
    told = [kind for kind in largest if abs(shifts[kind]) >= LEAST_SHIFT]
    return [f"It counts {'more' if shifts[kind] > 0 else 'less'}, {MEASURES[kind]}." for kind in told]


def _asked_first(of: Study) -> list[str]:
    names = dict(Source.objects.filter(pk__in=[*of.old.least_scores, *of.new.least_scores]).values_list("pk", "name"))
    told = []
    for source, least in of.new.least_scores.items():
        seen, stand = of.folds[source]
        asked = f"scored below {least:.2f}" if least <= 1 else "whatever it scored"
        told.append(
            f"What would be folded of “{names.get(source, source)}” at once is asked about first, {asked}: of "
            f"{_many(seen, 'fold')} that you have seen, {stand} stand."
        )
    for source in of.old.least_scores.keys() - of.new.least_scores.keys():
        told.append(f"“{names.get(source, source)}” is folded at once again.")
    return told


def otherwise(of: Study, found: Sequence[Difference]) -> list[str]:
    """Return what would have gone otherwise: how many, how many of them as the desk has it, and the first of them."""
    if not found:
        return [f"Of {_many(len(of.reports), 'report')} at hand none would have gone otherwise."]
    alone = sum(1 for one in found if one.new is None)
    told = [
        f"Of {_many(len(of.reports), 'report')} at hand {len(found)} would have gone otherwise: {alone} left alone, "
        f"{len(found) - alone} filed, or filed elsewhere."
    ]
    story = {int(one.report): one.story for one in of.reports}
    decided = {int(verdict.report) for verdict in of.told.verdicts}
    of_desk = [one for one in found if one.report in decided]
    if of_desk:
        were = sum(_is(one.old, story[one.report]) for one in of_desk)
        would_be = sum(_is(one.new, story[one.report]) for one in of_desk)
        told.append(
            f"You have decided on {len(of_desk)} of these: {would_be} would have been as you decided, and {were} were."
        )
    return told + _listed(found[:MOST_LISTED])


def _is(place: Place | None, story: str | None) -> bool:
    """Return whether a place is where the desk has the report: in that story, or alone."""
    return place is None if story is None else place is not None and place.story == story


def _listed(found: Sequence[Difference]) -> list[str]:
    reports = Report.objects.in_bulk([one.report for one in found])
    pks = {int(place.story) for one in found for place in (one.old, one.new) if place and place.story}
    titles = dict(Story.objects.filter(pk__in=pks).values_list("pk", "title"))

    def where(place: Place | None) -> str:
        if place is None:
            return "left alone"
        return f"in “{titles.get(int(place.story))}”" if place.story else "with others in a new story"

    return [f"  “{reports[one.report]}”: {where(one.new)}, not {where(one.old)}." for one in found]


def listing(rows: Iterable[Learning]) -> list[str]:
    """Return a line for each learning, the newest first, and one for what ships."""
    told = []
    is_shipped = True
    for row in rows:
        made_at = timezone.localtime(row.made_at, timezone.get_default_timezone())
        before, after = map(of_hundred, row.followed)
        told.append(
            f"{'→' if row.in_use else ' '} {row.number}  {made_at:%Y-%m-%d %H:%M}  "
            f"{_many(sum(row.decisions.values()), 'decision')}, agreed with {before} in 100, and {after} with it; "
            f"{_many(len(row.least_scores), 'source')} asked about first"
        )
        is_shipped &= not row.in_use
    return [*told, f"{'→' if is_shipped else ' '} 0  what ships"]


def of_hundred(share: float) -> str:
    """Return a share as so many in a hundred."""
    return f"{100 * share:.1f}"


def _kinds(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {KINDS[kind]}" for kind, count in counts.items()) or "none"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"

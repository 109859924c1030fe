import io
from datetime import timedelta

import pytest
from builders import NOON, make_report, make_source, make_staff, make_story
from django.core.management import call_command
from django.core.management.base import CommandError
from made_up_wire.many import many

from storytext.regression import Regression, Weights
from storytext.weights import SHIPPED
from writethru.ops.learning import MEASURES
from writethru.stories.actions.file import file_report
from writethru.stories.actions.propose import propose_fold
from writethru.stories.learned import as_data
from writethru.stories.models import Learning, Proposal

pytestmark = pytest.mark.django_db


def learn(*options: str) -> list[str]:
    out = io.StringIO()
    call_command("learn", *options, stdout=out)
    return out.getvalue().splitlines()


def decide(*, count: int = 17) -> None:
    """File six reports into each of `count` stories, as an editor."""
    editor = make_staff("editor@example.org")
    for number, copy in enumerate(many(count)):
        story = make_story(f"Story {number}")
        for minute, (headline, text) in enumerate(copy):
            at = NOON + timedelta(minutes=minute)
            report = make_report(headline=headline, html=f"<p>{text}</p>", publish=False, dated_at=at)
            file_report(report, story=story, because=[], user=editor, now=NOON)


def make_wary() -> Learning:
    """Put weights in use by which nothing hangs together."""
    less = {**SHIPPED.pairs.weights, "opening": SHIPPED.pairs.weights["opening"] - 5}
    weights = Weights(Regression(less, SHIPPED.pairs.constant - 20), SHIPPED.claims)
    return Learning.objects.create(
        number=1, made_at=NOON, weights=as_data(weights), decisions={"file": 40}, followed=[0.5, 0.6], in_use=True
    )


def doubt(name: str) -> None:
    """Let editors refuse three folds that were asked about."""
    source = make_source(name=name)
    for _ in range(3):
        report, other = make_report(publish=False), make_report(publish=False)
        report.source = source
        report.save()
        propose_fold(report, into=other, score=0.9, because=[["asked_first", 1]], now=NOON)
    Proposal.objects.update(status=Proposal.Status.SPIKED)


def test_too_few_decisions_are_refused_kindly():
    decide(count=1)

    with pytest.raises(CommandError, match=r"^6 decisions on filing in the reports at hand, and it takes 100 to learn"):
        learn()

    assert not Learning.objects.exists()


def test_it_says_what_it_learned_from_what_changed_and_how_to_go_back():
    decide()
    make_wary()

    told = learn()

    assert told[0] == "Reading the reports at hand, and what was decided of them …"
    assert told[1] == "  What ships: agrees with your decisions 100.0 in 100"
    assert [line.split(":")[0] for line in told[2:8]] == [
        f"  Learned, held by {hold}" for hold in (800, 400, 200, 100, 50, 25)
    ]
    assert told[8:] == [
        "102 decisions on filing: 102 filed.",
        "By what was in use the engine's groups agreed with your decisions 0.0 in 100, and now 100.0. These are the "
        "decisions that it learned from: on others expect less.",
        "It counts more, how alike they begin.",
        "This is number 2, in use from the next decision on. “--back” takes it back.",
    ]
    assert Learning.objects.get(in_use=True).number == 2


def test_each_kind_of_measure_has_its_words():
    assert MEASURES.keys() == {name.split("_")[0] for name in SHIPPED.pairs.weights}


def test_a_dry_run_says_what_would_have_gone_otherwise_and_writes_nothing():
    decide()
    make_wary()

    told = learn("--dry-run")

    assert told[11:13] == [
        "Of 102 reports at hand 102 would have gone otherwise: 0 left alone, 102 filed, or filed elsewhere.",
        "You have decided on 102 of these: 102 would have been as you decided, and 0 were.",
    ]
    assert told[13] == "  “Hobble bridge toll to rise”: in “Story 0”, not left alone."
    assert len(told[13:-1]) == 20
    assert told[-1] == "Nothing was written: this was a dry run."
    assert [row.in_use for row in Learning.objects.all()] == [True]


def test_where_nothing_does_better_nothing_is_written():
    decide()

    assert learn()[-2:] == [
        "Nothing agrees with your decisions better than what is in use: 100.0 in 100.",
        "Nothing was written.",
    ]
    assert learn("--dry-run")[-2:] == [
        "Of 102 reports at hand none would have gone otherwise.",
        "Nothing was written: this was a dry run.",
    ]
    assert not Learning.objects.exists()


def test_sources_to_ask_about_are_learned_where_there_are_few_decisions_on_filing():
    doubt("Pelican Wire")

    told = learn()

    assert told[1].startswith("0 decisions on filing in the reports at hand, and it takes 100 to learn from.")
    assert told[3] == (
        "What would be folded of “Pelican Wire” at once is asked about first, whatever it scored: of 3 folds that you "
        "have seen, 0 stand."
    )
    assert Learning.objects.get().in_use

    Proposal.objects.all().delete()
    assert learn()[3] == "“Pelican Wire” is folded at once again."
    assert Learning.objects.get(in_use=True).least_scores == {}


def test_back_and_the_list_say_what_is_in_use():
    decide()
    make_wary()
    learn()
    first, second, shipped = learn("--list")
    assert first.startswith("→ 2  ")
    assert first.endswith("102 decisions, agreed with 0.0 in 100, and 100.0 with it; 0 sources asked about first")
    assert second == (
        "  1  2026-11-24 20:00  40 decisions, agreed with 50.0 in 100, and 60.0 with it; 0 sources asked about first"
    )
    assert shipped == "  0  what ships"

    assert learn("--back") == ["Taken back: the engine goes by number 1 again, from its next decision on."]
    assert learn("--back") == ["Taken back: the engine goes by what ships again, from its next decision on."]
    assert [line[:4] for line in learn("--list")] == ["  2 ", "  1 ", "→ 0 "]
    with pytest.raises(CommandError, match="Nothing that was learned is in use"):
        learn("--back")

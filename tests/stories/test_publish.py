from datetime import UTC, datetime, timedelta

import pytest
from builders import NOON, make_item, make_report, make_story, republish
from django.db.models import F

from writethru.stories.actions.bake import Rank
from writethru.stories.actions.publish import MayNotPublish, StaleDraft, publish_version, slug_for
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.models import Bake, Report, ReportState, Version

pytestmark = pytest.mark.django_db

SOLD = "<p>The lighthouse was sold on Tuesday.</p>"
GREW = SOLD + "<p>The buyer is a retired clockmaker who has promised to keep the lamp lit for the fishing fleet.</p>"


def versions() -> list[tuple[int, str, str]]:
    return list(Version.objects.order_by("number").values_list("number", "kind", "grade"))


def test_the_first_version_is_number_one_and_new():
    report = make_report(headline="The lighthouse is sold", html=SOLD, credit="Pharos")

    version = Version.objects.get()
    state = ReportState.objects.get()
    assert (version.number, version.kind, version.grade, version.because) == (1, "new", "alert", [])
    assert (version.headline, version.html, version.credit) == ("The lighthouse is sold", SOLD, "Pharos")
    assert (version.published_at, version.by, version.quiet, version.item) == (NOON, None, False, state.item)
    assert (state.status, state.current, state.slug) == ("published", version, "the-lighthouse-is-sold")
    assert Report.objects.get().based_on == report.based_on == 1


def test_publishing_again_with_nothing_new_makes_no_version():
    report = make_report()

    assert publish_version(report, user=None, now=NOON) is None
    assert versions() == [(1, "new", "alert")]


def test_added_text_is_an_update_that_says_how_much():
    report = make_report(html=SOLD)

    republish(report, html=GREW)

    assert versions() == [(1, "new", "alert"), (2, "update", "note")]
    assert Version.objects.get(number=2).because == [["words_added", 18]]


def test_a_typo_is_a_refile_and_silent():
    report = make_report(html="<p>The lighthouse was solt on Tuesday.</p>")

    republish(report, html=SOLD)

    assert versions() == [(1, "new", "alert"), (2, "refile", "silent")]


def test_with_a_note_a_version_is_a_correction():
    report = make_report(html="<p>The lighthouse was sold for two pesos.</p>")

    republish(report, html="<p>The lighthouse was sold for one peso.</p>", note="It was one peso, not two.")

    assert versions()[1][:2] == (2, "correction")
    assert Version.objects.get(number=2).note == "It was one peso, not two."


def test_a_take_that_the_wire_calls_a_correction_brings_its_note():
    report = make_report(html="<p>The lighthouse was sold for two pesos.</p>")
    correction = make_item(source=report.source, correction="Corrects price in paragraph 1.")
    ReportState.objects.update(item=correction)

    republish(report, html="<p>The lighthouse was sold for one peso.</p>")

    version = Version.objects.get(number=2)
    assert (version.kind, version.note, version.item) == (
        "correction",
        "Corrects price in paragraph 1.",
        correction,
    )


def test_a_correction_is_said_once():
    report = make_report(html="<p>The lighthouse was sold for two pesos.</p>")
    ReportState.objects.update(item=make_item(source=report.source, correction="Corrects price."))
    republish(report, html=SOLD)

    republish(report, html=GREW)

    assert Version.objects.get(number=3).kind == "update"
    assert Version.objects.get(number=3).note == ""


def test_another_credit_or_photo_alone_is_a_silent_version():
    report = make_report(credit="Pharos")

    republish(report, credit="Ada Example / Pharos")

    assert versions()[1] == (2, "refile", "silent")


def test_a_draft_that_began_from_an_older_version_is_refused():
    report = make_report()
    republish(report, html=GREW)
    Report.objects.update(based_on=1, html="<p>Mine.</p>")

    with pytest.raises(StaleDraft):
        publish_version(report, user=None, now=NOON)

    assert versions()[-1][0] == 2


@pytest.mark.parametrize("status", ["killed", "spiked", "withheld"])
def test_what_is_killed_spiked_or_withheld_is_not_published(status: str):
    report = make_report(publish=False)
    ReportState.objects.update(status=status)

    with pytest.raises(MayNotPublish):
        publish_version(report, user=None, now=NOON)

    assert versions() == []
    assert not Bake.objects.exists()


def test_the_draft_is_read_under_the_lock_so_that_text_and_take_belong_together():
    report = make_report(publish=False)
    held = Report.objects.get(pk=report.pk)  # by a process that is about to publish it
    newer = make_item(source=report.source, headline="Sold for one peso", html=GREW)
    Report.objects.update(headline=newer.headline, html=newer.html)
    ReportState.objects.update(item=newer)

    version = publish_version(held, user=None, now=NOON)

    assert version is not None
    assert (version.item, version.headline, version.html) == (newer, "Sold for one peso", GREW)


def test_slug_and_day_are_frozen_when_readers_first_have_it():
    report = make_report(headline="The lighthouse is sold", dated_at=datetime(2023, 6, 1, 17, 0, tzinfo=UTC))
    path = report.state.path_on_site

    republish(report, headline="A peso for a lighthouse", now=NOON + timedelta(days=3))

    state = ReportState.objects.get()
    assert path == f"/news/2023/06/02/the-lighthouse-is-sold-{report.pk}/"  # the day in Manila
    assert state.path_on_site == path
    assert Version.objects.get(number=2).headline == "A peso for a lighthouse"


def test_every_page_that_shows_the_report_is_asked_for():
    story = make_story("The lighthouse")
    report = make_report(stories=[story], publish=False, dated_at=datetime(2023, 6, 30, 17, 0, tzinfo=UTC))
    Bake.objects.all().delete()

    publish_version(report, user=None, now=NOON)

    ranks = {path: Rank(rank) for path, rank in Bake.objects.values_list("path", "rank")}
    assert ranks == {
        f"/fragment/{report.pk}.html": Rank.FRAGMENT,
        f"/news/2023/07/01/the-lighthouse-is-sold-{report.pk}/": Rank.REPORT,
        "/story/the-lighthouse/": Rank.STORY,
        "/story/the-lighthouse/2023/07/": Rank.STORY,
        "/story/the-lighthouse/feed.atom": Rank.FEED,
        "/story/the-lighthouse/feed.rss": Rank.FEED,
        "/story/the-lighthouse/feed.json": Rank.FEED,
        "/story/the-lighthouse/live.json": Rank.LIVE,
        "/section/news/": Rank.FRONT,
        "/": Rank.FRONT,
        "/trending/": Rank.FRONT,
        "/feed.atom": Rank.FEED,
        "/feed.rss": Rank.FEED,
        "/feed.json": Rank.FEED,
    }


def test_a_report_in_no_story_asks_for_its_own_pages_and_the_front():
    report = make_report()

    assert set(Bake.objects.values_list("path", flat=True)) == {
        f"/fragment/{report.pk}.html",
        report.state.path_on_site,
        *("/", "/trending/", "/feed.atom", "/feed.rss", "/feed.json"),
    }


def test_numbers_go_on_after_a_withdrawal_and_are_never_used_again():
    report = make_report()
    republish(report, html=GREW)

    withdraw_report(report, user=None, now=NOON)

    assert versions() == [(1, "new", "alert"), (2, "update", "note"), (3, "withdrawal", "alert")]


@pytest.mark.parametrize(
    ("headline", "html", "slug"),
    [
        ("The lighthouse is sold", "", "the-lighthouse-is-sold"),
        (
            "",
            "<p>One two three four five six seven eight nine ten.</p>",
            "one-two-three-four-five-six-seven-eight-nine",
        ),
        ("Prêt-à-porter à l’Élysée", "", "prêt-à-porter-à-lélysée"),
        ("灯台が売られた", "", "灯台が売られた"),
        ("—", "", "report"),
        ("", "", "report"),
    ],
)
def test_the_slug_is_the_first_words(headline: str, html: str, slug: str):
    assert slug_for(headline, html) == slug


def months_due() -> set[str]:
    """Return the months that were asked for since this was called last."""
    asked = Bake.objects.filter(path__regex=r"/\d{4}/\d{2}/$").exclude(done=F("asked"))
    paths = {path.removeprefix("/story/the-lighthouse/") for path in asked.values_list("path", flat=True)}
    Bake.objects.update(done=F("asked"))
    return paths


def test_a_month_tells_the_others_of_its_year_and_a_new_one_tells_all():
    story = make_story()
    for when in (datetime(2023, 5, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)):
        make_report(stories=[story], dated_at=when)
    months_due()

    make_report(stories=[story], dated_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert months_due() == {"2026/02/", "2026/03/"}

    make_report(stories=[story], dated_at=datetime(2026, 4, 2, tzinfo=UTC))
    assert months_due() == {"2023/05/", "2026/02/", "2026/03/", "2026/04/"}

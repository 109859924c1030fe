import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from builders import MORNING, NOON, make_long_story, make_report, make_story, republish
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import lines, links

from writethru.press.assets import made_with
from writethru.press.bake import bake_due
from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages
from writethru.stories.models import Bake, Entry, ReportState, Version
from writethru.stories.queries import timeline

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
LATE = datetime(2023, 5, 31, 17, 0, tzinfo=UTC)  # 1 June, 1 am in Manila


DOORS = [
    "By e-mail",
    "Leave this empty",
    "Follow",
    "In this browser",
    "A notification, even when the page is closed.",
    "Turn on",
    *("In a feed reader", "Atom", "RSS", "JSON"),
    "Whichever you choose, corrections come the same way. Log in to keep all your stories in one inbox.",
]


def test_story_page_reads_newest_first_in_the_days_of_the_sites_zone():
    story = make_story("The lighthouse", standfirst="A port sells what it can't keep.")
    make_report(headline="Sold", html="<p>It is sold.</p>", dated_at=MORNING, stories=[story], quiet=True)
    make_report(headline="", html="<p>Bids came in.</p>", credit="", dated_at=LATE, stories=[story], quiet=True)
    make_report(headline="On offer", html="<p>For sale.</p>", dated_at=MORNING - A_DAY, stories=[story], quiet=True)

    page = render("/story/the-lighthouse/")

    assert lines(page) == [
        "Running story in News",
        "The lighthouse",
        "A port sells what it can't keep.",
        "Updated 1 June 2023, 10:28 am PHT3 reports since 31 May 2023",
        "+ Follow story",
        *DOORS,
        "2023 3 reports",
        "2023 3 reports",
        "Thursday 1 June 2023",
        "10:28 am",
        "Sold",
        "It is sold.",
        "— Pharos",
        "1:00 am",
        "Bids came in.",
        "Wednesday 31 May 2023",
        "10:28 am",
        "On offer",
        "For sale.",
        "— Pharos",
    ]


def test_story_page_tells_what_we_know_and_the_key_moments():
    story = make_story(what_we_know="<ul><li><b>Price.</b> One peso.</li></ul>", known_on=date(2023, 6, 1))
    labelled = make_report(dated_at=MORNING, stories=[story])
    named = make_report(headline="On offer", dated_at=MORNING - A_DAY, stories=[story])
    Entry.objects.filter(report=labelled).update(is_key=True, key_label="The sale")
    Entry.objects.filter(report=named).update(is_key=True)

    page = render("/story/the-lighthouse/")

    assert lines(page, ".know") == [
        "What we know",
        "Kept by our editors. Checked 1 June 2023.",
        "Price. One peso.",
    ]
    assert links(page, ".rail") == [("Jun 2023 The sale", f"#r-{labelled.pk}"), ("May 2023 On offer", f"#r-{named.pk}")]


def test_story_without_entries_shows_its_head_and_nothing_else():
    make_story("The lighthouse")

    assert lines(render("/story/the-lighthouse/")) == [
        "Running story in News",
        "The lighthouse",
        "+ Follow story",
        *DOORS,
    ]


@pytest.mark.parametrize(
    ("is_imported", "updated"), [(False, "24 November 2026, 8:00 pm PHT"), (True, "1 June 2023, 10:28 am PHT")]
)
def test_updated_means_the_newest_entry_or_update_but_nothing_imported(is_imported: bool, updated: str):
    story = make_story()
    report = make_report(dated_at=MORNING, stories=[story], quiet=True)
    republish(report, html="<p>The lighthouse was sold on Tuesday for one peso.</p>", now=NOON)
    Version.objects.filter(report=report, number=2).update(quiet=is_imported)

    assert f"<b>{updated}</b>" in render("/story/the-lighthouse/").decode()


def test_reports_that_are_not_public_are_on_no_page():
    story = make_story()
    for number, state in enumerate(
        (
            {"status": "withheld"},
            {"status": "killed"},
            {"status": "spiked"},
            {"held": True},
            {"public_from": datetime(2100, 1, 1, tzinfo=UTC)},
            {"public_until": datetime(2020, 1, 1, tzinfo=UTC)},
        )
    ):
        report = make_report(headline=f"Secret {number}", stories=[story], publish=True)
        ReportState.objects.filter(report=report).update(**state)
    make_report(headline="Secret, waiting", stories=[story], publish=False)

    paths = ["/", "/section/news/", "/story/the-lighthouse/", "/feed.json", "/story/the-lighthouse/feed.atom"]
    own = [state.path_on_site for state in ReportState.objects.all()]
    own += [f"/fragment/{state.pk}.html" for state in ReportState.objects.all()]

    assert [b"Secret" in render(path) for path in paths] == [False] * len(paths)
    for path in [*own, "/story/the-lighthouse/2026/11/"]:
        with pytest.raises(NoSuchPage):
            render(path)


def test_story_page_holds_the_newest_whole_days_and_leads_to_the_rest():
    make_long_story(500, title="Ships")

    page = render("/story/ships/")
    shown = re.findall(rb'id="r-(\d+)"', page)
    newest = [str(pk).encode() for pk in Entry.objects.order_by("-dated_at").values_list("report_id", flat=True)]
    days = [at.astimezone().date() for at in Entry.objects.order_by("-dated_at").values_list("dated_at", flat=True)]

    assert 55_000 < len(page) <= 60_000
    assert shown == newest[: len(shown)]
    assert days[len(shown) - 1] != days[len(shown)]
    assert links(page, ".more") == [("Earlier: May 2023", "/story/ships/2023/05/")]


def test_pulse_leads_to_years_on_the_page_and_to_months_of_the_others():
    make_long_story(200, title="Ships", every=timedelta(days=5))

    page = render("/story/ships/")

    assert links(page, ".pulse") == [
        ("2020 23 reports", "/story/ships/2020/12/"),
        ("2021 73 reports", "/story/ships/2021/12/"),
        ("2022 73 reports", "#y2022"),
        ("2023 31 reports", "#y2023"),
    ]
    on_page = {f"#{id_.decode()}" for id_ in re.findall(rb'<section id="(y\d+)"', page)}
    assert {href for _text, href in links(page, ".pulse") if href.startswith("#")} == on_page


def test_every_link_of_a_story_leads_to_a_page():
    make_long_story(60, title="Ships", every=timedelta(days=12))

    met, to_visit = set(), ["/story/ships/"]
    while to_visit:
        path = to_visit.pop()
        if path not in met:
            met.add(path)
            page = render(path)
            found = links(page, "body") if path.endswith("/") else []
            hrefs = [href.partition("#")[0] for _text, href in found if href and not href.startswith("#")]
            to_visit += [href for href in hrefs if not href.startswith(("/report-error/", "/account/"))]

    assert sum(path.startswith("/news/") for path in met) == 60


def test_a_day_too_long_for_the_page_is_cut_and_its_month_has_the_rest():
    make_long_story(200, title="Ships", every=timedelta(seconds=30))

    page = render("/story/ships/")

    assert 55_000 < len(page) <= 60_000
    assert links(page, ".more") == [("Earlier: June 2023", "/story/ships/2023/06/")]
    assert len(re.findall(rb'id="r-', render("/story/ships/2023/06/"))) == 200


def test_query_count_does_not_grow_with_the_story():
    counts = []
    for n in (50, 500):
        story = make_long_story(n, title=f"Ships {n}")
        with CaptureQueriesContext(connection) as asked:
            render(story.path_on_site)
        counts.append(len(asked))

    assert counts == [12, 12]


def test_a_page_rendered_twice_is_the_same_to_the_byte():
    make_long_story(30, title="Ships")
    paths = ["/", "/section/news/", "/story/ships/", "/story/ships/2023/06/", "/feed.atom", "/feed.rss", "/feed.json"]

    assert [render(path) for path in paths] == [render(path) for path in paths]


def test_a_page_joins_the_fragments_of_the_store_and_renders_only_what_is_not_there():
    story = make_story()
    kept, changed = make_report(stories=[story], dated_at=MORNING), make_report(stories=[story], dated_at=LATE)
    bake_due(now=NOON)
    pagestore.put(f"/fragment/{kept.pk}.html", b"<article>as baked</article>")
    pagestore.put(f"/fragment/{changed.pk}.html", b"<article>out of date</article>")
    republish(changed, headline="Sold for one peso")

    page = render("/story/the-lighthouse/")

    assert b"as baked" in page
    assert b"out of date" not in page
    assert b"Sold for one peso" in page


def test_fragments_that_the_store_has_lost_are_made_anew_in_a_few_queries_more():
    counts = []
    for n in (1, 3):
        story = make_long_story(n, title=f"Ships {n}")
        whole = render(story.path_on_site)
        ask_for_pages([(f"/fragment/{place.report_id}.html", Rank.FRAGMENT) for place in timeline(story)], now=NOON)
        bake_due(now=NOON)
        for place in timeline(story):
            pagestore.remove(f"/fragment/{place.report_id}.html")
        with CaptureQueriesContext(connection) as asked:
            assert render(story.path_on_site) == whole
        counts.append(len(asked))

    assert counts == [12, 12]


def test_fragments_made_with_other_templates_are_not_joined():
    story = make_story()
    report = make_report(stories=[story])
    bake_due(now=NOON)
    pagestore.put(f"/fragment/{report.pk}.html", b"<article>old style</article>")
    Bake.objects.update(made_with="other")

    assert b"old style" not in render("/story/the-lighthouse/")
    assert made_with() != "other"


def test_month_pages_hold_their_month_and_lead_to_their_neighbours():
    make_long_story(3, title="Ships", every=timedelta(days=40))

    page = render("/story/ships/2023/04/")

    assert lines(page, ".head") == ["Ships", "April 2023", "1 report"]
    assert links(page, ".months") == [
        ("Mar 1 report", "/story/ships/2023/03/"),
        ("Apr 1 report", "/story/ships/2023/04/"),
        ("Jun 1 report", "/story/ships/2023/06/"),
    ]
    assert links(page, ".more") == [
        ("Earlier: March 2023", "/story/ships/2023/03/"),
        ("Later: June 2023", "/story/ships/2023/06/"),
    ]
    assert len(re.findall(rb'id="r-', page)) == 1


def test_linked_data_is_one_data_block_that_nothing_in_it_can_end():
    story = make_story("Ships </script><b>")
    report = make_report(headline="</script><script>alert(1)</script> & more", dated_at=MORNING, stories=[story])

    page = render(story.path_on_site).decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)

    assert json.loads(block) == {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "url": f"http://127.0.0.1:8000{story.path_on_site}",
        "headline": "Ships </script><b>",
        "datePublished": "2023-06-01T10:28+08:00",
        "dateModified": "2023-06-01T10:28+08:00",
        "coverageStartTime": "2023-06-01T10:28+08:00",
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "The Daily Example",
            "url": "http://127.0.0.1:8000/",
        },
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "headline": "</script><script>alert(1)</script> & more",
                "url": f"http://127.0.0.1:8000{report.state.path_on_site}",
                "datePublished": "2023-06-01T10:28+08:00",
                "dateModified": "2023-06-01T10:28+08:00",
            }
        ],
    }


def test_no_page_has_a_script_or_a_style_in_it():
    story = make_long_story(40, title="Ships")
    report = make_report(headline="Sold", stories=[story], dated_at=MORNING)
    republish(report, note="It was sold, not let.", html="<p>The lighthouse was sold.</p>")
    paths = ["/", "/section/news/", "/story/ships/", "/story/ships/2023/06/", report.state.path_on_site]

    for path in paths:
        page = render(path).decode()
        loaded = r"<style|\sstyle=|\son\w+=|javascript:|https?://(?!127\.0\.0\.1:8000|schema\.org)"
        scripts = re.findall(r"<script(?! type=\"application/ld\+json\")([^>]*)>(.*?)</script>", page, re.S)

        assert {body for _attributes, body in scripts} == {""}
        assert re.findall(loaded, page) == []

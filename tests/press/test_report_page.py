import json
import re
from datetime import timedelta

import pytest
from builders import MORNING, NOON, make_report, make_story, republish
from reading import lines, links

from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories.models import Version

pytestmark = pytest.mark.django_db


def test_report_page_tells_the_report_whole_with_its_versions_and_leads_back():
    story = make_story()
    report = make_report(
        headline="Sold", html="<p>Sold for two.</p>", dated_at=MORNING, now=MORNING, stories=[story],
        photos=[{"address": "", "caption": "The lamp.", "credit": "A. Kerr / AFP", "alt": ""}],
    )  # fmt: skip
    republish(report, html="<p>Sold for one peso.</p>", note="It was one, not two.", now=MORNING + timedelta(hours=2))

    page = render(report.state.path_on_site)

    assert lines(page) == [
        "Running story: The lighthouse",
        "Sold",
        "1 June 2023, 10:28 am PHTUpdated 1 June 2023, 12:28 pm PHT",
        "The lamp. Photo: A. Kerr / AFP",
        "Sold for one peso.",
        "Corrected 1 June 2023, 12:28 pm PHT. It was one, not two.",
        "What changed, word by word",
        "Sold for two one peso.",
        "— Pharos",
        "Updated once",
        "1 June 2023, 12:28 pm PHT Corrected",
        "1 June 2023, 10:28 am PHT First version",
        "On the timeline of The lighthouse",
    ]
    assert links(page) == [
        ("The lighthouse", "/story/the-lighthouse/"),
        ("Report an error", f"/report-error/{report.pk}/?v=2"),
        ("Corrected", f"{report.state.path_on_site}v2/"),
        ("First version", f"{report.state.path_on_site}v1/"),
        ("On the timeline of The lighthouse", f"/story/the-lighthouse/2023/06/01/#r-{report.pk}"),
    ]


def test_report_without_headline_is_called_by_its_first_sentence_which_is_not_shown_twice():
    report = make_report(headline="", html="<p>It is sold. The town bought it.</p>", dated_at=MORNING)

    page = render(report.state.path_on_site).decode()

    assert re.findall(r"<title>(.*?)</title>", page) == ["It is sold. | The Daily Example"]
    assert re.findall(r"<h1.*?</h1>", page) == ['<h1 class="vh">It is sold.</h1>']


def test_imported_versions_have_the_wires_times():
    report = make_report(dated_at=MORNING, now=NOON, quiet=True)
    report.state.item.dated_at = MORNING + timedelta(hours=1)
    report.state.item.save()
    republish(report, html="<p>The lighthouse was sold on Tuesday, says a statement of the port.</p>", now=NOON)
    Version.objects.filter(report=report).update(quiet=True)

    assert lines(render(report.state.path_on_site), ".versions ol") == [
        "1 June 2023, 11:28 am PHT Updated What changed, word by word "
        "The lighthouse was sold on Tuesday, says a statement of the port.",
        "1 June 2023, 10:28 am PHT First version",
    ]


def test_a_report_has_one_address():
    report = make_report(dated_at=MORNING)
    right = report.state.path_on_site

    for wrong in (right.replace("2023/06/01", "2023/06/02"), right.replace("/the-", "/a-")):
        with pytest.raises(NoSuchPage):
            render(wrong)


def test_linked_data_of_a_report_has_its_correction_and_its_credit():
    report = make_report(headline="Sold", html="<p>Sold for two.</p>", dated_at=MORNING, now=MORNING)
    republish(report, html="<p>Sold for one peso.</p>", note="It was one, not two.", now=MORNING + timedelta(hours=2))

    page = render(report.state.path_on_site).decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)

    assert json.loads(block) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Sold",
        "url": f"http://127.0.0.1:8000{report.state.path_on_site}",
        "datePublished": "2023-06-01T10:28+08:00",
        "dateModified": "2023-06-01T12:28+08:00",
        "creditText": "Pharos",
        "inLanguage": "en",
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "The Daily Example",
            "url": "http://127.0.0.1:8000/",
        },
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": "It was one, not two.",
                "datePublished": "2023-06-01T12:28+08:00",
            }
        ],
    }

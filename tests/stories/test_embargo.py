"""What a wire withholds, embargoes or cancels, from its ninjs to what readers see."""

import json
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, make_source, make_story
from django.conf import settings
from django.utils import timezone

from writethru.press.bake import bake_due, bake_first
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.fold import end_embargoes, fold_waiting
from writethru.stories.actions.publish import MayNotPublish, publish_version
from writethru.stories.models import Report, ReportState, Story, Version
from writethru.stories.queries import published_reports
from writethru.wire.actions import take_document
from writethru.wire.formats.document import read
from writethru.wire.models import Source

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BODY = "<p>The moat is full to the brim, the castle said on Tuesday.</p><p>Nobody was asked to swim.</p>"


@pytest.fixture
def story() -> Story:
    return make_story()


@pytest.fixture
def wire(story: Story) -> Source:
    return make_source(trust="trusted", feeds=story)


def send(source: Source, *, headline: str = "The moat is full", **members: Any) -> ReportState:
    """Send one item of ninjs and return how its report stands."""
    item = {"uri": "urn:pharos:moat", "headline": headline, "body_html": BODY, **members}
    taken = take_document(read(json.dumps(item).encode()), source=source, now=timezone.now())
    fold_waiting(claimed_by="test:1:a")
    return ReportState.objects.get(report__folds__item=taken.items[-1])


def page(state: ReportState) -> bool:
    """Return whether the report's own page stands in the page store, once what is due is baked."""
    while bake_due(now=timezone.now()):
        pass
    return (settings.PAGES_FOLDER / state.path_on_site.strip("/") / "index.html").exists()


def soon(**after: int) -> str:
    return (timezone.now() + timedelta(**after)).isoformat()


def test_an_embargoed_take_waits_until_its_time_and_is_published_then(wire: Source):
    state = send(wire, embargoed=soon(hours=2))
    report = Report.objects.get()

    with pytest.raises(MayNotPublish):
        publish_version(report, user=None, now=timezone.now())
    end_embargoes(now=timezone.now() + HOUR)
    waiting = ReportState.objects.get().status
    end_embargoes(now=timezone.now() + 3 * HOUR)

    assert (state.status, state.held, waiting) == ("waiting", False, "waiting")
    assert (ReportState.objects.get().status, published_reports().count()) == ("published", 1)


@pytest.mark.parametrize("members", [{"embargoed": None}, {"embargoed": "Monday"}, {"pubstatus": "withheld"}])
def test_what_is_held_until_told_waits_for_a_take_that_is_not(wire: Source, members: dict[str, Any]):
    held = send(wire, version="1", **members)
    end_embargoes(now=timezone.now() + timedelta(days=365))
    still = ReportState.objects.get()

    told = send(wire, version="2")

    assert (held.status, held.held, still.status) == ("waiting", True, "waiting")
    assert (told.status, told.held) == ("published", False)


def test_a_published_report_that_the_wire_withholds_is_hidden_and_shown_again(wire: Source):
    first = send(wire, version="1")
    shown = page(first)

    hidden = send(wire, version="2", pubstatus="withheld")
    stands = page(hidden)
    again = send(wire, version="3", headline="The moat is still full")

    assert (shown, stands, page(again)) == (True, False, True)
    assert (hidden.status, hidden.held, again.held) == ("published", True, False)
    assert again.current.headline == "The moat is still full"


def test_a_late_old_take_lifts_nothing(wire: Source):
    send(wire, version="3", embargoed=None)

    assert send(wire, version="2", headline="The moat is half full").status == "waiting"
    assert ReportState.objects.get().held


def test_a_source_of_low_trust_hides_nothing_and_kills_nothing(story: Story):
    source = make_source(trust="low", feeds=story)
    first = send(source, version="1")
    publish_version(first.report, user=None, now=NOON)

    withheld = send(source, version="2", pubstatus="withheld")
    canceled = send(source, version="3", pubstatus="canceled")

    assert (withheld.status, withheld.held, canceled.status) == ("published", False, "published")
    assert published_reports().count() == 1


def test_canceled_is_a_kill_with_or_without_a_text(wire: Source):
    state = send(wire, version="1")
    shown = page(state)

    killed = send(wire, version="2", pubstatus="canceled")

    assert (shown, killed.status, killed.current.kind, page(killed)) == (True, "killed", "withdrawal", False)


def test_a_kill_that_came_before_what_it_kills_holds(wire: Source):
    send(wire, version="2", pubstatus="canceled", body_html="", headline="")

    assert send(wire, version="1").status == "killed"
    assert published_reports().count() == 0


def test_another_agency_s_embargo_is_not_printed_under_our_report(wire: Source, story: Story):
    other = make_source(trust="trusted", feeds=story)
    ours = send(wire)
    longer = BODY + "<p>It was last full in 1911, when the ducks left.</p>"

    send(other, uri="urn:other:moat", body_html=longer, embargoed=soon(hours=2))

    after = ReportState.objects.get(pk=ours.pk)
    assert (after.item_id, after.public_from, after.current.html) == (ours.item_id, None, ours.current.html)
    assert "1911" not in "".join(published_reports().values_list("state__current__html", flat=True))


def test_an_editors_note_reaches_no_page(wire: Source):
    state = send(wire, ednote="Check the depth with the keeper.")
    page(state)

    baked = [file.read_bytes() for file in settings.PAGES_FOLDER.rglob("*") if file.is_file()]
    assert state.status == "published"
    assert [body for body in baked if b"Check the depth" in body] == []
    assert state.item.ednote == "Check the depth with the keeper."


def test_open_pages_are_told_and_no_file_is_left_when_the_wire_withholds(
    wire: Source, django_capture_on_commit_callbacks: Any
):
    first = send(wire, version="1")
    page(first)
    paths = [first.path_on_site, f"{first.path_on_site}v1/", f"/fragment/{first.pk}.html"]
    bake_first(paths[1])
    page(first)
    Version.objects.update(published_at=timezone.now() - timedelta(days=30))
    stood = [pagestore.get(path) is not None for path in paths]

    with django_capture_on_commit_callbacks(execute=True):
        send(wire, version="2", embargoed=soon(hours=2))
    left = [pagestore.get(path) for path in paths]  # before the press does anything

    assert (stood, left) == ([True] * 3, [None] * 3)
    told = json.loads(render("/story/the-lighthouse/live.json"))
    assert told == {"entries": [], "gone": [first.pk]}
    send(wire, version="3")
    assert json.loads(render("/story/the-lighthouse/live.json"))["gone"] == []

"""An editor's draft: published, merged with what has come meanwhile, let go."""

from datetime import timedelta

import pytest
from builders import NOON, make_item, make_report, republish

from storytext import Collision
from writethru.readers.models import Account
from writethru.stories.actions.draft import (
    LockedByAnother,
    MergeMoved,
    discard_draft,
    mark_of,
    merge_draft,
    publish_draft,
)
from writethru.stories.actions.publish import MayNotPublish, StaleDraft, publish_version
from writethru.stories.actions.standing import let_stand
from writethru.stories.actions.withdraw import withdraw_report
from writethru.stories.drafts import as_edited, as_published, draft_of, merge_of, takes_waiting
from writethru.stories.models import Report, ReportState, Section, Version

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
SOLD = "<p>The lighthouse was sold on Tuesday.</p>"
BUYER = "<p>The buyer is a clockmaker.</p>"
LAMP = "<p>The lamp will be lit.</p>"


@pytest.fixture
def editor() -> Account:
    return Account.objects.create_user("editor@desk.example", "a lamp on the rock")


def read(report: Report) -> Report:
    return Report.objects.select_related("state__current", "state__item").get(pk=report.pk)


def draft(report: Report, **fields: str) -> Report:
    """Save a draft, as the editor's form does."""
    drafted = draft_of(read(report))
    for name, value in fields.items():
        setattr(drafted, name, value)
    drafted.save_revision(clean=False)
    return read(report)


def take(report: Report, html: str, **fields: object) -> Report:
    """Let a newer take stand."""
    report = read(report)
    let_stand(report, make_item(source=report.source, html=html, headline=report.headline, **fields))
    return read(report)


def published(report: Report) -> list[tuple[int, str, str]]:
    return list(report.versions.order_by("number").values_list("number", "kind", "html"))


def merged(report: Report, choices: list, user: Account) -> Report:
    return merge_draft(report, shown=mark_of(merge_of(read(report))), choices=choices, user=user, now=LATER)


def test_a_published_draft_is_a_version_by_its_editor_and_later_takes_go_on_from_it(editor: Account):
    report = draft(make_report(html=SOLD), html=SOLD + BUYER, note="It was sold, not lent.")

    version = publish_draft(report, user=editor, now=LATER, quiet=True)

    report = read(report)
    assert (version.number, version.kind, version.html) == (2, "correction", f"{SOLD}\n{BUYER}")
    assert (version.by, version.note, version.quiet) == (editor, "It was sold, not lent.", True)
    assert (report.has_unpublished_changes, report.based_on, report.note, report.html) == (False, 2, "", version.html)
    assert draft_of(report).html == version.html
    assert take(report, SOLD + BUYER + LAMP).html == SOLD + BUYER + LAMP


def test_what_was_not_touched_is_published_tag_for_tag(editor: Account):
    table = "<table><tbody><tr><td>1871</td><td>built</td></tr></tbody></table>"
    wire = f"<h2>Sold</h2>\n<p>For <em>one</em> peso.</p>\n{table}\n<p>So said the port.</p>"
    report = make_report(html=wire)
    saved = "\n".join(as_edited(wire))

    assert publish_draft(draft(report, html=saved), user=editor, now=LATER) is None
    version = publish_draft(draft(report, html=saved.replace("the port", "the mayor")), user=editor, now=LATER)

    assert version.html == wire.replace("the port", "the mayor")
    assert not read(report).has_unpublished_changes


def test_links_to_pages_are_whole_and_scripts_go():
    section = Section.objects.get()
    html = f'<p data-block-key="x">See <a linktype="page" id="{section.pk}">News</a>.</p><script>alert(1)</script>'

    assert as_published(html, before=[]) == '<p>See <a href="http://127.0.0.1:8000/section/news/">News</a>.</p>'


@pytest.mark.parametrize("published_meanwhile", [True, False])
def test_a_draft_is_not_published_over_a_newer_take_and_the_merge_brings_both(
    editor: Account, published_meanwhile: bool
):
    report = draft(make_report(html=SOLD + BUYER), html=SOLD.replace("sold", "sold off") + BUYER)
    take(report, SOLD + BUYER + LAMP)
    if published_meanwhile:
        publish_version(report, user=None, now=LATER)

    with pytest.raises(StaleDraft):
        publish_draft(report, user=editor, now=LATER)
    assert merge_of(read(report)).collisions == 0
    merged(report, [], editor)
    version = publish_draft(report, user=editor, now=LATER)

    assert version.html == "\n".join([SOLD.replace("sold", "sold off"), BUYER, LAMP])
    assert merge_of(read(report)) is None


def test_what_collides_is_decided_by_the_editor(editor: Account):
    report = draft(make_report(html=SOLD + BUYER), headline="Sold!", html=SOLD.replace("sold", "sold off") + BUYER)
    take(report, SOLD.replace("sold", "auctioned") + BUYER)

    (collision,) = [part.what for part in merge_of(read(report)).parts if part.is_open]
    assert collision == Collision((SOLD,), (SOLD.replace("sold", "sold off"),), (SOLD.replace("sold", "auctioned"),))
    for choice, expected in (("theirs", "auctioned"), ("mine", "sold off"), (["<p>Neither.</p>"], "Neither")):
        state = ReportState.objects.get()
        revision = read(report).latest_revision
        text = merged(report, [choice], editor)
        assert (text.headline, expected in text.html) == ("Sold!", True)
        Report.objects.update(latest_revision=revision)
        assert state.item_id == text.based_on_take


def test_a_waiting_take_is_laid_against_the_take_that_an_editors_version_was_made_from(editor: Account):
    report = draft(make_report(html=SOLD + BUYER), html=SOLD)  # the editor cut the buyer
    publish_draft(report, user=editor, now=LATER)
    assert list(Report.objects.filter(takes_waiting(state="state"))) == []

    take(report, SOLD + BUYER + LAMP)

    assert list(Report.objects.filter(takes_waiting(state="state"))) == [report]
    assert draft_of(read(report)).html == SOLD
    merge = merge_of(read(report))
    assert [part.what for part in merge.parts if part.is_open] == [Collision((BUYER,), (), (BUYER, LAMP))]
    assert merged(report, [[LAMP]], editor).html == f"{SOLD}\n{LAMP}"


def test_two_editors_the_later_merges_with_the_version_of_the_earlier(editor: Account):
    report = make_report(html=SOLD + BUYER)
    draft(report, html=SOLD + BUYER.replace("clockmaker", "baker"))
    republish(read(report), html=SOLD.replace("Tuesday", "Monday") + BUYER)
    Version.objects.filter(number=2).update(by=editor)

    text = merged(report, [], editor)

    assert text.html == f"{SOLD.replace('Tuesday', 'Monday')}\n{BUYER.replace('clockmaker', 'baker')}"


def test_a_merge_that_has_moved_is_shown_again(editor: Account):
    report = draft(make_report(html=SOLD), html=SOLD + LAMP)
    take(report, SOLD + BUYER)
    shown = mark_of(merge_of(read(report)))
    take(report, SOLD + BUYER + BUYER)

    with pytest.raises(MergeMoved):
        merge_draft(report, shown=shown, choices=["mine"], user=editor, now=LATER)
    with pytest.raises(MergeMoved):
        merge_draft(report, shown=mark_of(merge_of(read(report))), choices=[], user=editor, now=LATER)


def test_what_is_locked_empty_or_killed_is_not_published(editor: Account):
    locked, empty, killed = (draft(make_report(), headline="", html="") for _ in range(3))
    other = Account.objects.create_user("other@desk.example")
    Report.objects.filter(pk=locked.pk).update(locked=True, locked_by=other)
    withdraw_report(killed, user=editor, now=LATER)

    for report, refusal in ((locked, LockedByAnother), (empty, MayNotPublish), (killed, MayNotPublish)):
        with pytest.raises(refusal):
            publish_draft(report, user=editor, now=LATER)
    with pytest.raises(LockedByAnother):
        discard_draft(locked, user=editor)
    with pytest.raises(LockedByAnother):
        merge_draft(locked, shown="", choices=[], user=editor, now=LATER)


def test_a_draft_let_go_is_no_draft_and_stays_in_the_history(editor: Account):
    report = draft(make_report(html=SOLD), html=SOLD + BUYER)

    discard_draft(report, user=editor)

    assert (draft_of(read(report)).html, read(report).revisions.count()) == (SOLD, 1)

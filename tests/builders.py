"""Builds what a test needs, with a default for all that it does not care about."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from storytext import read_markers
from writethru.readers.models import Account, Follow, Reader
from writethru.stories.actions.file import file_report, open_story
from writethru.stories.actions.publish import publish_version
from writethru.stories.models import Entry, Report, ReportState, Story, Version
from writethru.wire.models import Item, Source

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MORNING = datetime(2023, 6, 1, 2, 28, tzinfo=UTC)  # 10:28 in Manila, the zone of the tests' site
_numbers = itertools.count(1)


def make_source(**fields: Any) -> Source:
    return Source.objects.create(**{"name": f"Wire {next(_numbers)}", **fields})


def make_item(**fields: Any) -> Item:
    number = next(_numbers)
    defaults = {
        "source": fields.get("source") or make_source(),
        "wire_id": f"item-{number}",
        "fingerprint": f"{number:064x}",
        "raw": b"<item/>",
        "received_at": NOON,
        "headline": "The lighthouse is sold",
        "html": f"<p>The lighthouse was sold on Tuesday, the port said in notice {number}.</p>",
        "credit": "Pharos",
        "dated_at": NOON,
    }
    label = read_markers(fields.get("slugline", "")).headline.strip().lower()
    return Item.objects.create(**{"label": label, **defaults, **fields})


def make_story(title: str = "The lighthouse", **fields: Any) -> Story:
    story = open_story(title, now=NOON)
    for name, value in fields.items():
        setattr(story, name, value)
    story.save()
    return story


def make_report(
    *,
    headline: str = "The lighthouse is sold",
    html: str = "<p>The lighthouse was sold on Tuesday.</p>",
    credit: str = "Pharos",
    dated_at: datetime = NOON,
    photos: Sequence[dict[str, str]] = (),
    stories: Sequence[Story] = (),
    publish: bool = True,
    now: datetime = NOON,
    quiet: bool = False,
) -> Report:
    item = make_item(headline=headline, html=html, credit=credit, dated_at=dated_at, photos=list(photos))
    report = Report.objects.create(source=item.source, headline=headline, html=html, credit=credit, live=False)
    ReportState.objects.create(report=report, dated_at=dated_at, item=item)
    for story in stories:
        file_report(report, story=story, user=None, now=now, because=[["told", story.title]])
    if publish:
        publish_version(report, user=None, now=now, quiet=quiet)
    return report


def republish(report: Report, *, now: datetime = NOON, note: str = "", **fields: Any) -> Report:
    """Change the draft and publish it as the next version."""
    for name, value in fields.items():
        setattr(report, name, value)
    report.save()
    publish_version(report, user=None, now=now, note=note)
    return report


def make_long_story(n: int, *, title: str, every: timedelta = timedelta(hours=7)) -> Story:
    """Return a story of `n` entries, the newest of that morning, written straight into the tables."""
    story = make_story(title)
    reports = Report.objects.bulk_create([Report(html=f"<p>Report {i}.</p>", live=False) for i in range(n)])
    html = "<p>The keeper counted the ships that passed, wrote the number down and put the lamp out.</p>"
    versions = Version.objects.bulk_create(
        [
            Version(
                report=report,
                number=1,
                kind="new",
                grade="note",
                headline=f"Ships pass the lighthouse, {report.pk}",
                html=html,
                credit="Pharos",
                published_at=NOON,
                quiet=True,
            )
            for report in reports
        ]
    )
    times = [MORNING - i * every for i in range(n)]
    ReportState.objects.bulk_create(
        [
            ReportState(report=report, status="published", current=version, slug="ships", dated_at=at)
            for report, version, at in zip(reports, versions, times, strict=True)
        ]
    )
    Entry.objects.bulk_create(
        [
            Entry(story=story, report=report, dated_at=at, filed_at=NOON)
            for report, at in zip(reports, times, strict=True)
        ]
    )
    return story


def make_reader(email: str | None = None, **fields: Any) -> Reader:
    """Return a reader whose address is confirmed; "" for one who is only a browser."""
    address = f"reader-{next(_numbers)}@mail.example" if email is None else email
    confirmed_at = NOON if address else None
    return Reader.objects.create(**{"email": address, "confirmed_at": confirmed_at, "made_at": NOON, **fields})


def make_follow(story: Any, *, reader: Reader | None = None, **fields: Any) -> Follow:
    """Return a follow of a story, or of a section: at once, by mail, unless told otherwise."""
    of = {"section" if story.path_on_site.startswith("/section/") else "story": story}
    how = {"pace": "once", "by_mail": True, "followed_at": NOON, **fields}
    return Follow.objects.create(reader=reader or make_reader(), **of, **how)


def make_staff(email: str, *, on: Page | None = None, may: Sequence[str] = ("add", "change", "publish")) -> Account:
    """Return somebody who can log in at the desk, with these of Wagtail's permissions on a page and all below it."""
    group = Group.objects.create(name=f"Desk {next(_numbers)}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in may if on else ():
        GroupPagePermission.objects.create(group=group, page=on, permission_type=action)
    account = Account.objects.create_user(email, "a lamp on the rock", is_staff=True)
    account.groups.add(group)
    return account

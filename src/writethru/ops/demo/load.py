"""Puts the demo's wire through the house as the desk of the Orlop Islands would have: item by item, at its own time."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import Site

from writethru.lib.process import name_of_this_call
from writethru.ops.demo import art, feeds, wire
from writethru.ops.intake import bake_until_none_is_due
from writethru.stories.actions.decide import Memory
from writethru.stories.actions.file import file_report, open_section, open_story
from writethru.stories.actions.fold import LANE, fold_item
from writethru.stories.actions.lease import give_up_lease, take_lease
from writethru.stories.actions.photos import keep_photo
from writethru.stories.actions.publish import publish_version
from writethru.stories.models import Entry, Fold, ReportState, Story
from writethru.wire.actions import open_source, take_item
from writethru.wire.formats import WireItem
from writethru.wire.formats.feed import read
from writethru.wire.models import Item, Source

STARTED = settings.WRITETHRU_DATA / "demo.json"
ON_THE_DESK = timedelta(minutes=2)


def load_demo(say: Callable[[str], object]) -> bool:
    """Load and bake the archive if the store has no item yet, and start the live wire; return whether it was loaded.

    A load that was cut off goes on where it was.
    """
    day_zero, is_loaded = _started()
    if is_loaded or (day_zero is None and Item.objects.exists()):
        return False
    if day_zero is None:
        day_zero = timezone.localtime().replace(second=0, microsecond=0)
        _note(day_zero, is_loaded=False)
    told = [*wire.read().live, *wire.read().items]
    pictured = {item.photo.name: item for item in told if item.photo}
    say(f"Loading the demo: two years of news from the Orlop Islands, {len(wire.read().items)} items …")
    Site.objects.filter(is_default_site=True).update(site_name=settings.SITE_NAME)
    # Drawn meanwhile by processes begun anew: a copy of this one would share its connection to the database.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        drawn = pool.map(art.draw, pictured)
        _open_stories(day_zero)
        _put_through(wire.read().items, day_zero=day_zero, until=day_zero)
        say(f"Hanging its {len(pictured)} pictures …")
        _keep_photos(pictured.values(), drawn, day_zero=day_zero)
    say("Baking its pages …")
    bake_until_none_is_due()
    _note(day_zero, is_loaded=True)
    return True


def send_live_items(*, now: datetime) -> int:
    """Send what of the live wire is due by `now` and has not been sent; return how many items that are."""
    day_zero, is_loaded = _started()
    if day_zero is None or not is_loaded or now > day_zero + timedelta(hours=3):
        return 0  # the live wire is twenty minutes long; a machine that slept through it hears it when it wakes
    due = [item for item in wire.read().live if item.dated.at(day_zero) <= now]
    known = set(Item.objects.filter(wire_id__in=[item.id for item in due]).values_list("wire_id", flat=True))
    waiting = [item for item in due if item.id not in known]
    _put_through(waiting, day_zero=day_zero, until=now)
    return len(waiting)


def _started() -> tuple[datetime | None, bool]:
    """Return the demo's day zero, None if there is no demo here, and whether all of it is loaded."""
    if not STARTED.exists():
        return None, False
    noted = json.loads(STARTED.read_text())
    return parse_datetime(noted["day_zero"]), noted["is_loaded"]


def _note(day_zero: datetime, *, is_loaded: bool) -> None:
    STARTED.write_text(json.dumps({"day_zero": day_zero.isoformat(), "is_loaded": is_loaded}))


def _open_stories(day_zero: datetime) -> None:
    for told in wire.read().stories:
        story = open_story(told.title, now=day_zero, section=open_section(told.section, now=day_zero))
        story.slug, story.standfirst = told.slug, feeds.plain(told.standfirst)
        story.what_we_know = f"<ul>{''.join(f'<li>{feeds.emphasised(line)}</li>' for line in told.know)}</ul>"
        story.known_on = day_zero.date()
        story.save()


def _keep_photos(items: Iterable[wire.Item], drawn: Iterable[bytes], *, day_zero: datetime) -> None:
    """Put the pictures into the library at the addresses that the feeds name: nobody could fetch them there."""
    for item, body in zip(items, drawn, strict=True):
        photo = item.photo
        if photo:
            address = f"{feeds.PHOTOS}{photo.name}.png"
            caption = feeds.plain(wire.filled(photo.caption, item.dated.at(day_zero)))
            keep_photo(address, body=body, caption=caption, credit=photo.credit, alt=photo.alt, now=day_zero)


def _put_through(items: Iterable[wire.Item], *, day_zero: datetime, until: datetime) -> None:
    """Take, fold, file and publish items in order of time, each by the actions that the desk uses."""
    told = {item.id: item for item in items}
    if not told:
        return
    sources, sent = {}, []
    for key, body in feeds.documents(told.values(), day_zero=day_zero).items():
        one, document = wire.source(key), read(body)
        sources[key] = open_source(name=one.name, address=one.home, language="en")
        Source.objects.filter(pk=sources[key].pk).update(credit=one.credit, trust=one.trust)
        sources[key].credit, sources[key].trust = one.credit, one.trust
        sent += document.items
    claimed_by, memory = name_of_this_call(), Memory()
    for item in sorted(sent, key=lambda item: (item.dated_at or until, item.wire_id)):
        while not take_lease(LANE, claimed_by=claimed_by, seconds=60):
            pass
        try:
            _put_one(
                item,
                told[item.wire_id],
                sources=sources,
                claimed_by=claimed_by,
                memory=memory,
                day_zero=day_zero,
                until=until,
            )
        finally:
            give_up_lease(LANE, claimed_by=claimed_by)


def _put_one(
    sent: WireItem,
    told: wire.Item,
    *,
    sources: dict[str, Source],
    claimed_by: str,
    memory: Memory,
    day_zero: datetime,
    until: datetime,
) -> None:
    """Take an item as the demo's desk did; what it has not got to waits, for whoever opens the desk first."""
    now = min((sent.dated_at or until) + ON_THE_DESK, until)
    if told.embargo:
        sent = replace(sent, embargoed_until=told.embargo.at(day_zero))
    item = take_item(sent, source=sources[told.source], now=now)
    fold = Fold.objects.filter(item=item).first() or fold_item(item, claimed_by=claimed_by, now=now, memory=memory)
    if told.waits:
        return
    report = fold.report
    state = ReportState.objects.get(report=report)
    if state.status not in {ReportState.Status.WAITING, ReportState.Status.PUBLISHED}:
        return
    for story in Story.objects.filter(slug__in=told.stories):
        entry = file_report(report, story=story, user=None, now=now, because=[["told", story.title]])
        if told.key:
            Entry.objects.filter(pk=entry.pk).update(is_key=True, key_label=told.key)
    report.refresh_from_db()
    publish_version(report, user=None, now=now, quiet=True)

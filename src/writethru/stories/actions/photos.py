"""Photos that wires name: wanted when a take names one, fetched in the slow lane, kept in Wagtail's library.

An address is fetched once and the same bytes are kept once. What can't be fetched leaves its place, caption and
credit on the page, and is tried again until it is given up with its error.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from writethru.lib.http import NotFetched, fetch
from writethru.lib.picture import NotAPicture, read_picture
from writethru.lib.queue import wake
from writethru.stories import pagestore
from writethru.stories.actions.paths import ask_for_report
from writethru.stories.models import Photo, WirePhoto
from writethru.stories.queries import address_hash, reports_showing

log = logging.getLogger(__name__)

RETRY_MINUTES = (1, 5, 30, 120, 720)  # after each failure; the one after the last ends it
MAX_BYTES = 40_000_000  # an agency's original at full size has 10 to 25
TIMEOUT_SECONDS = 30
BATCH = 4
CLAIM_MINUTES = 5  # more than a batch takes if every host of it is slow


@dataclass(frozen=True, slots=True)
class PhotoClaim:
    """A photo that this process may fetch until its claim ends, with the words that the wire gave it."""

    id: int
    address: str
    caption: str
    credit: str
    alt: str
    claimed_by: str


def want_photos(photos: Iterable[Mapping[str, str]], *, now: datetime) -> None:
    """See to it that these photos ({address, caption, credit, alt}) are fetched, each once."""
    named = {address_hash(photo["address"]): photo for photo in photos}
    if not named:
        return
    known = WirePhoto.objects.filter(address_hash__in=named).values_list("address_hash", flat=True)
    fresh = [_wanted(photo, now=now) for key, photo in named.items() if key not in set(known)]
    if fresh:
        WirePhoto.objects.bulk_create(fresh, ignore_conflicts=True)
        wake("fetch_due_photos")


def _wanted(photo: Mapping[str, str], *, now: datetime) -> WirePhoto:
    words = {name: photo.get(name, "") for name in ("caption", "credit", "alt")}
    address = photo["address"]
    return WirePhoto(address=address, address_hash=address_hash(address), **words, wanted_at=now, next_try_at=now)


def claim_photos(*, claimed_by: str, now: datetime, limit: int = BATCH) -> list[PhotoClaim]:
    """Claim up to `limit` photos that are due and return them, those that have waited longest first."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    due = WirePhoto.objects.filter(free, next_try_at__lte=now).order_by("next_try_at", "pk")
    found = list(due.values_list("pk", flat=True)[:limit])
    WirePhoto.objects.filter(free, pk__in=found, next_try_at__lte=now).update(
        claimed_by=claimed_by, claimed_until=now + timedelta(minutes=CLAIM_MINUTES)
    )
    mine = WirePhoto.objects.filter(pk__in=found, claimed_by=claimed_by, claimed_until__gt=now)
    rows = mine.order_by("next_try_at", "pk")
    return [PhotoClaim(row.pk, row.address, row.caption, row.credit, row.alt, claimed_by) for row in rows]


def fetch_photo(claim: PhotoClaim, *, now: datetime) -> Photo | None:
    """Fetch a claimed photo and keep it; None if that failed, which is noted with it."""
    try:
        response = fetch(claim.address, max_bytes=MAX_BYTES, timeout_seconds=TIMEOUT_SECONDS)
        if response.status != HTTPStatus.OK:
            raise NotFetched(f"The answer was {response.status}.")
        return keep_photo(
            claim.address,
            body=response.body,
            caption=claim.caption,
            credit=claim.credit,
            alt=claim.alt,
            now=now,
        )
    except (NotFetched, NotAPicture) as error:
        fail_photo(claim, error=str(error), now=now)
    except Exception as error:  # one bad photo must not hold up the rest
        log.exception("The photo at %s can't be kept", claim.address)
        fail_photo(claim, error=f"{type(error).__name__}: {error}", now=now)
    return None


def keep_photo(address: str, *, body: bytes, caption: str, credit: str, alt: str, now: datetime) -> Photo:
    """Keep the picture that is at `address` in the library, and ask for the pages that show it.

    The words are the wire's; where it gives none, those that are written into the file. Bytes that we have already
    are not kept again. Not to be called in a transaction: it reads the picture. Raises NotAPicture.
    """
    photo = _kept(body) or _new_photo(body, caption=caption, credit=credit, alt=alt)
    photo.get_renditions(*photo.shown_as)  # here, where it holds up no page
    key = address_hash(address)
    with transaction.atomic():
        row, _created = WirePhoto.objects.get_or_create(
            address_hash=key,
            defaults={"address": address, "caption": caption, "credit": credit, "alt": alt, "wanted_at": now},
        )
        WirePhoto.objects.filter(pk=row.pk).update(
            photo=photo, is_down=False, next_try_at=None, claimed_by="", claimed_until=None, error=""
        )
        for report in reports_showing({address}, since=row.wanted_at):
            ask_for_report(report, now=now)
    return photo


def fail_photo(claim: PhotoClaim, *, error: str, now: datetime) -> None:
    """Give the photo back with its error, to be tried again later; after the last attempt, not any more."""
    for row in WirePhoto.objects.filter(pk=claim.id, claimed_by=claim.claimed_by):
        more = row.attempts < len(RETRY_MINUTES)
        WirePhoto.objects.filter(pk=row.pk, claimed_by=claim.claimed_by).update(
            attempts=row.attempts + 1,
            next_try_at=now + timedelta(minutes=RETRY_MINUTES[row.attempts]) if more else None,
            error=error[:2000],
            claimed_by="",
            claimed_until=None,
        )


@transaction.atomic
def photo_changed(photo: Photo, *, now: datetime, is_gone: bool = False) -> None:
    """Ask for the pages that show `photo`, which was changed in the library, or may not be shown any more."""
    rows = list(WirePhoto.objects.filter(photo=photo))
    if not rows:
        return
    if is_gone:
        _take_files_away(photo.pk)
    for report in reports_showing({row.address for row in rows}, since=min(row.wanted_at for row in rows)):
        ask_for_report(report, now=now)


def heed_end_of_photos(*, now: datetime) -> None:
    """Ask for the pages of the photos whose last day has passed, or has been put off since."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    over = Q(photo__until__lt=today)
    changed = WirePhoto.objects.filter(over & Q(is_down=False) | ~over & Q(is_down=True), photo__isnull=False)
    for photo in Photo.objects.filter(pk__in=changed.values("photo")):
        with transaction.atomic():
            is_down = photo.until is not None and photo.until < today
            WirePhoto.objects.filter(photo=photo).update(is_down=is_down)
            photo_changed(photo, now=now, is_gone=is_down)


def take_away_photos_only_of(addresses: Iterable[str]) -> None:
    """Take the files of these photos out of the page store, but for those that a public report shows."""
    rows = WirePhoto.objects.filter(address_hash__in=map(address_hash, addresses), photo__isnull=False)
    for photo in set(rows.values_list("photo", flat=True)):
        same = list(WirePhoto.objects.filter(photo=photo))
        if not reports_showing({row.address for row in same}, since=min(row.wanted_at for row in same)):
            _take_files_away(photo)


def _take_files_away(photo_id: int) -> None:
    transaction.on_commit(lambda: pagestore.remove_all("/photo/", prefix=f"{photo_id}-"))


def _kept(body: bytes) -> Photo | None:
    return Photo.objects.filter(file_hash=_hash(body)).order_by("pk").first()


def _hash(body: bytes) -> str:
    """Return what Wagtail knows a file by."""
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def _new_photo(body: bytes, *, caption: str, credit: str, alt: str) -> Photo:
    picture = read_picture(body)
    caption, credit = caption.strip() or picture.caption, credit.strip() or picture.credit
    name = hashlib.sha256(body).hexdigest()[:16]
    photo = Photo(
        title=_title(caption or alt),
        description=alt[:255],
        caption=caption,
        credit=credit[:500],
        file=ContentFile(body, name=f"{name}.{picture.extension}"),
        width=picture.width,
        height=picture.height,
        file_size=len(body),
        file_hash=_hash(body),
    )
    photo.save()
    return photo


def _title(words: str) -> str:
    if len(words) <= 100:
        return words or _("Photo from the wire")
    return words[:100].rsplit(" ", 1)[0].rstrip(",;:") + "…"

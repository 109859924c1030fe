"""Addresses that no mail goes to: what puts one there, and the one thing that takes it away again.

Of an address only a keyed hash is kept, so that it outlives the deletion of everything else about its owner. Nothing
that brings addresses in looks past it: only `lift` ends it, and that is called where somebody has just shown, by a
link sent to that address, that they want mail from us again.
"""

import re
from datetime import datetime

from django.db import transaction

from writethru.readers.links import address_hash
from writethru.readers.models import Reader, Suppression

Because = Suppression.Because

# Who complained is not asked again, whatever else happens to their address; what came back counts more than a wish.
_WEIGHT = {Because.DELETED: 0, Because.ASKED: 0, Because.BOUNCED: 1, Because.COMPLAINED: 2}
MOST_WORDS = 500
_ADDRESS = re.compile(
    r"[^\s<>\"'(),:;]{1,64}@[^\s<>\"'(),:;]{1,255}"
)  # servers repeat it: 550 5.1.1 <anna@mail.example>


@transaction.atomic
def suppress(email: str, *, because: str, now: datetime, note: str = "") -> Suppression:
    """Let no mail go to `email` from now on, and stop that of the reader who has it; return why none goes.

    The weightier reason stays: an address that complained and is then deleted has still complained.
    """
    note = _ADDRESS.sub("…", note).strip()[:MOST_WORDS]
    made, is_new = Suppression.objects.select_for_update().get_or_create(
        address_hash=address_hash(email), defaults={"because": because, "made_at": now, "note": note}
    )
    if not is_new and _WEIGHT[Because(because)] > _WEIGHT[Because(made.because)]:
        made.because, made.made_at, made.note = because, now, note
        made.save()
    reader = Reader.objects.filter(email=email.strip().lower()).exclude(email="")
    reader.filter(mail_stopped_at=None).update(mail_stopped_at=now)
    reader.update(mail_stopped_because=made.because)
    return made


def stop_if_suppressed(reader: Reader) -> None:
    """Stop mail to a reader who has just got an address, if none may go there: a new row revives no old address."""
    known = Suppression.objects.filter(address_hash=address_hash(reader.email)).first() if reader.email else None
    if known:
        its = Reader.objects.filter(pk=reader.pk)
        its.filter(mail_stopped_at=None).update(mail_stopped_at=known.made_at)
        lighter = [because for because, weight in _WEIGHT.items() if weight <= _WEIGHT[Because(known.because)]]
        its.filter(mail_stopped_because__in=["", *lighter]).update(mail_stopped_because=known.because)
        reader.refresh_from_db()


@transaction.atomic
def lift(email: str, *, now: datetime) -> bool:
    """Let mail go to `email` again, and say whether it had been stopped. Only for whoever has consented afresh, `now`.

    What was suppressed after that consent stays.
    """
    Reader.objects.filter(email=email.strip().lower(), mail_stopped_at__lte=now).exclude(email="").update(
        mail_stopped_at=None, mail_stopped_because=""
    )
    return Suppression.objects.filter(address_hash=address_hash(email), made_at__lte=now).delete()[0] > 0

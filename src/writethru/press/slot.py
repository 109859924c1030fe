"""The slot: what a newsroom puts between the masthead and every page, its advertisement or its paywall.

The file `slot.html` in WRITETHRU_DATA, as it is. Whoever changes it sees every page baked again by itself, the newest
first: it is part of what pages are made with.
"""

import logging

from django.conf import settings

log = logging.getLogger(__name__)

LONGEST = 8_192  # bytes: it stands in each page, and a story page has 60 KB for all


def slot_html() -> str:
    """Return what stands in the slot; "" if there is no such file, or one that can't be meant, which is logged."""
    file = settings.WRITETHRU_DATA / "slot.html"
    try:
        body = file.read_bytes()
        if len(body) > LONGEST:
            log.error("%s has %d bytes; the slot takes %d, and stays empty.", file, len(body), LONGEST)
            return ""
        return body.decode().strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        log.error("%s can't be read (%s); the slot stays empty.", file, error)
        return ""

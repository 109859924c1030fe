"""The page that tells readers what is held about them, for how long, and how to have it deleted."""

from django.conf import settings
from django.utils.translation import gettext as _

from writethru.bulletins.actions import forgetting
from writethru.press.page import page


def privacy() -> bytes:
    """Return the page; its figures are those that the house forgets by."""
    kept = {
        "letters": forgetting.KEEP_LETTERS.days,
        "ledger": forgetting.KEEP_LEDGER.days,
        "opt_ins": forgetting.KEEP_OPT_INS.days,
        "ended": forgetting.KEEP_ENDED.days,
        "seen": forgetting.KEEP_SEEN.days,
        "sessions": settings.SESSION_COOKIE_AGE // (24 * 60 * 60),
    }
    return page("privacy.html", path="/privacy/", title=_("What we know about you"), kept=kept)

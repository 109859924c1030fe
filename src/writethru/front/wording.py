"""What stands beside the buttons of following: shown there, and kept with the consent, word for word."""

from typing import Any

from django.utils.translation import gettext as _

from writethru.readers.following import PACES

_PACES = dict(PACES)


def pace_of(pace: str) -> str:
    """Return a pace within a sentence: "daily"."""
    return str(_PACES[pace]).lower()


def by_mail(title: str, pace: str) -> str:
    """Return what somebody asks for who gives an address."""
    return _("Follow “%(title)s” by e-mail, %(pace)s. Corrections come the same way.") % {
        "title": title,
        "pace": pace_of(pace),
    }


def confirming() -> str:
    """Return what stands beside the button that confirms it."""
    return _("With this you agree to be sent these mails. Each has a link that stops them at once.")


def in_browser(title: str, pace: str) -> str:
    """Return what somebody asks for who turns notifications on."""
    return _("Follow “%(title)s” in this browser, %(pace)s. Corrections come the same way.") % {
        "title": title,
        "pace": pace_of(pace),
    }


def with_account(title: str) -> str:
    """Return what somebody asks for who follows with their account."""
    return _("Follow “%(title)s” with your account. Corrections come the same way.") % {"title": title}


def again(title: str) -> str:
    """Return what stands beside the button that takes a follow up again."""
    return _("Follow “%(title)s” again, as before.") % {"title": title}


def all_mail_again() -> str:
    """Return what stands beside the button that takes mail up again."""
    return _("Send me mail again of what I follow.")


def changing() -> str:
    """Return what stands beside the button that keeps a change."""
    return _("Tell me of this as I have chosen here. Corrections come the same way.")


def also(offered: Any) -> str:
    """Return the question that the followers of a story are asked of which a part is told in another."""
    return _("Part of “%(of)s” is now told in “%(to)s”. Follow that too, in the same way?") % {
        "of": offered.of_story.title,
        "to": offered.to_story.title,
    }


def following(follow: Any) -> str:
    """Return what the button of a story says to who follows it: "Following, daily"."""
    return _("Following, %(pace)s") % {"pace": pace_of(follow.pace)}


def told(follow: Any) -> str:
    """Return how somebody is told of what they follow: "Daily, by e-mail and in the browser"."""
    doors = [
        name for name, is_open in ((_("by e-mail"), follow.by_mail), (_("in the browser"), follow.by_push)) if is_open
    ]
    if not doors:
        return _("Only in your own list")
    said = {"pace": _PACES[follow.pace], "doors": doors[0]}
    if len(doors) == 1:
        return _("%(pace)s, %(doors)s") % said
    return _("%(pace)s, by e-mail and in the browser") % said

"""What the desk and the command line say of the wire: a sentence's part for each code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WHY_UNREAD: dict[str, Promise] = {
    "broken_json": _("its JSON is broken"),
    "broken_xml": _("its XML is broken beyond mending"),
    "empty": _("there is nothing in it"),
    "entities": _("it declares entities of its own, as attacks do"),
    "media": _("it is a picture, a film or a sound by itself, without text"),
    "no_id": _("it has no id by which it could be known again"),
    "no_source": _("it isn't known which source sent it: take the file anew, and name one"),
    "not_a_feed": _("it is no RSS, RDF, Atom, JSON Feed or ninjs"),
    "not_an_object": _("it is no object, as an item must be"),
    "not_ninjs": _("it is JSON, but has no item of ninjs with its uri"),
    "plan": _("it announces an event or plans coverage, and reports nothing yet"),
    "stumbled": _("our reader stumbled over it, which is a bug of ours"),
    "too_deep": _("its elements are nested too deep"),
    "too_large": _("it is too large"),
    "too_many": _("it has too many items or elements"),
}


def why_unread(reason: str) -> str:
    """Return in words why a document or an entry can't be read: "its JSON is broken"."""
    return str(_WHY_UNREAD.get(reason, reason))

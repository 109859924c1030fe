"""What an editor asks of the wire desk: what it is narrowed down to, and what its forms hold."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from writethru.stories import queries


class Refused(Exception):
    """What was asked can't be done; the message says why."""


def asked_of(request: HttpRequest) -> dict[str, Any]:
    """Return what the editor narrows the desk down to; what makes no sense is as if it were not there."""
    given = request.GET
    slug = field(given, "section")
    section = queries.public_section(slug) if slug else None
    return {"source": whole_number(given.get("source")), "section": section, "q": field(given, "q").strip()[:200]}


def field(given: QueryDict, name: str) -> str:
    """Return what a field holds, but for NUL, which PostgreSQL takes in no text."""
    return str(given.get(name, "")).replace("\0", "")


def whole_number(given: str | None) -> int | None:
    """Return the number that a field holds; None where it is none, or none of ours."""
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 19 else None


def query_of(asked: dict[str, Any]) -> str:
    """Return what `asked_of` has read as the query of an address."""
    section = asked["section"]
    kept = {"source": asked["source"], "section": section.slug if section else None, "q": asked["q"]}
    return urlencode({name: value for name, value in kept.items() if value})


def address_of(report_id: int | None, asked: dict[str, Any]) -> str:
    """Return the address of the wire desk with this report looked at, narrowed down as before."""
    place = reverse("desk_wire_report", args=[report_id]) if report_id else reverse("desk_wire")
    query = query_of(asked)
    return f"{place}?{query}" if query else place


def title_and_section(request: HttpRequest) -> tuple[str, Any]:
    """Return what a story is to be called and the section that it is to stand in. Raises Refused."""
    title = " ".join(field(request.POST, "title").split())[:255]
    if not title:
        raise Refused(_("A story needs a title."))
    number = whole_number(request.POST.get("section"))
    section = queries.sections_editable_by(request.user, may="add").filter(pk=number).first()
    # Readers can see it as soon as it is open.
    if section is None or not queries.sections_editable_by(request.user, may="publish").filter(pk=number).exists():
        raise Refused(_("Choose a section that you may open stories in."))
    known = queries.story_called(title)
    if known and not queries.stories_editable_by(request.user).filter(pk=known.pk).exists():
        raise Refused(_("There is a story called “%(title)s”, and you may not file into it.") % {"title": known.title})
    return title, section

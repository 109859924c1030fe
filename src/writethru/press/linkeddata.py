"""What pages tell machines: schema.org in JSON-LD, small.

https://schema.org/LiveBlogPosting, https://schema.org/NewsArticle. A <script type="application/ld+json"> is a data
block: browsers do not run it, so a content security policy without unsafe-inline lets it stand.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from writethru.lib.words import machine, name_of
from writethru.stories.queries import Named, Reading, Story

# In a script element nothing but "<" can end it or open a comment.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def running_story(
    story: Story, told: Iterable[Named], *, began_at: datetime | None, updated_at: datetime | None
) -> SafeString:
    """Return the linked data of a story page, with the reports `told` as its updates."""
    url = settings.BASE_URL + story.path_on_site
    if began_at is None or updated_at is None:
        return SafeString()
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "LiveBlogPosting",
            "url": url,
            "headline": story.title,
            "description": story.standfirst or None,
            "datePublished": machine(began_at),
            "dateModified": machine(updated_at),
            "coverageStartTime": machine(began_at),
            "coverageEndTime": machine(story.ended_at) if story.ended_at else None,
            "publisher": _publisher(),
            "liveBlogUpdate": [{"@type": "BlogPosting", **_told(report, report)} for report in told],
        }
    )


def report(reading: Reading) -> SafeString:
    """Return the linked data of a report's page, with its corrections."""
    corrections = [
        {"@type": "CorrectionComment", "text": version.note, "datePublished": machine(reading.told_at(version))}
        for version in reading.versions
        if version.kind == "correction" and version.note
    ]
    return _script(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            **_told(reading, reading.current),
            "creditText": reading.current.credit or None,
            "inLanguage": reading.current.language or settings.LANGUAGE_CODE,
            "publisher": _publisher(),
            "correction": corrections or None,
        }
    )


def _told(report: Named | Reading, text: Any) -> dict[str, Any]:
    return {
        "headline": name_of(text.headline, text.html),
        "url": settings.BASE_URL + report.path,
        "datePublished": machine(report.dated_at),
        "dateModified": machine(report.changed_at),
    }


def _publisher() -> dict[str, str]:
    return {"@type": "NewsMediaOrganization", "name": settings.SITE_NAME, "url": settings.BASE_URL + "/"}


def _script(thing: dict[str, Any]) -> SafeString:
    kept = {key: value for key, value in thing.items() if value is not None}
    dumped = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(dumped.translate(_ESCAPES))  # noqa: S308 (nothing in it can end the element)

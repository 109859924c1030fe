"""What the pages of following say of a follow, in the words of `front.wording`."""

from typing import Any

from django import template

from writethru.front import wording

register = template.Library()
register.filter("told", wording.told)
register.filter("also", wording.also)


@register.filter
def followed(follow: Any) -> Any:
    """Return the story or the section."""
    return follow.story or follow.section

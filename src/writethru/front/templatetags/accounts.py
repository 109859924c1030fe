"""What the account's templates say of a browser."""

from django import template

register = template.Library()

# In this order: each after the first few also says the names of those below it.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    **{"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "CrOS": "ChromeOS"},
    **{"Windows": "Windows", "Mac OS X": "macOS", "Linux": "Linux"},
}


@register.filter
def browser(agent: str) -> str:
    """Return what people call a browser and what it runs on, of what it says of itself; as it is if it says neither."""
    found = [next((name for said, name in known.items() if said in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or agent

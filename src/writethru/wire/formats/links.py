"""Links in what wires send, made absolute. https://www.rfc-editor.org/rfc/rfc3986#section-5"""

from urllib.parse import urljoin


def joined(base: str, link: str) -> str:
    """Return the link as seen from the base, or the link as it is where the two make no address."""
    if not base or link.startswith(("http://", "https://")):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def absolute(link: str, base: str) -> str:
    """Return the link as an http(s) address, resolved against the base, or "" if it is none."""
    link = "".join(link.split()) if link.startswith(("http://", "https://")) else link.strip()
    if not link:
        return ""
    address = joined(base, link)
    return address if address[:8].lower().startswith(("http://", "https://")) else ""

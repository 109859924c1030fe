"""The files that pages stand on: styles, the script, fonts. Each is published under a name that says what is in it.

    asset_path("site.css")     /assets/site.3fa9c1d2.css

A name stands for the same bytes for ever: a page baked last year finds its style sheet, and a browser need never ask
again. So that the store is the whole public site, `publish_assets()` puts them there.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings

from writethru import __version__
from writethru.press.once import once
from writethru.press.slot import slot_html
from writethru.stories import pagestore
from writethru.stories.queries import public_sections

HERE = Path(__file__).resolve().parent
ASSETS = HERE / "assets"
TEMPLATES = HERE / "templates"
_URL = re.compile(rb"url\(([\w/.-]+)\)")


def asset_path(name: str) -> str:
    """Return the path of the asset `name` on the site. Raises KeyError for one that there isn't."""
    return _assets()[name][0]


def service_worker() -> bytes:
    """Return the script that shows notifications: at the root of the site, or it would not serve all of it."""
    return _assets()["sw.js"][1]


def publish_assets() -> None:
    """Put every asset that is not there into the page store; what older pages stand on stays."""
    for path, body in _assets().values():
        if not pagestore.file_for(path).exists():
            pagestore.put(path, body)


def missing_assets() -> list[str]:
    """Return the paths of the assets that are not in the page store."""
    return [path for path, _body in _assets().values() if not pagestore.file_for(path).exists()]


def made_with() -> str:
    """Return 16 hexadecimal digits that change with what all pages show: templates, assets, settings, sections."""
    shown = [settings.SITE_NAME, settings.BASE_URL, settings.TIME_ZONE, settings.LANGUAGE_CODE, _files(), slot_html()]
    sections = [[section.title, section.slug] for section in once(public_sections)()]
    return hashlib.sha256(json.dumps([shown, sections]).encode()).hexdigest()[:16]


@cache
def _assets() -> dict[str, tuple[str, bytes]]:
    """Return path and bytes of each asset by its name; fonts first, because style sheets name them."""
    found: dict[str, tuple[str, bytes]] = {}
    files = sorted((file for file in ASSETS.rglob("*") if file.is_file()), key=lambda file: file.suffix == ".css")
    for file in files:
        name = file.relative_to(ASSETS).as_posix()
        body = file.read_bytes()
        if file.suffix == ".css":
            body = _URL.sub(lambda url: b"url(%s)" % found[url[1].decode()][0].encode(), body)
        found[name] = (f"/assets/{_hashed(name, body)}", body)
    return found


def _hashed(name: str, body: bytes) -> str:
    path = PurePosixPath(name)
    return path.with_name(f"{path.stem}.{hashlib.sha256(body).hexdigest()[:8]}{path.suffix}").as_posix()


@cache
def _files() -> str:
    """Return a hash of templates, assets and our version."""
    made = hashlib.sha256(__version__.encode())
    for file in sorted(TEMPLATES.rglob("*.*")):
        made.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for path, _body in _assets().values():
        made.update(path.encode() + b"\0")
    return made.hexdigest()

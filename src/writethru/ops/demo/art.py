"""The demo's photos: drawn by formula, printed as halftones, the same every time.

A scene paints a plate; a turned screen is laid over it, and the darker a place, the bigger its dot. A wire item asks
for a scene by `photo:`, and `SCENES` names what there is.
"""

import io
import math
from functools import cache

from PIL import Image, ImageChops

from writethru.ops.demo.plate import HEIGHT, WIDTH, Plate
from writethru.ops.demo.scenes import SCENES

INK = (0x1B, 0x24, 0x33)
PAPER = (0xEC, 0xEE, 0xF1)

_FINE = 3  # the screen is laid over a plate so many times larger, then reduced: smooth edges
_DOT = (20, 10)  # from one dot to the next, in fine pixels: 7.5 pixels apart, turned by 27 degrees
_TILE = 50


def draw(name: str) -> bytes:
    """Return the scene as a PNG of 1200 × 800; raise `KeyError` for a name that isn't in `SCENES`."""
    plate = Plate()
    SCENES[name](plate)
    return _print(plate.image)


def _print(plate: Image.Image) -> bytes:
    """Return the plate as dots of ink on paper: a PNG in four shades."""
    large = plate.resize((WIDTH * _FINE, HEIGHT * _FINE), Image.Resampling.BICUBIC)
    lighter = ImageChops.subtract(large, _screen(), scale=1, offset=128)
    dots = lighter.point([0] * 128 + [255] * 128).reduce(_FINE)
    shades = dots.point([round(level * 3 / 255) for level in range(256)])
    printed = Image.frombytes("P", shades.size, shades.tobytes())
    printed.putpalette([round(i + (p - i) * n / 3) for n in range(4) for i, p in zip(INK, PAPER, strict=True)])
    out = io.BytesIO()
    printed.save(out, "PNG", optimize=True, bits=2)
    return out.getvalue()


@cache
def _screen() -> Image.Image:
    """Return the halftone screen: for each fine pixel, the grey from which on it stays paper.

    A dot every `_DOT` fine pixels repeats after `_TILE` both ways, so one tile is worked out and laid out. Ranking the
    pixels by a hill of cosines makes just so much of a cell ink as the plate is dark there.
    """
    across, down = _DOT
    size = across**2 + down**2
    hill = {
        (x, y): math.cos(math.tau * (x * across + y * down) / size)
        + math.cos(math.tau * (y * across - x * down) / size)
        for x in range(_TILE)
        for y in range(_TILE)
    }
    tile = Image.new("L", (_TILE, _TILE))
    for rank, place in enumerate(sorted(hill, key=lambda xy: (round(hill[xy], 6), xy))):
        tile.putpixel(place, 44 + 206 * rank // len(hill))
    screen = Image.new("L", (WIDTH * _FINE, HEIGHT * _FINE))
    for x in range(0, screen.width, _TILE):
        for y in range(0, screen.height, _TILE):
            screen.paste(tile, (x, y))
    return screen

"""The plate that a scene is painted on: 1200 × 800 in greys from 0 (ink) to 255 (paper), and the brushes for it."""

import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800

Points = Sequence[tuple[float, float]]


class Plate:
    """A grey picture in the making."""

    def __init__(self) -> None:
        self.image = Image.new("L", (WIDTH, HEIGHT), 235)
        self.pen = ImageDraw.Draw(self.image)

    def fade(self, top: float, bottom: float, *, y0: int = 0, y1: int = HEIGHT) -> None:
        """Shade from one grey to another, downwards."""
        for y in range(y0, y1):
            grey = top + (bottom - top) * (y - y0) / max(1, y1 - y0 - 1)
            self.pen.line([(0, y), (WIDTH, y)], fill=round(grey))

    def area(self, points: Points, grey: int) -> None:
        self.pen.polygon(points, fill=grey)

    def box(self, x0: float, y0: float, x1: float, y1: float, grey: int) -> None:
        self.pen.rectangle([x0, y0, x1, y1], fill=grey)

    def disc(self, x: float, y: float, rx: float, ry: float, grey: int) -> None:
        self.pen.ellipse([x - rx, y - ry, x + rx, y + ry], fill=grey)

    def ring(self, x: float, y: float, rx: float, ry: float, *, grey: int, width: int) -> None:
        self.pen.ellipse([x - rx, y - ry, x + rx, y + ry], outline=grey, width=width)

    def stroke(self, points: Points, grey: int, width: int) -> None:
        self.pen.line(points, fill=grey, width=width, joint="curve")

    def tube(self, points: Points, widths: tuple[float, float], greys: tuple[int, int, int]) -> None:
        """Draw a shaded pipe along the points, swelling from one width to the other: dark rim, body, light streak."""
        for grey, share, shift in zip(greys, (1.0, 0.78, 0.26), (0, 0, -0.2), strict=True):
            for at, (x, y) in enumerate(points):
                radius = (widths[0] + (widths[1] - widths[0]) * at / (len(points) - 1)) / 2
                self.disc(x + shift * radius, y + shift * radius, radius * share, radius * share, grey)

    def sea(self, horizon: int, far: int, near: int) -> None:
        """Fill from the horizon down with water: dashes of light that lengthen as they come nearer."""
        self.fade(far, near, y0=horizon, y1=HEIGHT)
        for n in range(170):
            depth = scatter(n, 1) ** 1.6
            y = horizon + 5 + depth * (HEIGHT - horizon)
            x, half = scatter(n, 2) * WIDTH, 12 + 75 * depth
            light = far + (near - far) * depth + (46 if n % 3 else -26)
            self.stroke([(x - half, y), (x + half, y)], grey(light), 3 + round(5 * depth))

    def hills(self, base: int, heights: list[tuple[float, float, float]], grey: int) -> None:
        """Draw land along the horizon: each hill is a middle, a half-width and a height."""
        top: list[tuple[float, float]] = []
        for x in range(0, WIDTH + 1, 8):
            rise = max((h * math.exp(-(((x - mid) / half) ** 2)) for mid, half, h in heights), default=0)
            top.append((x, base - rise - 3 * math.sin(x / 23) * (rise > 6)))
        self.area([(0, base), *top, (WIDTH, base)], grey)

    def clouds(self, places: list[tuple[float, float, float]], grey: int) -> None:
        for x, y, size in places:
            for n in range(5):
                self.disc(x + (n - 2) * size * 0.62, y - size * 0.16 * (2 - abs(n - 2)), size * 0.6, size * 0.24, grey)

    def person(self, x: float, foot: float, tall: float, grey: int) -> None:
        self.disc(x, foot - tall * 0.9, tall * 0.11, tall * 0.12, grey)
        self.area(
            [
                (x - tall * 0.17, foot),
                (x - tall * 0.13, foot - tall * 0.78),
                (x + tall * 0.13, foot - tall * 0.78),
                (x + tall * 0.17, foot),
            ],
            grey,
        )

    def gull(self, x: float, y: float, span: float, grey: int) -> None:
        for side in (-1, 1):
            wing = [(x + side * span * t / 2, y - span * 0.22 * math.sin(math.pi * min(1, t * 1.15))) for t in steps(8)]
            self.stroke(wing, grey, max(7, round(span * 0.085)))

    def flag(self, x: float, foot: float, top: float, length: float, *, greys: tuple[int, int] = (25, 235)) -> None:
        self.stroke([(x, foot), (x, top)], 30, 11)
        deep = length * 0.62
        for n in range(round(length)):
            lift = math.sin(n / length * 5.2) * length * 0.07
            self.pen.line([(x + n, top + 4 + lift), (x + n, top + 4 + deep + lift)], fill=greys[0])
            self.pen.line([(x + n, top + 4 + deep * 0.36 + lift), (x + n, top + 4 + deep * 0.64 + lift)], fill=greys[1])

    def chair(self, x: float, foot: float, size: float, grey: int, *, turned: bool = False) -> None:
        back = size if turned else 0
        seat = foot - size * 0.95
        pen = max(9, round(size * 0.13))
        self.stroke([(x, foot), (x, seat)], grey, pen)
        self.stroke([(x + size, foot), (x + size, seat)], grey, pen)
        self.stroke([(x - pen / 2, seat), (x + size + pen / 2, seat)], grey, pen + 3)
        self.stroke([(x + back, seat), (x + back, foot - size * 2.15)], grey, pen)
        self.stroke(
            [(x + back, foot - size * 2.1), (x + back + (-1 if turned else 1) * size * 0.1, foot - size * 1.4)],
            grey,
            pen + 4,
        )


def scatter(n: int, salt: int) -> float:
    """Return a number in 0..1 that looks like chance and isn't."""
    return (math.sin(n * 12.9898 + salt * 78.233) * 43758.5453) % 1


def grey(level: float) -> int:
    return max(0, min(255, round(level)))


def steps(count: int) -> list[float]:
    return [n / count for n in range(count + 1)]


def curve(points: Points, count: int = 60) -> Points:
    """Return a Bézier curve of any degree through its first and last point, drawn to the others."""
    made = []
    for t in steps(count):
        left = list(points)
        while len(left) > 1:
            left = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(left)]
        made.append(left[0])
    return made

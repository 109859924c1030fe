"""What the demo's photos show: one function a scene, each a flat list of strokes, from the back to the front.

Thin pale things vanish between the dots of the print, so paint them bold. Nothing here is left to chance: what looks
like it comes from `scatter`.
"""

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from writethru.ops.demo.plate import HEIGHT, Plate, Points, curve, grey, scatter, steps

# The bridge, whole and otherwise.


def _span(plate: Plate, x0: float, x1: float, deck: float, *, piers: list[float], water: float, grey: int = 40) -> None:
    """Draw the deck from x0 to x1, deepest over its piers, with its railing."""
    half = 118
    under = []
    for x in range(round(x0), round(x1) + 1, 4):
        near = min(abs(x - pier) for pier in piers)
        under.append((x, deck + 30 + 52 * max(0.0, 1 - near / half) ** 1.7))
    for pier in piers:
        plate.area([(pier - 19, deck + 40), (pier + 19, deck + 40), (pier + 27, water), (pier - 27, water)], grey + 18)
        plate.area([(pier - 19, deck + 40), (pier - 5, deck + 40), (pier - 7, water), (pier - 27, water)], grey + 92)
        plate.box(pier - 44, water - 16, pier + 44, water + 4, grey)
    plate.area([(x0, deck), (x1, deck), *reversed(under)], grey)
    plate.box(x0, deck - 2, x1, deck + 8, 215)
    plate.box(x0, deck - 34, x1, deck - 25, grey)
    for x in range(round(x0) + 6, round(x1), 34):
        plate.box(x - 4, deck - 34, x + 4, deck, grey)


def _strait(plate: Plate, horizon: int = 560) -> None:
    plate.fade(196, 244, y1=horizon)
    plate.clouds([(250, 120, 110), (860, 90, 90), (1040, 210, 70), (520, 230, 60)], 250)
    plate.hills(horizon, [(40, 190, 92), (260, 120, 40), (1010, 170, 66), (1190, 120, 110)], 142)
    plate.sea(horizon, 112, 34)


def _bridge_gap(plate: Plate) -> None:
    _strait(plate)
    _span(plate, 0, 522, 330, piers=[70, 330], water=600)
    _span(plate, 706, 1200, 330, piers=[890, 1140], water=600)
    for x, step in ((522, 1), (706, -1)):  # what was to be bolted
        for y in (344, 362):
            plate.stroke([(x, y), (x + step * 20, y)], 40, 8)
        plate.person(x - step * 26, 332, 74, 12)
    plate.person(452, 332, 70, 12)
    plate.gull(614, 262, 74, 40)
    plate.gull(664, 212, 46, 60)


def _bridge_joined(plate: Plate) -> None:
    _strait(plate)
    _span(plate, 0, 1200, 330, piers=[84, 342, 600, 858, 1116], water=600)
    for pier in (84, 342, 600, 858, 1116):
        for n in range(9):
            y = 612 + n * 19
            wide = 24 - n + 8 * math.sin(n * 2.1 + pier)
            plate.stroke([(pier - wide, y), (pier + wide, y)], 14, 10)
    plate.gull(250, 236, 60, 60)
    plate.gull(330, 204, 42, 80)


def _bridge_open(plate: Plate) -> None:
    plate.fade(200, 246)
    plate.clouds([(220, 250, 90), (930, 270, 110)], 252)
    plate.hills(590, [(20, 150, 70), (1180, 150, 90)], 150)
    plate.sea(590, 120, 40)
    for pier in (250, 950):
        plate.area([(pier - 46, 400), (pier + 46, 400), (pier + 62, 700), (pier - 62, 700)], 62)
        plate.area([(pier - 46, 400), (pier - 14, 400), (pier - 18, 700), (pier - 62, 700)], 140)
    arch = [(x, 420 + 96 * (2 * abs((x - 250) % 700 / 700 - 0.5)) ** 2.2) for x in range(0, 1201, 6)]
    plate.area([(0, 348), (1200, 348), *reversed(arch)], 44)
    plate.box(0, 346, 1200, 358, 220)
    for n in range(46):
        x = 8 + n * 26.4 + 9 * scatter(n, 5)
        plate.person(x, 350, 92 + 30 * scatter(n, 6), (18, 60, 110)[n % 3])
    plate.box(0, 296, 1200, 305, 30)
    for x in range(10, 1200, 44):
        plate.box(x - 4, 296, x + 4, 350, 30)
    line = [(x, 96 + 66 * (2 * abs(x % 400 / 400 - 0.5) - 1) * -1) for x in range(0, 1201, 8)]
    plate.stroke(line, 50, 6)
    for n, (x, y) in enumerate(line[2:-2:5]):
        plate.area([(x, y), (x + 30, y), (x + 15, y + 48)], (24, 110)[n % 2])
    for pole in (0, 400, 800, 1196):
        plate.stroke([(pole, 90), (pole, 348)], 40, 12)
    for x, y, size in ((470, 690, 1.0), (690, 650, 0.7), (120, 760, 1.1), (1060, 750, 0.9)):
        plate.area(
            [(x - 70 * size, y), (x + 74 * size, y), (x + 52 * size, y + 26 * size), (x - 54 * size, y + 26 * size)], 12
        )
        plate.area([(x, y - 8), (x, y - 132 * size), (x + 62 * size, y - 12)], 240)
        plate.area([(x - 8, y - 8), (x - 8, y - 112 * size), (x - 50 * size, y - 12)], 215)


def _bridge_barge(plate: Plate) -> None:
    plate.fade(206, 246, y1=430)
    plate.clouds([(300, 130, 110), (900, 190, 100)], 252)
    plate.hills(430, [(1100, 160, 36)], 160)
    plate.sea(430, 128, 66)
    plate.disc(600, 690, 780, 168, 172)
    plate.disc(600, 700, 740, 150, 222)
    for n in range(26):  # what the tide wrote
        x, y = scatter(n, 7) * 1100, 640 + scatter(n, 8) * 150
        plate.stroke([(x, y), (x + 60, y + 5), (x + 120, y)], 188, 6)
    plate.disc(610, 668, 480, 30, 120)
    tilt = partial(_turned, angle=math.radians(-7), about=(600, 600))
    plate.area(tilt([(130, 520), (1070, 520), (1000, 652), (210, 652)]), 22)
    plate.area(tilt([(130, 520), (1070, 520), (1064, 542), (142, 542)]), 120)
    under = [(x, 456 + 62 * (abs(x - 600) / 270) ** 2) for x in range(330, 871, 10)]
    plate.area(tilt([(330, 432), (870, 432), *reversed(under)]), 24)
    plate.area(tilt([(330, 432), (870, 432), (870, 444), (330, 444)]), 225)
    for x in (372, 600, 828):
        plate.area(tilt([(x - 24, 460), (x + 24, 460), (x + 34, 522), (x - 34, 522)]), 96)
    plate.stroke(tilt([(330, 384), (870, 384)]), 36, 10)
    for x in range(334, 880, 59):
        plate.stroke(tilt([(x, 384), (x, 432)]), 36, 9)
    plate.area(tilt([(950, 412), (1034, 412), (1034, 520), (950, 520)]), 200)
    plate.area(tilt([(966, 430), (1018, 430), (1018, 466), (966, 466)]), 30)
    plate.person(96, 780, 132, 16)  # the officer, in his cap
    plate.area([(74, 650), (70, 632), (124, 632), (120, 650), (140, 656), (136, 662), (80, 658)], 16)


def _lorries(plate: Plate) -> None:
    _strait(plate)
    _span(plate, 0, 1200, 380, piers=[180, 600, 1020], water=640)
    for n in range(6):
        x, tone = 14 + n * 200, (30, 74)[n % 2]
        plate.box(x, 262, x + 122, 354, tone)
        for heap in range(5):
            plate.disc(x + 16 + heap * 23, 262 - 8 * (heap % 2), 18, 15, 206)
            plate.stroke([(x + 8 + heap * 23, 256), (x + 26 + heap * 23, 250)], 40, 5)
        plate.area([(x + 128, 354), (x + 128, 276), (x + 162, 276), (x + 180, 316), (x + 180, 354)], tone - 14)
        plate.area([(x + 140, 288), (x + 158, 288), (x + 168, 314), (x + 140, 314)], 226)
        for wheel in (28, 92, 154):
            plate.disc(x + wheel, 360, 20, 20, 10)
            plate.disc(x + wheel, 360, 8, 8, 200)
    for n, (x, y) in enumerate(((240, 150), (420, 206), (560, 120), (760, 190), (930, 140), (1060, 210), (330, 90))):
        plate.gull(x, y, 74 - 5 * n, 40)


def _turned(points: Points, *, angle: float, about: tuple[float, float]) -> Points:
    cos, sin = math.cos(angle), math.sin(angle)
    return [
        (
            about[0] + (x - about[0]) * cos - (y - about[1]) * sin,
            about[1] + (x - about[0]) * sin + (y - about[1]) * cos,
        )
        for x, y in points
    ]


# The light.


def _tower(plate: Plate, x: float, foot: float, top: float, *, light: int, dark: int) -> None:
    """Draw a banded lighthouse, rounded by shading, with gallery, lantern and cap."""
    wide, slim = 86.0, 54.0
    for n in range(40):
        u = (n / 39) * 2 - 1
        shade = -70 * max(0.0, u) ** 1.3 - 24 * max(0.0, -u - 0.5)
        for band in range(6):
            y0, y1 = (foot + (top - foot) * (band + k) / 6 for k in (0, 1))
            w0, w1 = (wide + (slim - wide) * (band + k) / 6 for k in (0, 1))
            step = 1 / 39 * 2.2
            plate.area(
                [(x + u * w0, y0), (x + (u + step) * w0, y0), (x + (u + step) * w1, y1), (x + u * w1, y1)],
                grey((dark if band % 2 else light) + shade),
            )
    for y in (foot - (foot - top) * 0.24, foot - (foot - top) * 0.57):
        plate.box(x - 15, y - 24, x + 15, y + 24, 24 if light > 150 else 190)
    plate.box(x - 84, top - 14, x + 92, top + 8, 26)
    plate.stroke([(x - 84, top - 52), (x + 92, top - 52)], 26, 8)
    for n in range(8):
        plate.stroke([(x - 82 + n * 24.6, top - 52), (x - 82 + n * 24.6, top)], 26, 7)
    plate.box(x - 44, top - 118, x + 50, top - 14, 250)
    for n in range(4):
        plate.box(x - 48 + n * 31, top - 118, x - 40 + n * 31, top - 14, 26)
    plate.area([(x - 60, top - 114), (x + 66, top - 114), (x + 3, top - 172)], 26)
    plate.disc(x + 3, top - 176, 12, 12, 26)


def _rock(plate: Plate, x: float, foot: float, grey: int) -> None:
    plate.area(
        [
            (x - 330, foot + 120),
            (x - 250, foot + 40),
            (x - 196, foot + 52),
            (x - 130, foot - 18),
            (x + 120, foot - 26),
            (x + 176, foot + 24),
            (x + 236, foot + 18),
            (x + 350, foot + 120),
        ],
        grey,
    )
    plate.area(
        [
            (x - 250, foot + 40),
            (x - 196, foot + 52),
            (x - 130, foot - 18),
            (x - 40, foot - 18),
            (x - 150, foot + 70),
            (x - 214, foot + 80),
        ],
        grey + 48,
    )


def _lighthouse_day(plate: Plate) -> None:
    plate.fade(150, 240, y1=620)
    plate.clouds([(210, 210, 130), (1000, 150, 110), (900, 360, 90), (120, 420, 70)], 250)
    plate.sea(620, 138, 60)
    _rock(plate, 640, 640, 40)
    _tower(plate, 640, 630, 232, light=240, dark=70)
    plate.area([(716, 628), (716, 560), (770, 524), (824, 560), (824, 628)], 226)
    plate.area([(700, 566), (770, 514), (840, 566), (770, 540)], 50)
    plate.box(756, 584, 784, 628, 40)
    for n in range(9):  # surf
        plate.disc(330 + n * 78, 752 + 9 * math.sin(n * 1.9), 62, 13, 246)
    plate.gull(430, 280, 92, 36)
    plate.gull(330, 340, 60, 50)
    plate.gull(856, 236, 66, 36)
    plate.person(716, 222, 50, 20)


def _lighthouse_night(plate: Plate) -> None:
    plate.fade(40, 92, y1=640)
    for x, middle, far in ((-40, 115, 150), (1240, 180, 120)):
        for n in range(14):  # each sheet of light is a little narrower and brighter than the one before
            spread = far * (1 - n / 14)
            plate.area([(520, 190), (x, middle - spread), (x, middle + spread)], 92 + n * 11)
    plate.sea(640, 44, 14)
    for n in range(26):  # the light on the water
        y = 652 + n * 5.6
        wide = 26 + 52 * scatter(n, 11)
        middle_x = 560 + 34 * math.sin(n * 1.7)
        plate.stroke([(middle_x - wide, y), (middle_x + wide, y)], grey(190 - n * 4), 5)
    _rock(plate, 520, 660, 16)
    _tower(plate, 520, 650, 256, light=150, dark=62)
    for n in range(9):
        plate.disc(523, 190, 76 - n * 7, 76 - n * 7, grey(130 + n * 16))


def _gull(plate: Plate) -> None:
    plate.fade(160, 242)
    plate.clouds([(180, 180, 120), (1050, 290, 110)], 252)
    plate.box(0, 700, 1200, 800, 40)
    plate.box(0, 700, 1200, 714, 150)
    plate.box(548, 590, 652, 706, 70)
    plate.disc(600, 596, 128, 78, 30)
    plate.disc(600, 586, 112, 62, 206)
    plate.disc(568, 566, 40, 20, 250)
    for x in (566, 628):
        plate.stroke([(x, 470), (x, 536), (x - 22, 540), (x + 30, 540)], 60, 13)
    plate.area([(300, 430), (200, 470), (330, 494), (560, 500), (720, 440), (780, 300), (640, 250), (470, 330)], 250)
    plate.area([*curve([(250, 470), (330, 300), (560, 290), (700, 350)]), (640, 440), (460, 480)], 142)
    plate.area([(180, 480), (320, 420), (400, 462), (290, 486)], 24)
    plate.disc(746, 256, 92, 84, 250)
    plate.area([(660, 270), (700, 340), (800, 320), (800, 280)], 250)
    plate.area([*curve([(822, 230), (930, 236), (960, 300)]), (930, 286), (826, 282)], 70)
    plate.disc(776, 240, 17, 17, 16)
    plate.disc(781, 235, 6, 6, 250)
    plate.stroke(curve([(748, 216), (776, 206), (802, 222)]), 60, 8)


# The sand.


def _flat_sea(plate: Plate, horizon: int = 380) -> None:
    plate.fade(206, 248, y1=horizon)
    plate.clouds([(260, 120, 100), (760, 180, 120), (1080, 90, 80)], 253)
    plate.hills(horizon, [(160, 130, 22), (1060, 170, 30)], 165)
    plate.sea(horizon, 132, 70)


def _bank(plate: Plate, y: float, rx: float, ry: float) -> None:
    plate.disc(600, y + 10, rx + 46, ry + 22, 170)
    plate.disc(600, y, rx, ry, 226)
    for n in range(30):
        angle, out = scatter(n, 21) * 6.28, scatter(n, 22) ** 0.5 * 0.86
        x, at = 600 + math.cos(angle) * rx * out, y + math.sin(angle) * ry * out
        plate.stroke([(x - 46, at), (x, at + 5), (x + 46, at)], 196, 6)


def _sandbank(plate: Plate) -> None:
    _flat_sea(plate)
    _bank(plate, 590, 520, 88)
    plate.disc(640, 600, 92, 12, 150)
    plate.flag(560, 600, 150, 250)
    plate.disc(560, 602, 34, 12, 110)
    plate.gull(300, 250, 84, 40)
    plate.gull(216, 310, 50, 70)


def _hut(plate: Plate, x: float, floor: float, size: float, foot: float) -> None:
    """Draw the customs house: four legs, a door, a window, a stove pipe and the ladder."""
    for leg in (-1.0, -0.42, 0.42, 1.0):
        plate.stroke([(x + leg * size, floor), (x + leg * size * 1.12, foot)], 34, max(9, round(size * 0.11)))
    pen = max(7, round(size * 0.07))
    plate.stroke([(x - size, floor + size * 0.2), (x + size * 1.06, foot - size * 0.5)], 60, pen)
    plate.stroke([(x + size, floor + size * 0.2), (x - size * 1.06, foot - size * 0.5)], 60, pen)
    plate.box(x - size * 1.2, floor - size * 0.1, x + size * 1.2, floor + size * 0.06, 24)
    plate.box(x - size, floor - size * 1.2, x + size, floor - size * 0.1, 216)
    for n in range(1, 8):
        line = floor - size * 1.2 + n * size * 0.145
        plate.stroke([(x - size, line), (x + size, line)], 176, max(3, round(size * 0.03)))
    plate.box(x + size * 0.3, floor - size * 1.2, x + size, floor - size * 0.1, 160)
    plate.area(
        [(x - size * 1.24, floor - size * 1.16), (x, floor - size * 1.86), (x + size * 1.24, floor - size * 1.16)], 46
    )
    plate.box(x - size * 0.24, floor - size * 0.92, x + size * 0.2, floor - size * 0.1, 30)
    plate.box(x - size * 0.8, floor - size * 0.88, x - size * 0.42, floor - size * 0.5, 36)
    plate.box(x + size * 0.66, floor - size * 2.1, x + size * 0.82, floor - size * 1.3, 40)
    for side in (-0.2, 0.16):
        plate.stroke([(x + size * side, floor), (x + size * (side - 0.08), foot)], 20, pen)
    for n in range(1, 9):
        y = floor + (foot - floor) * n / 9
        plate.stroke([(x - size * 0.28, y), (x + size * 0.14, y)], 20, max(6, pen - 2))


def _customs_post(plate: Plate) -> None:
    _flat_sea(plate, 470)
    _hut(plate, 600, 470, 190, 730)
    plate.flag(424, 260, 40, 130)
    for n in range(4):
        plate.clouds([(752 + n * 38, 70 - n * 18, 26 + n * 10)], 176 + n * 14)
    for leg in (-1.12, -0.47, 0.47, 1.12):
        plate.disc(600 + leg * 190, 732, 40, 8, 200)
    plate.gull(1010, 240, 90, 40)


def _sand_court(plate: Plate) -> None:
    _flat_sea(plate, 330)
    _bank(plate, 590, 600, 150)
    plate.disc(600, 668, 430, 24, 150)
    for n in range(6):
        plate.chair(236 + n * 132, 560, 62, 34)
    plate.area([(200, 520), (1000, 520), (1040, 560), (160, 560)], 244)
    plate.box(160, 560, 1040, 648, 120)
    for n in range(9):
        plate.area([(180 + n * 100, 560), (210 + n * 100, 560), (196 + n * 100, 648)], 84)
    for x in (190, 1010):
        plate.stroke([(x, 640), (x, 690)], 30, 18)
    for n, x in enumerate((270, 420, 600, 780, 930)):  # the papers of both sides
        plate.area([(x, 534), (x + 52, 530), (x + 60, 548), (x + 4, 552)], 110 if n % 2 else 60)
    plate.box(586, 486, 614, 540, 30)
    plate.disc(600, 486, 26, 10, 30)
    plate.gull(940, 190, 80, 50)


def _handover(plate: Plate) -> None:
    _flat_sea(plate, 430)
    _bank(plate, 740, 760, 150)
    _hut(plate, 1010, 400, 84, 640)
    for x, side, coat in ((420, 1, 30), (760, -1, 78)):
        plate.disc(x, 774, 110, 16, 130)
        plate.area(
            [(x - 62, 770), (x - 52, 520), (x + 52, 520), (x + 62, 770), (x + 10, 770), (x, 600), (x - 10, 770)],
            coat - 14,
        )
        plate.area([(x - 84, 560), (x - 74, 330), (x - 34, 296), (x + 34, 296), (x + 74, 330), (x + 84, 560)], coat)
        plate.disc(x + side * 4, 238, 46, 56, 196)
        plate.disc(x + side * 50, 246, 12, 10, 196)
        plate.area([(x - 56, 212), (x - 62, 168), (x + 62, 168), (x + 56, 212)], coat - 10)
        plate.area([(x + side * 30, 206), (x + side * 92, 222), (x + side * 84, 232), (x, 220)], 10)
        plate.tube(
            curve([(x + side * 60, 346), (x + side * 96, 430), (x + side * 160, 430)]), (48, 36), (10, coat, coat)
        )
        for n in range(4):
            plate.disc(x + side * 24, 350 + n * 52, 9, 9, 228)
    plate.disc(590, 430, 40, 28, 206)
    plate.ring(590, 486, 20, 20, grey=40, width=9)
    plate.stroke([(590, 504), (590, 560), (610, 560)], 40, 9)
    plate.stroke([(590, 538), (608, 538)], 40, 9)


def _pears(plate: Plate) -> None:
    _flat_sea(plate, 300)
    plate.disc(600, 780, 900, 260, 214)
    for n, (x, y, size) in enumerate(((310, 480, 0.8), (860, 470, 0.82), (560, 690, 1.2), (980, 700, 1.0))):
        w, h = 170 * size, 120 * size
        plate.disc(x, y + h + 8, w * 1.2, 20, 150)
        for pear in range(5):
            px, py = x - w * 0.76 + pear * w * 0.38, y - 8 + 12 * (pear % 2)
            plate.disc(px, py + 8, 40 * size, 42 * size, 30)
            plate.disc(px, py + 8, 34 * size, 36 * size, 232)
            plate.disc(px, py - 36 * size, 23 * size, 30 * size, 30)
            plate.disc(px, py - 34 * size, 17 * size, 28 * size, 232)
            plate.stroke([(px, py - 58 * size), (px + 12 * size, py - 88 * size)], 30, 9)
        plate.box(x - w, y + 8, x + w, y + h, 92)
        for slat in range(3):
            top = y + 12 + slat * h * 0.32
            plate.box(x - w, top, x + w, top + h * 0.22, 168 - 20 * (n % 2))
        for post in (-1, 1):
            plate.box(x + post * w - 12, y - 4, x + post * w + 12, y + h + 4, 40)
    plate.gull(600, 150, 96, 40)


# The harbour.


def _ferry(plate: Plate) -> None:
    plate.fade(196, 246, y1=500)
    plate.clouds([(980, 130, 110), (1120, 250, 70)], 252)
    plate.hills(500, [(80, 190, 80), (330, 110, 34), (1150, 130, 56)], 150)
    plate.sea(500, 118, 46)
    for n in range(15):
        plate.disc(560 - n * 36, 196 - n * 9 + 10 * math.sin(n * 1.4), 24 + n * 4.6, 17 + n * 3, grey(92 + n * 9))
    plate.area([(150, 520), (1090, 500), (1010, 640), (220, 640)], 26)
    plate.area([(146, 520), (1094, 500), (1088, 522), (150, 540)], 236)
    plate.box(240, 420, 930, 516, 232)
    plate.box(320, 340, 800, 420, 246)
    plate.box(690, 268, 840, 344, 222)
    plate.box(704, 282, 826, 312, 34)
    for x in range(262, 920, 62):
        plate.disc(x, 470, 17, 17, 34)
    for x in range(344, 690, 56):
        plate.box(x, 362, x + 34, 396, 44)
    plate.box(310, 332, 850, 346, 40)
    plate.box(230, 412, 940, 424, 60)
    plate.area([(520, 340), (530, 210), (620, 210), (630, 340)], 40)
    plate.area([(526, 264), (530, 236), (620, 236), (624, 264)], 236)
    plate.stroke([(780, 268), (780, 150)], 40, 10)
    plate.stroke([(742, 186), (818, 186)], 40, 8)
    for n in range(13):
        plate.disc(190 + n * 72, 646 + 6 * math.sin(n * 2.2), 60, 14, 240)
    for n in range(5):
        plate.disc(1060 + n * 22, 630 + n * 9, 60 - n * 8, 18 - n, 246)


def _ballot_box(plate: Plate) -> None:
    plate.fade(120, 168, y1=560)
    for x in range(0, 1200, 100):
        plate.box(x, 0, x + 6, 560, 110)
    plate.fade(196, 150, y0=560, y1=HEIGHT)
    plate.disc(640, 706, 420, 40, 84)
    plate.area([(290, 380), (820, 420), (820, 720), (290, 660)], 196)
    plate.area([(820, 420), (980, 340), (980, 610), (820, 720)], 96)
    plate.area([(290, 380), (820, 420), (980, 340), (470, 308)], 226)
    plate.area([(500, 352), (760, 371), (784, 358), (528, 341)], 16)
    fold = [(522, 352), (770, 366), (742, 130), (500, 112)]
    plate.area(fold, 252)
    plate.area([(500, 112), (742, 130), (716, 172), (518, 158)], 206)
    for n in range(2):
        y = 212 + n * 62
        plate.stroke([(580, y), (700, y + 9)], 90, 12)
        plate.stroke([(536, y - 16), (560, y - 14), (562, y + 10), (538, y + 8), (536, y - 16)], 60, 7)
    plate.stroke([(532, y - 8), (548, y + 8), (574, y - 30)], 20, 10)
    for edge in (
        [(290, 380), (820, 420)],
        [(820, 420), (820, 720)],
        [(820, 420), (980, 340)],
        [(290, 380), (290, 660)],
    ):
        plate.stroke(edge, 50, 9)
    plate.box(520, 470, 604, 560, 50)
    plate.ring(562, 470, 30, 34, grey=50, width=13)
    plate.disc(562, 510, 12, 12, 220)


def _clock(plate: Plate) -> None:
    plate.fade(190, 246)
    plate.clouds([(180, 160, 90), (1050, 120, 100), (1090, 420, 80)], 252)
    for x, top in ((90, 180), (236, 260), (960, 220), (1110, 150)):
        plate.stroke([(x, 800), (x, top)], 70, 13)
        plate.stroke([(x - 66, top + 110), (x + 66, top + 110)], 70, 9)
        for side in (-1, 1):
            plate.stroke([(x, top), (x + side * 96, 780)], 120, 5)
    plate.area([(356, 800), (356, 130), (844, 130), (844, 800)], 112)
    plate.box(740, 130, 844, 800, 74)
    for row in range(11):
        for column in range(5):
            x = 362 + column * 100 + (row % 2) * 50
            plate.stroke([(x, 150 + row * 62), (x, 204 + row * 62)], 88, 6)
        plate.stroke([(356, 146 + row * 62), (844, 146 + row * 62)], 88, 6)
    plate.area([(320, 134), (880, 134), (600, 0)], 40)
    plate.box(330, 122, 870, 148, 26)
    plate.disc(600, 420, 232, 232, 26)
    plate.disc(600, 420, 206, 206, 246)
    for hour in range(12):
        angle = math.radians(hour * 30)
        reach = 150 if hour % 3 == 0 else 166
        plate.stroke(
            [(600 + math.sin(angle) * r, 420 - math.cos(angle) * r) for r in (reach, 190)],
            30,
            20 if hour % 3 == 0 else 12,
        )
    for angle, reach, wide in ((3.5, 108, 22), (42, 168, 15)):  # seven minutes past twelve
        turn = math.radians(angle)
        plate.stroke([(600 + math.sin(turn) * r, 420 - math.cos(turn) * r) for r in (-34, reach)], 16, wide)
    plate.disc(600, 420, 20, 20, 16)
    plate.gull(230, 130, 80, 50)


def _rope(plate: Plate) -> None:
    plate.fade(214, 238)
    for x in range(0, 1200, 150):
        plate.box(x, 0, x + 5, 800, 188)
    plate.box(0, 64, 1200, 132, 52)
    plate.box(0, 64, 1200, 80, 112)
    for x, end in ((400, 762), (800, 712)):
        plate.disc(x + 40, 400, 150, 232, 176)
        plate.box(x - 13, 116, x + 13, 190, 20)
        _laid(plate, curve([(x + 92, 240), (x + 128, 470), (x + 60, 600), (x + 70, end)]), 30)
        for n in range(6):
            inset = n * 19
            loop = [
                (
                    x - 52 + n * 20 + math.sin(t * 2 * math.pi) * (104 - inset * 0.12),
                    368 - math.cos(t * 2 * math.pi) * (196 + 6 * (n % 2)),
                )
                for t in steps(120)
            ]
            _laid(plate, loop, 32)
        for n in range(5):
            turn = curve([(x - 122 + n * 4, 268 + n * 27), (x, 300 + n * 27), (x + 122 - n * 4, 256 + n * 27)])
            _laid(plate, turn, 30)
    plate.stroke([(330, 764), (1010, 764)], 120, 5)


def _laid(plate: Plate, points: Points, wide: int) -> None:
    """Draw a rope along the points: a dark edge, a light body, and the twist across it."""
    plate.stroke(points, 44, wide)
    plate.stroke(points, 206, wide - 12)
    walked = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        if walked // 19 != (walked + length) // 19 and length:
            ux, uy = (x1 - x0) / length, (y1 - y0) / length
            half = wide / 2 - 3
            plate.stroke(
                [
                    (x0 - uy * half - ux * 7, y0 + ux * half - uy * 7),
                    (x0 + uy * half + ux * 7, y0 - ux * half + uy * 7),
                ],
                70,
                6,
            )
        walked += length


def _fish(plate: Plate) -> None:
    plate.fade(58, 40)
    for row in range(2):
        for column in range(2):
            left, top = 26 + column * 590, 22 + row * 392
            plate.box(left, top, left + 558, top + 364, 176)
            plate.box(left + 22, top + 22, left + 536, top + 342, 88)
            for n in range(4):
                facing = -1 if (n + row + column) % 2 else 1
                slant = 14 * (scatter(n + 7 * row + column, 31) - 0.5)
                _one_fish(plate, left + 279 - facing * -10 + slant, top + 68 + n * 76, 216 + slant, facing)


def _one_fish(plate: Plate, x: float, y: float, half: float, facing: int) -> None:
    def line(rise: float) -> Points:
        return [(x + facing * half * (2 * t - 1), y + rise * math.sin(math.pi * t**1.25) ** 0.8) for t in steps(40)]

    tail = x - facing * half
    plate.area(
        [(tail + facing * 26, y), (tail - facing * 44, y - 36), (tail - facing * 24, y), (tail - facing * 44, y + 36)],
        150,
    )
    plate.area([*line(-44), *reversed(line(36))], 244)
    plate.area([*line(-44), *reversed(line(-14))], 92)
    plate.area([(x - facing * 30, y - 30), (x + facing * 50, y - 38), (x - facing * 10, y - 56)], 60)
    plate.area(
        [(x + facing * half * 0.42, y + 6), (x + facing * half * 0.2, y + 22), (x + facing * half * 0.46, y + 16)], 110
    )
    plate.stroke(
        curve([(x + facing * half * 0.62, y - 26), (x + facing * half * 0.5, y), (x + facing * half * 0.62, y + 22)]),
        70,
        6,
    )
    plate.disc(x + facing * half * 0.8, y - 8, 9, 9, 10)


def _terns(plate: Plate) -> None:
    plate.fade(176, 244, y1=610)
    plate.clouds([(900, 170, 120), (1080, 330, 80)], 252)
    plate.sea(610, 130, 56)
    plate.area([(0, 500), (850, 500), (850, 556), (620, 566), (420, 640), (0, 640)], 44)
    plate.box(0, 496, 850, 510, 212)
    for y in (522, 542):
        plate.stroke([(850, y), (884, y)], 40, 9)
    for n, x in enumerate((96, 300, 462, 640, 806)):
        _tern(plate, x, 496, 1.0 + 0.1 * scatter(n, 41), -1 if n == 1 else 1)
    plate.area([(950, 232), (1000, 236), (1096, 70), (1120, 24), (1030, 90)], 176)
    plate.area([(812, 250), (700, 214), (790, 258), (712, 300), (850, 276)], 226)
    plate.tube(curve([(820, 262), (910, 280), (1010, 262), (1070, 244)]), (34, 50), (70, 250, 255))
    plate.area([(880, 250), (978, 246), (930, 120), (800, 20), (846, 120)], 234)
    plate.stroke([(978, 246), (930, 120), (800, 20)], 50, 8)
    plate.area([(1046, 236), (1062, 216), (1090, 220), (1100, 240)], 14)
    plate.area([(1092, 236), (1150, 262), (1088, 254)], 30)


def _tern(plate: Plate, x: float, foot: float, size: float, facing: int) -> None:
    def at(*points: tuple[float, float]) -> Points:
        return [(x + facing * px * size, foot + py * size) for px, py in points]

    plate.stroke(at((0, -34), (0, 0)), 30, 8)
    plate.stroke(at((14, -34), (14, 0)), 30, 8)
    plate.area(at((-104, -34), (-30, -86), (30, -104), (56, -76), (30, -34), (-20, -26)), 248)
    plate.area(at((-118, -40), (-34, -88), (16, -88), (-16, -52)), 150)
    plate.area(at((-126, -34), (-60, -62), (-50, -46)), 40)
    hx, hy = at((44, -104))[0]
    plate.disc(hx, hy, 27 * size, 24 * size, 248)
    plate.area(at((18, -110), (30, -130), (56, -130), (70, -108)), 14)
    plate.area(at((66, -110), (108, -96), (66, -96)), 30)


# The band.


def _tuba(plate: Plate) -> None:
    plate.fade(150, 182, y1=600)
    for x in range(0, 1200, 120):
        plate.box(x, 0, x + 8, 600, 138)
    plate.fade(104, 70, y0=600, y1=HEIGHT)
    for x, turned in ((70, False), (230, False), (900, True), (1060, True)):
        plate.chair(x, 690, 92, 30, turned=turned)
    plate.disc(600, 742, 250, 26, 30)
    brass = (18, 150, 244)
    plate.tube(curve([(470, 660), (470, 740), (600, 740), (720, 740), (726, 640)]), (104, 118), brass)
    plate.tube(curve([(470, 670), (462, 520), (470, 400)]), (104, 88), brass)
    plate.tube(curve([(470, 404), (470, 330), (540, 330), (600, 336), (602, 430)]), (86, 62), brass)
    plate.tube(curve([(602, 420), (600, 520), (604, 610)]), (60, 52), brass)
    plate.tube(curve([(726, 650), (734, 500), (724, 360), (716, 250)]), (118, 176), brass)
    plate.area([(632, 280), (520, 128), (940, 128), (806, 280)], 18)
    plate.area([(648, 284), (556, 140), (906, 140), (790, 284)], 150)
    plate.area([(664, 284), (606, 140), (680, 140), (706, 284)], 238)
    plate.disc(730, 126, 218, 58, 18)
    plate.disc(730, 124, 198, 44, 228)
    plate.disc(730, 132, 168, 32, 44)
    for n in range(3):
        x = 548 + n * 48
        plate.box(x, 452, x + 36, 606, 18)
        plate.box(x + 7, 460, x + 17, 598, 232)
        plate.box(x + 10, 414, x + 26, 454, 18)
        plate.disc(x + 18, 410, 20, 10, 240)
    plate.tube(curve([(560, 560), (420, 580), (330, 480), (350, 390), (400, 372)]), (34, 22), brass)
    plate.area([(392, 352), (446, 346), (446, 398), (392, 392)], 24)


def _bandstand(plate: Plate) -> None:
    plate.fade(176, 242, y1=620)
    plate.clouds([(200, 110, 90), (1030, 130, 100)], 252)
    for x, y, size in (
        (40, 500, 130),
        (190, 540, 96),
        (1010, 540, 100),
        (1160, 490, 140),
        (310, 580, 60),
        (900, 580, 60),
    ):
        plate.box(x - 11, y, x + 11, 650, 60)
        for n in range(6):
            plate.disc(
                x + size * 0.5 * math.cos(n * 1.05), y + size * 0.4 * math.sin(n * 1.05), size * 0.6, size * 0.55, 84
            )
        plate.disc(x - size * 0.2, y - size * 0.25, size * 0.5, size * 0.42, 124)
    plate.fade(150, 116, y0=630, y1=HEIGHT)
    plate.area([(250, 640), (950, 640), (900, 748), (300, 748)], 52)
    for n in range(7):
        plate.box(318 + n * 84, 660, 382 + n * 84, 730, 96)
    plate.box(236, 616, 964, 646, 214)
    plate.area([(330, 616), (330, 330), (870, 330), (870, 616)], 204)
    for n in range(5):
        plate.chair(390 + n * 88, 612, 44, 60)
    for x in (280, 420, 560, 640, 780, 920):
        plate.box(x - 12, 320, x + 12, 618, 34)
        plate.box(x - 12, 320, x - 4, 618, 190)
    plate.stroke([(280, 552), (430, 552)], 34, 11)
    plate.stroke([(770, 552), (920, 552)], 34, 11)
    for x in [*range(292, 424, 26), *range(788, 916, 26)]:
        plate.stroke([(x, 552), (x, 616)], 34, 7)
    plate.area([(200, 330), (1000, 330), (860, 250), (600, 92), (340, 250)], 40)
    plate.area([(200, 330), (340, 250), (600, 92), (500, 330)], 112)
    plate.area([(500, 330), (600, 92), (690, 330)], 74)
    plate.box(196, 322, 1004, 346, 22)
    for n in range(27):
        plate.area([(204 + n * 30, 344), (228 + n * 30, 344), (216 + n * 30, 368)], 22)
    plate.stroke([(600, 100), (600, 36)], 30, 12)
    plate.disc(600, 44, 18, 18, 30)


def _bucket(plate: Plate) -> None:
    plate.fade(132, 186, y1=620)
    plate.area([(0, 0), (1200, 0), (1200, 96), (660, 150), (600, 176), (540, 150), (0, 96)], 44)
    plate.stroke([(0, 100), (540, 154), (600, 180), (660, 154), (1200, 100)], 214, 9)
    for x in (150, 1050):
        plate.box(x - 24, 110, x + 24, 640, 50)
        plate.box(x - 24, 110, x - 8, 640, 200)
    plate.fade(110, 70, y0=620, y1=HEIGHT)
    for n in range(9):
        plate.stroke([(n * 150 - 60, HEIGHT), (n * 110 + 160, 620)], 84, 6)
    for y, size in ((238, 1.0), (372, 1.15)):
        plate.area([(600, y - 50 * size), (600 - 21 * size, y), (600 + 21 * size, y)], 250)
        plate.disc(600, y, 23 * size, 24 * size, 250)
        plate.disc(606, y + 4, 9 * size, 11 * size, 150)
    plate.disc(600, 748, 200, 26, 34)
    plate.stroke(curve([(446, 510), (420, 690), (780, 690), (754, 510)]), 24, 11)
    plate.area([(440, 510), (760, 510), (706, 750), (494, 750)], 24)
    for n in range(30):  # zinc
        u = n / 29
        shine = 110 + 130 * math.exp(-(((u - 0.3) / 0.14) ** 2)) + 46 * math.exp(-(((u - 0.85) / 0.08) ** 2))
        x0, x1 = 452 + u * 288, 504 + u * 186
        plate.area([(x0, 512), (x0 + 11, 512), (x1 + 8, 738), (x1, 738)], grey(shine))
    for y, half in ((560, 146), (690, 116)):
        plate.stroke([(600 - half, y), (600 + half, y)], 50, 7)
    plate.disc(600, 510, 162, 40, 24)
    plate.disc(600, 510, 146, 29, 70)
    plate.ring(600, 514, 60, 11, grey=230, width=6)
    plate.ring(600, 514, 104, 20, grey=190, width=5)


def _kite(plate: Plate) -> None:
    plate.fade(70, 190)
    plate.clouds([(240, 420, 150), (980, 520, 150)], 150)
    plate.hills(HEIGHT, [(120, 300, 120), (900, 400, 160)], 20)
    for x in (130, 1070):
        plate.stroke([(x, 800), (x, 190)], 14, 26)
        plate.stroke([(x - 120, 250), (x + 120, 250)], 14, 18)
        for side in (-100, 0, 100):
            plate.box(x + side - 9, 222, x + side + 9, 252, 14)
    for side in (-100, 0, 100):
        plate.stroke(curve([(-80, 250), (130 + side, 226)], 4), 14, 6)
        plate.stroke(curve([(130 + side, 226), (600, 420 + side * 0.4), (1070 + side, 226)]), 14, 7)
        plate.stroke(curve([(1070 + side, 226), (1290, 260)], 4), 14, 6)
    plate.area([(640, 96), (760, 270), (600, 470), (500, 244)], 24)
    plate.area([(640, 108), (742, 266), (620, 254)], 236)
    plate.area([(598, 452), (512, 248), (620, 254)], 236)
    plate.area([(640, 108), (512, 248), (620, 254)], 120)
    plate.area([(742, 266), (598, 452), (620, 254)], 120)
    tail = curve([(600, 470), (500, 560), (720, 600), (560, 690), (660, 770)])
    plate.stroke(tail, 236, 8)
    for bow_x, bow_y in tail[8::11]:
        plate.area([(bow_x - 36, bow_y - 18), (bow_x - 36, bow_y + 18), (bow_x, bow_y)], 240)
        plate.area([(bow_x + 36, bow_y - 18), (bow_x + 36, bow_y + 18), (bow_x, bow_y)], 240)


SCENES: dict[str, Callable[[Plate], None]] = {
    "ballot-box": _ballot_box,
    "bandstand": _bandstand,
    "bucket": _bucket,
    "bridge-barge": _bridge_barge,
    "bridge-gap": _bridge_gap,
    "bridge-joined": _bridge_joined,
    "bridge-open": _bridge_open,
    "clock": _clock,
    "customs-post": _customs_post,
    "ferry": _ferry,
    "fish": _fish,
    "gull": _gull,
    "handover": _handover,
    "kite": _kite,
    "lighthouse-day": _lighthouse_day,
    "lighthouse-night": _lighthouse_night,
    "lorries": _lorries,
    "pears": _pears,
    "rope": _rope,
    "sand-court": _sand_court,
    "sandbank": _sandbank,
    "terns": _terns,
    "tuba": _tuba,
}

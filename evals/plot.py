"""Pictures of what the evals measure, as SVG in the house's colours, light and dark."""

from collections.abc import Iterable, Mapping, Sequence

SIZE, EDGE = 320, 44
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#52525b}.axis,.even{stroke:#a1a1aa;fill:none}"
    ".even{stroke-dasharray:4 4}.dot{fill:#b4232a}.line{stroke:#b4232a;stroke-width:2;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#d4d4d8}.dot{fill:#f2777a}.line{stroke:#f2777a}}"
)


def reliability(tenths: Iterable[tuple[float, float, int]]) -> str:
    """Return the picture of scores said (across) beside the share that is right (up); the dots grow with n."""
    tenths = list(tenths)
    most = max((n for _, _, n in tenths), default=1)
    dots = [(_place(said), SIZE - _place(right), 3 + 6 * (n / most) ** 0.5) for said, right, n in tenths]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    marks = "".join(
        f'<text x="{_place(at):.0f}" y="{SIZE - EDGE + 18}" text-anchor="middle">{at:.1f}</text>'
        f'<text x="{EDGE - 8}" y="{SIZE - _place(at) + 4:.0f}" text-anchor="end">{at:.1f}</text>'
        for at in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    )
    low, high = _place(0.5), _place(1.0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'aria-label="How often a filing of each score is right"><style>{STYLE}</style>'
        f'<path class="axis" d="M{low},{SIZE - high}V{SIZE - low}H{high}"/>'
        f'<path class="even" d="M{low},{SIZE - low}L{high},{SIZE - high}"/>'
        f'<polyline class="line" points="{line}"/>'
        + "".join(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>' for x, y, r in dots)
        + f'{marks}<text x="{(low + high) / 2}" y="{SIZE - 8}" text-anchor="middle">said</text>'
        f'<text x="12" y="{SIZE / 2}" text-anchor="middle" transform="rotate(-90 12 {SIZE / 2})">right</text></svg>\n'
    )


def _place(share: float) -> float:
    """Return where a share between one half and one stands."""
    return EDGE + (share - 0.5) * 2 * (SIZE - 2 * EDGE)


WIDE, TALL, MARGIN = 760, 340, 56  # of a picture with two panels, and the room left for what is written beside it
MOST_DECISIONS = 400
COLOURS = ("#b4232a", "#1d4ed8", "#15803d", "#a16207", "#7e22ce")
LIGHTER = ("#f2777a", "#93b4ff", "#6ee7a0", "#f5c451", "#d8b4fe")
Line = Sequence[tuple[int, float, float]]  # decisions, before them, after


def curves(f1: Mapping[str, Line], wrong: Mapping[str, Line]) -> str:
    """Return the picture of what decisions teach: how many (across), and F1 and the share filed wrongly (up).

    What was before stands beside it, dashed: on the same reports, which are fewer after more decisions.
    """
    light, dark = ("".join(_line_style(at, one) for at, one in enumerate(all_of)) for all_of in (COLOURS, LIGHTER))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}" role="img" '
        'aria-label="Filing before and after so many decisions: pairwise F1, and the share filed wrongly">'
        f"<style>{STYLE}{light}.before{{stroke-dasharray:3 4;opacity:.7}}"
        f"@media(prefers-color-scheme:dark){{{dark}}}</style>"
        + _panel(f1, left=0, low=0.7, high=0.95, name="pairwise F1")
        + _panel(wrong, left=WIDE // 2, low=0.0, high=0.35, name="share filed wrongly")
        + "".join(_legend(at, name) for at, name in enumerate(f1))
        + f'<text x="{MARGIN}" y="{TALL - 4}">dashed: before the decisions, measured on the same reports</text></svg>\n'
    )


def _line_style(at: int, colour: str) -> str:
    return f".l{at}{{stroke:{colour};stroke-width:2;fill:none}}.d{at}{{fill:{colour}}}"


def _panel(lines: Mapping[str, Line], *, left: int, low: float, high: float, name: str) -> str:
    begin, right, bottom, top = left + MARGIN, left + WIDE // 2 - 20, TALL - 2 * MARGIN, 24

    def x(decisions: float) -> float:
        return begin + (right - begin) * decisions / MOST_DECISIONS

    def y(share: float) -> float:
        return bottom - (bottom - top) * (share - low) / (high - low)

    def line(points: Sequence[tuple[int, float]], kind: str) -> str:
        return f'<polyline class="{kind}" points="{" ".join(f"{x(n):.1f},{y(share):.1f}" for n, share in points)}"/>'

    drawn = f'<path class="axis" d="M{begin},{top}V{bottom}H{right}"/>'
    for step in (low + (high - low) * step / 5 for step in range(6)):
        drawn += f'<text x="{begin - 6}" y="{y(step) + 4:.0f}" text-anchor="end">{step:.2f}</text>'
    for n in range(0, MOST_DECISIONS + 1, 100):
        drawn += f'<text x="{x(n):.0f}" y="{bottom + 18}" text-anchor="middle">{n}</text>'
    for at, points in enumerate(lines.values()):
        drawn += line([(n, before) for n, before, _ in points], f"l{at} before")
        drawn += line([(n, after) for n, _, after in points], f"l{at}")
        drawn += "".join(f'<circle class="d{at}" cx="{x(n):.1f}" cy="{y(one):.1f}" r="3"/>' for n, _, one in points)
    return (
        drawn + f'<text x="{(begin + right) / 2}" y="{bottom + 36}" text-anchor="middle">decisions</text>'
        f'<text x="{begin}" y="14">{name}</text>'
    )


def _legend(at: int, name: str) -> str:
    x, y = MARGIN + at * 138, TALL - 28
    return f'<path class="l{at}" d="M{x},{y - 4}h20"/><text x="{x + 26}" y="{y}">{name}</text>'

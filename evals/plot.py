"""Pictures of what the evals measure, as SVG in the house's colours, light and dark."""

from collections.abc import Iterable

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

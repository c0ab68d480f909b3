"""The curves of a run's log, drawn as SVG for its report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ganvas.training.engine.health import RANGE, SPREAD
from ganvas.training.report.html import escape
from ganvas.training.report.summary import read_log

MAX_POINTS = 300
"""Points of a curve at most; each is the mean of several values."""
WIDTH, HEIGHT = 300, 132
LEFT, RIGHT, TOP, BOTTOM = 42, 294, 8, 112
"""Size of the SVG, and where the axes lie in it."""
SPIKE_FACTOR = 3.0
"""The axis ends at this multiple of the curve's 95th percentile; higher values are cut off."""

ADVERSARIAL, GENERATOR, HEALTH, OTHER = "Adversarial training", "The generator", "Health", "Other"
GROUPS = {
    ADVERSARIAL: "Generator against discriminator. None of these has to reach a low number: while the two are balanced, the "
    "curves stay level and the pictures still get better.",
    GENERATOR: "Losses that pull the drawings towards their true pictures.",
    HEALTH: "Signs that training is failing.",
    OTHER: "",
}


@dataclass(frozen=True)
class CurveInfo:
    """Describes a curve. axis: values that its axis always includes. mark: the value of a dotted line."""

    group: str
    name: str
    meaning: str = ""
    axis: tuple[float, ...] = ()
    mark: float | None = None


SHARE = (0.0, 1.0)
CURVES = {
    "score/kid": CurveInfo(
        GENERATOR,
        "Distance to real pictures",
        "KID of fixed drawings, by EfficientNet-Lite0. It should fall; without a budget a run ends when it no longer does.",
        (0.0,),
    ),
    "d/right": CurveInfo(
        ADVERSARIAL,
        "Pairs ordered correctly",
        "How often the discriminator scores the real picture of a pair higher. 0.5, dotted: chance.",
        SHARE,
        0.5,
    ),
    "d/margin": CurveInfo(
        ADVERSARIAL, "Margin of real pictures", "How much higher the discriminator scores real pictures than drawn ones."
    ),
    "d/hinge": CurveInfo(
        ADVERSARIAL, "Discriminator's loss, hinge", "2: real and fake score alike; 0: it separates every picture."
    ),
    "d/value": CurveInfo(
        ADVERSARIAL, "Value function", "-1.39 (-log 4): the discriminator guesses; 0: it recognises every picture."
    ),
    "d/mismatch": CurveInfo(ADVERSARIAL, "Mismatch loss", "Loss of the discriminator for real pictures with captions of others."),
    "d/contrast": CurveInfo(
        ADVERSARIAL, "Contrastive loss, real", "How badly each real picture's caption is identified among those of the batch."
    ),
    "d/penalty": CurveInfo(ADVERSARIAL, "Gradient penalty", "Squared gradient norm of the discriminator at pictures."),
    "g/margin": CurveInfo(
        ADVERSARIAL, "Margin of fakes", "How much higher fakes score than real pictures, in the generator's turn."
    ),
    "g/hinge": CurveInfo(ADVERSARIAL, "Generator's loss, hinge", "How far the discriminator's score of drawings is below zero."),
    "g/value": CurveInfo(ADVERSARIAL, "Generator's part of the value function", "What the generator minimises (minimax)."),
    "g/passing": CurveInfo(
        ADVERSARIAL, "Generator's loss", "How confidently the discriminator rejects drawings. Lower is better."
    ),
    "discriminator/gradient": CurveInfo(ADVERSARIAL, "Discriminator's gradient", "Norm of the gradient of its weights."),
    "g/anchor": CurveInfo(
        GENERATOR, "Distance to the true pictures", "Between drawings and the pictures of their captions. Lower is better."
    ),
    "g/contrast": CurveInfo(
        GENERATOR, "Contrastive loss, drawn", "How badly each drawing's caption is identified. Lower is better."
    ),
    "g/pixels": CurveInfo(GENERATOR, "Distance in pixels", "To the true rendering. Lower is better."),
    "g/features": CurveInfo(GENERATOR, "Distance in features", "To the true rendering, as a pretrained network sees both."),
    "g/reduced": CurveInfo(GENERATOR, "Distance to the input", "Of the enlarged picture, shrunk again."),
    "generator/gradient": CurveInfo(HEALTH, "Generator's gradient", "Near 0 for long: it learns nothing any more.", (0.0,)),
    "g/spread": CurveInfo(
        HEALTH,
        "Spread of the drawings",
        f"Relative to real pictures. Under {SPREAD}, dotted, for long: mode collapse.",
        SHARE,
        SPREAD,
    ),
    "g/range": CurveInfo(
        HEALTH,
        "Range of the drawings",
        f"Relative to real pictures. Over {RANGE}, dotted, for long: divergence.",
        (0.0, RANGE),
        RANGE,
    ),
    "d/known": CurveInfo(HEALTH, "Pairs ordered correctly, training", "Of the pictures that it learns from.", SHARE),
    "d/aside": CurveInfo(
        HEALTH, "Pairs ordered correctly, held out", "Far below the previous curve: it has memorised its pictures.", SHARE
    ),
}
"""By name in the log, in the order of the report."""


def read_curves(log: Path) -> dict[str, list[tuple[int, float]]]:
    """Return the curves of a log: name -> (pictures seen, value)."""
    curves: dict[str, list[tuple[int, float]]] = {}
    for entry in read_log(log):
        for name, value in entry.items():
            if "/" in name and isinstance(value, int | float):
                curves.setdefault(name, []).append((int(str(entry["images"])), float(value)))
    return curves


def thin(points: Sequence[tuple[int, float]], count: int = MAX_POINTS) -> list[tuple[float, float]]:
    """Return at most `count` points, each the mean of a run of neighbours."""
    step = -(-len(points) // count)
    groups = [points[start : start + step] for start in range(0, len(points), step)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]


def draw_curves(log: Path, events: Sequence[int]) -> Iterator[str]:
    """Draw every curve of a log, group by group, as HTML. events: pictures seen at each health event, drawn as lines."""
    curves = read_curves(log)
    last = max((points[-1][0] for points in curves.values()), default=1)
    known = {name: _info(name) for name in [*CURVES, *sorted(curves.keys() - CURVES.keys())]}
    for group, info in GROUPS.items():
        names = [name for name, one in known.items() if one.group == group and name in curves]
        if names:
            yield f'<h3>{group}</h3><p>{info}</p><div class="curves">'
            yield from (_figure(name, known[name], curves[name], last=last, events=events) for name in names)
            yield "</div>"


def _info(name: str) -> CurveInfo:
    """Describe a curve; that of a further discriminator, such as "coarse0/d/right", carries its name."""
    first, _, rest = name.partition("/")
    if name in CURVES or rest not in CURVES:
        return CURVES.get(name, CurveInfo({"d": ADVERSARIAL, "g": GENERATOR}.get(first, OTHER), name))
    return replace(CURVES[rest], name=f"{CURVES[rest].name} ({first})")


def _figure(name: str, info: CurveInfo, points: Sequence[tuple[int, float]], *, last: int, events: Sequence[int]) -> str:
    shown = thin(points)
    values = np.array([value for _, value in shown])
    low, high = _bounds(values, info.axis)
    over = " The highest part is cut off." if values.max() > high else ""
    label = escape(f"{info.name}: from {values[0]:.3g} to {values[-1]:.3g}")
    key = f" <code>{escape(name)}</code>" if info.name != name else ""
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(_marks(events, last))}{''.join(_labels(low, high, last))}"
        f"{_level(info.mark, low, high)}{_line(shown, low=low, high=high, last=last)}</svg>"
        f"<figcaption><b>{escape(info.name)}</b>{key} <span>ends at {values[-1]:.3g}.</span> "
        f"{escape(info.meaning)}{over}</figcaption></figure>"
    )


def _bounds(values: np.ndarray, axis: Sequence[float]) -> tuple[float, float]:
    """Return both ends of the value axis: all of the curve but for spikes."""
    low, most, high = float(values.min()), float(np.quantile(values, 0.95)), float(values.max())
    high = low + SPIKE_FACTOR * (most - low) if high - low > SPIKE_FACTOR * (most - low) > 0 else high
    return min(low, *axis, low), max(high, *axis, high)


def _place(x: float, y: float, *, low: float, high: float, last: int) -> tuple[float, float]:
    height = (min(y, high) - low) / ((high - low) or 1.0)
    return LEFT + x / last * (RIGHT - LEFT), BOTTOM - height * (BOTTOM - TOP)


def _line(shown: Sequence[tuple[float, float]], *, low: float, high: float, last: int) -> str:
    places = [_place(x, y, low=low, high=high, last=last) for x, y in shown]
    x, y = places[-1]
    path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return f'<path d="{path}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'


def _level(mark: float | None, low: float, high: float) -> str:
    if mark is None:
        return ""
    _, y = _place(0.0, mark, low=low, high=high, last=1)
    return f'<path class="mark" d="M{LEFT} {y:.1f} H{RIGHT}"/>'


def _labels(low: float, high: float, last: int) -> Iterable[str]:
    """Label the ends of both axes."""
    yield f'<path class="axis" d="M{LEFT} {TOP} V{BOTTOM} H{RIGHT}"/>'
    if high > low:
        yield f'<text x="{LEFT - 4}" y="{TOP + 8}" text-anchor="end">{high:.3g}</text>'
    yield f'<text x="{LEFT - 4}" y="{BOTTOM}" text-anchor="end">{low:.3g}</text>'
    yield f'<text x="{LEFT}" y="{BOTTOM + 15}">0</text>'
    yield f'<text x="{RIGHT}" y="{BOTTOM + 15}" text-anchor="end">{last:,} pictures</text>'


def _marks(events: Sequence[int], last: int) -> Iterable[str]:
    for event in events:
        x = LEFT + min(event / last, 1.0) * (RIGHT - LEFT)
        yield f'<path class="event" d="M{x:.1f} {TOP} V{BOTTOM}"/>'

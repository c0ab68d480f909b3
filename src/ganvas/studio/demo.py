"""Works to begin with: one of each kind, always the same, so that a second demo adds nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from ganvas.studio.studio import Studio

IDEAS = (
    ("a lonely robot in spring", 3), ("一只开心的猫", 2), ("three penguins in the snow at night", 2), ("a red heart on fire", 2),
    ("a whale under water", 2), ("a castle on a mountain at sunset", 2), ("海边的红色帆船", 1),
)  # fmt: skip
COUNT = 24


def add_demo(studio: Studio) -> list[int]:
    """Draw COUNT works and keep them; return their numbers."""
    music = {"llm": "rules", "seed": 3, "bars": 8}
    works = _make(studio, "compose", {**music, "idea": "a calm evening by the river"})
    works += _make(studio, "compose", {**music, "idea": "欢快的节日"})
    pictures = [number for idea, count in IDEAS for number in _make(studio, "imagine", _fields(idea, count))]
    robot, cat, other, heart = pictures[0], pictures[3], pictures[4], pictures[7]
    works += pictures
    works += _make(studio, "vary", {"count": 3, "amount": 0.5, "seed": 2}, [cat])
    works += _make(studio, "mix", {"at": (0.5,)}, [cat, other])
    works += _make(studio, "recolour", {"colours": ("#0b7285", "#ffd43b", "#f8f9fa", "#e8590c")}, [heart])
    works += _make(studio, "restyle", {"to": "twemoji"}, [heart])
    works += _make(studio, "push", {"pushes": ({"along": "darker", "amount": 1.5},)}, [robot])
    return works + _make(studio, "walk", {"frames": 24, "seconds": 3.0, "size": 128}, [cat, other])


def _fields(idea: str, count: int) -> dict[str, Any]:
    return {"idea": idea, "count": count, "llm": "rules", "seed": 1}


def _make(studio: Studio, verb: str, fields: Mapping[str, Any], works: Sequence[int] = ()) -> list[int]:
    found, request = studio.check(verb, fields, works)
    inputs = tuple(map(studio.open_input, works))
    return [studio.keep(work, parents=works) for work in found.run(request, inputs, studio.desk)]

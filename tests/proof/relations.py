"""Do relations hold? Twelve relations with twenty pairs each, laid out and measured on outlines.

`python -m tests.proof.relations` draws each pair once and prints the share of layouts in which the asked relation holds.
"""

import sys
import tomllib
from pathlib import Path

from ganvas.service.draw_scene import draw_scene
from ganvas.service.imagine import plan_works
from ganvas.service.session import SESSION
from ganvas.vocabulary.brief import Brief, Element, Tie
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.request import ImagineRequest
from tests.proof.scenes import holds_relation, parts_of

PAIRS = Path(__file__).with_name("relations.toml")


def holds(relation: str, one: str, other: str, *, seed: int) -> bool:
    """Lay one pair out, and measure it. What is mixed must be one thing that is asked for as two."""
    elements = (Element(caption=one, count=5 if relation == "around" else 1), Element(caption=other))
    brief = Brief.model_validate(
        {"elements": elements, "relations": [Tie.model_validate({"subject": 1, "relation": relation, "object": 2})]}
    )
    pipeline = SESSION.open_pipeline("emoji-64")
    (made,) = plan_works(ImagineRequest(idea=one, brief=brief, count=1, seed=seed, size=128)).works
    parts = parts_of(made, pipeline)
    if relation == "mixed with":
        whole = draw_scene(made, pipeline).provenance
        assert isinstance(whole, SceneProvenance)
        return len(parts) == 1 and bool(whole.conditions[0].mixed)
    return holds_relation(relation, *([part for part in parts if part.element == number] for number in (0, 1)))


def main() -> None:
    """Draw, measure, print."""
    whole: list[bool] = []
    for relation, pairs in tomllib.loads(PAIRS.read_text(encoding="utf-8"))["pairs"].items():
        found = [holds(relation, *pair.split("/"), seed=number) for number, pair in enumerate(pairs)]
        missed = [pair for pair, one in zip(pairs, found, strict=True) if not one]
        sys.stdout.write(f"{relation}: {sum(found)} of {len(found)}{f', not {missed}' if missed else ''}\n")
        whole += found
    sys.stdout.write(f"all: {sum(whole) / len(whole):.3f} of {len(whole)}\n")


if __name__ == "__main__":
    main()

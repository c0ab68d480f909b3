"""How long a warm picture takes: through the service with a brief at hand, and the generator alone."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ganvas.language.text.embed import embed
from ganvas.models.session import GraphSession
from ganvas.pipelines.image import ImagePipeline
from ganvas.service.session import SESSION
from ganvas.service.write import write
from ganvas.vocabulary.condition import Condition, Weighted
from tests.service.fakes import imagine

pytestmark = pytest.mark.proof
Record = Callable[[str, object], None]


def milliseconds(work: Callable[[], object], *, times: int = 41) -> float:
    """Return the median wall time of something done often, after it was done once."""
    work()
    taken: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


@pytest.fixture(scope="module")
def pipeline() -> ImagePipeline:
    return SESSION.open_pipeline("emoji-64")


def test_a_warm_picture_with_a_brief_at_hand(pipeline: ImagePipeline, record_property: Record) -> None:
    """As with a brief from the cache: nobody is asked, all else is done."""
    brief = write("a red apple", pipeline, llm="rules", seed=1).brief
    seeds = iter(range(1000))

    def one() -> object:
        return imagine("a red apple", count=1, seed=next(seeds), brief=brief)

    taken = milliseconds(one)
    record_property("warm picture, brief at hand, ms", f"{taken:.1f}")
    record_property("... of which the enlarger is a part", pipeline.enlarger is not None)
    assert taken <= 60


def test_a_warm_picture_that_the_rules_write(record_property: Record) -> None:
    ideas = iter(f"a red apple and {number} cats" for number in range(1000))
    taken = milliseconds(lambda: imagine(next(ideas), count=1, seed=1, llm="rules"))
    record_property("warm picture, fresh idea, rules, ms", f"{taken:.1f}")


@pytest.mark.parametrize("threads", [2, 1])
def test_the_generator_alone(threads: int, pipeline: ImagePipeline, record_property: Record) -> None:
    told = Condition(words=(Weighted(phrase="red apple"),), labels={"style": pipeline.styles[0]})
    parts = embed([told], takes=pipeline.manifest.takes, encoder=pipeline.encoder)
    feed: dict[str, Any] = {"z": pipeline.noise(1, number=0), **parts}
    mapping, synthesis = (
        GraphSession(pipeline.graphs[f"{name}.onnx"], where=name, threads=threads) for name in ("mapping", "synthesis")
    )

    def one() -> object:
        (w,) = mapping.run(["w"], feed)
        return synthesis.run(["work"], {"w": np.asarray(w)})

    taken = milliseconds(one)
    record_property(f"generator alone, {threads} thread(s), ms", f"{taken:.1f}")
    assert threads == 1 or taken <= 5

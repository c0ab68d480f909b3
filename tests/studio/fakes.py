"""Works that need no model, and a way to wait for a job."""

import time

import numpy as np

from ganvas.studio.forms import Kept, keep_work
from ganvas.studio.jobs import Job
from ganvas.studio.studio import Studio
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.provenance import SceneProvenance
from ganvas.vocabulary.work import Work


def made_of(idea: str, *, number: int = 0, caption: str = "robot") -> SceneProvenance:
    """Return a record that nothing has drawn."""
    return SceneProvenance(
        version="0",
        model="nobody",
        model_digest="0" * 64,
        idea=idea,
        number=number,
        brief=Brief(elements=(Element(caption=caption),)),
        conditions=(Condition(words=(Weighted(phrase=caption),), labels={"style": "noto"}),),
    )


def kept(idea: str, *, number: int = 0, caption: str = "robot") -> Kept:
    """Return a small picture as it is kept."""
    pixels = np.full((4, 4, 3), number % 256, dtype=np.uint8)
    return keep_work(Work(pixels, made_of(idea, number=number, caption=caption)))


def finished(studio: Studio, job: Job, *, seconds: float = 60) -> Job:
    """Wait until a job has ended."""
    end = time.monotonic() + seconds
    while (now := studio.jobs.get(job.id)).state in ("queued", "running"):
        assert time.monotonic() < end, f"job {job.id} is {now.state} still"
        time.sleep(0.02)
    return now

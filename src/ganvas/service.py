"""What a person can do, whatever door they come through: imagine, replay, ask what something is."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

import ganvas
from ganvas.ground.config import is_printable
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.bridge import bridge
from ganvas.language.cache import brief_key, remembered
from ganvas.language.choose import open_language_model
from ganvas.language.director import Directed, direct, plain
from ganvas.pipelines import ImagePipeline, load, models
from ganvas.pipelines.base import DEFAULT
from ganvas.pipelines.scene import draw_scenes
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import Provenance

MAX_WORKS = 64
"""Works drawn at once: what makes them all again must fit into the text of one sheet."""
MAX_IDEA = 1000
CANVAS = 256
PIPELINE = "scene"


@dataclass(frozen=True)
class Work:
    """One drawn work: uint8 (H, W, 3), and what makes it again."""

    pixels: np.ndarray
    provenance: Provenance


def fresh_seed() -> int:
    """Return a seed that nobody chose, short enough to type again."""
    return secrets.randbelow(2**31)


def imagine(
    idea: str,
    *,
    model: str = DEFAULT,
    count: int = 8,
    seed: int | None = None,
    llm: str = "auto",
    truncation: float = 1.0,
) -> tuple[list[Work], Directed]:
    """Turn an idea, in any language the encoder knows, into works; also return who wrote the scene and how.

    llm: "auto", "none" (the person's words alone), "rules", "local" or "http". Works differ in noise and, where the brief leaves
    the style open, in style. Raises InputError, or LanguageModelError when a language model named outright does not answer.
    """
    idea = checked_idea(idea)
    if not 1 <= count <= MAX_WORKS:
        raise InputError(f"cannot draw {count} works at once", where="-n", do=f"choose 1 to {MAX_WORKS}")
    seed = fresh_seed() if seed is None else seed
    if not 0 <= seed < 2**63:
        raise InputError(f"{seed} is not between 0 and 2^63 - 1", where="--seed", do="choose a whole number from 0 up")
    if not 0 <= truncation <= 2:
        raise InputError(f"{truncation} is not between 0 and 2", where="--truncation", do="choose about 0.5 to 1")
    pipeline = load(model)
    directed = write(idea, pipeline, llm=llm, seed=seed)
    conditions = bridge(idea, directed.brief, pipeline.manifest.takes)
    made = [
        Provenance(
            version=ganvas.__version__, pipeline=PIPELINE, model=pipeline.manifest.name, model_digest=pipeline.digest, idea=idea,
            writer=directed.writer, note=directed.note, brief=directed.brief,
            conditions=styled(conditions, pipeline.styles, number=number), words_seed=seed, noise_seed=seed, number=number,
            truncation=truncation,
        )
        for number in range(count)
    ]  # fmt: skip
    return draw(made, pipeline), directed


def write(idea: str, pipeline: ImagePipeline, *, llm: str, seed: int) -> Directed:
    """Have the scene written by whom `llm` names. A model that takes no words is asked for nothing.

    With "auto" the rules write when the language model does not answer; one named outright raises LanguageModelError.
    """
    model = open_language_model(llm)
    if llm == "none" or pipeline.lexicon is None or pipeline.encoder is None:
        return plain(idea)
    ask = partial(direct, idea, model=model, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed)
    try:
        return remembered(brief_key(idea, model=model, seed=seed, vocabulary=pipeline.digest), ask)
    except LanguageModelError:
        if llm != "auto" or model is None:
            raise
        directed = direct(idea, model=None, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed)
        return directed._replace(note=f"the language model did not answer (--llm {model.name} says why); rules wrote the scene")


def styled(conditions: Sequence[Condition], styles: Sequence[str], *, number: int) -> tuple[Condition, ...]:
    """Give conditions without a style the number's own: works go through the styles, and one work stays in one."""
    if not styles:
        return tuple(conditions)
    own = styles[number % len(styles)]
    return tuple(condition.model_copy(update={"labels": {"style": own, **condition.labels}}) for condition in conditions)


def draw(made: Sequence[Provenance], pipeline: ImagePipeline) -> list[Work]:
    """Draw works from what makes them, all of one brief, seed and truncation."""
    first = made[0]
    brief = first.brief
    if brief is None or any(len(one.conditions) != len(brief.elements) for one in made):
        raise InputError("the work does not say what was drawn: it has not one condition for each element")
    pictures = draw_scenes(
        pipeline, brief, [one.conditions for one in made], seed=first.noise_seed, numbers=[one.number for one in made],
        truncation=first.truncation, canvas=CANVAS,
    )  # fmt: skip
    return [Work(pixels, one) for pixels, one in zip(pictures, made, strict=True)]


def replay(provenance: Provenance, *, model: str | None = None) -> Work:
    """Draw a work again from its provenance, to the pixel. No language model is asked.

    The file may only name a model that came along; any other is named by the person. Raises InputError when the model at hand is
    not the one that made it.
    """
    if provenance.pipeline != PIPELINE:
        raise InputError(f"the work is of the kind {provenance.pipeline!r}, which this version does not draw")
    if model is None and provenance.model not in [folder.name for folder in models()]:
        raise InputError(f"the work was made by {provenance.model!r}, which is no model that came along",
                         do="give the folder of that model with -m")  # fmt: skip
    pipeline = load(model or provenance.model)
    if pipeline.digest != provenance.model_digest:
        raise InputError(f"the work was made by another {provenance.model}: digest {provenance.model_digest[:10]}, here "
                         f"{pipeline.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    return draw([provenance], pipeline)[0]


def checked_idea(idea: str) -> str:
    """Return an idea as one printable line, its words untouched. Raises InputError when there is nothing, or too much."""
    line = " ".join(idea.split())
    if not line:
        raise InputError("the idea is empty", do='say what to draw: ganvas imagine "a happy cat"')
    if len(line) > MAX_IDEA or not is_printable(line):
        raise InputError(
            f"the idea has {len(line):,} characters or some that cannot be printed", do=f"use one line of up to {MAX_IDEA:,}"
        )
    return line


def describe(brief: Brief) -> str:
    """Say a brief in one line."""
    things = ", ".join(
        f"{one.caption} ({one.size}, {one.place}{', ' + one.style if one.style else ''})" for one in brief.elements
    )
    return f"{things}; on {brief.background}"


def is_model(path: Path) -> bool:
    """Say whether a path is a model folder."""
    return (path / "model.json").is_file()

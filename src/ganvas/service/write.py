"""Write a scene for an idea: by a language model or by rules, or read one from a file."""

from functools import partial
from pathlib import Path

from ganvas.ground.config import load_settings
from ganvas.ground.errors import LanguageModelError
from ganvas.language.llm.selection import open_language_model
from ganvas.language.scene.brief_cache import brief_key, cache_brief
from ganvas.language.scene.director import Directed, direct, write_plain_brief
from ganvas.pipelines import ImagePipeline
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.plan import Plan
from ganvas.vocabulary.request import ImagineRequest

MAX_BRIEF = 20_000
PERSON = "person"
"""Who wrote a brief that came from a person's file."""


def read_brief(path: Path) -> Brief:
    """Read a brief from a person's file, .toml or .json, within bounds. Raises InputError."""
    return load_settings(Brief, path, what="brief", limit=MAX_BRIEF)


def write_scene(request: ImagineRequest, *, session: Session = SESSION) -> Directed:
    """Write a scene without drawing it, for a person to look at first. A brief in the request is
    returned as it is.
    """
    if request.brief:
        return Directed(request.brief, PERSON)
    return write(request.idea, session.open_pipeline(request.model), llm=request.llm, seed=request.seed or 0)


def write(idea: str, pipeline: ImagePipeline, *, llm: str, seed: int, scenes: int = 1) -> Directed:
    """Write the scene with the writer that `llm` names. For a model that takes no words, the idea alone
    is the scene.

    With "auto" the rules write when the language model does not answer, or not in the form it was
    asked for; a language model that was named raises
    LanguageModelError.
    """
    model = open_language_model(llm)
    if llm == "none" or pipeline.lexicon is None or pipeline.encoder is None:
        return write_plain_brief(idea)
    ask = partial(direct, idea, model=model, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed,
                  scenes=scenes)  # fmt: skip
    try:
        directed = cache_brief(brief_key(idea, model=model, seed=seed, vocabulary=f"{pipeline.digest}/{scenes}"), ask)
        if directed.unread and llm != "auto":
            raise LanguageModelError("it answered twice, and not in the form it was asked for", where=f"--llm {llm}",
                                     do="name a larger model, or leave it to --llm auto")  # fmt: skip
        return directed
    except LanguageModelError:
        if llm != "auto" or model is None:
            raise
        directed = direct(idea, model=None, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed)
        return directed._replace(note=f"the language model did not answer (--llm {model.name} says why); rules wrote the scene")


def describe_plan(plan: Plan) -> str:
    """Describe the plan of a piece in one line."""
    about = f"{plan.tonic} {plan.mode}, {plan.metre}, {plan.bars} bars, {plan.tempo} beats a minute, {plan.density}"
    return f"{about}: {' '.join(plan.chords)}"


def describe(brief: Brief) -> str:
    """Describe a scene in one line."""
    things = ", ".join(
        " ".join(part for part in (
            str(one.count) if one.count > 1 else "", one.colour or "", one.caption,
            f"({', '.join(part for part in (one.size, one.place, one.style, one.pose.removeprefix('upright')) if part)})",
        ) if part)
        for one in brief.elements
    )  # fmt: skip
    names = [one.caption for one in brief.elements]
    ties = "".join(f"; {names[tie.subject - 1]} {tie.relation} {names[tie.object - 1]}" for tie in brief.relations)
    around = f"in: {brief.ground}, {brief.sky}" if brief.ground != "none" else f"on {brief.background}"
    far = f"; far away: {', '.join(brief.scenery)}" if brief.scenery else ""
    return f"{things}{ties}; {around}{far}"

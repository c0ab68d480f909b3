"""Have a scene written for an idea: by a language model, by rules, or by a person in a file."""

from functools import partial
from pathlib import Path

from ganvas.ground.config import is_printable, load_toml, parse
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import parse_json, read_text
from ganvas.language.llm.selection import open_language_model
from ganvas.language.scene.brief_cache import brief_key, cache_brief
from ganvas.language.scene.director import Directed, direct, write_plain_brief
from ganvas.pipelines import ImagePipeline
from ganvas.service.session import open_pipeline
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.provenance import MAX_PROPOSALS
from ganvas.vocabulary.work import MAX_WORKS

MAX_IDEA = 1000
MAX_BRIEF = 20_000
PERSON = "person"
"""Who wrote a brief that came from a person's file."""


def check_numbers(*, count: int, seed: int, truncation: float, best_of: int) -> None:
    """Refuse numbers that nothing can be drawn with."""
    if not 1 <= count <= MAX_WORKS:
        raise InputError(f"cannot draw {count} works at once", where="-n", do=f"choose 1 to {MAX_WORKS}")
    if not 0 <= seed < 2**63:
        raise InputError(f"{seed} is not between 0 and 2^63 - 1", where="--seed", do="choose a whole number from 0 up")
    if not 0 <= truncation <= 2:
        raise InputError(f"{truncation} is not between 0 and 2", where="--truncation", do="choose about 0.5 to 1")
    if not 1 <= best_of <= MAX_PROPOSALS:
        raise InputError(f"cannot choose the best of {best_of}", where="--best-of", do=f"choose 1 to {MAX_PROPOSALS}")


def read_brief(path: Path) -> Brief:
    """Read a brief from a person's file, .toml or .json, within bounds. Raises InputError."""
    kind = path.suffix.lower()
    if kind not in (".toml", ".json"):
        raise InputError("is no brief", where=path, do="name a .toml or .json file")
    text = read_text(path, limit=MAX_BRIEF)
    return load_toml(Brief, path) if kind == ".toml" else parse(Brief, parse_json(text, where=path), where=path)


def write_for(idea: str, *, model: str, llm: str, seed: int) -> Directed:
    """Have a scene written and not drawn, for a person to look at first."""
    idea = checked_idea(idea)
    check_numbers(count=1, seed=seed, truncation=1.0, best_of=1)
    return write(idea, open_pipeline(model), llm=llm, seed=seed)


def write(idea: str, pipeline: ImagePipeline, *, llm: str, seed: int) -> Directed:
    """Have the scene written by whom `llm` names. A model that takes no words is asked for nothing.

    With "auto" the rules write when the language model does not answer, or not in the form it was asked for; one named outright
    raises LanguageModelError.
    """
    model = open_language_model(llm)
    if llm == "none" or pipeline.lexicon is None or pipeline.encoder is None:
        return write_plain_brief(idea)
    ask = partial(direct, idea, model=model, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed)
    try:
        directed = cache_brief(brief_key(idea, model=model, seed=seed, vocabulary=pipeline.digest), ask)
        if directed.unread and llm != "auto":
            raise LanguageModelError("it answered twice, and not in the form it was asked for", where=f"--llm {llm}",
                                     do="name a larger model, or leave it to --llm auto")  # fmt: skip
        return directed
    except LanguageModelError:
        if llm != "auto" or model is None:
            raise
        directed = direct(idea, model=None, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed)
        return directed._replace(note=f"the language model did not answer (--llm {model.name} says why); rules wrote the scene")


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

"""What a person can do, whatever door they come through: imagine, replay, ask what something is."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar, cast

import numpy as np

import ganvas
from ganvas.ground.config import is_printable, load_toml, parse
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import parse_json, read_text
from ganvas.language.bridge import bridge
from ganvas.language.cache import brief_key, remembered
from ganvas.language.choose import open_language_model
from ganvas.language.director import Directed, direct, plain
from ganvas.pipelines import ImagePipeline, load, models
from ganvas.pipelines.base import DEFAULT, Task, find, load_restyler, read_manifest
from ganvas.pipelines.restyle import Restyler, model_of_style, words_of
from ganvas.pipelines.scene import choose_elements, draw_elements, finish, judge_of
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import MAX_PROPOSALS, Provenance, Restyled, Tool
from ganvas.vocabulary.scene import first_layout, layout

MAX_WORKS = 64
"""Works drawn at once: what makes them all again must fit into the text of one sheet."""
MAX_IDEA = 1000
MAX_BRIEF = 20_000
CANVAS = 256
PIPELINE = "scene"
PERSON = "person"
"""Who wrote a brief that came from a person's file."""

ANYWAY = "noto"
"""The hand that all of emoji-64's drawings are taken for: redrawn in it they only get worse (docs/lab.md, 2026-11-28)."""

Ready = TypeVar("Ready", ImagePipeline, Restyler)


@dataclass(frozen=True)
class Work:
    """One drawn work: uint8 (H, W, 3), or 4 where its ground is clear, and what makes it again."""

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
    best_of: int = 1,
    brief: Brief | None = None,
    style: str | None = None,
    transparent: bool = False,
) -> tuple[list[Work], Directed]:
    """Turn an idea, in any language the encoder knows, into works; also return who wrote the scene and how.

    llm: "auto", "none" (the person's words alone), "rules", "local" or "http"; nobody is asked when a `brief` is given. best_of:
    proposals for each element, of which the model's judge keeps one. style: the hand of every element whose brief leaves it open;
    left out, works go through all hands. A restyler redraws them in it where one came along that learned from the model's own
    pictures; a style that the model has not may be any restyler's, which then redraws every element.
    transparent: works keep a clear ground. Raises InputError, or LanguageModelError when a language model named outright does not
    answer.
    """
    idea = checked_idea(idea)
    seed = fresh_seed() if seed is None else seed
    pipeline = checked(
        brief, model=model, count=count, seed=seed, truncation=truncation, best_of=best_of, style=style, transparent=transparent
    )
    style = exact(style, pipeline)
    directed = Directed(brief, PERSON) if brief else write(idea, pipeline, llm=llm, seed=seed)
    known = None if directed.writer == "none" else pipeline.lexicon  # the words alone are the words alone
    conditions = bridge(idea, directed.brief, pipeline.manifest.takes, known, model=pipeline.manifest.name)
    hand = hand_of(style, pipeline)
    named = hand[1].style if hand else style
    styles = (named,) if named in pipeline.styles else pipeline.styles
    made = [
        Provenance(
            version=ganvas.__version__, pipeline=PIPELINE, model=pipeline.manifest.name, model_digest=pipeline.digest, idea=idea,
            writer=directed.writer, note=directed.note, brief=directed.brief,
            conditions=styled(conditions, styles, number=number), words_seed=seed, noise_seed=seed, number=number,
            truncation=truncation, enlarger=tool_of(pipeline), transparent=transparent, restyled=hand[1] if hand else None,
        )
        for number in range(count)
    ]  # fmt: skip
    return [draw(one, pipeline, best_of=best_of, hand=hand[0] if hand else None) for one in made], directed


def checked(
    brief: Brief | None,
    *,
    model: str,
    count: int,
    seed: int,
    truncation: float,
    best_of: int,
    style: str | None,
    transparent: bool,
) -> ImagePipeline:
    """Refuse what cannot be drawn, before anybody writes or draws. Return the model, ready to draw."""
    _check_numbers(count=count, seed=seed, truncation=truncation, best_of=best_of)
    pipeline = opened(model)
    _check_wishes(pipeline, brief=brief, style=style, transparent=transparent)
    if best_of > 1:
        judge_of(pipeline)
    return pipeline


def _check_numbers(*, count: int, seed: int, truncation: float, best_of: int) -> None:
    """Refuse numbers that nothing can be drawn with."""
    if not 1 <= count <= MAX_WORKS:
        raise InputError(f"cannot draw {count} works at once", where="-n", do=f"choose 1 to {MAX_WORKS}")
    if not 0 <= seed < 2**63:
        raise InputError(f"{seed} is not between 0 and 2^63 - 1", where="--seed", do="choose a whole number from 0 up")
    if not 0 <= truncation <= 2:
        raise InputError(f"{truncation} is not between 0 and 2", where="--truncation", do="choose about 0.5 to 1")
    if not 1 <= best_of <= MAX_PROPOSALS:
        raise InputError(f"cannot choose the best of {best_of}", where="--best-of", do=f"choose 1 to {MAX_PROPOSALS}")


def _check_wishes(pipeline: ImagePipeline, *, brief: Brief | None, style: str | None, transparent: bool) -> None:
    """Refuse what a person asks for by name and the model cannot do: a hand it has not, a clear ground."""
    style = exact(style, pipeline)
    asked = [("--style", style)] if style and not hand_of(style, pipeline) else []
    asked += [(f"--brief: element {number}, style", one.style) for number, one in enumerate(brief.elements, 1)] if brief else []
    for where, name in asked:
        if name is not None and name not in pipeline.styles:
            known = f"choose one of {', '.join(pipeline.styles[:20])}" if pipeline.styles else "it has none"
            more = ", or MODEL/STYLE of a restyler" if where == "--style" else ""
            raise InputError(f"{pipeline.manifest.name} knows no style {name[:40]!r}", where=where, do=known + more)
    if brief:
        bridge("", brief, pipeline.manifest.takes, model=pipeline.manifest.name)
    if transparent and pipeline.manifest.channels != 4:
        raise InputError(
            f"{pipeline.manifest.name} draws no transparency", where="--transparent", do="name another model with -m"
        )


def opened(model: str) -> ImagePipeline:
    """Return a model ready to draw. One that was used lately stays open as long as its folder says the same."""
    return _ready(load, model, task="image")


def opened_restyler(model: str) -> Restyler:
    """Return a model ready to redraw, as `opened` does."""
    return _ready(load_restyler, model, task="restyle")


def _ready(by: Callable[[Path], Ready], model: str, *, task: Task) -> Ready:
    folder = find(model, task=task)
    return cast("Ready", _loaded(by, folder.resolve(), read_manifest(folder)[1]))


@lru_cache(maxsize=4)
def _loaded(by: Callable[[Path], ImagePipeline | Restyler], folder: Path, digest: str) -> ImagePipeline | Restyler:
    """Load a model. The digest of its manifest, which names every file's, is part of the key."""
    model = by(folder)
    assert model.digest == digest
    return model


def exact(style: str | None, pipeline: ImagePipeline) -> str | None:
    """Return the model's own name of a style that a person wrote with other capitals or hyphens; else what they wrote."""
    return next((one for one in pipeline.styles if style and words_of(one) == words_of(style)), style)


def hand_of(style: str | None, pipeline: ImagePipeline) -> tuple[Restyler, Restyled] | None:
    """Return what redraws a model's elements, and how, or None.

    That is the restyler that a style means where the model itself has none of that name (see `model_of_style`); for one that it
    has, the restyler that knows the model's own hands, if there is one (see `find_hands`).
    """
    if style is None:
        return None
    if style in pipeline.styles:
        own = pipeline.hands
        if own is None or style not in own.styles or style == ANYWAY:
            return None
        return own, Restyled(name=own.name, digest=own.digest, style=style)
    found = model_of_style(style)
    if found is None:
        return None
    restyler = opened_restyler(found[0])
    if found[1] not in restyler.styles:
        raise InputError(f"{restyler.name} knows no style {found[1][:40]!r}", where="--style",
                         do=f"choose one of {', '.join(restyler.styles[:20])}")  # fmt: skip
    return restyler, Restyled(name=restyler.name, digest=restyler.digest, style=found[1])


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
    _check_numbers(count=1, seed=seed, truncation=1.0, best_of=1)
    return write(idea, opened(model), llm=llm, seed=seed)


def write(idea: str, pipeline: ImagePipeline, *, llm: str, seed: int) -> Directed:
    """Have the scene written by whom `llm` names. A model that takes no words is asked for nothing.

    With "auto" the rules write when the language model does not answer, or not in the form it was asked for; one named outright
    raises LanguageModelError.
    """
    model = open_language_model(llm)
    if llm == "none" or pipeline.lexicon is None or pipeline.encoder is None:
        return plain(idea)
    ask = partial(direct, idea, model=model, lexicon=pipeline.lexicon, encoder=pipeline.encoder, seed=seed)
    try:
        directed = remembered(brief_key(idea, model=model, seed=seed, vocabulary=pipeline.digest), ask)
        if directed.unread and llm != "auto":
            raise LanguageModelError("it answered twice, and not in the form it was asked for", where=f"--llm {llm}",
                                     do="name a larger model, or leave it to --llm auto")  # fmt: skip
        return directed
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


def draw(made: Provenance, pipeline: ImagePipeline, *, best_of: int = 1, hand: Restyler | None = None) -> Work:
    """Draw a work from what makes it. With best_of above 1 the judge chooses, and what it kept is written down.

    hand: what redraws the elements of a work that says it was redrawn.
    """
    brief = made.brief
    if brief is None or len(made.conditions) != len(brief.elements):
        raise InputError("the work does not say what was drawn: it has not one condition for each element")
    told, seed, number = made.conditions, made.noise_seed, made.number
    if best_of == 1:
        drawn = draw_elements(pipeline, told, seed=seed, number=number, kept=made.kept, truncation=made.truncation)
    else:
        drawn = choose_elements(pipeline, told, seed=seed, number=number, best_of=best_of, truncation=made.truncation)
    first = made.format == 1
    placed = layout(brief, canvas=CANVAS, seed=made.words_seed, number=made.number)
    placed = first_layout(brief, canvas=CANVAS) if first else placed
    ground = None if made.transparent else brief.background
    enlarge = pipeline.enlarger if made.enlarger else None
    elements = drawn.pixels
    if made.restyled is not None:
        assert hand is not None
        asked = made.restyled.style
        theirs = [condition.labels.get("style", asked) if asked in pipeline.styles else asked for condition in told]
        elements = np.stack([
            hand(one, style=asked, strength=made.restyled.strength) if own == asked else one
            for one, own in zip(elements, theirs, strict=True)
        ])  # fmt: skip
    pixels = finish(elements, placed, background=ground, canvas=CANVAS, enlarge=enlarge, fill=not first)
    return Work(pixels, made.model_copy(update={"kept": drawn.kept}))


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
    pipeline = opened(model or provenance.model)
    if pipeline.digest != provenance.model_digest:
        raise InputError(f"the work was made by another {provenance.model}: digest {provenance.model_digest[:10]}, here "
                         f"{pipeline.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    if provenance.enlarger and provenance.enlarger != tool_of(pipeline):
        name, digest = provenance.enlarger.name, provenance.enlarger.digest
        raise InputError(f"the work was enlarged by {name} {digest[:10]}, which is not here",
                         do=f"replay it with the version of Ganvas that made it, {provenance.version}")  # fmt: skip
    if provenance.transparent and pipeline.manifest.channels != 4:
        raise InputError(f"the work has a clear ground, which {pipeline.manifest.name} cannot draw")
    return draw(provenance, pipeline, hand=again(provenance.restyled) if provenance.restyled else None)


def again(restyled: Restyled, *, model: str | None = None) -> Restyler:
    """Return the restyler that had a part in a work. Raises InputError where it is not here."""
    if model is None and restyled.name not in [folder.name for folder in models()]:
        raise InputError(f"the work was redrawn by {restyled.name!r}, which is no model that came along",
                         do="give the folder of that model with -m")  # fmt: skip
    restyler = opened_restyler(model or restyled.name)
    if restyler.digest != restyled.digest:
        raise InputError(f"the work was redrawn by another {restyled.name}: digest {restyled.digest[:10]}, here "
                         f"{restyler.digest[:10]}", do="name the model that made it with -m")  # fmt: skip
    return restyler


def tool_of(pipeline: ImagePipeline) -> Tool | None:
    """Name what makes the elements of a model larger, or None."""
    enlarger = pipeline.enlarger
    return Tool(name=enlarger.name, digest=enlarger.digest) if enlarger else None


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

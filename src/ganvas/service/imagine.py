"""What a person can do, whatever door they come through: imagine, replay, ask what something is."""

import secrets
from collections.abc import Sequence

import numpy as np

import ganvas
from ganvas.ground.errors import InputError
from ganvas.language.scene.bridge import bridge
from ganvas.language.scene.director import Directed
from ganvas.models.find import DEFAULT
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.restyle import Restyler, model_of_style, words_of
from ganvas.pipelines.scene import choose_elements, draw_elements, finish, judge_of
from ganvas.service.session import open_pipeline, open_restyler
from ganvas.service.write import PERSON, check_numbers, checked_idea, write
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import Provenance, Restyled, Tool
from ganvas.vocabulary.scene import first_layout, layout
from ganvas.vocabulary.work import Work

CANVAS = 256
PIPELINE = "scene"

ANYWAY = "noto"
"""The hand that all of emoji-64's drawings are taken for: redrawn in it they only get worse (docs/lab.md, 2026-11-28)."""


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
    style = exact_style(style, pipeline)
    directed = Directed(brief, PERSON) if brief else write(idea, pipeline, llm=llm, seed=seed)
    known = None if directed.writer == "none" else pipeline.lexicon  # the words alone are the words alone
    conditions = bridge(idea, directed.brief, pipeline.manifest.takes, known, model=pipeline.manifest.name)
    hand = restyler_for(style, pipeline)
    named = hand[1].style if hand else style
    styles = (named,) if named in pipeline.styles else pipeline.styles
    made = [
        Provenance(
            version=ganvas.__version__, pipeline=PIPELINE, model=pipeline.manifest.name, model_digest=pipeline.digest, idea=idea,
            writer=directed.writer, note=directed.note, brief=directed.brief,
            conditions=assign_styles(conditions, styles, number=number), words_seed=seed, noise_seed=seed, number=number,
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
    check_numbers(count=count, seed=seed, truncation=truncation, best_of=best_of)
    pipeline = open_pipeline(model)
    _check_wishes(pipeline, brief=brief, style=style, transparent=transparent)
    if best_of > 1:
        judge_of(pipeline)
    return pipeline


def _check_wishes(pipeline: ImagePipeline, *, brief: Brief | None, style: str | None, transparent: bool) -> None:
    """Refuse what a person asks for by name and the model cannot do: a hand it has not, a clear ground."""
    style = exact_style(style, pipeline)
    asked = [("--style", style)] if style and not restyler_for(style, pipeline) else []
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


def exact_style(style: str | None, pipeline: ImagePipeline) -> str | None:
    """Return the model's own name of a style that a person wrote with other capitals or hyphens; else what they wrote."""
    return next((one for one in pipeline.styles if style and words_of(one) == words_of(style)), style)


def restyler_for(style: str | None, pipeline: ImagePipeline) -> tuple[Restyler, Restyled] | None:
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
    restyler = open_restyler(found[0])
    if found[1] not in restyler.styles:
        raise InputError(f"{restyler.name} knows no style {found[1][:40]!r}", where="--style",
                         do=f"choose one of {', '.join(restyler.styles[:20])}")  # fmt: skip
    return restyler, Restyled(name=restyler.name, digest=restyler.digest, style=found[1])


def assign_styles(conditions: Sequence[Condition], styles: Sequence[str], *, number: int) -> tuple[Condition, ...]:
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


def tool_of(pipeline: ImagePipeline) -> Tool | None:
    """Name what makes the elements of a model larger, or None."""
    enlarger = pipeline.enlarger
    return Tool(name=enlarger.name, digest=enlarger.digest) if enlarger else None

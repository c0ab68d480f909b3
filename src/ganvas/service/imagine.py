"""Imagine: an idea becomes a scene, and the scene becomes works, one by one."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ganvas.ground.errors import InputError
from ganvas.ground.version import __version__
from ganvas.language.scene.arrange import varied
from ganvas.language.scene.bridge import bridge
from ganvas.language.scene.director import MAX_SCENES, Directed
from ganvas.pipelines import ImagePipeline, Restyler
from ganvas.pipelines.restyle import model_of_style, words_of
from ganvas.pipelines.scene import judge_of
from ganvas.service.draw_scene import draw_scene, enlarger_of
from ganvas.service.session import SESSION, Session
from ganvas.service.write import PERSON, write
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.provenance import CANVAS, Restyled, SceneProvenance
from ganvas.vocabulary.request import ImagineRequest
from ganvas.vocabulary.work import Work

NEVER_RESTYLED = "noto"
"""The style that all of emoji-64's drawings are taken for: redrawn in it they only get worse
(docs/lab.md, 2026-11-28).
"""


@dataclass(frozen=True)
class Plan:
    """What will be drawn: the scene, who wrote it, what makes each work again, and the open models
    that draw them.
    """

    directed: Directed
    works: tuple[SceneProvenance, ...]
    pipeline: ImagePipeline
    restyler: Restyler | None
    best_of: int


def imagine(request: ImagineRequest, *, session: Session = SESSION) -> Iterator[Work]:
    """Turn an idea, in any language the encoder knows, into works, and yield each as soon as it is
    drawn.

    Raises InputError, or LanguageModelError when a language model that was named does not answer.
    """
    yield from draw_works(plan_works(request, session=session))


def plan_works(request: ImagineRequest, *, session: Session = SESSION) -> Plan:
    """Write the scene and the record of each work; nothing is drawn yet. Raises as `imagine` does."""
    pipeline = check_request(request, session=session)
    seed = fresh_seed() if request.seed is None else request.seed
    idea, brief = request.idea, request.brief
    scenes = min(request.count, MAX_SCENES)
    directed = Directed(brief, PERSON) if brief else write(idea, pipeline, llm=request.llm, seed=seed, scenes=scenes)
    lexicon = None if directed.writer == "none" else pipeline.lexicon  # "none" means the person's words alone
    style = exact_style(request.style, pipeline)
    restyler, restyled = restyler_for(style, pipeline, session=session) or (None, None)
    named = restyled.style if restyled else style
    own = (named,) if named in pipeline.styles else None
    parts: list[tuple[Brief, Sequence[Condition], Sequence[str]]] = []
    for one in directed.scenes:
        takes, mixes = pipeline.manifest.takes, pipeline.manifest.appearance > 0
        conditions = bridge(idea, one, takes, lexicon, model=pipeline.manifest.name, mixes=mixes)
        parts.append((one, conditions, own or pipeline.styles_for(conditions)))
    works = tuple(
        SceneProvenance(
            version=__version__, model=pipeline.manifest.name, model_digest=pipeline.digest, idea=idea,
            writer=directed.writer, note=directed.note[:1000], brief=scene if brief else varied(scene, number),
            conditions=assign_styles(conditions, styles, number=number), words_seed=seed, noise_seed=seed, number=number,
            truncation=request.truncation, enlarger=enlarger_of(pipeline, restyled=restyled is not None),
            transparent=request.transparent, restyled=restyled, size=request.size,
        )
        for number in range(request.count)
        for scene, conditions, styles in (parts[number % len(parts)],)
    )  # fmt: skip
    return Plan(directed, works, pipeline, restyler, request.best_of)


def draw_works(planned: Plan) -> Iterator[Work]:
    """Draw what was planned, one work at a time."""
    for made in planned.works:
        yield draw_scene(made, planned.pipeline, best_of=planned.best_of, restyler=planned.restyler)


def fresh_seed() -> int:
    """Return a random seed, short enough to type again."""
    return secrets.randbelow(2**31)


def check_request(request: ImagineRequest, *, session: Session = SESSION) -> ImagePipeline:
    """Raise InputError for what the model cannot draw, before anything is written or drawn. Return
    the model, ready to draw.
    """
    pipeline = session.open_pipeline(request.model)
    _check_styles(request, pipeline, session=session)
    _check_size(pipeline, request.size)
    if request.brief:
        bridge("", request.brief, pipeline.manifest.takes, model=pipeline.manifest.name)
    if request.transparent and pipeline.manifest.channels != 4:
        raise InputError(
            f"{pipeline.manifest.name} draws no transparency", where="--transparent", do="name another model with -m"
        )
    if request.best_of > 1:
        judge_of(pipeline)
    return pipeline


def _check_styles(request: ImagineRequest, pipeline: ImagePipeline, *, session: Session) -> None:
    """Refuse a style that neither the model nor a restyler knows, named by itself or in the brief."""
    style = exact_style(request.style, pipeline)
    named = [("--style", style)] if style and not restyler_for(style, pipeline, session=session) else []
    named += _styles_of(request.brief) if request.brief else []
    for where, name in named:
        if name not in pipeline.styles:
            known = f"choose one of {', '.join(pipeline.styles[:20])}" if pipeline.styles else "it has none"
            more = ", or MODEL/STYLE of a restyler" if where == "--style" else ""
            raise InputError(f"{pipeline.manifest.name} knows no style {name[:40]!r}", where=where, do=known + more)


def _styles_of(brief: Brief) -> list[tuple[str, str]]:
    """Return the styles that a brief names, each with its place in it."""
    return [(f"--brief: element {number}, style", one.style) for number, one in enumerate(brief.elements, 1) if one.style]


def _check_size(pipeline: ImagePipeline, size: int) -> None:
    """Refuse a canvas that an opaque model cannot fill."""
    name, manifest = pipeline.manifest.name, pipeline.manifest
    if size != CANVAS and manifest.channels != 4 and not manifest.palette:
        raise InputError(f"{name} draws {manifest.size} pixels and nothing else", where="--size", do="leave it out")


def exact_style(style: str | None, pipeline: ImagePipeline) -> str | None:
    """Return the model's own name of a style that a person wrote with other capitals or hyphens;
    else what they wrote.
    """
    return next((one for one in pipeline.styles if style and words_of(one) == words_of(style)), style)


def restyler_for(style: str | None, pipeline: ImagePipeline, *, session: Session = SESSION) -> tuple[Restyler, Restyled] | None:
    """Return what redraws a model's elements, and how, or None.

    That is the restyler that a style means where the model itself has none of that name (see
    `model_of_style`); for one that it has, the restyler that learned the model's own styles, if
    there is one.
    """
    if style is None:
        return None
    if style in pipeline.styles:
        own = pipeline.own_restyler
        if own is None or style not in own.styles or style == NEVER_RESTYLED:
            return None
        return own, Restyled(name=own.name, digest=own.digest, style=style)
    found = model_of_style(style)
    if found is None:
        return None
    restyler = session.open_restyler(found[0])
    if found[1] not in restyler.styles:
        raise InputError(f"{restyler.name} knows no style {found[1][:40]!r}", where="--style",
                         do=f"choose one of {', '.join(restyler.styles[:20])}")  # fmt: skip
    return restyler, Restyled(name=restyler.name, digest=restyler.digest, style=found[1])


def assign_styles(conditions: Sequence[Condition], styles: Sequence[str], *, number: int) -> tuple[Condition, ...]:
    """Give the conditions of a work that name no style one of `styles`, by the work's number: works take
    turns through the styles, and one work stays in one.
    """
    if not styles:
        return tuple(conditions)
    own = styles[number % len(styles)]
    return tuple(condition.model_copy(update={"labels": {"style": own, **condition.labels}}) for condition in conditions)

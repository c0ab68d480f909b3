"""Push: works moved along directions of their model, and strips that show what a direction does."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from ganvas.ground.errors import InputError
from ganvas.models.find import bundled, is_model
from ganvas.pipelines.directions import Report, directions_of, find_direction
from ganvas.service.explored import explore
from ganvas.service.open_maker import ReplayContext, open_maker
from ganvas.service.replay import replay_from
from ganvas.vocabulary.provenance import AnyProvenance
from ganvas.vocabulary.steps import MOST_PUSHES, Push, Pushed
from ganvas.vocabulary.work import MAX_WORKS, Work

STRIP = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""How far the works of a strip are pushed."""

Shown = tuple[Iterator[Work], int, int]
"""Works, how many there are, and how many stand in a row of their sheet."""

_PUSH = re.compile(r"(?P<what>.+?)\s*=\s*(?P<amount>[+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*", re.DOTALL)


def read_pushes(given: Sequence[str]) -> tuple[Push, ...]:
    """Read pushes that a person wrote: `darker=+2`, or `sad face->happy face=1`. Raises InputError."""
    if len(given) > MOST_PUSHES:
        raise InputError(f"{len(given)} directions are more than {MOST_PUSHES} at once", where="--push")
    return tuple(map(_read_push, given))


def _read_push(text: str) -> Push:
    found = _PUSH.fullmatch(text)
    if found is None:
        raise InputError(f"{text[:60]!r} says no direction and how far", where="--push",
                         do='write darker=+1, or "sad face->happy face=1"')  # fmt: skip
    start, arrow, end = found["what"].partition("->")
    try:
        if arrow:
            return Push(words=(start, end), amount=float(found["amount"]))
        return Push(along=start.strip(), amount=float(found["amount"]))
    except ValidationError as error:
        raise InputError(f"{text[:60]!r} is no direction with an amount from -10 to 10", where="--push") from error


def push(made: AnyProvenance, pushes: tuple[Push, ...], context: ReplayContext, *, number: int = 0) -> Work:
    """Draw a work pushed along directions, all at once. Raises InputError for a direction that its model has not."""
    return replay_from(explore(Pushed(pushes=pushes), made, number=number), context.anew())


def push_all(made: AnyProvenance, pushes: tuple[Push, ...], context: ReplayContext) -> Shown:
    """Draw a work pushed along directions, all at once."""
    return iter([push(made, pushes, context)]), 1, 1


def strips(made: AnyProvenance, context: ReplayContext, *, report: Report | None = None) -> Shown:
    """Draw a work pushed to both sides along each direction of its model: a row each, in the middle as it was."""
    names = list(directions_of(open_maker(made, context), report=report))[: MAX_WORKS // len(STRIP)]
    every = [Push(along=name, amount=amount) for name in names for amount in STRIP]
    works = (push(made, (one,), context, number=number) for number, one in enumerate(every))
    return works, len(every), len(STRIP)


def is_model_name(what: str) -> bool:
    """Say whether a person named a model, and no file."""
    return bundled(what) is not None or is_model(Path(what)) or (not Path(what).suffix and not Path(what).exists())


def names_of(model: str, context: ReplayContext, *, report: Report | None = None) -> list[str]:
    """Return the names of a model's directions. Raises InputError where there is no such model."""
    return list(directions_of(context.session.open_pipeline(model), report=report))


def check_pushes(pushes: Sequence[Push], model: str, context: ReplayContext, *, report: Report | None = None) -> None:
    """Raise InputError for a direction that a model has not, before anything is drawn."""
    pipeline = context.session.open_pipeline(model)
    if any(one.along is not None for one in pushes):
        directions_of(pipeline, report=report)
    for one in pushes:
        if one.along is not None:
            find_direction(pipeline, one.along)
        elif not pipeline.manifest.takes.words:
            raise InputError(f"{pipeline.manifest.name} takes no words", where="--push", do="name one of its directions")

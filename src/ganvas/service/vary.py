"""Vary: neighbours of a work."""

from collections.abc import Iterator

from ganvas.service.explored import explore
from ganvas.service.imagine import fresh_seed
from ganvas.service.open_maker import ReplayContext
from ganvas.service.replay import replay_from
from ganvas.vocabulary.provenance import AnyProvenance
from ganvas.vocabulary.request import PlaneRequest, VaryRequest
from ganvas.vocabulary.steps import Plane, Vary
from ganvas.vocabulary.work import Work


def vary(made: AnyProvenance, request: VaryRequest, context: ReplayContext) -> Iterator[Work]:
    """Draw neighbours of a work, one at a time. Raises InputError where it has no latents, or its model is not here."""
    seed = fresh_seed() if request.seed is None else request.seed
    for number in range(request.count):
        yield replay_from(explore(Vary(amount=request.amount), made, seed=seed, number=number), context.anew())


def plane(made: AnyProvenance, request: PlaneRequest, context: ReplayContext) -> Iterator[Work]:
    """Draw a plane of latents around a work, row by row; the work is in the middle. Raises InputError as `vary` does."""
    seed = fresh_seed() if request.seed is None else request.seed
    middle = request.count // 2
    for row in range(-middle, middle + 1):
        for column in range(-middle, middle + 1):
            step = Plane(right=column / middle, down=row / middle)
            number = (row + middle) * request.count + column + middle
            yield replay_from(explore(step, made, seed=seed, number=number), context.anew())

"""What a studio can do, one entry a verb: its request, how many works it starts from, and the service that does it.

A new kind of work needs an entry in VERBS and nothing else here: the API and the page list what stands there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from ganvas.ground.config import Frozen
from ganvas.ground.errors import InputError
from ganvas.service.compose import compose
from ganvas.service.explored import explore
from ganvas.service.imagine import fresh_seed, imagine
from ganvas.service.mix import mix
from ganvas.service.open_maker import ReplayContext
from ganvas.service.pictures import FoundPicture
from ganvas.service.push import push
from ganvas.service.recolour import recolour
from ganvas.service.replay import replay_from
from ganvas.service.restyle import StyleChoice, open_picture, restyle
from ganvas.service.session import Session
from ganvas.service.vary import plane, vary
from ganvas.service.verse import write_verse
from ganvas.service.walk import walk
from ganvas.studio import requests
from ganvas.studio.model_list import ModelList
from ganvas.vocabulary.animation import Animation
from ganvas.vocabulary.provenance import AnyProvenance, Provenance
from ganvas.vocabulary.request import MixRequest, PlaneRequest, RecolourRequest, VaryRequest, WalkRequest
from ganvas.vocabulary.steps import MOST_STOPS, Plane
from ganvas.vocabulary.work import Work

Made = Work | Animation
Request = TypeVar("Request", bound=Frozen)


@dataclass(frozen=True)
class Input:
    """A work of the gallery that another is made of: its number, file, its records. picture: what it was made from."""

    number: int
    path: Path
    records: tuple[Provenance, ...]
    picture: Path | None = None

    @property
    def made(self) -> AnyProvenance:
        """What makes it again. Raises InputError where Ganvas did not make it, or where it is a sheet."""
        if len(self.records) != 1:
            what = "is a sheet of several works" if self.records else "is a picture from elsewhere, which has no latents"
            raise InputError(what, where=f"work {self.number}", do="choose a work that Ganvas drew, or restyle this one")
        return self.records[0]  # pyright: ignore[reportReturnType] (KINDS holds AnyProvenance's classes)


@dataclass(frozen=True)
class Desk:
    """What a verb works with: the open models, and the list of those that there are."""

    session: Session
    models: ModelList

    def context(self, one: Input) -> ReplayContext:
        """Return what drawing with a work may use: its own model, and the picture that it was made from."""
        model = self.models.maker_of(one.records[0]) if one.records else None
        return ReplayContext(str(one.path), model, one.picture, self.session)


@dataclass(frozen=True)
class Verb:
    """Something that a studio does. takes: least and most works. total: how many works a request will make.

    task: the kind of model that it needs. slot: where the page offers it: words to start from, or a work to go on from.
    """

    name: str
    request: type[Frozen]
    run: Callable[[Any, tuple[Input, ...], Desk], Iterator[Made]]
    task: str
    takes: tuple[int, int] = (0, 0)
    total: Callable[[Any], int] = field(default=lambda request: getattr(request, "count", 1))

    @property
    def slot(self) -> Literal["make", "explore"]:
        """Where the page offers it."""
        return "explore" if self.takes[1] else "make"


def settle(request: Request) -> Request:
    """Give a request a seed where it has none, so that it makes the same works when it is done again."""
    if "seed" in type(request).model_fields and getattr(request, "seed", 0) is None:
        return request.model_copy(update={"seed": fresh_seed()})
    return request


def resolve(request: Request, models: ModelList) -> Request:
    """Put what the services call a model in place of its closed name. Raises InputError for a name that is not in the list."""
    changed: dict[str, object] = {}
    if (model := getattr(request, "model", None)) is not None:
        changed["model"] = models.resolve(model)
    if (style := getattr(request, "style", None)) and isinstance(style, str) and "/" in style:
        name, _, own = style.partition("/")
        changed["style"] = f"{models.resolve(name)}/{own}"
    return request.model_copy(update=changed)


def _imagine(request: requests.Imagine, _: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    return imagine(resolve(request, desk.models), session=desk.session)


def _compose(request: requests.Compose, _: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    return compose(resolve(request, desk.models), session=desk.session)


def _write(request: requests.Write, _: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    return write_verse(resolve(request, desk.models), session=desk.session)


def _restyle(request: requests.Restyle, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    restyler = desk.session.open_restyler(desk.models.resolve(request.model))
    # not by `choose_style`, which looks whether words are the name of a file, and would tell a stranger so
    choice = StyleChoice(restyler, restyler.read(request.to, strength=request.strength), request.to)
    yield restyle(open_picture(FoundPicture(works[0].path)), choice)


def _vary(request: VaryRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    return vary(works[0].made, request, desk.context(works[0]))


def _mix(request: MixRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    return mix(works[0].made, works[1].made, request, desk.context(works[0]))


def _walk(request: WalkRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Made]:
    yield walk([one.made for one in works], request, desk.context(works[0]))


def _recolour(request: RecolourRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    yield recolour(works[0].made, request, desk.context(works[0]))


def _push(request: requests.PushRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    yield push(works[0].made, request.pushes, desk.context(works[0]))


def _plane(request: PlaneRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    return plane(works[0].made, request, desk.context(works[0]))


def _point(request: requests.PointRequest, works: tuple[Input, ...], desk: Desk) -> Iterator[Work]:
    made = explore(Plane(right=request.right, down=request.down), works[0].made, seed=request.seed)
    yield replay_from(made, desk.context(works[0]))


VERBS: dict[str, Verb] = {
    one.name: one
    for one in (
        Verb("imagine", requests.Imagine, _imagine, "image"),
        Verb("compose", requests.Compose, _compose, "music"),
        Verb("write", requests.Write, _write, "verse"),
        Verb("restyle", requests.Restyle, _restyle, "restyle", (1, 1)),
        Verb("vary", VaryRequest, _vary, "image", (1, 1)),
        Verb("mix", MixRequest, _mix, "image", (2, 2), lambda request: len(request.at)),
        Verb("walk", WalkRequest, _walk, "image", (2, MOST_STOPS), lambda request: request.frames),
        Verb("recolour", RecolourRequest, _recolour, "image", (1, 1)),
        Verb("push", requests.PushRequest, _push, "image", (1, 1)),
        Verb("plane", PlaneRequest, _plane, "image", (1, 1), lambda request: request.count**2),
        Verb("point", requests.PointRequest, _point, "image", (1, 1)),
    )
}

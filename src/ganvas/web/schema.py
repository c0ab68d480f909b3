"""What goes over the wire beside the records of `vocabulary` and `studio`: bodies of requests, and answers."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from ganvas.ground.config import Frozen, Label
from ganvas.studio.gallery import MOST_TAGS, Entry, Lineage
from ganvas.studio.model_list import ModelId, Offered
from ganvas.studio.requests import Writer
from ganvas.studio.verbs import VERBS, Verb
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.provenance import Seed
from ganvas.vocabulary.request import DRAWS, Words

Number = Annotated[int, Field(ge=1, lt=2**63)]


class VerbInfo(Frozen):
    """A verb as the page offers it. takes: least and most works that it starts from. fields: its request as a JSON schema."""

    name: str
    slot: Literal["make", "explore"]
    task: str
    takes: tuple[int, int]
    fields: dict[str, Any]


class About(Frozen):
    """What there is here: verbs, models, writers of scenes; and whether models can be trained, and scores engraved."""

    version: str
    verbs: tuple[VerbInfo, ...]
    models: tuple[Offered, ...]
    writers: tuple[str, ...]
    train: bool


class SceneBody(Frozen):
    """Write a scene for an idea, and draw nothing."""

    idea: Words
    model: ModelId = DRAWS
    llm: Writer = "auto"
    seed: Seed = 0


class Scene(Frozen):
    """A scene, and who wrote it."""

    brief: Brief
    writer: str
    note: str


class Changes(Frozen):
    """What a person says about a work."""

    favourite: bool | None = None
    tags: Annotated[tuple[Label, ...], Field(max_length=MOST_TAGS)] | None = None


class Details(Frozen):
    """A work with what makes it again, and its nearest kin."""

    work: Entry
    records: tuple[dict[str, Any], ...]
    lineage: Lineage


class Uploaded(Frozen):
    """What an archive is called from now on."""

    pictures: str


class Problem(Frozen):
    """What went wrong, in OpenAI's form."""

    message: str
    type: str
    param: str | None
    code: str | None


class Failure(Frozen):
    """The answer to a request that could not be done."""

    error: Problem


ERRORS: Mapping[int | str, dict[str, Any]] = {code: {"model": Failure} for code in (400, 401, 403, 404, 413, 429, 500, 503)}
"""Answers that any route may give."""


def body_of(verb: Verb) -> type[Frozen]:
    """Return the body of a verb's requests: its request, and the works that it starts from."""
    least, most = verb.takes
    needed = any(field.is_required() for field in verb.request.model_fields.values())
    works = Annotated[tuple[Number, ...], Field(min_length=least, max_length=most)]
    fields: dict[str, Any] = {
        "request": (verb.request, ... if needed else verb.request()), "works": (works, ... if least else ()),
    }  # fmt: skip
    return create_model(f"{verb.name.title()}Body", __base__=Frozen, **fields)


BODIES = {name: body_of(verb) for name, verb in VERBS.items()}

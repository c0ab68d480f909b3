"""Provenance makes a work again: which model, which seeds, which condition. It travels inside the
file.

`Provenance` is what the records of all kinds have in common. Each kind has one closed record of its
own, named in KINDS. Format 2 is what the first version wrote for both kinds that there were, so
each of these two records still holds the other's fields, empty.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import Field, model_validator

from ganvas.ground.config import Digest, Frozen, Label, Line, Name, parse
from ganvas.ground.errors import InputError
from ganvas.vocabulary.brief import MAX_DRAWN, MAX_ELEMENTS, MAX_SCENERY, Brief
from ganvas.vocabulary.condition import Condition
from ganvas.vocabulary.plan import Plan
from ganvas.vocabulary.steps import MOST_STOPS, Inverted, Mix, Packed, Side, Step, Walk
from ganvas.vocabulary.verse import FormName, Script

KEY = "ganvas"
"""The name of the PNG text that holds the provenance as JSON."""

PARAMETERS = "parameters"
"""The name of the PNG text that other tools read."""

MAX_BYTES = 200_000
MOST_GENERATIONS = 50
"""Works that one was made of, each of the one before."""
MAX_LINES = 40
"""Lines of a text that is kept in its record."""
MAX_PROPOSALS = 64
"""Proposals that a judge may choose one of."""

CANVAS: Side = 256
"""The side of a canvas where nothing else is asked; works made before there were others do not say it."""

Seed = Annotated[int, Field(ge=0, lt=2**63)]
Truncation = Annotated[float, Field(ge=0, le=2)]
Strength = Annotated[float, Field(ge=0, le=1)]


class Tool(Frozen):
    """A second model that had a part in a work."""

    name: Name
    digest: Digest


class Restyled(Tool):
    """An edit: a model redrew the work, or its elements, in a style. strength: 0 = as it was, 1 =
    all of the style.
    """

    style: Label
    strength: Strength = 1.0


class Picture(Frozen):
    """A picture that a work was made from: its file's name, and the sha256 of its pixels, upright,
    after its shape.
    """

    name: Line
    digest: Digest


class Provenance(Frozen):
    """What every kind of work needs to be made again, without asking a language model or a judge.

    pipeline: the kind of work. idea: the person's words, verbatim. writer: who wrote the scene.
    words_seed: the seed of writing and layout; noise_seed: of drawing. number: which of the works
    drawn from the same seeds this is. conditions: what the model was asked for. parents: what made
    the work that this one was made from, where Ganvas did. Format 1 knew no parents, and no layout
    that differs between works.
    """

    format: Literal[1, 2] = 2
    version: Name
    pipeline: Name
    model: Name
    model_digest: Digest
    idea: Line
    writer: Name = "none"
    note: Line = ""
    words_seed: Seed = 0
    noise_seed: Seed = 0
    number: Annotated[int, Field(ge=0, lt=10_000)] = 0
    conditions: tuple[Condition, ...] = Field(default=(), max_length=4)
    parents: tuple["AnyProvenance", ...] = Field(default=(), max_length=4)

    @property
    def edits(self) -> tuple[Restyled, ...]:
        """What was done to the drawing afterwards, in order."""
        return ()

    def details(self) -> dict[str, str]:
        """Name what else a person may want to know, for `parameters`."""
        edits = "; ".join(f"{edit.style} {edit.strength:g} ({edit.name})" for edit in self.edits)
        return {"Style": edits} if edits else {}

    def parameters(self) -> str:
        """Write the record as the one text that other tools show: the words, then `key: value`
        pairs.
        """
        phrases = "; ".join(words.phrase for condition in self.conditions for words in condition.words)
        pairs = {
            "Seed": self.noise_seed, "Model": self.model, "Model hash": self.model_digest[:10], "Number": self.number,
            **self.details(), "Version": f"ganvas {self.version}",
        }  # fmt: skip
        return f"{self.idea}\n{phrases}\n{', '.join(f'{name}: {value}' for name, value in pairs.items())}"


class SceneProvenance(Provenance):
    """A scene: the pictures of a brief's elements and scenery, composed.

    format: 3 is laid out by outlines on a ground; 2 in squares, a little different in each work; 1 in the same squares in each.
    conditions: one for each element and each thing of the scenery, in the brief's order. kept: which of its proposals was kept,
    for each picture; none = the first. enlarger: what made the elements larger, if anything did.
    restyled: what redrew them before that. transparent: no background.
    """

    pipeline: Literal["scene"] = "scene"  # pyright: ignore[reportIncompatibleVariableOverride] (frozen, so it may be narrower)
    format: Literal[1, 2, 3] = 3  # pyright: ignore[reportIncompatibleVariableOverride]
    brief: Brief
    conditions: tuple[Condition, ...] = Field(default=(), max_length=MAX_ELEMENTS + MAX_SCENERY)
    truncation: Truncation = 1.0
    kept: tuple[Annotated[int, Field(ge=0, lt=MAX_PROPOSALS)], ...] = Field(default=(), max_length=MAX_DRAWN)
    enlarger: Tool | None = None
    transparent: bool = False
    size: Side = CANVAS
    restyled: Restyled | None = None
    picture: None = None

    @property
    def edits(self) -> tuple[Restyled, ...]:
        """What redrew the elements."""
        return () if self.restyled is None else (self.restyled,)

    def details(self) -> dict[str, str]:
        """Name the proposals that were kept, and the edits."""
        return {**({"Kept": " ".join(map(str, self.kept))} if self.kept else {}), **super().details()}

    @model_validator(mode="after")
    def _has_a_condition_for_each_element(self) -> "SceneProvenance":
        if len(self.conditions) != len(self.brief.elements) + len(self.brief.scenery):
            raise ValueError("does not say what was drawn: there is not one condition for each element")
        return self


class RestyleProvenance(Provenance):
    """A picture redrawn in a style. idea: the words that the style was read from; the one condition
    holds the style and the source.
    """

    pipeline: Literal["restyle"] = "restyle"  # pyright: ignore[reportIncompatibleVariableOverride] (frozen, so it may be narrower)
    restyled: Restyled
    picture: Picture
    brief: None = None
    truncation: Truncation = 1.0
    kept: tuple[int, ...] = Field(default=(), max_length=0)
    enlarger: None = None
    transparent: Literal[False] = False

    @property
    def edits(self) -> tuple[Restyled, ...]:
        """What redrew the picture."""
        return (self.restyled,)


class ComposeProvenance(Provenance):
    """A piece of music, composed for a plan. melody: the soprano that was given, as `steps.pack` writes its notes; else "".

    kept: which of its proposals was kept. rounds: how often places were written again. free: the chords were the model's.
    """

    pipeline: Literal["compose"] = "compose"  # pyright: ignore[reportIncompatibleVariableOverride] (frozen, so it may be narrower)
    plan: Plan
    kept: Annotated[int, Field(ge=0, lt=MAX_PROPOSALS)] = 0
    rounds: Annotated[int, Field(ge=0, le=200)] = 32
    melody: Packed | Literal[""] = ""
    free: bool = False

    def details(self) -> dict[str, str]:
        """Name key, tempo and length."""
        plan = self.plan
        return {"Key": f"{plan.tonic} {plan.mode}", "Tempo": str(plan.tempo), "Bars": str(plan.bars), "Kept": str(self.kept)}


class WriteProvenance(Provenance):
    """A quatrain. idea: its theme. candidates: how many were written; kept: which of them.

    attempt: how often all candidates were written anew before. form: of the poem, whose characters are in the script.
    temperature: of the drawn characters. rhyme: it was asked to rhyme.
    """

    pipeline: Literal["write"] = "write"  # pyright: ignore[reportIncompatibleVariableOverride] (frozen, so it may be narrower)
    form: FormName
    script: Script
    rhyme: bool = False
    candidates: Annotated[int, Field(ge=1, le=MAX_PROPOSALS)]
    kept: Annotated[int, Field(ge=0, lt=MAX_PROPOSALS)] = 0
    attempt: Annotated[int, Field(ge=0, lt=100)] = 0
    temperature: Annotated[float, Field(ge=0.3, le=1.5)]

    @model_validator(mode="after")
    def _has_a_theme(self) -> "WriteProvenance":
        if not self.conditions or not self.conditions[0].words:
            raise ValueError("does not say what it was written about")
        return self

    def details(self) -> dict[str, str]:
        """Name form and script, and which candidate was kept."""
        return {"Form": self.form, "Script": self.script, "Kept": f"{self.kept + 1} of {self.candidates}"}


class VoiceProvenance(Provenance):
    """A text that a language model wrote and a person's own texts chose: it is kept in the record, as no model writes it again.

    idea: its theme. model_digest: of the person's passages. writer: the language model.
    """

    pipeline: Literal["voice"] = "voice"  # pyright: ignore[reportIncompatibleVariableOverride] (frozen, so it may be narrower)
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MAX_LINES)]
    candidates: Annotated[int, Field(ge=1, le=MAX_PROPOSALS)]
    kept: Annotated[int, Field(ge=0, lt=MAX_PROPOSALS)] = 0

    def details(self) -> dict[str, str]:
        """Name the writer, and which candidate was kept."""
        return {"Writer": self.writer, "Kept": f"{self.kept + 1} of {self.candidates}"}


_PARENTS: dict[type, tuple[int, int]] = {Inverted: (0, 0), Mix: (2, 2), Walk: (2, MOST_STOPS)}
"""How many works a step takes at least and at most; others take one."""


def png_texts(records: Sequence[Provenance], *, sheet: bool = False) -> dict[str, str]:
    """Return the texts of a PNG: the records under our own key, and the first one's parameters, which other tools read.

    sheet: whether the picture shows several works; else there is one record.
    """
    dumped = [one.model_dump(mode="json") for one in records]
    record = {"sheet": dumped} if sheet else dumped[0]
    return {KEY: json.dumps(record, ensure_ascii=False), PARAMETERS: records[0].parameters()}


def generations(made: Provenance) -> int:
    """Count the works on the longest line from a work back to one that was made of none."""
    return 1 + max((generations(parent) for parent in made.parents), default=0)


def first_of(made: Provenance) -> Provenance:
    """Return the work that a work, or the first that it was made of, began with; itself where it was made of none."""
    while isinstance(made, ExploreProvenance) and made.parents:
        made = made.parents[0]
    return made


def composed_of(made: Provenance) -> "ComposeProvenance | None":
    """Return what a piece of music, or the first work that a work was made of, was composed from; None for no music."""
    return first if isinstance(first := first_of(made), ComposeProvenance) else None


def written_of(made: Provenance) -> "WriteProvenance | None":
    """Return what a quatrain, or the first work that a work was made of, was written from; None for no quatrain."""
    return first if isinstance(first := first_of(made), WriteProvenance) else None


class ExploreProvenance(Provenance):
    """A work that was made of others by one step. parents: those works, in their order; none where a picture was inverted."""

    pipeline: Literal["explore"] = "explore"  # pyright: ignore[reportIncompatibleVariableOverride] (frozen, so it may be narrower)
    step: Step
    parents: tuple["AnyProvenance", ...] = Field(default=(), max_length=MOST_STOPS)

    def details(self) -> dict[str, str]:
        """Name the step."""
        return {"Step": self.step.name, **super().details()}

    @model_validator(mode="after")
    def _has_the_works_that_the_step_takes(self) -> "ExploreProvenance":
        least, most = _PARENTS.get(type(self.step), (1, 1))
        if not least <= len(self.parents) <= most:
            raise ValueError(f"a work made by {self.step.name} cannot have {len(self.parents)} parents")
        if generations(self) > MOST_GENERATIONS:
            raise ValueError(f"has more than {MOST_GENERATIONS} generations of works before it")
        return self


AnyProvenance = Annotated[
    SceneProvenance | RestyleProvenance | ExploreProvenance | ComposeProvenance | WriteProvenance | VoiceProvenance,
    Field(discriminator="pipeline"),
]
KINDS: dict[str, type[Provenance]] = {
    "scene": SceneProvenance, "restyle": RestyleProvenance, "explore": ExploreProvenance, "compose": ComposeProvenance,
    "write": WriteProvenance, "voice": VoiceProvenance,
}  # fmt: skip
"""The record of a kind of work by what stands under `pipeline`."""

for _kind in (Provenance, *KINDS.values()):
    _kind.model_rebuild()  # parents may be of any kind; done here, not at first use, for the sake of threads


def read_provenance(content: Any, *, where: object) -> Provenance:
    """Check what a file says about a work. Raises InputError that names the first bad field, or a
    kind that is not known here.
    """
    kind = cast("Mapping[str, object]", content).get("pipeline") if isinstance(content, Mapping) else None
    if isinstance(kind, str) and kind not in KINDS:
        raise InputError(f"the work is of the kind {kind[:40]!r}, which this version does not know", where=where,
                         do="update Ganvas")  # fmt: skip
    return parse(KINDS[kind] if isinstance(kind, str) else SceneProvenance, content, where=where)

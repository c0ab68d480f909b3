"""What a person asks for: one frozen record a verb, with its bounds. The command line, Python and
later the page fill these.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator

from ganvas.ground.characters import clean_line
from ganvas.ground.config import Frozen
from ganvas.ground.errors import InputError
from ganvas.ground.validation import describe_error
from ganvas.vocabulary.brief import Brief
from ganvas.vocabulary.plan import Bars, Plan, Tempo, Tonic
from ganvas.vocabulary.provenance import CANVAS, MAX_PROPOSALS, Seed, Strength, Truncation
from ganvas.vocabulary.score import Metre, Mode
from ganvas.vocabulary.steps import LEAST_COLOURS, MOST_COLOURS, MOST_FRAMES, Colour, Share, Side
from ganvas.vocabulary.verse import FormName, Script
from ganvas.vocabulary.work import MAX_WORKS

MAX_WORDS = 1000
DRAWS, REDRAWS, COMPOSES, WRITES = "emoji-64", "emoji-styles", "chorales", "quatrains"
"""The bundled models that draw, redraw, compose and write where a person names none."""


def _as_line(text: object) -> object:
    """Put a person's words on one line of what can be seen; the words stay as they are."""
    return clean_line(text) if isinstance(text, str) else text


def _check_words(line: str) -> str:
    if not line:
        raise ValueError("is empty (say it in a few words)")
    if len(line) > MAX_WORDS:
        raise ValueError(f"has {len(line):,} characters, more than {MAX_WORDS:,}")
    return line


Words = Annotated[str, BeforeValidator(_as_line), AfterValidator(_check_words)]
"""A person's own words, in any language: one printable line of 1 to MAX_WORDS characters."""

Given = Annotated[str, Field(max_length=4096)]
"""A name or a path as a person gave it; what it names is found later."""


class ImagineRequest(Frozen):
    """Draw works of an idea.

    model: a bundled model's name, a folder, or a hub's `owner/name[@revision]`. count: how many
    works. seed: None for a fresh one. llm: who writes the scene: "auto", "none" (the person's words
    alone), "rules", "local" or a server's name; nobody where there is a `brief`. truncation: below
    1 works are more typical. best_of: proposals for each element, of which the model's judge keeps
    one. style: of every element whose brief names none, or MODEL/STYLE of a restyler; None: works
    take turns through all styles. transparent: works have no background. size: pixels a side.
    """

    idea: Words
    model: Given = DRAWS
    count: Annotated[int, Field(ge=1, le=MAX_WORKS)] = 8
    seed: Seed | None = None
    llm: Given = "auto"
    truncation: Truncation = 1.0
    best_of: Annotated[int, Field(ge=1, le=MAX_PROPOSALS)] = 1
    brief: Brief | None = None
    style: Given | None = None
    transparent: bool = False
    size: Side = CANVAS


class RestyleRequest(Frozen):
    """Redraw pictures in a style. to: the style's name, or words for it. strength: None: what the
    words say, else 0 to 1.
    """

    to: Words
    model: Given = REDRAWS
    strength: Strength | None = None


class ComposeRequest(Frozen):
    """Compose music for some words. bars, tonic, mode, tempo, metre: None: what the words say, else what suits them.

    best_of: proposals, of which the discriminator keeps one. rounds: how often places are written again. plan: compose this one
    and ask nobody for one. melody: a MIDI or MusicXML file whose highest voice is harmonised.
    """

    idea: Words
    model: Given = COMPOSES
    count: Annotated[int, Field(ge=1, le=MAX_WORKS)] = 1
    seed: Seed | None = None
    llm: Given = "auto"
    bars: Bars | None = None
    tonic: Tonic | None = None
    mode: Mode | None = None
    tempo: Tempo | None = None
    metre: Metre | None = None
    best_of: Annotated[int, Field(ge=1, le=MAX_PROPOSALS)] = 4
    rounds: Annotated[int, Field(ge=0, le=200)] = 32
    plan: Plan | None = None
    melody: Path | None = None


class WriteRequest(Frozen):
    """Write poems for a theme. form: a regular one, or "free", which a language model writes for a `voice`: a folder of texts
    whose manner is preferred.

    script: None: that of the theme. rhyme: the second and the fourth line rhyme. candidates: of which the discriminator keeps
    one. gloss: a language model tells in the theme's language what the poems say.
    """

    theme: Words
    model: Given = WRITES
    form: Literal[FormName, "free"] = "七绝"
    voice: Path | None = None
    count: Annotated[int, Field(ge=1, le=MAX_WORKS)] = 4
    seed: Seed | None = None
    llm: Given = "auto"
    script: Script | None = None
    rhyme: bool = False
    candidates: Annotated[int, Field(ge=1, le=MAX_PROPOSALS)] = 16
    temperature: Annotated[float, Field(ge=0.3, le=1.5)] = 0.85
    gloss: bool = False


class CardRequest(Frozen):
    """Make a card of one idea: a picture, a poem of a form, and four bars of music."""

    idea: Words
    form: FormName = "五绝"
    seed: Seed | None = None
    llm: Given = "rules"


class ReplayRequest(Frozen):
    """Make a work again. work: its file, or `sheet.png#3`. model: where it is not a bundled one.

    picture: the file that the work was made from, where it does not lie beside it.
    """

    work: Given
    model: Given | None = None
    picture: Path | None = None


class VaryRequest(Frozen):
    """Draw neighbours of a work. amount: 0 = the work itself, 1 = another draw that is like it. seed: None for a fresh one."""

    amount: Share = 0.4
    count: Annotated[int, Field(ge=1, le=MAX_WORKS)] = 8
    seed: Seed | None = None


class MixRequest(Frozen):
    """Mix two works. at: the share of the second, or several, a work each. style: its share in how the work is drawn; None: as
    `at`.
    """

    at: Annotated[tuple[Share, ...], Field(min_length=1, max_length=MAX_WORKS)] = (0.5,)
    style: Share | None = None


class WalkRequest(Frozen):
    """Walk past works. seconds: how long it takes. looped: back to the first. size: pixels a side; None: as the first work."""

    frames: Annotated[int, Field(ge=2, le=MOST_FRAMES)] = 60
    seconds: Annotated[float, Field(gt=0, le=600)] = 4.0
    looped: bool = True
    size: Side | None = None


class RecolourRequest(Frozen):
    """Give a work other colours, as `#rrggbb`. by: like the old ones, or in their order."""

    colours: Annotated[tuple[Colour, ...], Field(min_length=LEAST_COLOURS, max_length=MOST_COLOURS)]
    by: Literal["likeness", "order"] = "likeness"


class PlaneRequest(Frozen):
    """Draw the plane through a work and two of its neighbours. count: works a side, an odd number. seed: None for a fresh one."""

    count: Annotated[int, Field(ge=3, le=7)] = 5
    seed: Seed | None = None

    @field_validator("count")
    @classmethod
    def _has_a_middle(cls, count: int) -> int:
        if count % 2 == 0:
            raise ValueError("must be odd, so that the work is in the middle")
        return count


Request = TypeVar("Request", bound=Frozen)


def fill(kind: type[Request], fields: Mapping[str, object], *, names: Mapping[str, str] | None = None) -> Request:
    """Fill a request. names: what the person calls its fields, such as {"count": "-n"}.

    Raises InputError that says which is out of its bounds, and what they are.
    """
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        field, _, wrong = describe_error(error, kind).partition(": ")
        raise InputError(wrong, where=(names or {}).get(field, field)) from error

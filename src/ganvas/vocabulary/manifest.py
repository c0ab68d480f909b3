"""The manifest of a model folder (model.json): what it is, what it takes, what it may be used for."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ganvas.ground.config import Digest, Frozen, Label, Line, Name, Phrase
from ganvas.ground.sizes import Fit, Size

Count = Annotated[int, Field(ge=1, le=4096)]
MOST_ENTRIES = 64
"""Entries of a palette at most."""
MOST_VALUES = 10_000
"""Values of a label at most."""


class Takes(Frozen):
    """What a model's condition takes, and the names and widths of the graph inputs that carry it.

    words: width of the sentence embedding, 0 = takes no words. hashes: width of the hashed bag of words, 0 = none.
    encoder: the text encoder's closed name. labels: attribute -> its values, in the order of the input's columns.
    """

    encoder: Literal["use-multilingual-3", "none"] = "none"
    words: Annotated[int, Field(ge=0, le=4096)] = 0
    hashes: Annotated[int, Field(ge=0, le=4096)] = 0
    labels: dict[Name, Annotated[tuple[Label, ...], Field(min_length=1, max_length=MOST_VALUES)]] = Field(
        default_factory=dict, max_length=16
    )

    @property
    def widths(self) -> dict[str, int]:
        """The names and widths of the graph inputs that carry a condition."""
        words = {name: width for name, width in (("words", self.words), ("hashes", self.hashes)) if width}
        return words | {f"label_{name}": len(values) for name, values in self.labels.items()}

    @property
    def by_words(self) -> bool:
        """Whether it takes words in any form."""
        return self.words > 0 or self.hashes > 0


class AnyManifest(Frozen):
    """model.json, what it says whatever the model does. `files` names every file of the folder that matters, with its sha256.

    fit: how the pictures that it learned from got the proportions of its size.
    """

    format: Literal[1] = 1
    name: Name
    size: Size
    fit: Fit = "crop"
    version: Name = "1"
    licence: Line
    attribution: tuple[Line, ...] = Field(default=(), max_length=32)
    summary: Line = ""
    trained_on: Line = ""
    images_seen: Annotated[int, Field(ge=0)] = 0
    files: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)], Digest] = Field(max_length=64)

    @property
    def kind(self) -> str:
        """The name of the kind of work that the model makes, as it stands under `task`."""
        return str(getattr(self, "task", ""))

    def needs(self, *names: str) -> None:
        """Raise ValueError when `files` lacks one of these."""
        if missing := set(names) - set(self.files):
            raise ValueError(f"files lacks {', '.join(sorted(missing))}")


class Manifest(AnyManifest):
    """A model that draws pictures.

    The mapping graph takes z (N, latent), words (N, takes.words), hashes (N, takes.hashes) and one input (N, values) for each
    label, and gives w (N, mapped). The synthesis graph takes w and gives the work (N, channels, height, width) in about [-1, 1];
    with 4 channels it is RGBA with colour premultiplied by alpha.

    appearance: width of the appearance that the mapping graph takes in place of words and hashes, with z and the labels; 0 =
    none. With it appearances.safetensors holds the appearances of known pictures and what they are called.
    palette: entries of the palette that each work is painted from; 0 = the synthesis graph gives pixels. With a palette it gives
    logits (N, palette, height, width), palette (N, palette, channels) and shading (N, channels, height, width), from which a work
    of any size is composed (ganvas.ground.palette).
    """

    task: Literal["image"] = "image"
    generator: Literal["residual"] = "residual"
    channels: Literal[3, 4]
    latent: Count
    mapped: Count
    takes: Takes
    palette: Annotated[int, Field(ge=0, le=MOST_ENTRIES)] = 0
    appearance: Annotated[int, Field(ge=0, le=4096)] = 0

    @model_validator(mode="after")
    def _words_need_an_encoder(self) -> "Manifest":
        if (self.takes.words > 0) != (self.takes.encoder != "none"):
            raise ValueError("takes.words and takes.encoder must be given together")
        self.needs("mapping.onnx", "synthesis.onnx", *(["appearances.safetensors"] if self.appearance else []))
        return self


class EnlargeManifest(AnyManifest):
    """A model that makes pictures four times as large.

    Its graph takes `small` (N, 4, H, W), RGBA in [-1, 1] with colour premultiplied by alpha, and gives `large` (N, 4, 4 H, 4 W).
    size: what it was trained for.
    """

    task: Literal["enlarge"]
    generator: Literal["residual"] = "residual"

    @model_validator(mode="after")
    def _has_its_graph(self) -> "EnlargeManifest":
        self.needs("enlarge.onnx")
        return self


class RestyleManifest(AnyManifest):
    """A model that redraws pictures in other styles.

    Its graphs take `picture` (N, channels, H, W) in [-1, 1], with 4 channels RGBA with colour premultiplied by alpha, and `style`
    (N, columns), and give `work` of the picture's shape. Sides are multiples of `multiple`. One graph, restyle.onnx, draws all
    styles, each by its column; or there is one for each, restyle-0.onnx and so on, of one column.

    size: the side of the pictures that it learned from. described: style -> what people call it. from_styles: what it learned to
    redraw. reach: how many pixels away a pixel's colour can be decided.
    """

    task: Literal["restyle"]
    channels: Literal[3, 4]
    styles: Annotated[tuple[Label, ...], Field(min_length=1, max_length=MOST_VALUES)]
    from_styles: Annotated[tuple[Label, ...], Field(max_length=MOST_VALUES)] = ()
    described: Annotated[dict[Label, Annotated[tuple[Phrase, ...], Field(max_length=16)]], Field(max_length=MOST_VALUES)] = Field(
        default_factory=dict
    )
    multiple: Annotated[int, Field(ge=1, le=32)] = 4
    reach: Annotated[int, Field(ge=0, le=512)]
    each: bool = False

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of its graphs."""
        return tuple(f"restyle-{number}.onnx" for number in range(len(self.styles))) if self.each else ("restyle.onnx",)

    @model_validator(mode="after")
    def _has_its_graphs(self) -> "RestyleManifest":
        if len(set(self.styles)) < len(self.styles):
            raise ValueError("a style stands twice in styles")
        if self.reach % self.multiple:
            raise ValueError("reach must be a multiple of multiple")
        self.needs(*self.graphs)
        return self


class MusicManifest(AnyManifest):
    """A model that composes for four voices.

    Its graph compose.onnx takes for each beat `known` notes, which voices are `hidden`, the `plan`'s features and a latent `z`,
    and gives logits of the symbols of all voices at all steps of the beat; critic.onnx takes what is `seen` of notes and the
    plan, and gives a score for each beat. What these channels are is fixed by `grid` (ganvas.pipelines.music_grid).
    size: means nothing here.
    """

    task: Literal["music"]
    size: Size = Size.of(16)
    grid: Literal[1] = 1
    latent: Count

    @model_validator(mode="after")
    def _has_its_graphs(self) -> "MusicManifest":
        self.needs("compose.onnx", "critic.onnx")
        return self


class VerseManifest(AnyManifest):
    """A model that writes quatrains.

    Its graph write.onnx takes what is `entered` for one more character (N, width) and the keys and values of the `past`
    (N, 2 * blocks * width, T), and gives what is `left` (N, width) and what is `made` for the past; critic.onnx takes `entered`
    characters (N, width, T) and `themes` (N, takes.words) and gives `verdicts` (N, 2): realism and match. Vectors of characters,
    places and themes are in poet.safetensors, what is known of each character in characters.json (ganvas.pipelines.verse).
    size: means nothing here.
    """

    task: Literal["verse"]
    size: Size = Size.of(16)
    width: Count
    blocks: Annotated[int, Field(ge=1, le=16)]
    characters: Annotated[int, Field(ge=16, le=20_000)]
    takes: Takes

    @model_validator(mode="after")
    def _has_its_graphs(self) -> "VerseManifest":
        self.needs("write.onnx", "critic.onnx", "poet.safetensors", "characters.json")
        return self


MANIFESTS: dict[str, type[AnyManifest]] = {
    "image": Manifest, "enlarge": EnlargeManifest, "restyle": RestyleManifest, "music": MusicManifest,
    "verse": VerseManifest,
}  # fmt: skip
"""A manifest's class by what stands under `task`."""

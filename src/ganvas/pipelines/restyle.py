"""The restyle pipeline: any picture in, the same redrawn in a style out, large ones piece by piece. Torch-free."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.images import add_alpha, lay_over, premultiply, unpremultiply
from ganvas.language.text.encoder import open_encoder
from ganvas.models.find import models
from ganvas.models.read import ModelFiles, read_manifest
from ganvas.models.trial import Port
from ganvas.pipelines.pretrained import Pretrained
from ganvas.vocabulary.manifest import AnyManifest, Manifest, RestyleManifest

DEFAULT = "emoji-styles"
LONGEST = 400
"""The side of what is redrawn at once: a box of colours takes half a kB of each pixel."""
SHORTEST = 64
"""The least that a piece gives; around it lies as much as its pixels depend on."""
EDGE = 16
"""Pixels by which an opaque picture goes on beyond its edge: a network that learned from stickers takes an end for an outline."""
HAZE, SOLID = 0.06, 0.94
"""Alpha below the one is clear where the picture is, and above the other solid: a network never draws quite either."""
NEAREST, AHEAD = 0.45, 0.02
"""The least cosine by which words name a style, and by how much the next one must be farther."""
PARTLY = {
    0.35: ("slightly", "a little", "a bit", "a touch of", "subtly", "faintly", "稍微", "有点", "略微", "一点"),
    0.6: ("half", "halfway", "partly", "somewhat", "一半", "部分"),
}
"""Strengths and the words that ask for them."""

DENIED = ("not", "never", "anything but", "不要", "不是", "别用", "别画", "别太", "别像", "别做", "别弄")
"""Words that say what is not wanted: nearness of meaning takes them for their opposite. 别 alone is also a part of 特别, very."""

SHA256 = 64
"""Characters of a digest, with which what a model was trained on ends."""

Watch = Callable[[int, int], None]
"""Told pieces done and pieces in all."""


class Chosen(NamedTuple):
    """A style, how far to go, and how that was read, in words for the person."""

    style: str
    strength: float
    read: str


class Restyler(Pretrained):
    """Redraws pictures in its styles."""

    task = "restyle"
    frees = True

    def __init__(self, files: ModelFiles) -> None:
        super().__init__(files)
        assert isinstance(files.manifest, RestyleManifest)
        self.manifest, self.name = files.manifest, files.manifest.name

    @staticmethod
    def ports(manifest: AnyManifest) -> Mapping[str, Port]:
        """Return what its graphs take and give."""
        assert isinstance(manifest, RestyleManifest)
        columns = 1 if manifest.each else len(manifest.styles)
        port = Port({"picture": (1, manifest.channels, 64, 64), "style": (1, columns)}, ("work",))
        return dict.fromkeys(manifest.graphs, port)

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles it redraws in."""
        return self.manifest.styles

    def __call__(
        self, pixels: np.ndarray, *, style: str, strength: float = 1.0, longest: int = LONGEST, watch: Watch | None = None
    ) -> np.ndarray:
        """Redraw one picture, uint8 (H, W, 3 or 4) with straight alpha, and return one of the same shape.

        strength: 0 is the picture itself, 1 all of the style; between them so much of the style is its condition.
        longest: the side that a piece has at most. What is opaque stays opaque. Raises InputError for a style that it has not.
        """
        assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] in (3, 4)
        if style not in self.styles:
            raise InputError(f"{self.name} knows no style {style[:40]!r}", do=f"choose one of {', '.join(self.styles[:20])}")
        if not 0 <= strength <= 1:
            raise InputError(f"{strength} is not between 0 and 1", where="--strength", do="choose 1 for all of the style")
        if strength == 0:
            return pixels.copy()
        opaque = pixels.shape[2] == 3 or bool((pixels[..., 3] == 255).all())
        clear = self.manifest.channels == 4 and not opaque
        page, (top, left) = self._page(pixels, clear=clear)
        drawn = self._drawn(page, style, strength, clear=clear, longest=longest, watch=watch)
        drawn = drawn[top : top + pixels.shape[0], left : left + pixels.shape[1]]
        if clear:
            return drawn
        return drawn[..., :3] if pixels.shape[2] == 3 else np.concatenate([drawn[..., :3], pixels[..., 3:]], axis=2)

    def _page(self, pixels: np.ndarray, *, clear: bool) -> tuple[np.ndarray, tuple[int, int]]:
        """Lay a picture on a page whose sides the network can take; return it, and where the picture stands on it."""
        height, width = pixels.shape[:2]
        edge, multiple = 0 if clear else EDGE, self.manifest.multiple
        rest = [(edge, edge + -(side + 2 * edge) % multiple) for side in (height, width)]
        if clear:
            return np.pad(pixels, (*rest, (0, 0))), (edge, edge)
        return np.pad(lay_over(pixels), (*rest, (0, 0)), mode="edge"), (edge, edge)

    def _drawn(
        self, page: np.ndarray, style: str, strength: float, *, clear: bool, longest: int, watch: Watch | None
    ) -> np.ndarray:
        """Redraw a page, uint8 (H, W, 3 or 4), in one piece or many: uint8 (H, W, 4), or 3 for a network of opaque pictures."""
        height, width = page.shape[:2]
        result = np.empty((height, width, self.manifest.channels), dtype=np.uint8)
        reach, multiple = self.manifest.reach, self.manifest.multiple
        down, across = (_cut(side, longest=longest, reach=reach, multiple=multiple) for side in (height, width))
        pieces = [(top, left, min(down, height - top), min(across, width - left))
                  for top in range(0, height, down) for left in range(0, width, across)]  # fmt: skip
        for number, (top, left, high, wide) in enumerate(pieces):
            above, before = min(reach, top), min(reach, left)
            piece = page[top - above : top + high + reach, left - before : left + wide + reach]
            drawn = self._piece(piece, style, strength, clear=clear)
            result[top : top + high, left : left + wide] = drawn[above : above + high, before : before + wide]
            if watch is not None:
                watch(number + 1, len(pieces))
        return result

    def _piece(self, piece: np.ndarray, style: str, strength: float, *, clear: bool) -> np.ndarray:
        if self.manifest.channels == 4:
            piece = add_alpha(piece)
        given = premultiply(piece[np.newaxis])
        number = self.styles.index(style)
        name = self.manifest.graphs[number if self.manifest.each else 0]
        row = np.full((1, 1), strength, dtype=np.float32)
        if not self.manifest.each:
            row = (np.arange(len(self.styles)) == number).astype(np.float32)[np.newaxis] * np.float32(strength)
        (work,) = self.session(name).run(["work"], {"picture": given, "style": row})
        if work.shape != given.shape or not np.isfinite(work).all():
            raise InputError(f"it made numbers of shape {work.shape}, not finite ones of {given.shape}", where=self._where)
        if not clear:
            work[:, 3:] = 1.0
            return unpremultiply(work)[0]
        drawn, alpha = unpremultiply(work, clear=0.0, solid=1.0)[0], piece[..., 3]
        made = drawn[..., 3]
        made[(alpha == 0) & (made < HAZE * 255)] = 0  # no network draws quite nothing, or all; a soft shadow is neither
        made[(alpha == 255) & (made > SOLID * 255)] = 255
        return drawn

    @cached_property
    def _phrases(self) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
        """What people may call its styles: phrases, the style of each, and their vectors."""
        phrases = [
            self.manifest.described.get(style) or (style.replace("-", " "),) for style in self.styles
        ]  # else names mislead
        named = [(phrase, number) for number, some in enumerate(phrases) for phrase in some]
        phrases = tuple(phrase for phrase, _ in named)
        return phrases, np.array([number for _, number in named]), open_encoder("use-multilingual-3").encode(phrases)

    def read(self, wish: str, *, strength: float | None = None) -> Chosen:
        """Read a person's wish: words with the name of a style among them, else words for the nearest one; and how far to go.

        strength: wins over the words. Raises InputError, which says what styles there are, where none is near, where words say
        what they do not want or name two, and where they name a style of another bundled restyler.
        """
        share, rest = _how_far(wish)
        whole = next((style for style in self.styles if words_of(style) == words_of(wish)), None)
        if whole is None and _among(rest, DENIED):
            raise InputError("says what it is not", where=f"--to {wish[:80]!r}", do="say what it shall be")
        named = [whole] if whole else self._named(rest)
        if len(named) > 1:
            raise InputError(f"names {' and '.join(named)}", where=f"--to {wish[:80]!r}", do="name one")
        far = strength if strength is not None else 1.0 if whole else share
        if named:
            return Chosen(named[0], far, f"{named[0]}, strength {far:g}")
        if other := model_of_style(words_of(rest)):
            raise InputError(f"{self.name} has no such style, {other[0]} does", where=f"--to {wish[:80]!r}", do=f"-m {other[0]}")
        style, phrase, near = self._nearest(rest, wish)
        return Chosen(style, far, f"{style} ({phrase!r}, {near:.2f}), strength {far:g}")

    def _named(self, wish: str) -> list[str]:
        """Return the styles whose names stand among a wish's words, none that is only part of a longer one's."""
        left, found = f" {words_of(wish)} ", list[str]()
        for style in sorted(self.styles, key=len, reverse=True):
            if (name := f" {words_of(style)} ").strip() and name in left:
                found.append(style)
                left = left.replace(name, " ")
        return found

    def _nearest(self, rest: str, wish: str) -> tuple[str, str, float]:
        """Return the style that words mean, the phrase they are nearest to and how near that is. Raises InputError for none."""
        phrases, owners, vectors = self._phrases
        near = vectors @ open_encoder("use-multilingual-3").encode([rest])[0]
        best = np.array([near[owners == number].max() for number in range(len(self.styles))])
        order = np.argsort(-best, kind="stable")
        first = int(order[0])
        ahead = best[first] - best[order[1]] if len(order) > 1 else 1.0
        if best[first] < NEAREST or ahead < AHEAD:
            reason = (
                "no style is near"
                if best[first] < NEAREST
                else f"{self.styles[first]} and {self.styles[int(order[1])]} are as near"
            )
            raise InputError(reason, where=f"--to {wish[:80]!r}", do=f"{self.name} has {', '.join(self.styles[:20])}")
        return self.styles[first], phrases[int(np.argmax(np.where(owners == first, near, -2)))], float(best[first])


def _cut(side: int, *, longest: int, reach: int, multiple: int) -> int:
    """Return how much of a side each piece gives, all about as much. One of two needs of its neighbour on one side only."""
    if side <= longest:
        return side
    parts = 2 if side <= 2 * (longest - reach) else math.ceil(side / max(longest - 2 * reach, SHORTEST))
    return multiple * math.ceil(side / (parts * multiple))


def words_of(text: str) -> str:
    """Return the words of a text, without its hyphens, other marks and capitals."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _among(wish: str, words: Iterable[str]) -> str | None:
    """Return the first of some words that stands in what `_spaced` gives, with its spaces; Chinese ones stand without."""
    return next((found for word in words if (found := f" {word} " if word.isascii() else word) in _spaced(wish)), None)


def _how_far(wish: str) -> tuple[float, str]:
    """Return the strength that words ask for, and the words that are left."""
    for strength, words in PARTLY.items():
        if found := _among(wish, words):
            return strength, _spaced(wish).replace(found, " ", 1).strip() or wish
    return 1.0, wish


def _spaced(wish: str) -> str:
    """Return the words of a wish, hyphens and apostrophes kept, a space before and after each."""
    words = re.findall(r"[\w'-]+", wish.casefold())
    return f" {' '.join(words)} "


def shipped() -> Iterator[tuple[str, RestyleManifest]]:
    """Yield the names and manifests of the bundled restylers."""
    for folder in models():
        manifest = read_manifest(folder)[0]
        if isinstance(manifest, RestyleManifest):
            yield folder.name, manifest


def model_of_style(style: str) -> tuple[str, str] | None:
    """Return the model and the style that a name means: `STYLE` of a bundled restyler, or `MODEL/STYLE`."""
    model, _, name = style.rpartition("/")
    if model:
        return model, name
    for found, manifest in shipped():
        for one in manifest.styles:
            if words_of(one) == words_of(style):
                return found, one
    return None


def find_own_restyler(manifest: Manifest) -> Restyler | None:
    """Return the bundled restyler that was trained on the same pictures as a model, or None."""
    learned = manifest.trained_on.rpartition(" ")[2]
    known = set(manifest.takes.labels.get("style", ()))
    for name, one in shipped():
        same = len(learned) == SHA256 and one.trained_on.endswith(f" {learned}")
        if same and one.channels == manifest.channels and known & set(one.styles):
            return Restyler.from_pretrained(name)
    return None

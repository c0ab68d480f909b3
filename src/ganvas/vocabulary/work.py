"""A work: what was made, as what it is kept, and the provenance that makes it again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from ganvas.vocabulary.provenance import Provenance

if TYPE_CHECKING:
    from PIL import Image

MAX_WORKS = 64
"""Works drawn at once: what makes them all again must fit into the text of one sheet."""

MediaType = Literal["image/png", "audio/midi", "text/plain"]
"""What a work can be, in the names of RFC 6838."""


class Source(NamedTuple):
    """A known picture that a work was drawn from: what it is called, its share, and how like the words that is, 0 to 1."""

    name: str
    share: float
    likeness: float


@dataclass(frozen=True)
class Work:
    """One work. payload: what was made, by its media type; an image is uint8 (H, W, 3), or (H, W,
    4) with straight alpha; music is int16 (4, steps), the notes of a Score; verse is str (lines,).
    score: what the judge of its kind thinks of it, where that is said.
    sources: the known pictures that each element was drawn from, where the model draws from any.
    """

    payload: np.ndarray
    provenance: Provenance
    media_type: MediaType = "image/png"
    sources: tuple[tuple[Source, ...], ...] = ()
    score: float | None = None

    @property
    def pixels(self) -> np.ndarray:
        """The pixels of an image, uint8 (H, W, 3 or 4)."""
        return self.payload

    @property
    def image(self) -> "Image.Image":
        """The image as Pillow's, RGB or RGBA."""
        from PIL import Image

        return Image.fromarray(self.payload)

"""Invert: a picture becomes a work, by a latent that was found for it."""

import numpy as np
from PIL import Image

from ganvas.ground.images import fit_image
from ganvas.ground.version import __version__
from ganvas.pipelines import ImagePipeline
from ganvas.pipelines.neighbours import distances, labels_of
from ganvas.service.open_maker import ReplayContext
from ganvas.service.pictures import pixels_digest
from ganvas.service.replay import replay_from
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.provenance import ExploreProvenance
from ganvas.vocabulary.steps import Inverted, pack
from ganvas.vocabulary.work import Work


def fitted(picture: Image.Image, pipeline: ImagePipeline) -> np.ndarray:
    """Return a picture in a model's size and channels: uint8 (height, width, C); what is too wide or high gets a clear margin."""
    mode = "RGBA" if pipeline.manifest.channels == 4 else "RGB"
    return fit_image(picture.convert(mode), pipeline.manifest.size, "pad")


def work_of_latent(
    latent: np.ndarray, picture: np.ndarray, pipeline: ImagePipeline, *, name: str, context: ReplayContext
) -> Work:
    """Make a work of the latent (mapped,) that was found for a picture. name: its file's name. The work is called what the most
    like known picture is, and its neighbours will be drawn in that one's style.
    """
    known = pipeline.appearances
    assert known is not None
    row = int(distances(pipeline, known, latent).argmin())
    called = known.name_of(row) or "picture"
    made = ExploreProvenance(
        version=__version__, model=pipeline.manifest.name, model_digest=pipeline.digest, idea=called,
        conditions=(Condition(words=(Weighted(phrase=called),), labels=labels_of(pipeline, row)),),
        step=Inverted(picture=name, digest=pixels_digest(picture), latent=pack(latent)),
    )  # fmt: skip
    return replay_from(made, context.anew())

"""Open the models that made a work, as its record names them; a file may only name bundled ones."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.models.find import models
from ganvas.models.read import read_manifest
from ganvas.pipelines import ImagePipeline, Restyler
from ganvas.service.draw_scene import enlarger_of
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.provenance import Provenance, Restyled, SceneProvenance

MAX_DRAWN = 8
"""Works that one replay draws at most; one that was redrawn a few times takes as many."""
MAX_FOUND = 256
"""Works whose latents one replay finds at most: far more than a family that people make, which may share works."""


@dataclass
class Budget:
    """How many works one replay may still draw, parents and their parents included: a small file may name thousands."""

    left: int = MAX_DRAWN
    latents: int = MAX_FOUND

    def find(self) -> None:
        """Take one off the works whose latents may still be found. Raises InputError where none is left."""
        if self.latents <= 0:
            raise InputError(f"its family has more than {MAX_FOUND} works", do="begin again from one of them")
        self.latents -= 1

    def spend(self) -> None:
        """Take one off. Raises InputError where none is left."""
        if self.left <= 0:
            raise InputError(f"more than {MAX_DRAWN} works would have to be drawn for it", do="name its picture with --picture")
        self.left -= 1


@dataclass(frozen=True)
class ReplayContext:
    """What a replay may use beside the record: the file that it stands in, the model and the picture
    that the person named, the open models, and what is left of its budget.
    """

    work: str
    model: str | None = None
    picture: Path | None = None
    session: Session = SESSION
    budget: Budget = field(default_factory=Budget)

    def anew(self) -> "ReplayContext":
        """Return the same for another work, with a budget of its own."""
        return replace(self, budget=Budget())


def open_maker(made: Provenance, context: ReplayContext) -> ImagePipeline:
    """Return the model that drew a work. Raises InputError where the one at hand is another."""
    pipeline = context.session.open_pipeline(context.model or find_bundled_name(made.model, made.model_digest, done="made"))
    check_digest(pipeline.digest, made.model, made.model_digest, done="made")
    return pipeline


def open_scene_makers(made: SceneProvenance, context: ReplayContext) -> tuple[ImagePipeline, Restyler | None]:
    """Return the model that drew a scene, and what redrew its elements. Raises InputError where they
    are not the ones at hand.
    """
    pipeline = open_maker(made, context)
    if made.enlarger and made.enlarger != enlarger_of(pipeline, restyled=made.restyled is not None):
        name, digest = made.enlarger.name, made.enlarger.digest
        raise InputError(f"the work was enlarged by {name} {digest[:10]}, which is not here",
                         do=f"replay it with the version of Ganvas that made it, {made.version}")  # fmt: skip
    if made.transparent and pipeline.manifest.channels != 4:
        raise InputError(f"the work has no background, and {pipeline.manifest.name} cannot leave one out")
    return pipeline, open_restyler(made.restyled, replace(context, model=None)) if made.restyled else None


def open_restyler(restyled: Restyled, context: ReplayContext) -> Restyler:
    """Return the restyler that had a part in a work. Raises InputError where it is not here."""
    named = context.model or find_bundled_name(restyled.name, restyled.digest, done="redrawn")
    restyler = context.session.open_restyler(named)
    check_digest(restyler.digest, restyled.name, restyled.digest, done="redrawn")
    return restyler


def check_digest(found: str, name: str, digest: str, *, done: str) -> None:
    """Raise InputError where the model that was opened, of digest `found`, is not the one that made a work. done: what it did."""
    if found != digest:
        raise InputError(f"the work was {done} by another {name}: digest {digest[:10]}, here {found[:10]}",
                         do="name the model that made it with -m")  # fmt: skip


def find_bundled_name(name: str, digest: str, *, done: str) -> str:
    """Return what the bundled model is called that made a work: by its digest, since an earlier
    edition is bundled under another name, else by its name. done: what it did.

    A file may name no other model. Raises InputError.
    """
    folders = models()
    for folder in folders:
        if read_manifest(folder)[1] == digest:
            return folder.name
    if name not in [folder.name for folder in folders]:
        raise InputError(f"the work was {done} by {name!r}, which is no bundled model",
                         do="give the folder of that model with -m")  # fmt: skip
    return name

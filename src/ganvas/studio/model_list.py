"""The models that a studio offers, by closed names: those that came with Ganvas, and those that it has trained itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from ganvas.ground.config import Frozen
from ganvas.models.find import is_model, models
from ganvas.models.read import read_manifest
from ganvas.studio.database import MissingError
from ganvas.vocabulary.manifest import AnyManifest, Manifest, RestyleManifest
from ganvas.vocabulary.provenance import Provenance

ModelId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
"""The name of a model in the list. It is looked up there, and never read as a path or as the name of anything on a hub."""
TASKS = ("image", "restyle", "music", "verse")


class Offered(Frozen):
    """A model as a person chooses it. styles: those that it draws or redraws in. clear: it can leave out the background."""

    id: str
    task: str
    summary: str
    styles: tuple[str, ...]
    clear: bool
    palette: bool


class ModelList:
    """What models there are, by name. trained: gives the folders of runs that have ended, with the names of their models."""

    def __init__(self, trained: Callable[[], dict[str, Path]]) -> None:
        self._trained = trained

    def offered(self) -> tuple[Offered, ...]:
        """Return the models that make works."""
        found = [(name, read_manifest(folder)[0]) for name, folder in self._folders().items()]
        return tuple(_offered(name, one) for name, one in found if one.kind in TASKS)

    def resolve(self, name: str) -> str:
        """Return what the services call a model: the name of a bundled one, or a folder. Raises MissingError."""
        folders = self._folders()
        if name not in folders:
            raise MissingError(
                f"there is no model {name[:64]!r}", do=f"choose one of {', '.join(one.id for one in self.offered())}"
            )
        return name if name not in self._trained() else str(folders[name])

    def maker_of(self, made: Provenance) -> str | None:
        """Return the folder of the trained model that made a work; None for what the bundled models made."""
        found = [
            folder for folder in self._trained().values() if is_model(folder) and read_manifest(folder)[1] == made.model_digest
        ]
        return str(found[0]) if found else None

    def _folders(self) -> dict[str, Path]:
        trained = {name: folder for name, folder in self._trained().items() if is_model(folder)}
        return trained | {folder.name: folder for folder in models()}


def _offered(name: str, manifest: AnyManifest) -> Offered:
    styles = manifest.styles if isinstance(manifest, RestyleManifest) else ()
    drawn = isinstance(manifest, Manifest)
    if drawn:
        styles = manifest.takes.labels.get("style", ())
    return Offered(
        id=name, task=manifest.kind, summary=manifest.summary, styles=styles,
        clear=drawn and manifest.channels == 4, palette=drawn and manifest.palette > 0,
    )  # fmt: skip

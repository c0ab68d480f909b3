"""Where models are: bundled ones by name, folders, and the hub."""

from collections.abc import Callable
from pathlib import Path

from ganvas.ground.commands import command
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, is_plain_name
from ganvas.models import hub
from ganvas.models.packed import is_packed
from ganvas.models.read import read_manifest, read_model

ZOO = Path(__file__).parents[1] / "zoo"
DEFAULT = "emoji-64"
RECIPE = "recipe.toml"
"""The file by which the folder of a run is known."""
Task = str
"""The kind of work that a model makes, as its manifest has it: one of MANIFESTS."""


def is_model(path: Path) -> bool:
    """Say whether a path is a model folder, or called as a packed model is."""
    return (path / "model.json").is_file() or is_packed(path)


def models() -> list[Path]:
    """Return the folders of the bundled models."""
    return sorted(path.parent for path in ZOO.glob("*/model.json"))


def bundled(name: str) -> Path | None:
    """Return the folder of a bundled model by its name, or None."""
    return ZOO / name if is_plain_name(name) and is_model(ZOO / name) else None


def is_bundled(digest: str) -> bool:
    """Say whether a digest is that of a bundled model."""
    return any(digest_of((folder / hub.MODEL).read_bytes()) == digest for folder in models())


def find_model(model: str, *, task: Task | None = None, check: Callable[[Path], object] = read_model) -> Path:
    """Return the folder of a model: a bundled one by its name, a folder, a packed file, that of a
    finished run, or what a hub's `owner/name[@revision]` was fetched to.

    task: what it is wanted for. check: raises InputError for a fetched folder that is not to be
    kept. Raises InputError, which names the bundled models that can do the task.
    """
    if (own := bundled(model)) is not None:
        return own
    folder = Path(model)
    if is_model(folder):
        return folder
    if (folder / RECIPE).is_file():
        return _model_of_run(folder)
    of_hub = hub.is_name(model)
    if of_hub and (library := hub.library()):
        return hub.fetch(model, library, listed=lambda work: tuple(read_manifest(work)[0].files), check=check)
    more = "; for a model of the Hugging Face hub, pip install 'ganvas[hub]'" if of_hub else ""
    raise InputError(
        "is no model",
        where=model[:200],
        do=f"name a model's folder or packed file, or a bundled model: {list_bundled(task)}{more}",
    )


def _model_of_run(run: Path) -> Path:
    """Return the model of a run's folder. Raises InputError where it has none yet."""
    if is_model(run / "model"):
        return run / "model"
    raise InputError("is a run that has no model yet", where=run,
                     do=f"let it come to its end: {command(['ganvas', 'train', run / RECIPE, '-o', run])}")  # fmt: skip


def list_bundled(task: Task | None) -> str:
    """Name the bundled models, or those of them that are of one kind."""
    return ", ".join(folder.name for folder in models() if task in (None, read_manifest(folder)[0].kind)) or "none"

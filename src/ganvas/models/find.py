"""Where models are: bundled ones by name, folders, and the hub."""

from pathlib import Path
from typing import Literal

from ganvas.ground.errors import InputError
from ganvas.ground.files import is_plain_name
from ganvas.models import hub
from ganvas.models.read import read_manifest
from ganvas.pipelines.registry import _open


def is_model(path: Path) -> bool:
    """Say whether a path is a model folder."""
    return (path / "model.json").is_file()


ZOO = Path(__file__).parents[1] / "zoo"
DEFAULT = "emoji-64"
Task = Literal["image", "enlarge", "restyle"]


def models() -> list[Path]:
    """Return the folders of the models that come with Ganvas."""
    return sorted(path.parent for path in ZOO.glob("*/model.json"))


def find(model: str, *, task: Task | None = None) -> Path:
    """Return the folder of a model: a shipped one by its name, a folder, or what a hub's `owner/name[@revision]` was fetched to.

    task: what it is wanted for. Raises InputError, which names the shipped ones that can do that.
    """
    if is_plain_name(model) and (ZOO / model / "model.json").is_file():
        return ZOO / model
    folder = Path(model)
    if (folder / "model.json").is_file():
        return folder
    of_hub = hub.is_name(model)
    if of_hub and (library := hub.library()):
        return hub.fetch(model, library, listed=lambda work: tuple(read_manifest(work)[0].files), check=_open)
    more = "; for a model of the Hugging Face hub, pip install 'ganvas[hub]'" if of_hub else ""
    raise InputError(
        "is no model", where=model[:200], do=f"name a model folder, or one of those that came along: {_shipped(task)}{more}"
    )


def _shipped(task: Task | None) -> str:
    """Name the models that came along, or those of them that are of one kind."""
    return ", ".join(folder.name for folder in models() if task in (None, read_manifest(folder)[0].task)) or "none"

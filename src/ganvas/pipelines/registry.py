"""Models by name or folder: read, verified, refused when anything is not what it says."""

from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.models.find import DEFAULT, ZOO, Task, _shipped, find
from ganvas.models.hub import MAX_MODEL
from ganvas.models.read import _verified, read_manifest
from ganvas.pipelines.enlarge import Enlarger
from ganvas.pipelines.image import ImagePipeline
from ganvas.pipelines.restyle import Restyler
from ganvas.vocabulary.manifest import EnlargeManifest, RestyleManifest


def load(model: str | Path = DEFAULT) -> ImagePipeline:
    """Load a model that draws pictures, by its name or folder, as `open_model` does. Raises InputError for any other model."""
    opened = _open(find(str(model), task="image"))
    if not isinstance(opened, ImagePipeline):
        raise _another_kind(model, opened.manifest.task, wanted="image")
    return opened


def load_restyler(model: str | Path) -> Restyler:
    """Load a model that redraws pictures, by its name or folder, as `open_model` does. Raises InputError for any other model."""
    opened = _open(find(str(model), task="restyle"))
    if not isinstance(opened, Restyler):
        raise _another_kind(model, opened.manifest.task, wanted="restyle")
    return opened


def _another_kind(model: str | Path, task: Task, *, wanted: Task) -> InputError:
    """Say of a model that it is of another kind, and which ones are of the wanted kind."""
    folder, (lack, train) = Path(model), _LACKS[wanted]
    name = folder.name if folder.resolve().parent == ZOO.resolve() else model
    return InputError(f"is a model of the kind {task!r}, which {lack}", where=name,
                      do=f"of those that came along, take {_shipped(wanted)}; or train one: {train}")  # fmt: skip


_LACKS: dict[Task, tuple[str, str]] = {
    "image": ("draws nothing by itself", "ganvas train PICTURES/"),
    "restyle": ("redraws nothing", "ganvas train --task restyle A/ B/"),
}
"""What a model of any other kind does not do, and how one that does is trained."""


def open_model(model: str | Path) -> ImagePipeline | Enlarger | Restyler:
    """Load any model by what `find` knows. Every file is checked against its sha256 and every graph looked through.

    Raises InputError for anything that is not a model folder of this format; no runtime sees a graph before.
    """
    return _open(find(str(model)))


def _open(folder: Path) -> ImagePipeline | Enlarger | Restyler:
    manifest, digest = read_manifest(folder)
    contents = {"model.json": _verified(folder, "model.json", digest)}
    for name, wanted in manifest.files.items():
        contents[name] = _verified(folder, name, wanted)
        if sum(map(len, contents.values())) > MAX_MODEL:
            raise InputError(f"its files have more than {MAX_MODEL:,} bytes", where=folder)
    if isinstance(manifest, EnlargeManifest):
        return Enlarger(manifest, contents.__getitem__, digest=digest, where=folder)
    if isinstance(manifest, RestyleManifest):
        return Restyler(manifest, contents.__getitem__, digest=digest, where=folder)
    return ImagePipeline(manifest, contents.__getitem__, digest=digest, where=folder)

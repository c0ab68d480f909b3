"""Kinds of models and the pipelines that draw with them, each registered once."""

from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.models.find import DEFAULT, Task, bundled, find_model, list_bundled
from ganvas.models.read import ModelFiles, read_model
from ganvas.pipelines.enlarge import Enlarger
from ganvas.pipelines.image import ImagePipeline
from ganvas.pipelines.music import Composer
from ganvas.pipelines.pretrained import Pretrained
from ganvas.pipelines.restyle import Restyler
from ganvas.pipelines.verse import Poet

PIPELINES: dict[Task, type[Pretrained]] = {
    "image": ImagePipeline, "enlarge": Enlarger, "restyle": Restyler, "music": Composer, "verse": Poet,
}  # fmt: skip
"""The pipeline of a model by what model.json says under `task`."""

_LACKS: dict[Task, tuple[str, str]] = {
    "image": ("draws nothing by itself", "ganvas train PICTURES/"),
    "restyle": ("redraws nothing", "ganvas train --task restyle A/ B/"),
    "music": ("composes nothing", "ganvas train --task music SCORES/"),
    "verse": ("writes nothing", "ganvas train --task verse POEMS/"),
}
"""What a model of any other kind does not do, and how one that does is trained."""


def load(model: str | Path = DEFAULT) -> ImagePipeline:
    """Load a model that draws pictures, by its name or folder, as `open_model` does. Raises
    InputError for any other model.
    """
    opened = open_folder(find(str(model), task="image"))
    if not isinstance(opened, ImagePipeline):
        raise _another_kind(model, opened.task, wanted="image")
    return opened


def load_restyler(model: str | Path) -> Restyler:
    """Load a model that redraws pictures, by its name or folder, as `open_model` does. Raises
    InputError for any other model.
    """
    opened = open_folder(find(str(model), task="restyle"))
    if not isinstance(opened, Restyler):
        raise _another_kind(model, opened.task, wanted="restyle")
    return opened


def load_composer(model: str | Path) -> Composer:
    """Load a model that composes, by its name or folder, as `open_model` does. Raises InputError for any other model."""
    opened = open_folder(find(str(model), task="music"))
    if not isinstance(opened, Composer):
        raise _another_kind(model, opened.task, wanted="music")
    return opened


def load_poet(model: str | Path) -> Poet:
    """Load a model that writes verse, by its name or folder, as `open_model` does. Raises InputError for any other model."""
    opened = open_folder(find(str(model), task="verse"))
    if not isinstance(opened, Poet):
        raise _another_kind(model, opened.task, wanted="verse")
    return opened


def find(model: str, *, task: Task | None = None) -> Path:
    """Return the folder of a model as `find_model` does; a hub's is kept only where its graphs pass
    the guard too.
    """
    return find_model(model, task=task, check=open_folder)


def open_model(model: str | Path) -> Pretrained:
    """Load any model by what `find_model` knows. Every file is checked against its sha256 and every
    graph looked through.

    Raises InputError for anything that is not a model folder of this format; no runtime sees a
    graph before.
    """
    return open_folder(find(str(model)))


def open_folder(folder: Path) -> Pretrained:
    """Load the model of a folder. Raises InputError as `open_model` does."""
    return open_files(read_model(folder))


def open_files(files: ModelFiles) -> Pretrained:
    """Make the pipeline of a folder that was read. Raises InputError where a graph does not pass
    the guard.
    """
    return PIPELINES[files.manifest.kind](files)


def _another_kind(model: str | Path, task: Task, *, wanted: Task) -> InputError:
    """Say of a model that it is of another kind, and which ones are of the wanted kind."""
    folder, (lack, train) = Path(model), _LACKS[wanted]
    own = bundled(folder.name)
    name = folder.name if own is not None and folder.resolve() == own.resolve() else model
    return InputError(f"is a model of the kind {task!r}, which {lack}", where=name,
                      do=f"take a bundled model, {list_bundled(wanted)}; or train one: {train}")  # fmt: skip

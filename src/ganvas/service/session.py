"""Open models, kept while they are used."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

from ganvas.models.find import Task
from ganvas.models.read import read_manifest
from ganvas.pipelines import ImagePipeline, load
from ganvas.pipelines.registry import find, load_restyler
from ganvas.pipelines.restyle import Restyler

Ready = TypeVar("Ready", ImagePipeline, Restyler)


def open_pipeline(model: str) -> ImagePipeline:
    """Return a model ready to draw. One that was used lately stays open as long as its folder says the same."""
    return _ready(load, model, task="image")


def open_restyler(model: str) -> Restyler:
    """Return a model ready to redraw, as `opened` does."""
    return _ready(load_restyler, model, task="restyle")


def _ready(by: Callable[[Path], Ready], model: str, *, task: Task) -> Ready:
    folder = find(model, task=task)
    return cast("Ready", _loaded(by, folder.resolve(), read_manifest(folder)[1]))


@lru_cache(maxsize=4)
def _loaded(by: Callable[[Path], ImagePipeline | Restyler], folder: Path, digest: str) -> ImagePipeline | Restyler:
    """Load a model. The digest of its manifest, which names every file's, is part of the key."""
    model = by(folder)
    assert model.digest == digest
    return model

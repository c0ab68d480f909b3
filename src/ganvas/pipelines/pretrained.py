"""Models as files: what every pipeline does alike, from a name, a folder or a hub, and back into a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ganvas.ground.errors import InputError
from ganvas.ground.files import building, write_bytes
from ganvas.vocabulary.manifest import AnyManifest

Kind = TypeVar("Kind", bound="Pretrained")
MODEL = "model.json"
"""The file that names all others."""


class Pretrained:
    """What was read of a model folder, and the way back into one.

    read: gives the bytes of a file that the manifest names, or of model.json, as they were verified.
    """

    def __init__(self, manifest: AnyManifest, read: Callable[[str], bytes], *, digest: str, where: object) -> None:
        self.digest, self._read, self._where, self._files = digest, read, where, tuple(manifest.files)

    @classmethod
    def from_pretrained(cls: type[Kind], model: str | Path) -> Kind:
        """Load a model of this kind by the name of one that came along, its folder, or a hub's `owner/name[@revision]`.

        Raises InputError for anything else, and for a model of another kind.
        """
        from ganvas.pipelines.registry import open_model

        opened = open_model(model)
        if not isinstance(opened, cls):
            raise InputError(f"is a model of another kind: {type(opened).__name__}", where=model,
                             do=f"{type(opened).__name__}.from_pretrained loads it")  # fmt: skip
        return opened

    def save_pretrained(self, folder: str | Path) -> Path:
        """Write the model into a new or empty folder, every file as it was verified, so that its digest stays.

        Raises InputError where there is something already: nothing is overwritten.
        """
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError("there is something already", where=target, do="name a new folder")
        with building(target) as work:
            for name in (*self._files, MODEL):
                write_bytes(work / name, self._read(name))
        return target

"""Models as files: what every pipeline does alike, from a name, a folder or a hub, and back into a
folder.
"""

from pathlib import Path
from threading import RLock
from typing import ClassVar, TypeVar

from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, write_bytes
from ganvas.models.find import Task, find_model
from ganvas.models.hub import MODEL
from ganvas.models.read import ModelFiles, read_model

Kind = TypeVar("Kind", bound="Pretrained")


class Pretrained:
    """A model folder that was read and verified, and the way back into one.

    task: the kind that a pipeline draws. lock: held by a thread that draws with it, where threads
    share the model.
    """

    task: ClassVar[Task]

    def __init__(self, files: ModelFiles) -> None:
        self.digest, self._where = files.digest, files.folder
        self.lock = RLock()
        self._contents, self._files = files.contents, tuple(files.manifest.files)

    @classmethod
    def from_pretrained(cls: type[Kind], model: str | Path) -> Kind:
        """Load a model of this kind by the name of a bundled one, its folder, or a hub's
        `owner/name[@revision]`.

        Raises InputError for anything else, and for a model of another kind.
        """
        files = read_model(find_model(str(model), check=lambda folder: cls.open(read_model(folder), model)))
        return cls.open(files, model)

    @classmethod
    def open(cls: type[Kind], files: ModelFiles, model: str | Path) -> Kind:
        """Make the pipeline of a folder that was read; model: what a person calls it. Raises
        InputError for another kind.
        """
        if files.manifest.kind != cls.task:
            other = next(kind.__name__ for kind in Pretrained.__subclasses__() if kind.task == files.manifest.kind)
            raise InputError(f"is a model of another kind: {other}", where=model, do=f"{other}.from_pretrained loads it")
        return cls(files)

    def save_pretrained(self, folder: str | Path) -> Path:
        """Write the model into a new or empty folder, every file as it was verified, so that its
        digest stays.

        Raises InputError where there is something already: nothing is overwritten.
        """
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError("there is something already", where=target, do="name a new folder")
        with build_folder(target) as work:
            for name in (*self._files, MODEL):
                write_bytes(work / name, self._contents[name])
        return target

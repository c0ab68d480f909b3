"""Models as files: what every pipeline does alike, from a name, a folder or a hub, and back into a
folder.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import RLock
from typing import ClassVar, TypeVar

from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, write_bytes
from ganvas.models.find import Task, find_model, is_bundled
from ganvas.models.graph import Inspected, inspect
from ganvas.models.hub import MODEL
from ganvas.models.packed import SUFFIX, pack
from ganvas.models.read import UNSIGNED, ModelFiles, read_model
from ganvas.models.session import GraphSession
from ganvas.models.trial import Port, ensure_tried
from ganvas.vocabulary.manifest import AnyManifest

Kind = TypeVar("Kind", bound="Pretrained")


class Pretrained:
    """A model folder that was read and verified, and the way back into one. Its graphs are inspected when it is made; sessions
    open when they are first needed.

    task: the kind that a pipeline draws. about: its manifest, of whatever kind it is. lock: held by a
    thread that draws with it, where threads share the model. graphs: its graphs as they were inspected,
    by the names of their files.
    """

    task: ClassVar[Task]
    frees: ClassVar[bool] = False
    """Whether memory is given back after each run, as suits pictures of many sizes."""

    def __init__(self, files: ModelFiles) -> None:
        ports = self.ports(files.manifest)
        self.digest, self.about, self._where = files.digest, files.manifest, files.folder
        self.lock = RLock()
        self._contents, self._files, self._ports = files.contents, tuple(files.manifest.files), ports
        self.graphs: dict[str, Inspected] = {
            name: inspect(files.contents[name], inputs=tuple(port.takes), output=port.gives, where=f"{files.folder}/{name}")
            for name, port in ports.items()
        }
        self._sessions: dict[str, GraphSession] = {}

    @staticmethod
    def ports(manifest: AnyManifest) -> Mapping[str, Port]:
        """Return what the graphs of a model of this kind take and give, by the names of their files, if any."""
        return {}

    def session(self, name: str) -> GraphSession:
        """Return a graph ready to run, by the name of its file; those of a model that is neither bundled nor just being made are
        tried first.

        Raises InputError where the runtime refuses it, or it did not pass.
        """
        if name not in self._sessions:
            strange = not is_bundled(self.digest)
            if strange and self.digest != UNSIGNED and not self._sessions:
                ensure_tried(self.graphs, self._ports, digest=self.digest, where=self._where)
            self._sessions[name] = GraphSession(self.graphs[name], where=f"{self._where}/{name}", frees=strange or self.frees)
        return self._sessions[name]

    def content(self, name: str) -> bytes:
        """Return a file of the model, as it was verified."""
        return self._contents[name]

    @classmethod
    def from_pretrained(cls: type[Kind], model: str | Path) -> Kind:
        """Load a model of this kind by the name of a bundled one, its folder, packed file or run, or a
        hub's `owner/name[@revision]`.

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
        digest stays; or as one packed file, where the name ends in .zip.

        Raises InputError where there is something already: nothing is overwritten.
        """
        target = Path(folder)
        if target.suffix == SUFFIX and not target.is_dir():
            pack(target, {name: self._contents[name] for name in (*self._files, MODEL)})
            return target
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError("there is something already", where=target, do="name a new folder")
        with build_folder(target) as work:
            for name in (*self._files, MODEL):
                write_bytes(work / name, self._contents[name])
        return target

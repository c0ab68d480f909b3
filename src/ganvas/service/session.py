"""A session: open models, kept while they are used. Threads may share one."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from ganvas.models.find import Task
from ganvas.models.read import read_manifest
from ganvas.pipelines import ImagePipeline, Restyler
from ganvas.pipelines.music import Composer
from ganvas.pipelines.pretrained import Pretrained
from ganvas.pipelines.registry import find, load, load_composer, load_poet, load_restyler
from ganvas.pipelines.verse import Poet

MOST = 4
"""Models that a session keeps open; beyond that, the least recently used one is closed."""

Ready = TypeVar("Ready", bound=Pretrained)
_Key = tuple[Task, Path, str]


class Session:
    """Keeps models open as long as their folders stay as they are.

    Any number of threads may ask for models at once: each is opened once, and while one
    is being opened, others can be had. Whoever draws with a model holds its `lock`, so that one work
    at a time uses its memory.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._open: OrderedDict[_Key, Pretrained] = OrderedDict()
        self._opening: dict[_Key, Lock] = {}
        self._lock = Lock()

    def open_pipeline(self, model: str) -> ImagePipeline:
        """Return a model ready to draw. Raises InputError where there is none of that name, or of
        another kind.
        """
        return self._ready(ImagePipeline, model, task="image")

    def open_restyler(self, model: str) -> Restyler:
        """Return a model ready to redraw. Raises InputError as `open_pipeline` does."""
        return self._ready(Restyler, model, task="restyle")

    def open_composer(self, model: str) -> Composer:
        """Return a model ready to compose. Raises InputError as `open_pipeline` does."""
        return self._ready(Composer, model, task="music")

    def open_poet(self, model: str) -> Poet:
        """Return a model ready to write. Raises InputError as `open_pipeline` does."""
        return self._ready(Poet, model, task="verse")

    def _ready(self, kind: type[Ready], model: str, *, task: Task) -> Ready:
        """Return the open model of a folder; the digest of its manifest, which names every file's,
        is part of the key.
        """
        folder = find(model, task=task).resolve()
        key = (task, folder, read_manifest(folder)[1])
        with self._lock:
            opening = self._opening.setdefault(key, Lock())
        with opening:
            ready = self._known(key) or self._keep(key, _LOADS[task](folder))
        assert isinstance(ready, kind)
        return ready

    def _known(self, key: _Key) -> Pretrained | None:
        """Return a model that is open, and remember that it was used now."""
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
            return self._open.get(key)

    def _keep(self, key: _Key, ready: Pretrained) -> Pretrained:
        """Keep a model that was opened, and close the least recently used one beyond the limit."""
        assert ready.digest == key[2], "the folder changed while it was read"
        with self._lock:
            self._open[key] = ready
            while len(self._open) > self._most:
                self._opening.pop(self._open.popitem(last=False)[0], None)
        return ready


_LOADS: dict[Task, Callable[[Path], Pretrained]] = {
    "image": load, "restyle": load_restyler, "music": load_composer, "verse": load_poet,
}  # fmt: skip
"""How a model is loaded, by the task it is wanted for."""

SESSION = Session()
"""The session of this process, for callers that bring none of their own."""

"""The one way to open files of a folder that somebody else may have filled.

A name is followed from an open handle of the folder, a part at a time, so that no link leads out of it, whatever is changed
meanwhile. Links within the folder are followed. Only plain files are read, up to a limit that is kept while reading.
"""

import errno
import os
import stat
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, TypeVar

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_at_most

HANDLES = {os.open, os.stat, os.readlink} <= os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether the system can open a file by its name and an open folder. Elsewhere a path is resolved and then compared."""
MAX_LINKS = 40
MAX_NAME = 255
"""Characters of a name with its folders."""
LEADS_OUT = "is a link that leads out of the folder, and is not followed"
NO_FILE = "is no plain file"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that nobody writes to is opened at once, and then refused."""

Found = TypeVar("Found")


class _LeadsOutError(OSError):
    """A link, or a name, leads out of the folder."""


class Entry(NamedTuple):
    """A file below a folder, by its name with forward slashes. wrong: why it cannot be opened, or empty."""

    name: str
    wrong: str = ""


class FolderFiles:
    """Opens files of one folder. `name` is relative to it, with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._folder = ""
        self._handles: list[int] = []  # of the root, and of each folder down to `_folder`
        weakref.finalize(self, _close, self._handles)

    def open(self, name: str) -> BinaryIO:
        """Open a plain file. Raises InputError where it is missing, no plain file or a link that leads out."""
        self.stat(name)  # a device may act on being opened
        handle = self._reached(name, lambda path, folder: os.open(path, _FILE, dir_fd=folder))
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise self._problem(name, NO_FILE)
        return os.fdopen(handle, "rb")

    def read(self, name: str, *, limit: int) -> bytes:
        """Read a whole file of at most `limit` bytes. Raises InputError as `open` does, and for a larger one."""
        with self.open(name) as file:
            try:
                content = read_at_most(file, limit + 1)
            except OSError as error:
                raise self._problem(name, _reason(error)) from error
        if len(content) > limit:
            raise self._problem(name, f"has more than the {limit:,} bytes allowed here")
        return content

    def stat(self, name: str) -> os.stat_result:
        """Return size and times of a plain file. Raises InputError as `open` does."""
        known = self._reached(name, lambda path, folder: os.stat(path, dir_fd=folder, follow_symlinks=False))
        if not stat.S_ISREG(known.st_mode):
            raise self._problem(name, NO_FILE)
        return known

    def path(self, name: str) -> Path:
        """Return where a file is, for messages."""
        return self.root / PurePosixPath(name)

    def walk(self, *, skip: Callable[[str], bool]) -> Iterator[Entry]:
        """Yield all files below the folder, those of one folder in order. skip: whether to leave out what has such a name.

        Each folder is entered once, so that links cannot lead in a circle. What cannot be opened is yielded with the reason.
        """
        entered: set[tuple[int, int]] = set()
        folders, links = deque([""]), deque[str]()
        while folders or links:
            folder = folders.popleft() if folders else links.popleft()
            try:
                inside = self._list(folder, entered)
            except OSError as error:
                yield Entry(folder, _reason(error))
                continue
            for name, kind in inside:
                if skip(name.rpartition("/")[2]):
                    continue
                if kind == "folder" and len(name) <= MAX_NAME:
                    folders.append(name)
                elif kind == "link" and self._is_folder(name):
                    links.append(name)
                else:
                    yield self._entry(name, kind)

    def _entry(self, name: str, kind: str) -> Entry:
        if len(name) > MAX_NAME:
            return Entry(f"{name[:80]}...", f"has a name of more than {MAX_NAME} characters")
        if kind == "file":
            return Entry(name)
        try:
            self.stat(name)
        except InputError as error:
            return Entry(name, str(error).removeprefix(f"{self.path(name)}: "))
        return Entry(name)

    def _list(self, folder: str, entered: set[tuple[int, int]]) -> list[tuple[str, str]]:
        """Return the names in a folder, each with what it is; nothing where the folder was entered already."""
        with self._lock:
            place = self._enter(folder)[-1] if HANDLES else _resolved(self.root, folder)
            known = os.stat(place)  # noqa: PTH116 (it may be a handle)
            if (known.st_dev, known.st_ino) in entered:
                return []
            entered.add((known.st_dev, known.st_ino))
            with os.scandir(place) as found:
                return sorted((f"{folder}/{one.name}".removeprefix("/"), _kind(one)) for one in found)

    def _is_folder(self, name: str) -> bool:
        try:
            known = self._reached(name, lambda path, folder: os.stat(path, dir_fd=folder, follow_symlinks=False))
        except InputError:
            return False
        return stat.S_ISDIR(known.st_mode)

    def _problem(self, name: str, reason: str) -> InputError:
        return InputError(reason, where=self.path(name))

    def _reached(self, name: str, act: Callable[[str, int | None], Found]) -> Found:
        """Call `act` with a path that is no link, and the handle of the folder that it is in. Raises InputError."""
        try:
            with self._lock:
                if not _leads_inside(name):
                    raise _LeadsOutError
                if not HANDLES:
                    return act(str(_resolved(self.root, name)), None)
                return self._act(name, act)
        except _LeadsOutError:
            if _leads_inside(name):
                raise self._problem(name, LEADS_OUT) from None
            raise InputError(f"the file name {name[:80]!r} leads out of the folder", where=self.root) from None
        except OSError as error:
            raise self._problem(name, _reason(error)) from error

    def _act(self, name: str, act: Callable[[str, int | None], Found]) -> Found:
        folder, _, last = name.rpartition("/")
        handles = self._enter(folder)
        if not stat.S_ISLNK(os.stat(last or ".", dir_fd=handles[-1], follow_symlinks=False).st_mode):
            return act(last or ".", handles[-1])
        handles = [os.dup(handle) for handle in handles]
        try:
            last = self._follow(handles, last)
            return act(last, handles[-1])
        finally:
            _close(handles)

    def _enter(self, folder: str) -> list[int]:
        """Return handles of the root and of each folder down to one. They are kept for the next file of the same folder."""
        if not self._handles or folder != self._folder:
            _close(self._handles)
            self._handles.append(os.open(self.root, _FOLDER))
            try:
                if self._follow(self._handles, folder) != ".":
                    raise NotADirectoryError
            except OSError:
                _close(self._handles)
                raise
            self._folder = folder
        return self._handles

    def _follow(self, handles: list[int], path: str) -> str:
        """Follow a path from the last handle, adding one for each folder. Return the name of the file at its end, or "."."""
        parts, links = deque(path.split("/")), 0
        while parts:
            part = parts.popleft()
            if part in ("", "."):
                continue
            if part == "..":
                if len(handles) == 1:
                    raise _LeadsOutError
                os.close(handles.pop())
                continue
            known = os.stat(part, dir_fd=handles[-1], follow_symlinks=False).st_mode
            if stat.S_ISLNK(known):
                links += 1
                if links > MAX_LINKS:
                    raise OSError(errno.ELOOP, "")
                parts.extendleft(reversed(self._target(handles, os.readlink(part, dir_fd=handles[-1])).split("/")))
            elif stat.S_ISDIR(known):
                handles.append(os.open(part, _FOLDER | _NO_LINK, dir_fd=handles[-1]))
            elif parts:
                raise NotADirectoryError
            else:
                return part
        return "."

    def _target(self, handles: list[int], target: str) -> str:
        """Return what a link leads to from the last handle, which for an absolute one becomes the root's."""
        if not target.startswith("/"):
            return target
        for base in (self.root.absolute(), self.root.resolve()):
            if PurePosixPath(target).is_relative_to(base):
                _close(handles, keep=1)
                return str(PurePosixPath(target).relative_to(base))
        raise _LeadsOutError


def _leads_inside(name: str) -> bool:
    """Return whether a name is relative, with forward slashes and no `..`; links may still lead outside."""
    odd = "\\:\0" if os.name == "nt" else "\0"
    return bool(name) and not set(name) & set(odd) and not name.startswith("/") and ".." not in name.split("/")


def _resolved(root: Path, name: str) -> Path:
    try:
        real = (root / name).resolve(strict=True)
    except RuntimeError:  # what pathlib raises for a circle, before Python 3.13
        raise OSError(errno.ELOOP, "") from None
    if not real.is_relative_to(root.resolve()):
        raise _LeadsOutError
    return real


def _close(handles: list[int], *, keep: int = 0) -> None:
    while len(handles) > keep:
        os.close(handles.pop())


def _kind(entry: "os.DirEntry[str]") -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _reason(error: OSError) -> str:
    if isinstance(error, _LeadsOutError):
        return LEADS_OUT
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "there is no such file"
    if error.errno == errno.ELOOP:
        return "is a link that leads in a circle"
    return f"cannot be read: {error.strerror or error}"

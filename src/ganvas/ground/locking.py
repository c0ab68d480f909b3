"""Locks of folders: one process at a time works in a folder."""

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

from ganvas.ground.errors import InputError

LOCK = ".lock"


@contextlib.contextmanager
def locked(folder: Path) -> Generator[None]:
    """Hold a folder for this process. What had to be made for it and is empty at the end is removed again.

    The lock is the system's own: it ends with the process, however that ends. Where a file system has no locks, nothing is held.
    Raises InputError where another process holds it.
    """
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK
    handle = _acquire(path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if os.name == "nt":  # which removes no open file
                os.close(handle)
                path.unlink()
            else:
                path.unlink()
                os.close(handle)
        with contextlib.suppress(OSError):
            for one in made or [folder]:
                one.rmdir()


def _acquire(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(handle)
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BlockingIOError as error:
            os.close(handle)
            raise InputError("another process works in this folder", where=path.parent,
                             do="wait until it ends, or name another folder with -o") from error  # fmt: skip
        except FileNotFoundError:  # removed by the process that held it, just now
            pass
        os.close(handle)


def _lock(handle: int) -> None:
    """Lock an open file, or raise BlockingIOError where another process holds it."""
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        except OSError as error:
            raise BlockingIOError from error
        return
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # the file system has no locks
        return

"""How files and folders get their final names: whole, never over what appeared meanwhile, on any file system.

Everything is made under a name of its own, `.part-*`, beside its final one. Only when it is whole it is given that name: by a
link or a rename that fails where there is something already. What a process that was ended left behind is swept by the next.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

PART = ".part-"
STALE_SECONDS = 24 * 3600.0
"""Age from which a leftover is swept whoever made it: another machine's, or one of an earlier version."""

_NO_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF}
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR}
"""What a system says where a name is taken."""
_swept: set[Path] = set()


def part_of(path: Path) -> Path:
    """Return a new name beside a path, known as ours, and sweep what others left there."""
    sweep(path.parent)
    return path.with_name(f"{PART}{_MACHINE}-{os.getpid()}-{secrets.token_hex(6)}")


def write_part(part: Path, content: bytes) -> None:
    """Write a new file with the permissions that the umask leaves, and have the disk keep it where it can."""
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), "wb") as file:
        file.write(content)
        file.flush()
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in _NO_SYNC:  # a full disk is an error, a file system that cannot promise is not
                raise


def publish(part: Path, path: Path) -> None:
    """Give a file or folder its final name. Raises FileExistsError where there is something already but an empty folder."""
    if part.is_dir():
        _publish_folder(part, path)
        return
    for way in (_link, _rename_anew):
        try:
            way(part, path)
        except FileExistsError:
            raise
        except (OSError, AttributeError):  # the file system, or the system, has no such thing
            continue
        return
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    os.replace(part, path)


def _publish_folder(part: Path, path: Path) -> None:
    with contextlib.suppress(OSError):
        path.rmdir()  # an empty one is nobody's loss; some systems do not rename over it
    try:
        os.rename(part, path)
    except OSError as error:
        if error.errno in _TAKEN or os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        raise


def _link(part: Path, path: Path) -> None:
    os.link(part, path)
    part.unlink()


def _rename_anew(part: Path, path: Path) -> None:
    """Rename without replacing, where the system has that."""
    if os.name == "nt":
        os.rename(part, path)
    else:
        _rename_by(part, path, linux=1, darwin=4)  # RENAME_NOREPLACE, RENAME_EXCL


def swap(one: Path, other: Path) -> None:
    """Exchange two names at once, so that neither is ever missing. Raises OSError or AttributeError where that cannot be done."""
    if os.name == "nt":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(other))
    _rename_by(one, other, linux=2, darwin=2)  # RENAME_EXCHANGE, RENAME_SWAP


def _rename_by(old: Path, new: Path, *, linux: int, darwin: int) -> None:
    """Rename by a call that Python lacks, with flags of Linux or macOS."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(old), os.fsencode(new)
    if sys.platform == "darwin":
        failed = library.renamex_np(*names, darwin)
    else:
        failed = library.renameat2(-100, names[0], -100, names[1], linux)  # -100: AT_FDCWD
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(new))


def sweep(folder: Path) -> None:
    """Remove what processes that were ended left in a folder; each folder once in a process."""
    if folder in _swept:
        return
    _swept.add(folder)
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(PART) and _is_left(folder / name):
                remove(folder / name)


def remove(path: Path) -> None:
    """Remove a file or a folder, as far as that can be done."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _is_left(path: Path) -> bool:
    """Say whether nobody works on a part any more: its process is gone, or it is old."""
    machine, _, rest = path.name.removeprefix(PART).partition("-")
    pid = rest.partition("-")[0]
    if machine == _MACHINE and pid.isdecimal() and len(pid) < 10:
        return int(pid) != os.getpid() and not _is_running(int(pid))
    return time.time() - path.lstat().st_mtime > STALE_SECONDS


def _is_running(pid: int) -> bool:
    if os.name == "nt":
        return True  # there a signal of number 0 would end it; its parts are swept when they are old
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _machine() -> str:
    """Return a short name of what process numbers are counted in: this machine, and the container on it."""
    known = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    for source in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with contextlib.suppress(OSError):
            known += os.readlink(source) if source.endswith("pid") else Path(source).read_text(encoding="ascii")
    return hashlib.sha256(known.encode(errors="replace")).hexdigest()[:8]


_MACHINE = _machine()


def make_and_publish(path: Path, make: Callable[[Path], None], *, replace: bool) -> None:
    """Make a file under a name of its own and give it its final one. After an error nothing is left behind.

    replace: put it over what is there; else raises FileExistsError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(path)
    try:
        make(part)
        if replace:
            os.replace(part, path)
        else:
            publish(part, path)
    except BaseException as error:
        name_place(error, path)
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def name_place(error: BaseException, path: Path) -> None:
    """Have an error of the system say where it was, if it does not: of a write, the system names no file."""
    if isinstance(error, OSError) and error.errno and (error.filename is None or PART in str(error.filename)):
        error.filename = str(path)

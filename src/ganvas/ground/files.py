"""Files: written atomically, and read only from inside the given folder."""

import atexit
import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal, TypeVar

from ganvas.ground.errors import InputError
from ganvas.ground.publishing import make_and_publish, name_place, part_of, publish, remove, swap, write_part

Cached = TypeVar("Cached")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


def write_bytes(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file atomically: a reader sees the old file or the new one, never a part.

    replace: put it over a file of that name; else raises FileExistsError where there is one.
    """
    make_and_publish(path, lambda part: write_part(part, content), replace=replace)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, as utf-8 with plain newlines."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Write JSON atomically, readable by people and in a fixed key order."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def read_bytes(path: Path, *, limit: int) -> bytes:
    """Read a whole file of at most `limit` bytes.

    Raises InputError when it is missing, not a plain file, unreadable or too large.
    """
    with _reading(path) as file:
        content = read_at_most(file, limit + 1)
        if len(content) > limit:
            raise _too_large(path, limit)
        return content


def read_at_most(file: BinaryIO, count: int) -> bytes:
    """Read at most so many bytes; memory is only taken for what is there."""
    blocks: list[bytes] = []
    while count > 0 and (block := file.read(min(count, 1 << 20))):
        blocks.append(block)
        count -= len(block)
    return b"".join(blocks)


def _too_large(path: Path, limit: int) -> InputError:
    return InputError(f"the file has more than the {limit:,} bytes allowed here", where=path)


def _no_file(path: Path) -> InputError:
    """Say what a path is that is no plain file: a folder, a pipe, a device, or nothing."""
    if path.is_dir():
        return InputError("is a folder and no file", where=path, do="name a file in it")
    if path.exists():
        return InputError("is no plain file, and devices and pipes are not read", where=path, do="copy it into a file")
    return InputError("there is no such file", where=path, do="check the path")


@contextlib.contextmanager
def _reading(path: Path) -> Generator[BinaryIO]:
    """Open a plain file. Raises InputError where it is none or missing, and for errors while it is read.

    Limits are kept while reading: what the file system says of a size may change.
    """
    try:
        if not path.is_file():
            raise _no_file(path)
        with path.open("rb") as file:
            yield file
    except UnicodeDecodeError as error:
        raise InputError("is not utf-8 text", where=path, do="save it as utf-8") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=path) from error


def read_text(path: Path, *, limit: int = 1_000_000) -> str:
    """Read a utf-8 text file of at most `limit` bytes. Raises InputError."""
    try:
        return read_bytes(path, limit=limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not utf-8 text", where=path, do="save it as utf-8") from error


def read_lines(path: Path, *, limit: int) -> Iterator[str]:
    """Yield the lines of a utf-8 text file of at most `limit` bytes, without loading it whole. Raises InputError.

    Only a newline ends a line, no other line break of Unicode.
    """
    with _reading(path) as file:
        left = limit
        while line := file.readline(left + 1):
            left -= len(line)
            if left < 0:
                raise _too_large(path, limit)
            yield line.removesuffix(b"\n").decode("utf-8")


def read_json(path: Path, *, limit: int = 1_000_000) -> Any:
    """Read a JSON file of at most `limit` bytes. Raises InputError."""
    return parse_json(read_text(path, limit=limit), where=path)


def parse_json(text: str, *, where: object) -> Any:
    """Parse untrusted JSON: no NaN, bounded depth. Raises InputError."""

    def refuse(constant: str) -> float:
        raise ValueError(f"{constant} is not JSON")

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not valid JSON: {error}", where=where) from error


def digest(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    summary = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            summary.update(block)
    return summary.hexdigest()


def digest_of(content: bytes) -> str:
    """Return the sha256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def check_folder(path: Path, *, do: str = "check the path") -> None:
    """Raise InputError unless a path is a folder."""
    if not path.is_dir():
        raise InputError("is a file and no folder" if path.exists() else "there is no such folder", where=path, do=do)


def check_can_create(path: Path) -> None:
    """Raise InputError if a path cannot be created because one of its parents is a file."""
    for parent in path.parents:
        if os.path.lexists(parent) and not parent.is_dir():
            raise InputError("is a file and no folder", where=parent, do="give another name")


def path_inside(root: Path, name: str) -> Path:
    """Return the path of `name` in `root`: relative, with forward slashes, never outside it.

    Raises InputError for absolute paths, drive letters, `..`, backslashes and links to the outside.
    """
    path = root / PurePosixPath(name)
    if not leads_inside(name) or not path.resolve().is_relative_to(root.resolve()):
        raise _leads_out(root, name)
    return path


def _leads_out(root: Path, name: str) -> InputError:
    return InputError(f"the file name {name[:80]!r} leads out of the folder", where=root)


def leads_inside(name: str) -> bool:
    """Return whether a name is relative, with forward slashes and no `..`; links may still lead outside."""
    pure = PurePosixPath(name)
    return bool(name) and not set(name) & set("\\:\0") and not pure.is_absolute() and ".." not in pure.parts


def is_plain_name(name: str) -> bool:
    """Return whether a string is a plain file name: letters, digits, dot, dash, underscore; at most 100."""
    return _SAFE_NAME.match(name) is not None


def next_free_number(folder: Path, stem: str) -> int:
    """Return the first number after those of all files `stem-NNN` in a folder, whatever follows the number."""
    pattern = re.compile(re.escape(stem) + r"-([0-9]{1,15})(?:\..*|-.*)?\Z")
    names = os.listdir(folder) if folder.is_dir() else []
    return max((int(found[1]) for name in names if (found := pattern.match(name))), default=0) + 1


def next_free_path(folder: Path, stem: str, suffix: str) -> Path:
    """Return `folder/stem-NNN` with a suffix and the number after those of all files `stem-NNN`."""
    return folder / f"{stem}-{next_free_number(folder, stem):03d}{suffix}"


def slug(text: str, *, limit: int = 40) -> str:
    """Return a text as a safe file name: letters and digits of any script are kept, the rest becomes dashes."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in text.lower())
    return re.sub(r"-+", "-", kept)[:limit].strip("-") or "work"


def user_cache(*parts: str) -> Path:
    """Return a folder in the user's cache, created if needed: GANVAS_CACHE, else the platform's default.

    Where there is no home, or nobody may write in it, a temporary one of this process takes its place. Raises OSError where
    GANVAS_CACHE cannot be written to.
    """
    with contextlib.suppress(OSError, InputError):
        folder = lasting_cache(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    if own := os.environ.get("GANVAS_CACHE"):
        Path(own, *parts).mkdir(parents=True, exist_ok=True)
        return Path(own, *parts)
    folder = _temporary_cache().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def lasting_cache(*parts: str) -> Path:
    """Return where the user's cache keeps something for good; the folder may not exist. Raises InputError without a home."""
    if own := os.environ.get("GANVAS_CACHE"):
        return Path(own, *parts)
    try:
        if os.name == "nt":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "ganvas", "cache", *parts)
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "ganvas", *parts)
    except RuntimeError as error:
        raise InputError("there is no home folder to keep it in", do="name a folder in GANVAS_CACHE") from error


@cache
def _temporary_cache() -> Path:
    """Make a cache for this process alone, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="ganvas-cache-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def user_config() -> Path:
    """Return the folder of the user's settings, which may not exist: GANVAS_CONFIG, else the platform's default.

    Raises InputError where the user has no home.
    """
    if own := os.environ.get("GANVAS_CONFIG"):
        return Path(own)
    try:
        if os.name == "nt":
            return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "ganvas"
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "ganvas"
    except RuntimeError as error:
        raise InputError("there is no home folder to keep settings in", do="name a folder in GANVAS_CONFIG") from error


@contextlib.contextmanager
def build_folder(folder: Path, *, existing: Literal["refuse", "keep", "replace"] = "refuse") -> Generator[Path, None, None]:
    """Yield a new folder to fill, and move it to `folder` at the end; after an error nothing is left behind.

    existing: what happens where there is a folder at the end. "refuse" raises InputError, "keep" drops what was built (of a cache
    another process has built the same), "replace" replaces what was there at the start too, and refuses what appeared meanwhile.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    replaces = existing == "replace" and folder.is_dir()
    scratch = part_of(folder)
    scratch.mkdir()
    try:
        work = scratch / folder.name
        work.mkdir()
        yield work
        if replaces:
            try:
                swap(work, folder)  # whoever is killed or looks meanwhile finds the old one or the new one
                return
            except (OSError, AttributeError):
                os.rename(folder, scratch / "old")
        try:
            publish(work, folder)
        except FileExistsError as error:
            if existing != "keep":
                raise InputError(
                    "appeared meanwhile, and nothing is overwritten", where=folder, do="give another name"
                ) from error
    except OSError as error:
        name_place(error, folder)
        raise
    finally:
        remove(scratch)


def read_or_build(place: Path, read: Callable[[], Cached], build: Callable[[], None]) -> Cached:
    """Return what a cache holds; build it where there is none, and build it again where it is broken."""
    if place.exists():
        try:
            return read()
        except (InputError, OSError, ValueError, EOFError):
            _discard(place)
    build()
    return read()


def _discard(path: Path) -> None:
    """Remove a file or folder of a cache that is broken, out of sight at once."""
    part = part_of(path)
    with contextlib.suppress(OSError):
        os.rename(path, part)
        remove(part)

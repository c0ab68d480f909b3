"""Writing a set: a captioned folder with a manifest, atomically, with the same digest every time."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from ganvas.data.records import METADATA, MetadataLine
from ganvas.ground.errors import InputError
from ganvas.ground.files import build_folder, write_json, write_text
from ganvas.ground.images import encode_png

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Source:
    """The package that a set's pictures or words come from, with version, sha256 and licence."""

    package: str
    version: str
    sha256: str
    licence: str

    def line(self) -> str:
        """Return it as one line for people."""
        return f"{self.package} {self.version}: {self.licence}"


@dataclass(frozen=True)
class Summary:
    """A set that was written. digest: sha256 over all metadata and pixels. splits: split -> how many. what: is in it."""

    name: str
    folder: Path
    count: int
    digest: str
    splits: dict[str, int]
    licences: tuple[str, ...]
    what: str = "pictures"


@runtime_checkable
class Row(Protocol):
    """One line of JSON in a set."""

    @property
    def split(self) -> str: ...

    def model_dump_json(self, *, exclude_defaults: bool = ...) -> str: ...


@runtime_checkable
class Described(Row, Protocol):
    """What metadata says of one file of a set."""

    @property
    def file_name(self) -> str: ...


def write_set(
    name: str, out: Path, pictures: Iterable[tuple[MetadataLine, np.ndarray]], *, made: str, sources: Sequence[Source] = ()
) -> Summary:
    """Write pictures, uint8 (size, size, 3 or 4), with their metadata, in the given order.

    made: the settings that produced them, for the manifest. Raises InputError where `out` is taken:
    nothing is overwritten.
    """
    encoded = ((line, encode_png(pixels), pixels.tobytes()) for line, pixels in pictures)
    return _write(name, out, encoded, made=made, sources=sources, licences=_licences(sources), what="pictures")


def write_files(
    name: str, out: Path, files: Iterable[tuple[Described, bytes]], *, made: str, licences: tuple[str, ...], what: str
) -> Summary:
    """Write files of another kind with their metadata, in the given order. what: they are, in the plural. Raises InputError as
    `write_set` does.
    """
    return _write(name, out, ((line, part, part) for line, part in files), made=made, sources=(), licences=licences, what=what)


def _write(
    name: str, out: Path, files: Iterator[tuple[Described, bytes, bytes]], *, made: str, sources: Sequence[Source],
    licences: tuple[str, ...], what: str,
) -> Summary:  # fmt: skip
    """Write files: each with its metadata, its bytes, and what of it goes into the digest."""
    _check_free(out)
    whole, splits, lines = hashlib.sha256(), Counter[str](), list[str]()
    with build_folder(out) as work:
        for line, content, digested in files:
            path = work / line.file_name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)  # not atomic: the whole folder is moved into place at the end
            lines.append(line.model_dump_json(exclude_defaults=True))
            splits[line.split] += 1
            whole.update(lines[-1].encode())
            whole.update(digested)
        summary = Summary(name, out, len(lines), whole.hexdigest(), dict(sorted(splits.items())), licences, what)
        write_text(work / METADATA, "\n".join(lines) + "\n")
        write_json(work / MANIFEST, _manifest(summary, made=made, sources=sources))
    return summary


def write_rows(
    name: str, out: Path, file: str, rows: Iterable[Row], *, made: str, sources: Sequence[Source], what: str
) -> Summary:
    """Write a set that is one file of JSON lines, and its manifest. Raises InputError as `write_set` does."""
    _check_free(out)
    whole, splits = hashlib.sha256(), Counter[str]()
    with build_folder(out) as work, (work / file).open("wb") as lines:
        for row in rows:
            line = row.model_dump_json(exclude_defaults=True).encode() + b"\n"
            lines.write(line)
            whole.update(line)
            splits[row.split] += 1
        lines.flush()
        summary = Summary(name, out, splits.total(), whole.hexdigest(), dict(sorted(splits.items())), _licences(sources), what)
        write_json(work / MANIFEST, _manifest(summary, made=made, sources=sources))
    return summary


def _check_free(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError("the folder is not empty", where=out, do="choose another folder, or remove this one first")


def _licences(sources: Sequence[Source]) -> tuple[str, ...]:
    return tuple(source.line() for source in sources) or ("made by Ganvas: Apache-2.0",)


def _manifest(summary: Summary, *, made: str, sources: Sequence[Source]) -> dict[str, object]:
    return {
        "format": 1,
        "set": summary.name,
        "made": made,
        "count": summary.count,
        "digest": summary.digest,
        "splits": summary.splits,
        "licences": list(summary.licences),
        "sources": [vars(source) for source in sources],
    }

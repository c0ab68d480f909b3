"""Read a model, a folder or one packed file: its manifest and every file, each checked against its sha256."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from ganvas.ground.config import parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, parse_json, path_inside, read_bytes
from ganvas.models.hub import MAX_FILE, MAX_MANIFEST, MAX_MODEL
from ganvas.models.packed import Packed, is_packed
from ganvas.vocabulary.manifest import MANIFESTS, AnyManifest, Manifest

SUFFIXES = (".onnx", ".safetensors", ".md", ".png", ".json", ".toml")
"""What a model folder may name: no pickles, no code."""
UNSIGNED = "0" * 64
"""The digest of a folder of our own that has no model.json yet; of no folder that is read."""


@dataclass(frozen=True)
class ModelFiles:
    """A model as it was read: where it is, manifest, digest, and the verified bytes of model.json and
    of every file it names.
    """

    folder: Path
    manifest: AnyManifest
    digest: str
    contents: Mapping[str, bytes]


def read_model(folder: Path) -> ModelFiles:
    """Read every file that model.json names, of a folder or a packed file. Raises InputError for a
    file that is not the one it names, or too much of them.
    """
    read = _opened(folder)
    manifest, digest = _manifest(read, folder)
    contents = {"model.json": _verified(read, folder, "model.json", digest)}
    for name, wanted in manifest.files.items():
        contents[name] = _verified(read, folder, name, wanted)
        if sum(map(len, contents.values())) > MAX_MODEL:
            raise InputError(f"its files have more than {MAX_MODEL:,} bytes", where=folder)
    return ModelFiles(folder, manifest, digest, contents)


def read_manifest(folder: Path) -> tuple[AnyManifest, str]:
    """Read model.json; return it with its sha256, which is the model's digest: it names every other
    file's. Raises InputError.
    """
    return _manifest(_opened(folder), folder)


def read_file(folder: Path, name: str) -> bytes:
    """Read one file of a model, unverified. Raises InputError."""
    return _opened(folder)(name, limit=MAX_FILE)


@runtime_checkable
class _Read(Protocol):
    """Reads a file of a model by its name, up to a limit. Raises InputError."""

    def __call__(self, name: str, *, limit: int) -> bytes: ...


def _opened(model: Path) -> _Read:
    if is_packed(model):
        return Packed(model, limit=MAX_MODEL + MAX_MANIFEST).read

    def read(name: str, *, limit: int) -> bytes:
        return read_bytes(path_inside(model, name), limit=limit)

    return read


def _manifest(read: _Read, folder: Path) -> tuple[AnyManifest, str]:
    content = read("model.json", limit=MAX_MANIFEST)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not utf-8 text", where=folder / "model.json") from error
    found = parse_json(text, where=folder / "model.json")
    task = cast("dict[str, object]", found).get("task") if isinstance(found, dict) else None
    manifest = parse(MANIFESTS.get(str(task), Manifest), found, where=folder / "model.json")
    for name in manifest.files:
        if Path(name).suffix not in SUFFIXES:
            raise InputError(f"names {name!r}, a kind of file that models do not hold", where=folder / "model.json")
    return manifest, digest_of(content)


def _verified(read: _Read, folder: Path, name: str, wanted: str) -> bytes:
    content = read(name, limit=MAX_FILE)
    if digest_of(content) != wanted:
        raise InputError("is not the file that model.json names: its sha256 differs", where=folder / name,
                         do="get the model again")  # fmt: skip
    return content

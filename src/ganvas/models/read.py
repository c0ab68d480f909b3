"""Read a model folder: its manifest and every file, each checked against its sha256."""

from pathlib import Path
from typing import cast

from ganvas.ground.config import parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, inside, parse_json, read_bytes
from ganvas.models.hub import MAX_FILE, MAX_MANIFEST
from ganvas.vocabulary.manifest import MANIFESTS, EnlargeManifest, Manifest, RestyleManifest

SUFFIXES = (".onnx", ".safetensors", ".md", ".png", ".json", ".toml")
"""What a model folder may name: no pickles, no code."""


def read_manifest(folder: Path) -> tuple[Manifest | EnlargeManifest | RestyleManifest, str]:
    """Read model.json; return it with its sha256, which is the model's digest: it names every other file's. Raises InputError."""
    content = read_bytes(inside(folder, "model.json"), limit=MAX_MANIFEST)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not utf-8 text", where=folder / "model.json") from error
    told = parse_json(text, where=folder / "model.json")
    task = cast("dict[str, object]", told).get("task") if isinstance(told, dict) else None
    manifest = parse(MANIFESTS.get(str(task), Manifest), told, where=folder / "model.json")
    for name in manifest.files:
        if Path(name).suffix not in SUFFIXES:
            raise InputError(f"names {name!r}, a kind of file that models do not hold", where=folder / "model.json")
    return manifest, digest_of(content)


def _verified(folder: Path, name: str, wanted: str) -> bytes:
    content = read_bytes(inside(folder, name), limit=MAX_FILE)
    if digest_of(content) != wanted:
        raise InputError("is not the file that model.json names: its sha256 differs", where=folder / name,
                         do="get the model again")  # fmt: skip
    return content

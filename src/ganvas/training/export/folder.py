"""The model folder of a finished run: filled first, and named by model.json at the very end, once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganvas.ground.files import digest_of, read_bytes, write_json
from ganvas.models.hub import MAX_FILE
from ganvas.models.read import UNSIGNED, ModelFiles
from ganvas.vocabulary.manifest import AnyManifest


def gather_files(folder: Path, kind: type[AnyManifest], about: Mapping[str, Any]) -> ModelFiles:
    """Return what is in a folder so far as the files of a model, so that a pipeline can draw before model.json is written.

    about: all that the manifest says beside its files.
    """
    contents = {path.name: read_bytes(path, limit=MAX_FILE) for path in sorted(folder.iterdir())}
    files = {name: digest_of(content) for name, content in contents.items()}
    return ModelFiles(folder, kind.model_validate({**about, "files": files}), UNSIGNED, contents)


def write_manifest(folder: Path, kind: type[AnyManifest], about: Mapping[str, Any]) -> None:
    """Write model.json, which names every file of the folder with its sha256. Nothing may be added afterwards."""
    write_json(folder / "model.json", gather_files(folder, kind, about).manifest.model_dump(mode="json"))

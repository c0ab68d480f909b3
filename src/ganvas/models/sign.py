"""Write the sha256 of a changed file into model.json."""

from pathlib import Path

from ganvas.ground.files import digest_of, path_inside, read_bytes, write_json
from ganvas.models.hub import MAX_FILE
from ganvas.models.read import read_manifest


def sign(folder: Path, name: str) -> None:
    """Write a file of a model folder that was added or changed into model.json, with its sha256.
    The model's digest changes.
    """
    manifest, _ = read_manifest(folder)
    files = {**manifest.files, name: digest_of(read_bytes(path_inside(folder, name), limit=MAX_FILE))}
    write_json(folder / "model.json", manifest.model_copy(update={"files": files}).model_dump(mode="json"))

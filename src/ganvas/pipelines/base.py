"""Models by name or folder: read, verified, refused when anything is not what it says."""

from pathlib import Path
from typing import Literal, cast

from ganvas.ground.config import parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, inside, is_plain_name, parse_json, read_bytes, write_json
from ganvas.pipelines import hub
from ganvas.pipelines.enlarge import Enlarger
from ganvas.pipelines.hub import MAX_FILE, MAX_MANIFEST, MAX_MODEL
from ganvas.pipelines.image import ImagePipeline
from ganvas.pipelines.restyle import Restyler
from ganvas.vocabulary.manifest import MANIFESTS, EnlargeManifest, Manifest, RestyleManifest

ZOO = Path(__file__).parents[1] / "zoo"
DEFAULT = "emoji-64"
Task = Literal["image", "enlarge", "restyle"]
SUFFIXES = (".onnx", ".safetensors", ".md", ".png", ".json", ".toml")
"""What a model folder may name: no pickles, no code."""


def models() -> list[Path]:
    """Return the folders of the models that come with Ganvas."""
    return sorted(path.parent for path in ZOO.glob("*/model.json"))


def find(model: str, *, task: Task | None = None) -> Path:
    """Return the folder of a model: a shipped one by its name, a folder, or what a hub's `owner/name[@revision]` was fetched to.

    task: what it is wanted for. Raises InputError, which names the shipped ones that can do that.
    """
    if is_plain_name(model) and (ZOO / model / "model.json").is_file():
        return ZOO / model
    folder = Path(model)
    if (folder / "model.json").is_file():
        return folder
    of_hub = hub.is_name(model)
    if of_hub and (library := hub.library()):
        return hub.fetch(model, library, listed=lambda work: tuple(read_manifest(work)[0].files), check=_open)
    more = "; for a model of the Hugging Face hub, pip install 'ganvas[hub]'" if of_hub else ""
    raise InputError(
        "is no model", where=model[:200], do=f"name a model folder, or one of those that came along: {_shipped(task)}{more}"
    )


def load(model: str | Path = DEFAULT) -> ImagePipeline:
    """Load a model that draws pictures, by its name or folder, as `open_model` does. Raises InputError for any other model."""
    opened = _open(find(str(model), task="image"))
    if not isinstance(opened, ImagePipeline):
        raise _another_kind(model, opened.manifest.task, wanted="image")
    return opened


def load_restyler(model: str | Path) -> Restyler:
    """Load a model that redraws pictures, by its name or folder, as `open_model` does. Raises InputError for any other model."""
    opened = _open(find(str(model), task="restyle"))
    if not isinstance(opened, Restyler):
        raise _another_kind(model, opened.manifest.task, wanted="restyle")
    return opened


def _another_kind(model: str | Path, task: Task, *, wanted: Task) -> InputError:
    """Say of a model that it is of another kind, and which ones are of the wanted kind."""
    folder, (lack, train) = Path(model), _LACKS[wanted]
    name = folder.name if folder.resolve().parent == ZOO.resolve() else model
    return InputError(f"is a model of the kind {task!r}, which {lack}", where=name,
                      do=f"of those that came along, take {_shipped(wanted)}; or train one: {train}")  # fmt: skip


def _shipped(task: Task | None) -> str:
    """Name the models that came along, or those of them that are of one kind."""
    return ", ".join(folder.name for folder in models() if task in (None, read_manifest(folder)[0].task)) or "none"


_LACKS: dict[Task, tuple[str, str]] = {
    "image": ("draws nothing by itself", "ganvas train PICTURES/"),
    "restyle": ("redraws nothing", "ganvas train --task restyle A/ B/"),
}
"""What a model of any other kind does not do, and how one that does is trained."""


def open_model(model: str | Path) -> ImagePipeline | Enlarger | Restyler:
    """Load any model by what `find` knows. Every file is checked against its sha256 and every graph looked through.

    Raises InputError for anything that is not a model folder of this format; no runtime sees a graph before.
    """
    return _open(find(str(model)))


def _open(folder: Path) -> ImagePipeline | Enlarger | Restyler:
    manifest, digest = read_manifest(folder)
    contents = {"model.json": _verified(folder, "model.json", digest)}
    for name, wanted in manifest.files.items():
        contents[name] = _verified(folder, name, wanted)
        if sum(map(len, contents.values())) > MAX_MODEL:
            raise InputError(f"its files have more than {MAX_MODEL:,} bytes", where=folder)
    if isinstance(manifest, EnlargeManifest):
        return Enlarger(manifest, contents.__getitem__, digest=digest, where=folder)
    if isinstance(manifest, RestyleManifest):
        return Restyler(manifest, contents.__getitem__, digest=digest, where=folder)
    return ImagePipeline(manifest, contents.__getitem__, digest=digest, where=folder)


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


def sign(folder: Path, name: str) -> None:
    """Write a file of a model folder that was added or changed into model.json, with its sha256. The model's digest changes."""
    manifest, _ = read_manifest(folder)
    files = {**manifest.files, name: digest_of(read_bytes(inside(folder, name), limit=MAX_FILE))}
    write_json(folder / "model.json", manifest.model_copy(update={"files": files}).model_dump(mode="json"))


def _verified(folder: Path, name: str, wanted: str) -> bytes:
    content = read_bytes(inside(folder, name), limit=MAX_FILE)
    if digest_of(content) != wanted:
        raise InputError("is not the file that model.json names: its sha256 differs", where=folder / name,
                         do="get the model again")  # fmt: skip
    return content

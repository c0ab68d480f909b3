"""What `ganvas info` says of anything it is given."""

from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_text
from ganvas.pipelines.base import ZOO, read_manifest
from ganvas.service import describe, is_model
from ganvas.shelf import read_works


def tell(thing: str) -> dict[str, object]:
    """Return the facts of a model (name or folder), a run, a captioned folder or a work. Raises InputError."""
    path = Path(thing)
    if "/" not in thing and is_model(ZOO / thing):
        return _model(ZOO / thing)
    if is_model(path):
        return _model(path)
    if (path / "recipe.toml").is_file():
        return _run(path)
    if path.is_dir():
        return _pictures(path)
    return _works(path)


def _model(folder: Path) -> dict[str, object]:
    manifest, digest = read_manifest(folder)
    labels = {name: ", ".join(values[:20]) for name, values in manifest.takes.labels.items()}
    return {
        "kind": "model", "name": manifest.name, "summary": manifest.summary,
        "draws": f"{manifest.size} px, {manifest.channels} channels",
        "words": manifest.takes.encoder, **labels, "images seen": manifest.images_seen, "licence": manifest.licence,
        "attribution": "; ".join(manifest.attribution), "digest": digest,
    }  # fmt: skip


def _run(folder: Path) -> dict[str, object]:
    log = folder / "log.jsonl"
    last = read_text(log, limit=500_000_000).splitlines()[-1:] if log.is_file() else []
    return {"kind": "run", "model": str(folder / "model") if is_model(folder / "model") else "not yet", "last log": "".join(last)}


def _pictures(folder: Path) -> dict[str, object]:
    from ganvas.data.folder import read_folder

    records = read_folder(folder)
    spoken = sum(bool(record.captions) for record in records)
    return {"kind": "pictures", "count": len(records), "with captions": spoken}


def _works(path: Path) -> dict[str, object]:
    works = read_works(path)
    if not works:
        raise InputError("holds no works", where=path)
    first = works[0]
    scene = describe(first.brief) if first.brief else ""
    return {
        "kind": "work" if len(works) == 1 else f"sheet of {len(works)} works", "idea": first.idea, "scene": scene,
        "writer": first.writer, "model": f"{first.model} {first.model_digest[:10]}", "seed": first.noise_seed,
        "number": first.number,
    }  # fmt: skip

"""What `ganvas info` says of anything it is given."""

from collections import Counter
from pathlib import Path

from ganvas.ground.images import open_image
from ganvas.pipelines.base import ZOO, read_manifest
from ganvas.service import describe, is_model
from ganvas.shelf import address, read_work, read_works
from ganvas.vocabulary.manifest import EnlargeManifest, Manifest, RestyleManifest
from ganvas.vocabulary.provenance import Provenance

NAMED = 20
"""Values of a label that are named; the rest are counted."""


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
    return _work(thing)


def _model(folder: Path) -> dict[str, object]:
    manifest, digest = read_manifest(folder)
    hears: dict[str, str] = {}
    if isinstance(manifest, Manifest):
        hears = {"words": manifest.takes.encoder}
        hears |= {name: ", ".join(values[:NAMED]) for name, values in manifest.takes.labels.items()}
        hears["judge"] = "yes: --best-of draws several and keeps the best" if "judge.onnx" in manifest.files else "none"
    return {
        "kind": "model", "name": manifest.name, "summary": manifest.summary, "does": what_it_does(manifest), **hears,
        "images seen": manifest.images_seen, "licence": manifest.licence,
        "attribution": "; ".join(manifest.attribution), "digest": digest,
    }  # fmt: skip


def what_it_does(manifest: Manifest | EnlargeManifest | RestyleManifest) -> str:
    """Say in one line what a model makes."""
    if isinstance(manifest, EnlargeManifest):
        return f"makes RGBA of {manifest.size} px four times as large"
    if isinstance(manifest, RestyleManifest):
        return f"redraws pictures in the style of {', '.join(manifest.styles[:NAMED])}; learned at {manifest.size} px"
    styles = ", ".join(manifest.takes.labels.get("style", ())) or "none of its own"
    return f"draws {manifest.size} px, {'RGBA' if manifest.channels == 4 else 'RGB'}; styles: {styles}"


def _run(folder: Path) -> dict[str, object]:
    model = str(folder / "model") if is_model(folder / "model") else "not yet"
    return {"kind": "run", "model": model, "last log": _last_line(folder / "log.jsonl")}


def _last_line(path: Path) -> str:
    """Return the last line of a file that may be long; empty when there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 10_000))
        lines = file.read().decode("utf-8", errors="replace").splitlines()
    return lines[-1] if lines else ""


def _pictures(folder: Path) -> dict[str, object]:
    from ganvas.data.source import open_source

    records = open_source(folder).records
    spoken = sum(bool(record.captions) for record in records)
    splits = Counter(record.split for record in records)
    values: dict[str, Counter[str]] = {}
    for record in records:
        for name, value in record.labels.items():
            values.setdefault(name, Counter())[value] += 1
    told = ["words"] * bool(spoken) + [name for name, found in values.items() if len(found) > 1]
    return {
        "kind": "pictures",
        "count": len(records),
        "with captions": spoken,
        "a model of it is told": ", ".join(told) or "nothing: it draws what it likes",
        **{name: _counted(found) for name, found in values.items()},
        **({"splits": _counted(splits)} if len(splits) > 1 else {}),
    }


def _counted(found: Counter[str]) -> str:
    """Name values and how often each is there, the most frequent first."""
    named = ", ".join(f"{value} {count:,}" for value, count in found.most_common(NAMED))
    return named + (f", and {len(found) - NAMED} more" if len(found) > NAMED else "")


def _redrawn(work: Provenance) -> dict[str, object]:
    """Say what redrew a work, in which style, and from what."""
    if work.restyled is None:
        return {}
    style = f"{work.restyled.style}, strength {work.restyled.strength:g}, by {work.restyled.name} {work.restyled.digest[:10]}"
    return {"redrawn": style, **({"picture": work.picture.name} if work.picture else {})}


def _work(thing: str) -> dict[str, object]:
    path, number = address(thing)
    works = read_works(path) if number is None else [read_work(thing)]
    if not works:
        picture = open_image(path)
        return {
            "kind": "picture that Ganvas did not make",
            "size": f"{picture.width} x {picture.height}",
            "colours": picture.mode,
        }
    first = works[0]
    return {
        "kind": "work" if len(works) == 1 else f"sheet of {len(works)} works", "idea": first.idea,
        "scene": describe(first.brief) if first.brief else "", **_redrawn(first), "writer": first.writer, "note": first.note,
        "model": f"{first.model} {first.model_digest[:10]}", "seed": first.noise_seed, "number": first.number,
        "truncation": first.truncation, "made by": f"ganvas {first.version}",
    }  # fmt: skip

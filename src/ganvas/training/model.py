"""The model folder: what is shared, loaded and shipped."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from ganvas.ground.errors import InputError
from ganvas.ground.files import building, digest, write_json, write_text
from ganvas.ground.images import save_png
from ganvas.language.encoder import open_encoder
from ganvas.language.lexicon import Lexicon, gather
from ganvas.training.export import export_graphs, read_generator
from ganvas.training.judge import train_judge
from ganvas.training.loop import Loop
from ganvas.training.tasks.conditions import encode_once
from ganvas.training.tasks.image import ImageTask
from ganvas.vocabulary.manifest import Manifest


def save_model(folder: Path, *, loop: Loop, task: ImageTask, say: Callable[[str], None]) -> Path:
    """Export the averaged generator as a model folder, whole or not at all, and say how near the graphs are to torch."""
    recipe, takes = task.recipe, task.conditions.takes
    generator = loop.average.network
    preview = task.sheet(generator)
    with building(folder) as work:
        worst = export_graphs(generator, work, takes=takes, latent=recipe.generator.latent, mapped=task.generator.mapped)  # pyright: ignore[reportArgumentType]
        say(f"parity of the graphs with torch: {worst:.1e}")
        if takes.words:
            lexicon_of(task).save(work / "words.safetensors")
        save_png(work / "preview.png", preview)
        write_text(work / "README.md", card(task, images=loop.progress.images, minutes=loop.progress.seconds / 60, parity=worst))
        files = {path.name: digest(path) for path in sorted(work.iterdir())}
        manifest = Manifest(
            name=recipe.name, size=recipe.size, channels=4 if task.channels == 4 else 3, latent=recipe.generator.latent,
            mapped=task.generator.mapped, takes=takes, licence=recipe.licence, attribution=recipe.attribution,
            summary=recipe.summary, trained_on=f"{len(task.train)} pictures, sha256 {task.pictures.digest}",
            images_seen=loop.progress.images, files=files,
        )  # fmt: skip
        write_json(work / "model.json", manifest.model_dump(mode="json"))
        if recipe.judge and (takes.words or takes.labels):
            train_judge(work, pictures=task.pictures, conditions=task.conditions, seed=recipe.seed, say=say)
    return folder


def lexicon_of(task: ImageTask) -> Lexicon:
    """Gather what the training pictures are called and what is said about them: the model's own vocabulary."""
    conditions = task.conditions
    captions, tags = ([part[picture] for picture in task.train] for part in (conditions.captions, conditions.tags))
    encoder = open_encoder(conditions.takes.encoder)
    return gather(captions, tags, encode=lambda sentences: encode_once(sentences, encoder=encoder))


def card(task: ImageTask, *, images: int, minutes: float, parity: float) -> str:
    """Write the card of a model: what it is, what it was trained on, what is known about it and what is not."""
    recipe, takes = task.recipe, task.conditions.takes
    held = len(task.pictures.records) - len(task.train)
    hears = [f"words ({takes.encoder})"] if takes.words else []
    hears += [f"{name}: {', '.join(values[:12])}" for name, values in takes.labels.items()]
    shape = f"{recipe.size.width} x {recipe.size.height}, {'RGBA' if task.channels == 4 else 'RGB'}"
    lines = [
        f"# {recipe.name}", "", recipe.summary or "A generator trained with Ganvas.", "",
        f"- draws: {shape}", f"- hears: {'; '.join(hears) or 'nothing: it draws what it likes'}",
        f"- trained on: {len(task.train)} pictures ({held} held out), sha256 `{task.pictures.digest[:16]}`",
        f"- training: {images:,} pictures in {minutes:.0f} minutes, {recipe.threads} thread(s), {recipe.device}",
        f"- graphs against torch: largest difference {parity:.1e}", f"- licence: {recipe.licence}",
        *(f"- attribution: {line}" for line in recipe.attribution), "",
        "No score was measured for this card yet. `preview.png`: first row training pictures, below them what the model draws",
        "for the same captions, one row for each style.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def read_weights(folder: Path, wanted: Mapping[str, Tensor], *, say: Callable[[str], None]) -> dict[str, Tensor]:
    """Read the generator of a model folder, to go on training from; what has another shape there stays as it is in `wanted`.

    Says what is not taken over. Raises InputError when no layer fits: it is another kind of generator.
    """
    found = read_generator(folder)
    taken = {name: found[name] for name, tensor in wanted.items() if name in found and found[name].shape == tensor.shape}
    if not any(tensor.dim() > 1 for tensor in taken.values()):
        raise InputError("none of its layers fits this generator", where=folder, do="train from a model of the same widths")
    anew = [name for name in wanted if name not in taken]
    if anew:
        say(f"{len(taken)} of {len(wanted)} tensors are those of {folder.name}; {_parts(anew)} start anew: other shapes")
    return {**wanted, **taken}


def _parts(names: Sequence[str]) -> str:
    """Name the parts of a network that hold some tensors, each once: two levels say enough."""
    return ", ".join(dict.fromkeys(".".join(name.split(".")[:2]) for name in names))

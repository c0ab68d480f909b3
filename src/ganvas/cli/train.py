"""Panel "teach": data and training."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, results

if TYPE_CHECKING:
    from ganvas.training.start.train import Trained
from ganvas.cli.data import data


def add(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.command(rich_help_panel="teach")(data)
    app.command(rich_help_panel="teach")(train)


def train(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="One recipe (.toml), or a folder of pictures; several to restyle.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The run's folder; runs/NAME when left out.")] = None,
    task: Annotated[str | None, typer.Option("--task", help="image, enlarge or restyle; guessed and said when left out.")] = None,
    images: Annotated[int | None, typer.Option("--images", min=1, help="The budget, in pictures seen.")] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", help="The budget, in minutes of this machine; else until it gets no better.")
    ] = None,
    model: Annotated[str | None, typer.Option("--from", help="Start from this model's weights: a name or a folder.")] = None,
    size: Annotated[
        str | None,
        typer.Option("--size", help="Pixels a side, or WIDTHxHEIGHT: multiples of 16 from 16 to 256; to restyle, from 32."),
    ] = None,
    fit: Annotated[Literal["crop", "pad"] | None, typer.Option("--fit", help="Cut the middle out, or keep all of it.")] = None,
    mirror: Annotated[bool, typer.Option("--mirror", help="Left and right may be exchanged.")] = False,
    captions: Annotated[
        str | None, typer.Option("--captions", help="For pictures without any: llm to have them written, or a file of them.")
    ] = None,
    llm: Annotated[
        str, typer.Option("--llm", help="Who writes the captions: auto, none, rules, local, http, or a server's name.")
    ] = "auto",
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write curves and sheets for TensorBoard too.")] = False,
    device: Annotated[Literal["auto", "cpu", "cuda", "mps"] | None, typer.Option("--device", help="Where to compute.")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed trains the same model.")] = None,
    as_json: Json = False,
) -> None:
    """Train a generator; the same command goes on with a run that was stopped."""
    from ganvas.ground.errors import HealthError, Interrupted
    from ganvas.ground.files import check_can_create

    check_torch()
    limit_threads(threads)
    if out is not None:
        check_can_create(out / "recipe.toml")
    from ganvas.cli.progress import watching
    from ganvas.training import train as run_training

    given = {
        "images": images, "minutes": minutes, "device": device, "threads": threads, "seed": seed, "captions": captions,
        "fit": fit, "mirror": mirror or None, "size": size, "task": task, "start_from": model,
    }  # fmt: skip
    with watching() as watch:
        done = run_training(
            sources, out=out, overrides={name: value for name, value in given.items() if value is not None},
            llm=llm, tensorboard=tensorboard, say=note, watch=watch,
        )  # fmt: skip
    if not done.first:  # of several processes the first one says how it ended
        return
    if done.model is None:
        again = f"ganvas train {' '.join(sources)} -o {done.run}"
        raise Interrupted(f"stopped ({done.outcome.reason}) at {done.outcome.progress.images:,} pictures, all saved",
                          do=f"to go on: {again}")  # fmt: skip
    note(f"{done.outcome.reason}: {done.outcome.progress.images:,} pictures seen")
    results([done.model], _facts(done), as_json=as_json)
    if done.outcome.troubles:
        named = "; ".join(f"{trouble.name}: {trouble.words}" for trouble in done.outcome.troubles)
        raise HealthError(f"there is a model, and the training ended ill. {named}", where=done.run)


def _facts(done: "Trained") -> dict[str, object]:
    """Say for programs how a training ended."""
    return {
        "run": str(done.run),
        "model": str(done.model),
        "images": done.outcome.progress.images,
        "reason": done.outcome.reason,
        "score": done.outcome.progress.best,
        "score_at": done.outcome.progress.best_images,
        "troubles": [trouble.name for trouble in done.outcome.troubles],
    }


def limit_threads(threads: int | None) -> None:
    """Hold numpy's linear algebra to the threads that were asked for, as torch is; it reads them once, when it is imported."""
    if threads is not None:
        os.environ.setdefault("OMP_NUM_THREADS", str(threads))


def check_torch() -> None:
    """Refuse to go on where the training wing cannot be opened."""
    import importlib.util

    from ganvas.ground.errors import InputError

    if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx", "onnxscript", "jaxtyping", "tomlkit")):
        raise InputError("training needs torch and its company", do="pip install 'ganvas[train]'")

"""`ganvas train`: train a model."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ganvas.cli.options import Json
from ganvas.cli.output import note, print_results

if TYPE_CHECKING:
    from ganvas.training.start.train import Trained


def train(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="One recipe (.toml), or a folder of pictures; several to restyle.")
    ],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The run's folder; runs/NAME when left out.")] = None,
    task: Annotated[
        str | None, typer.Option("--task", help="image, enlarge, restyle, music or verse; guessed when left out, and printed.")
    ] = None,
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
        str | None,
        typer.Option(
            "--captions", help="For pictures without any: names (of files), none, llm (to have them written), or a file."
        ),
    ] = None,
    llm: Annotated[
        str, typer.Option("--llm", help="Who writes the captions: auto, none, rules, local, http, or a server's name.")
    ] = "auto",
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write curves and sheets for TensorBoard too.")] = False,
    device: Annotated[Literal["auto", "cpu", "cuda", "mps"] | None, typer.Option("--device", help="Where to compute.")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="CPU threads.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print every setting that is derived, and why.")] = False,
    seed: Annotated[int | None, typer.Option("--seed", help="The same seed trains the same model.")] = None,
    as_json: Json = False,
) -> None:
    """Train a generator; the same command goes on with a run that was stopped."""
    from ganvas.ground.files import check_can_create

    check_torch()
    limit_threads(threads)
    if out is not None:
        check_can_create(out / "recipe.toml")
    from ganvas.cli.progress import show_training
    from ganvas.training import train as run_training

    given = {
        "images": images, "minutes": minutes, "device": device, "threads": threads, "seed": seed, "captions": captions,
        "fit": fit, "mirror": mirror or None, "size": size, "task": task, "start_from": model,
    }  # fmt: skip
    with show_training() as bar:
        done = run_training(
            sources, out=out, overrides={name: value for name, value in given.items() if value is not None},
            llm=llm, tensorboard=tensorboard, explain=explain, say=note, watch=bar,
        )  # fmt: skip
        if done.model is not None:
            bar.finish()
    if done.first:  # of several processes only the first prints how it ended
        _print_end(done, sources, as_json=as_json)


def _print_end(done: "Trained", sources: list[str], *, as_json: bool) -> None:
    """Print where the model is, how to draw with it, and last whether it is usable.

    Raises Interrupted or HealthError where the training did not end well.
    """
    from ganvas.ground.commands import command
    from ganvas.ground.errors import HealthError, Interrupted
    from ganvas.service.example import example_of

    assert done.verdict is not None
    if done.model is None:
        again = command(["ganvas", "train", *sources, "-o", done.run])
        raise Interrupted(f"{done.verdict.why}. All is saved", do=f"to go on: {again}")
    print_results([done.model], _summary(done), as_json=as_json)
    if example := example_of(done.model, done.run):
        note(f"draw with it: {example}")
    if done.outcome.troubles and done.verdict.answer != "yes":
        named = "; ".join(f"{trouble.name}: {trouble.words}" for trouble in done.outcome.troubles)
        raise HealthError(f"there is a model, but the training went wrong: {named}. {done.verdict.text}", where=done.run)
    note(done.verdict.text)


def _summary(done: "Trained") -> dict[str, object]:
    """Return how a training ended, for --json."""
    assert done.verdict is not None
    return {
        "run": str(done.run),
        "model": str(done.model),
        "images": done.outcome.progress.images,
        "reason": done.outcome.reason,
        "score": done.outcome.progress.best,
        "score_at": done.outcome.progress.best_images,
        "troubles": [trouble.name for trouble in done.outcome.troubles],
        "verdict": done.verdict.plain(),
    }


def limit_threads(threads: int | None) -> None:
    """Hold numpy's linear algebra to the threads that were asked for, as torch is; it reads them once, when it is imported."""
    if threads is not None:
        os.environ.setdefault("OMP_NUM_THREADS", str(threads))


def check_torch() -> None:
    """Raise InputError where torch, or what else a training needs, is not installed."""
    import importlib.util

    from ganvas.ground.errors import InputError

    if any(importlib.util.find_spec(name) is None for name in ("torch", "onnx", "onnxscript", "jaxtyping", "tomlkit")):
        raise InputError("training needs torch and the packages that come with it", do="pip install 'ganvas[train]'")

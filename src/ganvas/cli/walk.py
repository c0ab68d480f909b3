"""`ganvas walk`: moving pictures of the way past several works."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.explore_options import FLAGS
from ganvas.cli.options import WORKS, Json, Model, Open, Out, Seed, Style, Transparent
from ganvas.cli.output import names_file, note, print_results
from ganvas.cli.progress import count_frames

if TYPE_CHECKING:
    from ganvas.vocabulary.animation import Animation


def walk(
    stops: Annotated[
        list[str], typer.Argument(metavar="WORK...", help="Files that Ganvas made, or words: a work is drawn of them.")
    ],
    frames: Annotated[int, typer.Option("--frames", help="How many pictures.")] = 60,
    seconds: Annotated[float, typer.Option("--seconds", help="How long it takes.")] = 4.0,
    once: Annotated[bool, typer.Option("--once", help="End at the last work, and do not go back to the first.")] = False,
    size: Annotated[int | None, typer.Option("--size", help="Pixels a side; as the first work when left out.")] = None,
    model: Model = "emoji-64",
    seed: Seed = None,
    style: Style = None,
    transparent: Transparent = False,
    out: Out = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Walk past works, two to sixteen, at an even speed: a .gif, or a .webp if -o says so."""
    from ganvas.service.walk import find_stops
    from ganvas.service.walk import walk as walk_past
    from ganvas.vocabulary.request import WalkRequest, fill

    check_moving(out)
    fields = {"frames": frames, "seconds": seconds, "looped": not once, "size": size}
    request = fill(WalkRequest, fields, names=FLAGS)
    works, context = find_stops(stops, model=model, seed=seed, style=style, transparent=transparent, size=size)
    note(f"seed {works[0].noise_seed}, model {works[0].model}")
    print_walk(walk_past(works, request, context), out, as_json=as_json, show=show)


def print_walk(walked: "Animation", out: Path, *, as_json: bool, show: bool) -> None:
    """Draw and save a walk, and print where it is."""
    from ganvas.store.animation import MOVING, place_animation, save_animation

    path = out if names_file(out) else place_animation(out, walked, suffix=MOVING[0])
    save_animation(path, count_frames(walked))
    made = [walked.provenance.model_dump(mode="json")]
    print_results([path], {"files": [str(path)], "works": made}, as_json=as_json, show=show)


def check_moving(out: Path) -> None:
    """Refuse, before anything is drawn, an OUT that an animation cannot go to. Raises InputError."""
    from ganvas.cli.output import check_out
    from ganvas.ground.errors import InputError
    from ganvas.store.animation import MOVING

    if names_file(out) and out.suffix.lower() == ".mp4":
        raise InputError("is no format that can be written", where=out,
                         do="write .webp or .gif; ffmpeg makes an .mp4 of either")  # fmt: skip
    check_out(out, kinds=MOVING)

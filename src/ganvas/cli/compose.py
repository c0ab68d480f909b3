"""`ganvas compose`: music for four voices from words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import FLAGS, WORKS, Json, Llm, Model, Open, Seed
from ganvas.cli.output import MUSIC, check_out, keep_works, names_file, note, print_works
from ganvas.cli.progress import count_works

if TYPE_CHECKING:
    from ganvas.service.compose import Composition

COMPOSES = "chorales"
NAMES = FLAGS | {name: f"--{name}" for name in ("bars", "tempo", "metre", "rounds", "plan")} | {
    "tonic": "--key", "mode": "--key", "melody": "--soprano"}  # fmt: skip
"""What the fields of a request are called here."""


def compose(
    idea: Annotated[str, typer.Argument(help="What the music is to be, in your own words.")],
    model: Model = COMPOSES,
    n: Annotated[int, typer.Option("-n", "--n", help="How many pieces.")] = 1,
    seed: Seed = None,
    llm: Llm = "auto",
    bars: Annotated[int | None, typer.Option("--bars", help="1 to 64; else what the words say, or 8.")] = None,
    key: Annotated[str | None, typer.Option("--key", help='Such as "D minor" or "Eb"; else what the words say.')] = None,
    tempo: Annotated[int | None, typer.Option("--tempo", help="Beats a minute, 30 to 240.")] = None,
    metre: Annotated[str | None, typer.Option("--metre", help="4/4 or 3/4.")] = None,
    soprano: Annotated[
        Path | None, typer.Option("--soprano", help="A MIDI or MusicXML file, whose highest voice is harmonised.")
    ] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Compose this plan, a .toml or .json file.")] = None,
    best_of: Annotated[int, typer.Option("--best-of", help="Compose so many; the model's discriminator keeps one.")] = 4,
    rounds: Annotated[int, typer.Option("--rounds", help="How often places are written again; 0: all at once.")] = 32,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="A folder, or one .mid, .wav, .png (roll), .musicxml or .svg (page) file.")
    ] = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Compose music for four voices: MIDI, sound, a coloured roll, MusicXML and a page of notation."""
    from ganvas.ground.errors import InputError
    from ganvas.service.compose import compose_works, plan_pieces, read_key, read_plan
    from ganvas.vocabulary.request import ComposeRequest, fill

    check_out(out, kinds=MUSIC)
    if names_file(out) and n > 1:
        raise InputError(f"{n} pieces do not fit into one file", where=out, do="give a folder")
    tonic, mode = read_key(key) if key else (None, None)
    fields = {
        "idea": idea, "model": model, "count": n, "seed": seed, "llm": llm, "bars": bars, "tonic": tonic, "mode": mode,
        "tempo": tempo, "metre": metre, "melody": soprano, "best_of": best_of, "rounds": rounds,
        "plan": read_plan(plan) if plan else None,
    }  # fmt: skip
    composition = plan_pieces(fill(ComposeRequest, fields, names=NAMES))
    _note_plan(composition)
    works, paths = keep_works(count_works(compose_works(composition), total=n), out, count=n)
    print_works(works, paths, as_json=as_json, show=show)


def _note_plan(composition: "Composition") -> None:
    """Print the plan, and who wrote it."""
    from ganvas.service.write import describe_plan

    made, planned = composition.works[0], composition.planned
    free = "the model finds the chords of the melody"
    note(free if made.free else f"{planned.writer}: {describe_plan(planned.plan)}")
    for line in planned.notes:
        note(line)
    note(f"seed {made.noise_seed}, model {made.model}")

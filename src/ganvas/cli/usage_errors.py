"""A command line that cannot be read, explained in one line as every error is: what, where, what to
do.
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganvas.ground.errors import InputError


PROGRAM = "ganvas"
_LEFT_OVER = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)


def is_usage(error: Exception) -> bool:
    """Say whether an error is one of typer's own, which have no public class in common."""
    return hasattr(error, "format_message")


def explain(error: Any) -> "InputError | None":
    """Turn one of typer's errors into one of ours; None where typer has shown the help instead."""
    from ganvas.ground.errors import InputError

    if not error.message and not hasattr(error, "param"):
        return None
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context else ""
    verb, more = command.removeprefix(PROGRAM).strip(), f"{command} -h shows what it takes" if command else ""
    if left := _LEFT_OVER.fullmatch(error.message):
        takes = [_name_of(param).lower() for param in context.command.params if param.param_type_name == "argument"]
        what = f"takes one {takes[-1]}" if takes else "takes none"
        return InputError(f"{what}, and {left[1]!r} is left over", where=verb, do="put several words in quotes")
    if param := getattr(error, "param", None):
        if error.message:
            return InputError(_bad_value(error), where=f"{verb} {_name_of(param)}")
        return InputError(f"{_name_of(param)} is missing", where=verb, do=(param.help or more).rstrip("."))
    near = " or ".join(getattr(error, "possibilities", None) or ())
    return InputError(
        error.message[:1].lower() + error.message[1:].rstrip("."), where=verb, do=f"did you mean {near}?" if near else more
    )


def _name_of(param: Any) -> str:
    return param.opts[0] if param.param_type_name == "option" else str(param.metavar or param.name)


def _bad_value(error: Any) -> str:
    """Say what a value must be. Where typer had pydantic read it, the reason is in pydantic's own
    error.
    """
    from pydantic import ValidationError

    from ganvas.ground.validation import describe_reason

    return (
        describe_reason(error.__cause__).rstrip(".")
        if isinstance(error.__cause__, ValidationError)
        else error.message.rstrip(".")
    )

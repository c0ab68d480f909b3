"""Errors for users, each with the exit code of the command line."""

from ganvas.ground.text import visible

EXIT_OK, EXIT_BUG, EXIT_INPUT, EXIT_HEALTH, EXIT_LANGUAGE_MODEL, EXIT_INTERRUPTED = 0, 1, 2, 3, 4, 130


class GanvasError(ValueError):
    """An error that the user can act on: one line that says what is wrong, where, and what to do."""

    exit_code = EXIT_BUG

    def __init__(self, what: str, *, where: object = "", do: str = "") -> None:
        place = f"{where}: " if str(where) else ""
        advice = f" ({do})" if do else ""
        super().__init__(visible(" ".join(f"{place}{what}{advice}".split())))


class InputError(GanvasError):
    """Invalid input: a file, a name, a value, a reply."""

    exit_code = EXIT_INPUT


class HealthError(GanvasError):
    """Training was stopped because a loss or a gradient was not finite."""

    exit_code = EXIT_HEALTH


class LanguageModelError(GanvasError):
    """The requested language model did not answer."""

    exit_code = EXIT_LANGUAGE_MODEL


class Interrupted(GanvasError):
    """The user stopped the work; progress is saved."""

    exit_code = EXIT_INTERRUPTED

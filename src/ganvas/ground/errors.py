"""Errors for people, each with the exit code the command line ends with."""

EXIT_OK, EXIT_BUG, EXIT_INPUT, EXIT_HEALTH, EXIT_LANGUAGE_MODEL, EXIT_INTERRUPTED = 0, 1, 2, 3, 4, 130


class GanvasError(ValueError):
    """Something a person can act on: one line that says what is wrong, where, and what to do."""

    exit_code = EXIT_BUG

    def __init__(self, what: str, *, where: object = "", do: str = "") -> None:
        place = f"{where}: " if str(where) else ""
        advice = f" ({do})" if do else ""
        super().__init__(" ".join(f"{place}{what}{advice}".split()))


class InputError(GanvasError):
    """The input is at fault: a file, a name, a value, a reply."""

    exit_code = EXIT_INPUT


class HealthError(GanvasError):
    """A training was stopped because it stopped making sense: a loss or a gradient was not finite."""

    exit_code = EXIT_HEALTH


class LanguageModelError(GanvasError):
    """The language model that was asked for by name did not answer."""

    exit_code = EXIT_LANGUAGE_MODEL


class Interrupted(GanvasError):
    """A person stopped the work; what was reached is saved."""

    exit_code = EXIT_INTERRUPTED

"""The choice of a language model: `--llm auto|none|rules|local|NAME`."""

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.base import LanguageModel
from ganvas.language.llm.gguf import LocalModel, is_ready
from ganvas.language.llm.http import HttpModel
from ganvas.language.llm.servers import CHOICES, environment_server, read_servers


def configured_server() -> HttpModel | None:
    """Return the server named in the environment, or the one chosen last with `ganvas llm use`."""
    if server := environment_server():
        return server
    known = read_servers()
    server = known.servers.get(known.current)
    return server.open(known.current) if server else None


def open_language_model(name: str) -> LanguageModel | None:
    """Open a language model by the name given to `--llm`; None for "none" and "rules", and for "auto" when there is none.

    "http" is the configured server, whatever its name. Raises LanguageModelError when a model that
    was chosen by name is not available, InputError for an unknown name.
    """
    if name in ("none", "rules"):
        return None
    if name == "local":
        return LocalModel()
    if name in ("auto", "http"):
        if server := configured_server():
            return server
        if name == "http":
            raise LanguageModelError("no server is configured", do="ganvas llm use NAME URL, or set GANVAS_LLM_URL")
        return LocalModel() if is_ready() and read_servers().current != "rules" else None
    known = read_servers()
    if name not in known.servers:
        choices = ", ".join((*CHOICES, *known.servers))
        raise InputError(f"there is no language model {name[:40]!r}", do=f"choose one of {choices}")
    return known.servers[name].open(name)

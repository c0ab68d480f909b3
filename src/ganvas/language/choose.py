"""Which language model writes: `--llm auto|none|rules|local|NAME`."""

import os
import tomllib
from pathlib import Path

from pydantic import Field

from ganvas.ground.config import Frozen, Line, load_toml, parse
from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.ground.files import user_cache, write_text
from ganvas.language.base import LanguageModel
from ganvas.language.gguf import LocalModel, is_ready
from ganvas.language.http import HttpModel, checked_url

CHOICES = ("auto", "none", "rules", "local", "http")


class Server(Frozen):
    """An OpenAI-compatible server. Its key, if any, stays in the environment: GANVAS_LLM_KEY."""

    url: Line = Field(pattern=r"^https?://\S+$", max_length=500)
    model: Line = "default"


def server_file() -> Path:
    """Return where `ganvas llm use` keeps its choice."""
    return user_cache() / "llm.toml"


def use_server(url: str, *, model: str) -> Path:
    """Keep a server as the language model that `auto` asks first. Raises InputError for an address that is not http."""
    server = parse(Server, {"url": checked_url(url), "model": model}, where="the server")
    path = server_file()
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in server.model_dump().items()}
    write_text(path, "".join(f'{name} = "{value}"\n' for name, value in quoted.items()))
    assert tomllib.loads(path.read_text(encoding="utf-8")) == server.model_dump()
    return path


def configured_server() -> HttpModel | None:
    """Return the server named in the environment (GANVAS_LLM_URL, GANVAS_LLM_MODEL) or kept by `ganvas llm use`."""
    key = os.environ.get("GANVAS_LLM_KEY")
    if url := os.environ.get("GANVAS_LLM_URL"):
        return HttpModel(url, model=os.environ.get("GANVAS_LLM_MODEL", "default"), key=key)
    try:
        path = server_file()
    except OSError:  # no cache folder can be made here, so nothing was kept in one
        return None
    if not path.is_file():
        return None
    server = load_toml(Server, path)
    return HttpModel(server.url, model=server.model, key=key)


def open_language_model(name: str) -> LanguageModel | None:
    """Open a language model by the name given to `--llm`; None for "none" and "rules", and for "auto" when there is none.

    Raises LanguageModelError when one named outright cannot answer, InputError for an unknown name.
    """
    if name not in CHOICES:
        raise InputError(f"there is no language model {name[:40]!r}", do=f"choose one of {', '.join(CHOICES)}")
    if name in ("none", "rules"):
        return None
    if name == "local":
        return LocalModel()
    server = configured_server()
    if name == "http" and server is None:
        raise LanguageModelError("no server is configured", do="ganvas llm use URL, or set GANVAS_LLM_URL")
    if server is not None:
        return server
    return LocalModel() if is_ready() else None

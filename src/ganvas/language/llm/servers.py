"""The user's servers: kept in llm.toml of the user's settings, with the names of their keys' variables, never the keys."""

import contextlib
import json
import os
import re
import tomllib
from pathlib import Path

from pydantic import Field

from ganvas.ground.config import Frozen, Line, Name, load_toml, parse
from ganvas.ground.errors import InputError
from ganvas.ground.files import user_cache, user_config, write_text
from ganvas.language.llm.http import HttpModel, check_key
from ganvas.language.llm.patience import MAX_SECONDS
from ganvas.language.llm.server_address import check_url, host_of, is_metadata, origin_of

KEY_VARIABLE, URL_VARIABLE, MODEL_VARIABLE = "GANVAS_LLM_KEY", "GANVAS_LLM_URL", "GANVAS_LLM_MODEL"
CHOICES = ("auto", "none", "rules", "local", "http")
"""The values of `--llm` besides the names of servers."""
INDIRECT_CHOICES = ("auto", "none", "http")
"""Choices that stand for another model or for none; they cannot be made the default."""
VARIABLE_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
"""Names of environment variables in the usual form; no usual key has this form."""
MAX_SERVERS = 50


class Server(Frozen):
    """An OpenAI-compatible server. key_env: the environment variable that holds its key, which is sent to this host only.

    seconds: how long it may take for an answer.
    """

    url: Line = Field(pattern=r"^https?://\S+$", max_length=500)
    model: Line = "default"
    key_env: str | None = Field(default=None, pattern=rf"^{VARIABLE_NAME.pattern}$", max_length=60)
    seconds: float | None = Field(default=None, ge=1, le=MAX_SECONDS)

    def open(self, name: str) -> HttpModel:
        """Return the language model of the server."""
        return HttpModel(self.url, model=self.model, key=self.key(), name=name, seconds=self.seconds)

    def key(self) -> str | None:
        """Read the key. Where GANVAS_LLM_URL is set, GANVAS_LLM_KEY belongs to that address and is sent nowhere else."""
        if self.key_env is None:
            return None
        owner = os.environ.get(URL_VARIABLE)
        if self.key_env == KEY_VARIABLE and owner and origin_of(check_url(owner)) != origin_of(self.url):
            return None
        return os.environ.get(self.key_env)


class Servers(Frozen):
    """The content of llm.toml: the servers, and the default of `--llm auto`: one of them, the local model, or the rules."""

    current: Name = "local"
    servers: dict[Name, Server] = Field(default={}, max_length=MAX_SERVERS)


def servers_file() -> Path:
    """Return the path of llm.toml, which `ganvas llm use` writes."""
    return user_config() / "llm.toml"


def read_servers() -> Servers:
    """Read the servers. Raises InputError for an invalid file."""
    try:
        path = servers_file()
    except InputError:  # no home, and so no settings
        return Servers()
    if not path.is_file():
        return _migrate()
    servers = load_toml(Servers, path)
    if servers.current not in (*servers.servers, "local", "rules"):
        raise InputError(f"current: there is no server {servers.current!r} in it", where=path)
    return servers


def _migrate() -> Servers:
    """Move the one server that earlier versions kept in the cache to llm.toml; its key was in GANVAS_LLM_KEY."""
    try:
        old = user_cache() / "llm.toml"
        if not old.is_file():
            return Servers()
    except OSError:  # the cache folder cannot be created, so there is nothing in it
        return Servers()
    servers = Servers(current="server", servers={"server": load_toml(Server, old).model_copy(update={"key_env": KEY_VARIABLE})})
    with contextlib.suppress(OSError):
        _write(servers)
        old.unlink()
    return servers


def _write(servers: Servers) -> Path:
    """Write llm.toml. JSON and TOML quote printable text the same way."""
    lines = [f"current = {json.dumps(servers.current)}"]
    for name, server in servers.servers.items():
        lines += ["", f"[servers.{json.dumps(name)}]"]
        lines += [f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in server if value is not None]
    path = servers_file()
    write_text(path, "\n".join(lines) + "\n")
    assert Servers.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))) == servers
    return path


def use_server(name: str, url: str | None = None, *, model: str = "default", key_env: str | None = None) -> Path:
    """Make a server the default of `--llm auto`; with an address, add it under `name`.

    Without an address, name is a known server, "local" or "rules". Raises InputError, which never
    contains a key.
    """
    if "://" in name:
        raise InputError("a server needs a name before its address", do="ganvas llm use NAME URL --model M")
    if key_env is not None and (VARIABLE_NAME.fullmatch(key_env) is None or len(key_env) > 60):
        raise InputError("that is not the name of an environment variable", where="--key-env",
                         do="give a name like HOME_LLM_KEY, never the key itself: keys stay in the environment")  # fmt: skip
    current = read_servers()
    servers = dict(current.servers)
    if url is not None:
        if name in (*CHOICES, "person"):  # "person" is the writer of a brief that the user wrote
            raise InputError(f"{name!r} is reserved", do="give the server another name")
        server = parse(Server, {"url": check_url(url), "model": model, "key_env": key_env}, where="the server")
        if is_metadata(host_of(server.url)):
            raise InputError("metadata services of clouds are never contacted", where=server.url)
        check_key("of any kind" if key_env else None, server.url)
        servers[name] = server
    elif name in INDIRECT_CHOICES:
        raise InputError(f"{name!r} is a choice for one command, with --llm, and cannot be the default",
                         do=f"choose one of {', '.join(('local', 'rules', *servers))}")  # fmt: skip
    elif name not in (*servers, "local", "rules"):
        raise InputError(f"there is no server {name[:40]!r} yet", do="ganvas llm use NAME URL --model M")
    return _write(parse(Servers, {"current": name, "servers": servers}, where="the server"))


def drop_server(name: str) -> Path:
    """Forget a server. If it was the default, the default is again what it is without any. Raises InputError."""
    known = read_servers()
    if name not in known.servers:
        raise InputError(
            f"there is no server {name[:40]!r}", do=f"choose one of {', '.join(known.servers) or 'none: none is kept'}"
        )
    servers = {other: server for other, server in known.servers.items() if other != name}
    current = Servers().current if known.current == name else known.current
    return _write(parse(Servers, {"current": current, "servers": servers}, where="the server"))


def environment_server() -> HttpModel | None:
    """Return the server that the environment names with GANVAS_LLM_URL, GANVAS_LLM_MODEL and GANVAS_LLM_KEY."""
    if url := os.environ.get(URL_VARIABLE):
        return HttpModel(url, model=os.environ.get(MODEL_VARIABLE) or "default", key=os.environ.get(KEY_VARIABLE))
    return None

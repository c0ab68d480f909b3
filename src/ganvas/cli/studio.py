"""`ganvas studio`: a place to work, in a browser."""

from pathlib import Path
from typing import Annotated

import typer

from ganvas.cli.output import note, write

STUDIO = Path("ganvas-studio")


def studio(
    folder: Annotated[Path, typer.Option("--dir", help="The studio's folder: works, jobs and trainings.")] = STUDIO,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where it listens; 0 takes a free one.")] = 8720,
    host: Annotated[
        str, typer.Option("--host", help="Whom it listens for; other machines than this one need the token that is printed.")
    ] = "127.0.0.1",
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Draw 24 works to begin with.")] = False,
) -> None:
    """Draw, explore, compose and train on a page in your browser; it also speaks to OpenAI's clients, at /v1."""
    check_studio()
    import secrets

    from ganvas.studio.demo import add_demo
    from ganvas.studio.studio import open_studio
    from ganvas.web.app import make_app
    from ganvas.web.guard import Door, is_loopback
    from ganvas.web.serve import listen, serve

    with listen(host, port) as taken:
        token = None if is_loopback(host) else secrets.token_urlsafe(24)
        named = f"[{host}]" if ":" in host else host
        address = f"http://{named}:{taken.getsockname()[1]}/"
        with open_studio(folder, address=address) as opened:
            if demo:
                note("drawing 24 works to begin with")
                add_demo(opened)
            page = f"{address}?token={token}" if token else address

            def ready() -> None:
                write(page)
                note("stop it with Ctrl-C; works, jobs and trainings are kept")
                if not no_open:
                    typer.launch(page)

            serve(make_app(opened, door=Door.at(host, token)), taken, ready=ready)


def check_studio() -> None:
    """Raise InputError where what the studio needs is not installed."""
    import importlib.util

    from ganvas.ground.errors import InputError

    if any(importlib.util.find_spec(name) is None for name in ("fastapi", "uvicorn", "python_multipart")):
        raise InputError("the studio needs a few packages more", do="pip install 'ganvas[studio]'")

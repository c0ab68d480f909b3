"""The grammar: every command with its flags."""

FLAGS = {
    "imagine": {
        "-m",
        "-n",
        "--seed",
        "--llm",
        "--truncation",
        "--best-of",
        "--style",
        "--transparent",
        "--size",
        "--brief",
        "--edit",
        "--push",
        "-o",
        "--json",
        "--open",
    },
    "compose": {
        "-m",
        "-n",
        "--seed",
        "--llm",
        "--bars",
        "--key",
        "--tempo",
        "--metre",
        "--soprano",
        "--plan",
        "--best-of",
        "--rounds",
        "-o",
        "--json",
        "--open",
    },
    "write": {
        "-m",
        "--form",
        "--voice",
        "-n",
        "--seed",
        "--script",
        "--rhyme",
        "--best-of",
        "--temperature",
        "--gloss",
        "--llm",
        "-o",
        "--json",
        "--open",
    },
    "card": {"--form", "--seed", "--llm", "-o", "--json", "--open"},
    "vary": {"--amount", "-n", "--seed", "-m", "-o", "--json", "--open"},
    "mix": {"--at", "--style", "-m", "-o", "--json", "--open"},
    "walk": {"--frames", "--seconds", "--once", "--size", "-m", "--seed", "--style", "--transparent", "-o", "--json", "--open"},
    "recolour": {"--to", "--palette", "--by", "-m", "-o", "--json", "--open"},
    "directions": {"--push", "-m", "-o", "--json", "--open"},
    "plane": {"-n", "--seed", "-m", "-o", "--json", "--open"},
    "invert": {"--seconds", "-m", "-o", "--json", "--open"},
    "export": {"--sizes", "--ico", "--icns", "--sticker", "--sheet", "--transparent", "-m", "-o", "--json", "--open"},
    "replay": {"-m", "--picture", "-o", "--json", "--open"},
    "restyle": {"--to", "--strength", "-m", "-o", "--json", "--open"},
    "data": {"-o", "--size", "-n", "--seed", "--from", "--json"},
    "train": {
        "-o",
        "--task",
        "--size",
        "--images",
        "--minutes",
        "--from",
        "--fit",
        "--mirror",
        "--captions",
        "--llm",
        "--tensorboard",
        "--explain",
        "--device",
        "--threads",
        "--seed",
        "--json",
    },
    "score": {"--inception", "--beside", "--json"},
    "bench ring": {"-o", "--objective", "--seed", "--json"},
    "bench labels": {"-n", "--threads", "--seed", "--json"},
    "bench modes": {"-n", "--threads", "--seed", "--json"},
    "bench train": {"--threads", "--json"},
    "studio": {"--dir", "--port", "--host", "--no-open", "--demo"},
    "models": {"--json", "--words"},
    "info": {"--json"},
    "pack": {"-o", "--json"},
    "llm get": {"--from"},
    "llm drop": set(),
    "llm list": set(),
    "llm ask": {"--llm", "--json"},
    "llm translate": {"--to", "--llm", "--json"},
    "llm use": {"--model", "--key-env"},
    "llm try": {"--llm", "-m"},
}


def test_the_grammar_is_frozen() -> None:
    """A flag that comes, goes or changes its name changes this table, on purpose."""
    import typer.main

    from ganvas.cli import app

    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():  # pyright: ignore
        for sub, one in getattr(command, "commands", {"": command}).items():
            flags = {option.opts[0] for option in one.params if option.param_type_name == "option"}
            found[f"{name} {sub}".strip()] = flags - {"--help"}
    assert found == FLAGS

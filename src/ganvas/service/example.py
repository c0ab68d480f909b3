"""A command that draws with a model, for the person who has just trained it."""

from pathlib import Path

from ganvas.ground.commands import command
from ganvas.ground.errors import InputError
from ganvas.language.text.lexicon import Lexicon
from ganvas.models.read import read_file, read_manifest
from ganvas.vocabulary.manifest import Manifest, RestyleManifest

WORDS = "words.safetensors"


def example_of(model: Path, called: Path) -> str | None:
    """Return a command that draws with the model of a folder, or None where it is of a kind without one.

    called: what the person names with -m: the folder of its run, or its own.
    """
    manifest, _ = read_manifest(model)
    if isinstance(manifest, RestyleManifest):
        return command(["ganvas", "restyle", "PICTURE.png", "--to", manifest.styles[0], "-m", called])
    if not isinstance(manifest, Manifest):
        return None
    return command(["ganvas", "imagine", _thing(model, manifest), "-m", called, "-n", 4])


def _thing(model: Path, manifest: Manifest) -> str:
    """Return something that a model knows: a caption, else a class, else anything."""
    if WORDS in manifest.files:
        try:
            return Lexicon.load(read_file(model, WORDS), where=model / WORDS).names[0]
        except InputError:
            pass
    return next((value for name, values in manifest.takes.labels.items() if name != "style" for value in values), "anything")

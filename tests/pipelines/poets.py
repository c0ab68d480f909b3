"""A poet small enough to make in a test: untrained networks of the real kind, exported."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from safetensors.numpy import save

from ganvas.ground.files import digest
from ganvas.ground.seeds import stream
from ganvas.pipelines.copying import Copies
from ganvas.pipelines.verse import ARRAYS, CHARACTERS, CRITIC, GRAPH
from ganvas.training.export.verse import export_critic, export_writer
from ganvas.training.networks.base import initialise
from ganvas.training.networks.verse import Critic, VerseConfig, Writer

CONFIG = VerseConfig(width=16, blocks=1, heads=2, characters=24)
TRADITIONAL, SIMPLIFIED = "春風花月夜山水雲雨江舟秋霜雪鳥", "春风花月夜山水云雨江舟秋霜雪鸟"
RHYME, TONE = "aabcdefggghijcf", "112141221111243"
"""Made up: rhymes a, g and others that stand alone."""


def make_writer(*, seed: int = 0) -> Writer:
    """Make an untrained writer."""
    writer = Writer(CONFIG)
    initialise(writer, seed=seed, name="writer")
    return writer


@cache
def _contents() -> dict[str, bytes]:
    """Make the files of a poet once for all tests of a process: exporting takes seconds."""
    writer, critic = make_writer(), Critic(CONFIG)
    initialise(critic, seed=1, name="critic")
    with TemporaryDirectory() as scratch:
        graphs = {GRAPH: Path(scratch, GRAPH), CRITIC: Path(scratch, CRITIC)}
        export_writer(writer, graphs[GRAPH])
        export_critic(critic, graphs[CRITIC])
        found = {name: path.read_bytes() for name, path in graphs.items()}
    held = writer.characters
    parts = {"table": held.table, "places": held.places, "theme": held.theme.weight, "frequent": held.frequent}
    arrays: dict[str, np.ndarray] = {name: part.detach().numpy().astype(np.float16) for name, part in parts.items()}
    known = {"traditional": TRADITIONAL, "simplified": SIMPLIFIED, "rhyme": RHYME, "tone": TONE}
    return {
        **found,
        ARRAYS: save({**arrays, "known": Copies.of([("霜" * 20, 5)]).bits}),
        CHARACTERS: json.dumps(known, ensure_ascii=False).encode(),
    }


def write_poet(folder: Path) -> Path:
    """Write the folder of a poet that writes at random, but the same for the same seeds."""
    folder.mkdir(parents=True)
    for name, content in _contents().items():
        (folder / name).write_bytes(content)
    about = {"task": "verse", "name": folder.name, "licence": "CC0-1.0", "width": CONFIG.width, "blocks": CONFIG.blocks,
             "characters": CONFIG.characters, "takes": {"encoder": "use-multilingual-3", "words": 512}}  # fmt: skip
    content = {**about, "files": {name: digest(folder / name) for name in _contents()}}
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def theme(number: int) -> np.ndarray:
    """Return a theme's vector, of unit length."""
    vector = stream(number, "theme").normal(512)
    return vector / np.linalg.norm(vector)

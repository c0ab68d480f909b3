"""A poet small enough to make in a test: untrained networks of the real kind, exported."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from ganvas.ground.files import digest
from ganvas.ground.seeds import stream
from ganvas.pipelines.copying import Copies
from ganvas.pipelines.verse import ARRAYS, CHARACTERS, CRITIC, GRAPH
from ganvas.training.export.verse import export_critic, export_writer
from ganvas.training.networks.base import initialise
from ganvas.training.networks.verse import Critic, VerseConfig, Writer

FILES = (GRAPH, CRITIC, ARRAYS, CHARACTERS)
CONFIG = VerseConfig(width=16, blocks=1, heads=2, characters=24)
TRADITIONAL, SIMPLIFIED = "春風花月夜山水雲雨江舟秋霜雪鳥", "春风花月夜山水云雨江舟秋霜雪鸟"
RHYME, TONE = "aabcdefggghijcf", "112141221111243"
"""Made up: rhymes a, g and others that stand alone."""


def make_writer(*, seed: int = 0) -> Writer:
    """Make an untrained writer."""
    writer = Writer(CONFIG)
    initialise(writer, seed=seed, name="writer")
    return writer


def write_poet(folder: Path, *, learned: tuple[tuple[str, int], ...] = (("霜" * 20, 5),)) -> Path:
    """Write the folder of a poet that writes at random, but the same for the same seeds. learned: what it may not repeat."""
    folder.mkdir(parents=True)
    writer, critic = make_writer(), Critic(CONFIG)
    initialise(critic, seed=1, name="critic")
    export_writer(writer, folder / GRAPH)
    export_critic(critic, folder / CRITIC)
    held = writer.characters
    parts = {"table": held.table, "places": held.places, "theme": held.theme.weight, "frequent": held.frequent}
    arrays: dict[str, np.ndarray] = {name: part.detach().numpy().astype(np.float16) for name, part in parts.items()}
    (folder / ARRAYS).write_bytes(save({**arrays, "known": Copies.of(learned).bits}))
    known = {"traditional": TRADITIONAL, "simplified": SIMPLIFIED, "rhyme": RHYME, "tone": TONE}
    (folder / CHARACTERS).write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    about = {"task": "verse", "name": folder.name, "licence": "CC0-1.0", "width": CONFIG.width, "blocks": CONFIG.blocks,
             "characters": CONFIG.characters, "takes": {"encoder": "use-multilingual-3", "words": 512}}  # fmt: skip
    content = {**about, "files": {name: digest(folder / name) for name in FILES}}
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def theme(number: int) -> np.ndarray:
    """Return a theme's vector, of unit length."""
    vector = stream(number, "theme").normal(512)
    return vector / np.linalg.norm(vector)

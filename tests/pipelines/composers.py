"""A composer small enough to make in a test: untrained networks of the real kind, exported."""

import json
from pathlib import Path

from ganvas.ground.files import digest
from ganvas.pipelines.music import Composer
from ganvas.training.export.graphs import export_composer
from ganvas.training.networks.base import initialise
from ganvas.training.networks.music_discriminator import MusicCritic, MusicDiscriminatorConfig
from ganvas.training.networks.music_generator import MusicGenerator, MusicGeneratorConfig
from ganvas.vocabulary.manifest import MusicManifest

FILES = ("compose.onnx", "critic.onnx")


def write_composer(folder: Path, *, seed: int = 0) -> Path:
    """Write the folder of a composer that writes at random, but the same for the same seeds."""
    folder.mkdir(parents=True)
    about = {"task": "music", "name": folder.name, "licence": "CC0-1.0", "latent": 2}
    likely = MusicManifest.model_validate({**about, "files": dict.fromkeys(FILES, "0" * 64)})
    generator = MusicGenerator(MusicGeneratorConfig(width=8, blocks=1, latent=2))
    critic = MusicCritic(MusicDiscriminatorConfig(width=8, blocks=1))
    for name, network in (("generator", generator), ("critic", critic)):
        initialise(network, seed=seed, name=name)
    export_composer(generator, critic, folder, ports=Composer.ports(likely))
    content = {**about, "files": {name: digest(folder / name) for name in FILES}}
    (folder / "model.json").write_text(json.dumps(content), encoding="utf-8")
    return folder

"""Gather the vocabulary of a model anew from the pictures that it was trained on, and sign the folder again.

    python scripts/gather_words.py runs/emoji-64/model data/emoji

A model exported before vocabularies held tags and senses cannot look up what an idea only describes; this gives it both.
"""

import sys
from pathlib import Path

from ganvas.data.folder import read_folder
from ganvas.language.text.encoder import open_encoder
from ganvas.language.text.lexicon import build_lexicon
from ganvas.models.read import read_manifest
from ganvas.models.sign import sign


def main(model: Path, data: Path) -> None:
    """Write words.safetensors and its sha256."""
    manifest, _ = read_manifest(model)
    records = [record for record in read_folder(data) if record.split == "train"]
    encode = open_encoder(manifest.takes.encoder).encode
    words = build_lexicon([record.captions for record in records], [record.tags for record in records], encode=encode)
    path = model / "words.safetensors"
    words.save(path)
    sign(model, path.name)
    print(f"{len(words.phrases)} phrases, {len(words.things)} things, {len(words.tags)} tags, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

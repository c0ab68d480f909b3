"""A model that draws by label beside its peers, in one run: `python -m tests.proof.peers.labels MODEL DATA dcgan.npz sngan.npz`.

What `ganvas bench labels` measures, with a row for each file that by_label wrote.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

from ganvas.pipelines import load
from ganvas.scoring.bench import table
from ganvas.training.bench.modes import LABELS_DRAWN, measure_open_labels, open_labelled
from ganvas.training.tasks.classifier.train import SEEN


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("peers", type=Path, nargs="*")
    parser.add_argument("--n", type=int, default=LABELS_DRAWN)
    parser.add_argument("--seen", type=int, default=SEEN)
    given = parser.parse_args()
    torch.set_num_threads(1)
    beside = {path.stem: (held["works"], held["asked"]) for path in given.peers for held in [np.load(path)]}
    pipeline = load(given.model)
    (attribute, *_) = pipeline.manifest.takes.labels
    material = open_labelled(given.data, size=pipeline.manifest.size, attribute=attribute)
    found = measure_open_labels(
        pipeline, material, attribute=attribute, drawn=given.n, seed=0, seen=given.seen, beside=beside,
        say=lambda line: None,
    )  # fmt: skip
    for row in table(found):
        sys.stdout.write(f"| {' | '.join(row)} |\n")


if __name__ == "__main__":
    main()

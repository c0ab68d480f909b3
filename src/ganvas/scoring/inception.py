"""FID and IS by the published Inception network, where it is installed: it reads two folders of PNGs, drawings and real ones.

Who compares the folders is given from above, since that takes torch: `ganvas.training.bench.inception`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ganvas.data.cache import Pictures
from ganvas.ground.images import encode_png, lay_over
from ganvas.ground.seeds import stream
from ganvas.scoring.draw import NOISE_SEEDS, Drawer
from ganvas.scoring.evaluator import SEED
from ganvas.scoring.schema import ALL, OURS, REAL, Report, named
from ganvas.scoring.scores import Estimate
from ganvas.scoring.set_scores import FD_LEAST

INCEPTION = "Inception of torch-fidelity"

Compare = Callable[[Path, Path], Mapping[str, Estimate]]
"""A folder of drawings, a folder of real pictures -> measures of the drawings, FID and IS."""


def add_inception(found: Report, drawer: Drawer, pictures: Pictures, numbers: np.ndarray, compare: Compare) -> None:
    """Add FID and IS of one drawing for each known picture, and of as many real ones drawn with replacement."""
    if len(numbers) < FD_LEAST:
        found.left_out.append(f"FID, IS: {len(numbers):,} drawings, and they say little below {FD_LEAST:,}")
        return
    evaluator = drawer.evaluator
    conditions = [drawer.condition(evaluator.records[number]) for number in numbers]
    real = evaluator.numbers[numbers]
    again = real[stream(SEED, "inception").integers(len(real), len(real))]
    drawer.say(f"showing Inception {len(numbers):,} drawings and as many real pictures")
    with TemporaryDirectory() as work:
        folders = {name: Path(work) / name for name in ("ours", "real", "again")}
        for folder in folders.values():
            folder.mkdir()
        for start, drawn in enumerate(drawer.pixels(conditions, NOISE_SEEDS[0], numbers)):
            for number, pixels in enumerate(drawn):
                _write(folders["ours"] / f"{start:05}-{number:03}.png", pixels)
        for number, (one, other) in enumerate(zip(real, again, strict=True)):
            _write(folders["real"] / f"{number:05}.png", pictures.images[one])
            _write(folders["again"] / f"{number:05}.png", pictures.images[other])
        for subject, drawn in ((REAL, folders["again"]), (OURS, folders["ours"])):
            values = compare(drawn, folders["real"])
            scores = {name: named(name, one, ALL, len(numbers), extractor=INCEPTION) for name, one in values.items()}
            found.add(subject, ALL, scores)


def _write(path: Path, pixels: np.ndarray) -> None:
    path.write_bytes(encode_png(lay_over(pixels)))

"""FID and the Inception score by torch-fidelity, where it is installed and its weights are on this machine.

Nothing here is fetched, and nothing else in Ganvas may be called FID or IS.
"""

from pathlib import Path

import torch

from ganvas.ground.errors import InputError
from ganvas.scoring.inception import Compare
from ganvas.scoring.schema import FID, IS
from ganvas.scoring.scores import Estimate

WEIGHTS = "weights-inception-2015-12-05-6726825d.pth"
SPLITS = 10
"""Parts of a sample that the Inception score is the mean of (Salimans et al. 2016)."""


def open_inception() -> Compare:
    """Return what compares two folders of PNGs. Raises InputError where torch-fidelity or its weights are missing."""
    try:
        from torch_fidelity import calculate_metrics  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise InputError("FID and IS are of torch-fidelity's Inception network, which is not installed",
                         do="pip install torch-fidelity torchvision, or score without --inception") from error  # fmt: skip
    weights = Path(torch.hub.get_dir()) / "checkpoints" / WEIGHTS
    if not weights.is_file():
        raise InputError("the weights of Inception are not there, and nothing is fetched unasked", where=weights,
                         do="torch-fidelity fetches them when it runs once: fidelity --isc --input1 FOLDER")  # fmt: skip

    def compare(drawn: Path, real: Path) -> dict[str, Estimate]:
        measured = calculate_metrics(
            input1=str(drawn), input2=str(real), fid=True, isc=True, isc_splits=SPLITS, cuda=torch.cuda.is_available(),
            feature_extractor_weights_path=str(weights), cache=False, verbose=False,
        )  # fmt: skip
        fid, mean = float(measured["frechet_inception_distance"]), float(measured["inception_score_mean"])
        spread = 1.96 * float(measured["inception_score_std"]) / SPLITS**0.5
        return {FID: Estimate(fid, fid, fid), IS: Estimate(mean, mean - spread, mean + spread)}  # of FID no interval is given

    return compare

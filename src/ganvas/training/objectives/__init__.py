"""Objectives by name. Each is an immutable dataclass that maps discriminator scores to both losses.

To add one: write it in a file of its own like `hinge.py`; name it in ObjectiveName and OBJECTIVES here; and explain its curves in
`training/report/curves.py`. Recipes then take it as `objective`.
"""

from typing import Literal

from ganvas.training.objectives.anchor import Anchor
from ganvas.training.objectives.auxiliary import Auxiliary
from ganvas.training.objectives.base import (
    ClassifyingScorer,
    ConditionalScorer,
    Loss,
    Objective,
    Scorer,
    overfitting_heuristic,
    sum_losses,
    weight_loss,
)
from ganvas.training.objectives.contrastive import Contrastive
from ganvas.training.objectives.hinge import Hinge
from ganvas.training.objectives.leastsquares import LeastSquares
from ganvas.training.objectives.likeness import Likeness
from ganvas.training.objectives.matching import Matching
from ganvas.training.objectives.minimax import Minimax
from ganvas.training.objectives.mislabelled import Mislabelled
from ganvas.training.objectives.nonsaturating import NonSaturating
from ganvas.training.objectives.patch_nce import PatchNCE
from ganvas.training.objectives.penalties import PENALTIES, Interpolated, ZeroCentred
from ganvas.training.objectives.relativistic import Relativistic
from ganvas.training.objectives.wasserstein import Wasserstein

ObjectiveName = Literal["minimax", "nonsaturating", "leastsquares", "hinge", "wasserstein", "relativistic"]

OBJECTIVES: dict[ObjectiveName, type[Minimax | NonSaturating | LeastSquares | Hinge | Wasserstein | Relativistic]] = {
    "minimax": Minimax,
    "nonsaturating": NonSaturating,
    "leastsquares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic": Relativistic,
}

__all__ = ["OBJECTIVES", "PENALTIES", "Anchor", "Auxiliary", "ClassifyingScorer", "ConditionalScorer", "Contrastive", "Hinge",
           "Interpolated", "LeastSquares", "Likeness", "Loss", "Matching", "Minimax", "Mislabelled", "NonSaturating",
           "Objective", "ObjectiveName", "PatchNCE", "Relativistic",
           "Scorer", "Wasserstein", "ZeroCentred", "overfitting_heuristic", "sum_losses", "weight_loss"]  # fmt: skip

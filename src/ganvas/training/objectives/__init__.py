"""Objectives by name. Each is a frozen dataclass of hyperparameters."""

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

OBJECTIVES: dict[str, type[Minimax | NonSaturating | LeastSquares | Hinge | Wasserstein | Relativistic]] = {
    "minimax": Minimax,
    "nonsaturating": NonSaturating,
    "leastsquares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic": Relativistic,
}

__all__ = ["OBJECTIVES", "PENALTIES", "Anchor", "Auxiliary", "ClassifyingScorer", "ConditionalScorer", "Contrastive", "Hinge",
           "Interpolated", "LeastSquares", "Likeness", "Loss", "Matching", "Minimax", "Mislabelled", "NonSaturating",
           "Objective", "PatchNCE", "Relativistic",
           "Scorer", "Wasserstein", "ZeroCentred", "overfitting_heuristic", "sum_losses", "weight_loss"]  # fmt: skip

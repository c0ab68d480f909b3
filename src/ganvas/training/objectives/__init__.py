"""Objectives by name. Each is a frozen dataclass of numbers."""

from ganvas.training.objectives.anchor import Anchor
from ganvas.training.objectives.base import ConditionalScorer, Loss, Objective, Scorer, summed, weighted
from ganvas.training.objectives.contrastive import Contrastive
from ganvas.training.objectives.hinge import Hinge
from ganvas.training.objectives.likeness import Likeness
from ganvas.training.objectives.matching import Matching
from ganvas.training.objectives.minimax import Minimax
from ganvas.training.objectives.nonsaturating import NonSaturating
from ganvas.training.objectives.patches import PatchContrast
from ganvas.training.objectives.penalties import ZeroCentred
from ganvas.training.objectives.relativistic import Relativistic

OBJECTIVES: dict[str, type[Minimax | NonSaturating | Hinge | Relativistic]] = {
    "minimax": Minimax,
    "nonsaturating": NonSaturating,
    "hinge": Hinge,
    "relativistic": Relativistic,
}

__all__ = ["OBJECTIVES", "Anchor", "ConditionalScorer", "Contrastive", "Hinge", "Likeness", "Loss", "Matching", "Minimax",
           "NonSaturating", "Objective", "PatchContrast", "Relativistic", "Scorer", "ZeroCentred", "summed",
           "weighted"]  # fmt: skip

"""Judging from outside: an evaluator that trains nothing and chooses nothing, and the scores it gives. Torch-free."""

from ganvas.scoring.evaluator import Evaluator
from ganvas.scoring.report import score
from ganvas.scoring.schema import Report
from ganvas.scoring.scores import Score

__all__ = ["Evaluator", "Report", "Score", "score"]

"""Judging from outside: an evaluator that trains nothing and chooses nothing, and the scores it gives. Torch-free."""

from ganvas.scoring.evaluator import Evaluator
from ganvas.scoring.scores import Score

__all__ = ["Evaluator", "Score"]

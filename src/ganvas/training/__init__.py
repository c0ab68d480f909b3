"""The training wing: material in, a model folder out. The only place where torch is imported."""

from ganvas.training.start.train import Trained, train

__all__ = ["Trained", "train"]

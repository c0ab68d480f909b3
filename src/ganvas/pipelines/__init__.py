"""The product: models that draw, from a name or a folder, without torch."""

from ganvas.pipelines.base import load, models
from ganvas.pipelines.enlarge import Enlarger
from ganvas.pipelines.image import ImagePipeline

__all__ = ["Enlarger", "ImagePipeline", "load", "models"]

"""The product: models that draw, from a name or a folder, without torch."""

from ganvas.models.find import models
from ganvas.pipelines.enlarge import Enlarger
from ganvas.pipelines.image import ImagePipeline
from ganvas.pipelines.registry import load
from ganvas.pipelines.restyle import Restyler

__all__ = ["Enlarger", "ImagePipeline", "Restyler", "load", "models"]

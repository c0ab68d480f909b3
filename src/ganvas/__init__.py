"""Ganvas: a language model imagines, a GAN draws."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganvas.pipelines import load as load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    """Import `load` when it is first asked for, so that `ganvas --help` stays quick."""
    if name == "load":
        from ganvas.pipelines import load

        return load
    raise AttributeError(f"module 'ganvas' has no attribute {name!r}")

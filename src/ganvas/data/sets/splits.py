"""Which pictures are kept out of training: whole families, and single (concept, hand) pairs of the rest."""

from collections import Counter
from collections.abc import Iterable, Set
from typing import NamedTuple

from ganvas.data.folder import Split
from ganvas.ground.seeds import stream

SHARE = 0.1


class Pair(NamedTuple):
    """One concept in one hand, and the family the concept belongs to."""

    concept: str
    hand: str
    family: str


def hold_out(pairs: Iterable[Pair], *, seed: int, name: str, kept: Set[str] = frozenset()) -> dict[Pair, Split]:
    """Choose the split of every pair: a tenth of the families, then a tenth of the pairs that are left.

    A concept outside the held out families always keeps one hand to be learned from. kept: families that are not held out.
    """
    pairs = sorted(set(pairs))
    gone = unseen({pair.family for pair in pairs}, seed=seed, name=name, kept=kept)
    splits: dict[Pair, Split] = {pair: "held out family" if pair.family in gone else "train" for pair in pairs}

    left = [pair for pair in pairs if splits[pair] == "train"]
    hands = Counter(pair.concept for pair in left)
    wanted = round(SHARE * len(left))
    for place in stream(seed, f"{name}/pairs").permutation(len(left)):
        pair = left[place]
        if wanted and hands[pair.concept] > 1:
            splits[pair] = "held out pair"
            hands[pair.concept] -= 1
            wanted -= 1
    return splits


def unseen(families: Set[str], *, seed: int, name: str, kept: Set[str] = frozenset()) -> frozenset[str]:
    """Choose the families that are held out: a tenth of them, none of `kept`."""
    known = sorted(families)
    order = stream(seed, f"{name}/families").permutation(len(known))
    may_go = [known[place] for place in order if known[place] not in kept]
    return frozenset(may_go[: max(1, round(SHARE * len(known)))])

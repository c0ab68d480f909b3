"""Which pictures are kept out of training: whole families, and single (concept, style) pairs of the rest."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

from ganvas.data.records import Split
from ganvas.ground.seeds import Stream, stream

SHARE = 0.1


class Pair(NamedTuple):
    """One concept in one style, and the family the concept belongs to."""

    concept: str
    style: str
    family: str


def hold_out(pairs: Iterable[Pair], *, seed: int, name: str, kept: Set[str] = frozenset()) -> dict[Pair, Split]:
    """Choose the split of every pair: a tenth of the families, then a tenth of the pairs that are left.

    A concept outside the held out families always keeps one style to be learned from. kept: families that are not held out.
    """
    pairs = sorted(set(pairs))
    gone = unseen({pair.family for pair in pairs}, seed=seed, name=name, kept=kept)
    splits: dict[Pair, Split] = {pair: "held out family" if pair.family in gone else "train" for pair in pairs}

    _hold_out_pairs(splits, [pair for pair in pairs if splits[pair] == "train"], numbers=stream(seed, f"{name}/pairs"))
    return splits


def hold_out_more(
    splits: Mapping[Pair, Split], pairs: Iterable[Pair], *, seed: int, name: str, twins: Mapping[str, str] = MappingProxyType({})
) -> dict[Pair, Split]:
    """Return `splits` with the pairs that are not in it yet: styles that came later.

    What was split stays so. Families that are held out stay so in the new styles; of what else is new, a tenth is held out as
    pairs, and every concept keeps one picture to be learned from. Families that only the new styles draw are learned from.
    twins: new style -> old style that draws nearly the same; what the old one draws has the same split in both, because a
    picture is not held out whose twin is learned from.
    """
    more = dict(splits)
    gone = {pair.family for pair, split in splits.items() if split == "held out family"}
    new, left = sorted(set(pairs) - splits.keys()), list[Pair]()
    for pair in new:
        twin = splits.get(pair._replace(style=twins.get(pair.style, pair.style)))
        more[pair] = twin or ("held out family" if pair.family in gone else "train")
        if twin is None and more[pair] == "train":
            left.append(pair)

    _hold_out_pairs(more, left, numbers=stream(seed, f"{name}/more pairs"))
    return more


def _hold_out_pairs(splits: dict[Pair, Split], left: Sequence[Pair], *, numbers: Stream) -> None:
    """Hold out a tenth of some training pairs, in `splits` itself; every concept keeps one picture to be learned from."""
    kept = Counter(pair.concept for pair, split in splits.items() if split == "train")
    wanted = round(SHARE * len(left))
    for place in numbers.permutation(len(left)):
        pair = left[place]
        if wanted and kept[pair.concept] > 1:
            splits[pair] = "held out pair"
            kept[pair.concept] -= 1
            wanted -= 1


def unseen(families: Set[str], *, seed: int, name: str, kept: Set[str] = frozenset()) -> frozenset[str]:
    """Choose the families that are held out: a tenth of them, none of `kept`."""
    known = sorted(families)
    order = stream(seed, f"{name}/families").permutation(len(known))
    may_go = [known[place] for place in order if known[place] not in kept]
    return frozenset(may_go[: max(1, round(SHARE * len(known)))])

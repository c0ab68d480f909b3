from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ganvas.data.sets.splits import Pair, hold_out

names = st.integers(0, 30).map(lambda number: f"thing-{number}")


@given(st.lists(st.tuples(names, st.sampled_from("abcd")), min_size=1, max_size=80), st.integers(0, 2**60))
def test_families_go_whole_and_a_concept_keeps_a_hand(drawn: list[tuple[str, str]], seed: int) -> None:
    pairs = {Pair(concept, hand, f"family of {int(concept.split('-')[1]) // 2}") for concept, hand in drawn}
    splits = hold_out(pairs, seed=seed, name="test")
    assert set(splits) == pairs and splits == hold_out(sorted(pairs, reverse=True), seed=seed, name="test")
    unseen = {pair.family for pair, split in splits.items() if split == "held out family"}
    assert len(unseen) == max(1, round(0.1 * len({pair.family for pair in pairs})))
    assert all(splits[pair] == "held out family" for pair in pairs if pair.family in unseen)
    assert {pair.concept for pair in pairs if pair.family not in unseen} == {
        pair.concept for pair, split in splits.items() if split == "train"
    }


def test_the_shares_are_tenths_and_what_is_kept_stays() -> None:
    pairs = [Pair(f"thing-{number}", hand, f"thing-{number}") for number in range(100) for hand in "abcd"]
    for seed in range(20):
        splits = hold_out(pairs, seed=seed, name="test", kept={"thing-3"})
        assert Counter(splits.values()) == {"held out family": 40, "held out pair": 36, "train": 324}
        assert all(splits[Pair("thing-3", hand, "thing-3")] != "held out family" for hand in "abcd")

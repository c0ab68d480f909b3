from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ganvas.data.sets.splits import Pair, hold_out, hold_out_more

names = st.integers(0, 30).map(lambda number: f"thing-{number}")


@given(st.lists(st.tuples(names, st.sampled_from("abcd")), min_size=1, max_size=80), st.integers(0, 2**60))
def test_families_go_whole_and_a_concept_keeps_a_hand(drawn: list[tuple[str, str]], seed: int) -> None:
    pairs = {Pair(concept, style, f"family of {int(concept.split('-')[1]) // 2}") for concept, style in drawn}
    splits = hold_out(pairs, seed=seed, name="test")
    assert set(splits) == pairs and splits == hold_out(sorted(pairs, reverse=True), seed=seed, name="test")
    unseen = {pair.family for pair, split in splits.items() if split == "held out family"}
    assert len(unseen) == max(1, round(0.1 * len({pair.family for pair in pairs})))
    assert all(splits[pair] == "held out family" for pair in pairs if pair.family in unseen)
    assert {pair.concept for pair in pairs if pair.family not in unseen} == {
        pair.concept for pair, split in splits.items() if split == "train"
    }


def test_the_shares_are_tenths_and_what_is_kept_stays() -> None:
    pairs = [Pair(f"thing-{number}", style, f"thing-{number}") for number in range(100) for style in "abcd"]
    for seed in range(20):
        splits = hold_out(pairs, seed=seed, name="test", kept={"thing-3"})
        assert Counter(splits.values()) == {"held out family": 40, "held out pair": 36, "train": 324}
        assert all(splits[Pair("thing-3", style, "thing-3")] != "held out family" for style in "abcd")


@given(st.lists(st.tuples(names, st.sampled_from("abcdef")), min_size=1, max_size=120), st.integers(0, 2**60))
def test_styles_that_come_later_change_no_split(drawn: list[tuple[str, str]], seed: int) -> None:
    pairs = {Pair(concept, style, f"family of {int(concept.split('-')[1]) // 2}") for concept, style in drawn}
    first = hold_out((pair for pair in pairs if pair.style in "abcd"), seed=seed, name="test")
    more = hold_out_more(first, pairs, seed=seed, name="test")
    assert set(more) == pairs and first.items() <= more.items()
    assert more == hold_out_more(first, sorted(pairs, reverse=True), seed=seed, name="test")
    gone = {pair.family for pair, split in first.items() if split == "held out family"}
    assert all((split == "held out family") == (pair.family in gone) for pair, split in more.items())
    learned = {pair.concept for pair, split in more.items() if split == "train"}
    assert learned == {pair.concept for pair in pairs if pair.family not in gone}


def test_a_tenth_of_the_later_pairs_is_held_out() -> None:
    old, new = (
        [Pair(f"thing-{number}", style, f"thing-{number}") for number in range(100) for style in styles]
        for styles in ("ab", "cd")
    )
    more = hold_out_more(hold_out(old, seed=0, name="test"), [*old, *new], seed=0, name="test")
    assert Counter(more[pair] for pair in new) == {"held out family": 20, "held out pair": 18, "train": 162}


def test_twins_are_held_out_together() -> None:
    old, new = (
        [Pair(f"thing-{number}", style, f"thing-{number}") for number in range(100) for style in styles]
        for styles in ("ab", "cd")
    )
    first = hold_out([pair for pair in old if pair.concept != "thing-7"], seed=0, name="test")
    pairs = [pair for pair in [*first, *new] if pair != Pair("thing-7", "d", "thing-7")]
    more = hold_out_more(first, pairs, seed=0, name="test", twins={"c": "a"})
    assert all(more[pair] == more[pair._replace(style="c")] for pair in first if pair.style == "a")
    assert more[Pair("thing-7", "c", "thing-7")] == "train"  # its twin is not there, and nobody else draws it
    assert Counter(more[pair] for pair in pairs if pair.style == "d")["held out pair"] == 9

"""Which values of a label a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.text.labels import find_values

CLOTHES = ("ankle-boot", "bag", "dress", "shirt", "sneaker", "t-shirt", "trouser")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sneaker", ["sneaker"]), ("A Sneaker!", ["sneaker"]), ("three sneakers in the rain", ["sneaker"]),
        ("Ankle boots", ["ankle-boot"]), ("ANKLE-BOOT", ["ankle-boot"]),
        ("ankle_boot", ["ankle-boot"]), ("ankleboot", ["ankle-boot"]),
        ("T-shirts", ["t-shirt"]), ("a tshirt", ["t-shirt"]), ("a shirt", ["shirt"]),  # the longest name counts
        ("dresses", ["dress"]), ("trousers", ["trouser"]), ("a bag, a dress and two bags", ["bag", "dress"]),
        ("a boot", []), ("baggage", []), ("sneakers\u2028", ["sneaker"]), ("", []), ("运动鞋", []),
    ],
)  # fmt: skip
def test_what_a_text_names(text: str, values: list[str]) -> None:
    assert list(find_values(text, CLOTHES)) == values


def test_spelled_as_it_is_goes_before_a_plural() -> None:
    assert find_values("news", ("new", "news")) == ("news",) and find_values("new", ("new", "news")) == ("new",)
    assert find_values("cherries", ("cherry",)) == ("cherry",) and find_values("a shirt", ("tshirt", "shirt")) == ("shirt",)
    assert find_values("T-shirt", ("tshirt", "shirt")) == ("tshirt",)


def test_letters_and_digits_are_names_and_articles_are_none() -> None:
    assert find_values("a", ("a", "b")) == ("a",) and find_values("a b", ("a", "b")) == ("b",)
    assert find_values("the 7", ("1", "7", "17")) == ("7",)


@given(st.text(max_size=200), st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,5}", fullmatch=True), max_size=5))
def test_any_text_names_some_of_the_values(text: str, values: list[str]) -> None:
    assert set(find_values(text, values)) <= set(values)
    assert all(find_values(value, values) for value in values)

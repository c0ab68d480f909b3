import pytest

from ganvas.data.sets.families import family


@pytest.mark.parametrize(
    "together",
    [
        "person-golfing man-golfing woman-golfing",
        "astronaut man-astronaut woman-astronaut",
        "man woman boy girl child baby person old-man old-woman older-person",
        "people-holding-styles men-holding-styles women-holding-styles woman-and-man-holding-styles",
        "person-running woman-running man-running-facing-right",
        "merman mermaid merperson",
        "prince princess person-with-crown",
        "santa-claus mrs-claus mx-claus",
        "family family-man-woman-girl-boy family-adult-adult-child",
        "left-arrow up-right-arrow up-down-arrow",
        "thumbs-up thumbs-down",
        "one-oclock twelve-thirty",
        "keycap-1 keycap-10 keycap-hash",
        "new-moon waxing-crescent-moon first-quarter-moon-face full-moon crescent-moon",
        "1st-place-medal 3rd-place-medal",
        "globe-showing-americas globe-showing-asia-australia",
    ],
)
def test_variants_stand_together(together: str) -> None:
    assert len({family(slug) for slug in together.split()}) == 1


def test_different_things_stand_apart() -> None:
    apart = """red-heart orange-heart robot moon-cake moon-viewing-ceremony alarm-clock cat cat-face grinning-cat womans-hat
    baby-bottle golfing astronaut keyboard full-moon clapping-styles sports-medal globe-with-meridians kiss
    kiss-mark person""".split()
    assert len({family(slug) for slug in apart}) == len(apart)


def test_a_family_is_its_own_family() -> None:
    for slug in ("golfing", "clock-face", "arrow", "person", "moon", "keycap", "family"):
        assert family(slug) == slug

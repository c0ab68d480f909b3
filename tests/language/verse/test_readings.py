"""Characters are read as Mandarin is spoken now, by the groups of the New Rhymes."""

import pytest

from ganvas.language.verse.readings import read_characters, rhyme_of


def test_known_rhymes_and_forms() -> None:
    pytest.importorskip("opencc")
    pytest.importorskip("pypinyin")
    reading = read_characters("光霜鄉流樓之西風東雲魚")
    rhyme = dict(zip("光霜鄉流樓之西風東雲魚", reading.rhyme, strict=True))
    assert rhyme["光"] == rhyme["霜"] == rhyme["鄉"] and rhyme["流"] == rhyme["樓"] and rhyme["風"] == rhyme["東"]
    assert len({rhyme[one] for one in "光流之西風雲魚"}) == 7, "之 and 西 do not rhyme"
    assert reading.simplified == "光霜乡流楼之西风东云鱼" and reading.tone == "11122111122"


@pytest.mark.parametrize(
    ("final", "initial", "same"), [("uang", "g", ("iang", "x")), ("iou", "l", ("ou", "l")), ("v", "j", ("ü", "n"))]
)
def test_finals_of_one_group(final: str, initial: str, same: tuple[str, str]) -> None:
    assert rhyme_of(final, initial) == rhyme_of(*same) != "-"
    assert rhyme_of("", "") == "-"

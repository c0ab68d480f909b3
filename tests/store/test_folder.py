"""A folder of works: PNG files that say how they were made; nothing is overwritten."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganvas.ground.errors import InputError
from ganvas.ground.images import read_texts, save_png
from ganvas.store.folder import Folder, read_work, read_works, save_sheet
from ganvas.vocabulary.brief import Brief, Element
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.provenance import KEY, PARAMETERS, SceneProvenance, Tool
from ganvas.vocabulary.work import MAX_WORKS, Work


def work(number: int = 0, *, idea: str = "a red heart", **fields: Any) -> Work:
    made = SceneProvenance(
        version="0.1.0", pipeline="scene", model="tiny", model_digest="0" * 64, idea=idea, number=number, noise_seed=3,
        brief=Brief(elements=(Element(caption="heart"),)), conditions=(Condition(words=(Weighted(phrase="heart"),)),), **fields,
    )  # fmt: skip
    return Work(np.full((32, 32, 3), number, dtype=np.uint8), made)


def test_works_and_their_sheet_are_kept(tmp_path: Path) -> None:
    paths = Folder(tmp_path / "new").keep([work(0), work(1)])
    assert [path.name for path in paths] == ["a-red-heart-001-1.png", "a-red-heart-001-2.png", "a-red-heart-001-sheet.png"]
    assert [read_work(str(path)).number for path in paths[:2]] == [0, 1]
    assert read_work(f"{paths[2]}#2") == work(1).provenance
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(path.name for path in paths)
    with Image.open(paths[1]) as picture:
        assert picture.getpixel((0, 0)) == (1, 1, 1)


def test_one_work_needs_no_sheet(tmp_path: Path) -> None:
    assert len(Folder(tmp_path).keep([work()])) == 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    kept = [path for _ in range(3) for path in Folder(tmp_path).keep([work(0), work(1)])]
    assert len(set(kept)) == len(list(tmp_path.iterdir())) == 9


def test_two_programs_at_once_take_two_numbers(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda number: Folder(tmp_path).keep([work(number)])[0], range(24)))
    assert len(set(kept)) == 24
    assert sorted(read_work(str(path)).number for path in kept) == list(range(24))


def test_the_name_is_safe_in_any_script(tmp_path: Path) -> None:
    for idea in ("../../etc/passwd", "一只开心的猫", "con", "???", "x" * 900, "a/b\\c:d"):
        (path,) = Folder(tmp_path).keep([work(idea=idea)])
        assert path.parent == tmp_path and path.is_file() and read_work(str(path)).idea == idea


def test_the_format_is_always_written(tmp_path: Path) -> None:
    """What is a default today may be another tomorrow: a file says everything."""
    (path,) = Folder(tmp_path).keep([work()])
    assert set(json.loads(read_texts(path)[KEY])) == set(SceneProvenance.model_fields)


def test_other_tools_can_read_it(tmp_path: Path) -> None:
    (path,) = Folder(tmp_path).keep([work(idea="一颗红心")])
    assert read_texts(path)[PARAMETERS].startswith("一颗红心\nheart\nSeed: 3, Model: tiny")


def test_the_largest_sheet_can_be_read_again(tmp_path: Path) -> None:
    element = Element(caption="語" * 120)
    long = [
        work(
            number,
            idea="語" * 1000,
            note="語" * 900,
        )
        for number in range(MAX_WORKS)
    ]
    full = Brief(elements=(element,) * 4)
    conditions = (Condition(words=(Weighted(phrase="語" * 120), Weighted(phrase="字" * 120))),) * 4
    more = {"brief": full, "conditions": conditions, "kept": (63,) * 4, "enlarger": Tool(name="e" * 64, digest="f" * 64)}
    works = [Work(one.pixels, one.provenance.model_copy(update=more)) for one in long]
    path = save_sheet(tmp_path / "sheet.png", works)
    assert read_work(f"{path}#{MAX_WORKS}").number == MAX_WORKS - 1


def test_a_sticker_keeps_its_clear_ground(tmp_path: Path) -> None:
    pixels = np.zeros((32, 32, 4), dtype=np.uint8)
    pixels[8:24, 8:24] = (200, 0, 0, 255)
    stickers = [Work(pixels, work(number, transparent=True).provenance) for number in range(2)]
    one, _, page = Folder(tmp_path).keep(stickers)
    with Image.open(one) as picture:
        assert picture.mode == "RGBA" and picture.getpixel((0, 0)) == (0, 0, 0, 0)
    with Image.open(page) as picture:
        assert picture.mode == "RGB" and picture.getpixel((8, 8)) == (255, 255, 255)
    assert read_work(str(one)).transparent


def test_a_sheet_is_asked_for_one_of_its_works(tmp_path: Path) -> None:
    path = save_sheet(tmp_path / "sheet.png", [work(0), work(1)])
    with pytest.raises(InputError, match=r"sheet of 2 works \(name one of them: sheet.png#1\)"):
        read_work(str(path))
    for number in (0, 3, 9999):
        with pytest.raises(InputError, match=f"no number {number}"):
            read_work(f"{path}#{number}")


def test_a_file_may_have_a_sign_in_its_name(tmp_path: Path) -> None:
    (path,) = Folder(tmp_path).keep([work()])
    assert read_work(str(path.rename(tmp_path / "mine#2"))).number == 0


def test_a_picture_of_others_holds_no_works(tmp_path: Path) -> None:
    save_png(tmp_path / "plain.png", np.zeros((4, 4, 3), dtype=np.uint8))
    Image.new("RGB", (4, 4)).save(tmp_path / "photo.jpg")
    for name in ("plain.png", "photo.jpg"):
        assert read_works(tmp_path / name) == []
        with pytest.raises(InputError, match="does not say how it was made"):
            read_work(str(tmp_path / name))


GOOD = json.loads(work().provenance.model_dump_json())
FORGED = {
    "no JSON": "{",
    "a list": "[]",
    "a number": "1e999",
    "an unknown field": json.dumps({**GOOD, "path": "/etc/passwd"}),
    "a path for a model": json.dumps({**GOOD, "model": "../../evil"}),
    "another format": json.dumps({**GOOD, "format": 4}),
    "a seed out of range": json.dumps({**GOOD, "noise_seed": 2**63}),
    "half a character": json.dumps({**GOOD, "idea": "\ud800"}),
    "terminal codes": json.dumps({**GOOD, "idea": "\x1b[2J"}),
    "parents without end": '{"parents":[' * 10_000 + "]}" * 10_000,
    "parents too deep": json.dumps(GOOD)[:-1].replace('"parents": []', '"parents": [') * 1500 + json.dumps(GOOD) + "]}" * 1500,
    "an empty sheet": '{"sheet": []}',
    "a sheet of sheets": '{"sheet": [{"sheet": []}]}',
    "a sheet of too many": json.dumps({"sheet": [GOOD] * (MAX_WORKS + 1)}),
    "too much text": json.dumps({**GOOD, "idea": "x" * 900_000}),
    "a huge number": '{"noise_seed": ' + "9" * 10_000 + "}",
}


@pytest.mark.parametrize("name", FORGED)
def test_what_a_file_says_is_a_strangers_word(name: str, tmp_path: Path) -> None:
    save_png(tmp_path / "forged.png", np.zeros((4, 4, 3), dtype=np.uint8), text={KEY: FORGED[name]})
    with pytest.raises(InputError) as refused:
        read_work(str(tmp_path / "forged.png"))
    assert str(refused.value).startswith(str(tmp_path)) and len(str(refused.value)) < 600

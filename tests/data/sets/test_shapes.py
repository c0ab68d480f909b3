import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from ganvas.data.cache import open_pictures
from ganvas.data.folder import read_folder
from ganvas.data.sets import SETS, make_set
from ganvas.data.sets.shapes import COLOURS, SHAPES, STYLES
from ganvas.ground.errors import InputError


def test_two_runs_give_one_digest_and_another_seed_another(tmp_path: Path) -> None:
    first, again, other = (
        make_set("shapes", tmp_path / name, seed=seed, count=40) for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert first.digest == again.digest != other.digest
    assert open_pictures(tmp_path / "a", size=32).digest == open_pictures(tmp_path / "b", size=32).digest
    assert (tmp_path / "a" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()


def test_every_kind_is_there_with_words_in_both_languages(tmp_path: Path) -> None:
    kinds = len(SHAPES) * len(COLOURS) * len(STYLES)
    summary = make_set("shapes", tmp_path / "set", size=16, count=kinds)
    records = read_folder(tmp_path / "set")
    assert len({(record.concept, record.labels["style"]) for record in records}) == kinds == summary.count
    red = next(record for record in records if record.concept == "red-circle" and record.labels["style"] == "solid")
    assert red.family == "circle"
    assert {"a red circle", "红色的圆", "实心的红色圆"} <= set(red.captions) and "圆" in red.tags


def test_splits_hold_out_a_family_and_some_pairs_but_no_whole_concept(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "set", size=8, count=200)
    records = read_folder(tmp_path / "set")
    families, concepts = defaultdict(set), defaultdict(set)
    for record in records:
        families[record.family].add(record.split)
        concepts[record.concept].add(record.split)
    unseen = [name for name, splits in families.items() if "held out family" in splits]
    assert len(unseen) == 1 and families[unseen[0]] == {"held out family"}
    assert all("train" in splits for splits in concepts.values() if splits != {"held out family"})
    assert any("held out pair" in splits for splits in concepts.values())


def test_shapes_are_one_colour_with_smooth_edges_on_nothing(tmp_path: Path) -> None:
    make_set("shapes", tmp_path / "set", count=96)
    pictures = open_pictures(tmp_path / "set", size=32)
    assert pictures.images.shape == (96, 32, 32, 4)
    filled = defaultdict(list)
    for pixels, record in zip(pictures.images, pictures.records, strict=True):
        alpha = pixels[..., 3]
        assert record.concept is not None
        colour, shape = record.concept.split("-")
        assert (pixels[alpha > 0][:, :3] == COLOURS[colour]).all() and not pixels[alpha == 0].any()
        assert alpha.max() > 200 and ((alpha > 0) & (alpha < 255)).any()
        assert not np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]).all()
        filled[shape, record.labels["style"]].append((alpha > 127).mean() / (alpha > 127).any(axis=0).mean() ** 2)
    for shape in SHAPES:
        assert np.mean(filled[shape, "outline"]) < 0.8 * np.mean(filled[shape, "solid"])


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not empty"):
        make_set("shapes", tmp_path, count=4)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_manifest_says_what_is_in_the_folder(tmp_path: Path) -> None:
    summary = make_set("shapes", tmp_path / "set", count=12)
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["set"], manifest["count"], manifest["digest"]) == ("shapes", 12, summary.digest)
    assert sum(manifest["splits"].values()) == 12 == len(list((tmp_path / "set").rglob("*.png")))


@pytest.mark.parametrize(("name", "count", "source"), [
    ("shape", 4, None), ("../shapes", 4, None), ("shapes", -1, None), ("shapes", 10**9, None), ("shapes", 4, Path("x")),
    ("emoji", 4, None),
])  # fmt: skip
def test_what_cannot_be_made_is_refused(tmp_path: Path, name: str, count: int, source: Path | None) -> None:
    with pytest.raises(InputError):
        make_set(name, tmp_path / "set", count=count, source=source)
    assert not (tmp_path / "set").exists()


def test_the_list_of_sets_is_closed() -> None:
    assert list(SETS) == [
        "shapes", "emoji", "emoji-four", "sketches", "sketch-to-emoji", "fashion", "digits", "stacked-digits", "chorales",
        "quatrains",
    ]  # fmt: skip

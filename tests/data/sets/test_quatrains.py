"""The package's poems: cleaned, each once, and split so that no held out poem shares a line with one that is learned from."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from ganvas.data.sets import make_set, quatrains
from ganvas.data.sets.quatrains import cycle_of
from ganvas.data.sets.writing import Source
from ganvas.data.verse import open_verse
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of
from tests.data.poems import make_poem

ODD = [
    {"title": "缺字", "author": "某", "paragraphs": ["春風□月夜，花月夜山水。", "雲雨江舟秋，霜雪鳥人天。"]},
    {"title": "雜言", "author": "某", "paragraphs": ["春風，花月夜山水。"]},
    {"title": "壞", "author": "某"},
    "nothing",
]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    entries: list[object] = [*ODD]
    for number in range(60):
        poem = make_poem(number, length=5 + 2 * (number % 2))
        entries.append({"title": f"秋興 其{'一二三'[number % 3]}", "author": f"詩人{number // 3}", "paragraphs": [
            f"{poem.lines[0]}，{poem.lines[1]}。", f"{poem.lines[2]}，{poem.lines[3]}。"]})  # fmt: skip
    entries.append(entries[-1])
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in (("quantangshi/poet.tang.0.json", entries), ("quantangshi/authors.tang.json", [])):
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    (tmp_path / "npm").mkdir()
    (tmp_path / "npm" / "chinese-poetry-2.0.1.tgz").write_bytes(buffer.getvalue())
    monkeypatch.setattr(quatrains, "PACKAGE", Source("chinese-poetry", "2.0.1", digest_of(buffer.getvalue()), "MIT"))
    return tmp_path / "npm"


def test_poems_are_cleaned_and_cycles_are_held_out_together(package: Path, tmp_path: Path) -> None:
    made, again = (make_set("quatrains", tmp_path / name, source=package) for name in ("one", "two"))
    assert made.digest == again.digest and made.count == 60 and made.what == "poems"
    said = json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))["made"]
    assert "1 of irregular lines" in said and "1 that stand there twice" in said and "2 not in the form" in said
    poems = open_verse(tmp_path / "one").poems
    held = [poem for poem in poems if poem.split != "train"]
    assert held and {cycle_of(poem) for poem in held}.isdisjoint(cycle_of(poem) for poem in poems if poem.split == "train")
    assert not {line for poem in held for line in poem.lines} & {
        line for poem in poems if poem.split == "train" for line in poem.lines
    }


def test_another_tarball_is_refused(package: Path, tmp_path: Path) -> None:
    (package / "chinese-poetry-2.0.1.tgz").write_bytes(b"no tarball")
    with pytest.raises(InputError, match="sha256"):
        make_set("quatrains", tmp_path / "out", source=package)

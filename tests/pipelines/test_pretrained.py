"""Models in and out as folders, and from a hub: what arrives is what was written, and a stranger's is looked through."""

import fnmatch
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganvas.ground.errors import InputError
from ganvas.ground.files import user_cache
from ganvas.models import hub
from ganvas.pipelines import Enlarger, ImagePipeline, load
from tests.pipelines.fakes import sign, write_enlarger, write_model


def test_a_saved_model_is_the_same_model(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m", words=True)
    (folder / "notes.txt").write_text("not the model's", encoding="utf-8")
    first = ImagePipeline.from_pretrained(folder)
    second = ImagePipeline.from_pretrained(first.save_pretrained(tmp_path / "copies" / "m"))
    assert second.digest == first.digest  # model.json too is there byte for byte
    assert {path.name for path in (tmp_path / "copies" / "m").iterdir()} == {*first.manifest.files, "model.json"}
    enlarger = Enlarger.from_pretrained(write_enlarger(tmp_path / "x4"))
    assert Enlarger.from_pretrained(enlarger.save_pretrained(tmp_path / "copies" / "x4")).digest == enlarger.digest


def test_saving_overwrites_nothing(tmp_path: Path) -> None:
    model = load(write_model(tmp_path / "m"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").write_text("mine", encoding="utf-8")
    for taken in ("full", "m", "full/diary.txt"):
        with pytest.raises(InputError, match="something already"):
            model.save_pretrained(tmp_path / taken)
    (tmp_path / "empty").mkdir()
    assert load(model.save_pretrained(str(tmp_path / "empty"))).digest == model.digest


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"another kind: Enlarger \(Enlarger.from_pretrained loads it\)"):
        ImagePipeline.from_pretrained(write_enlarger(tmp_path / "x4"))


def test_a_shipped_model_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "zoo" / "tiny")
    monkeypatch.setattr("ganvas.models.find.ZOO", tmp_path / "zoo")
    assert ImagePipeline.from_pretrained("tiny").manifest.name == "tiny"


@dataclass
class FakeHub:
    """A hub with one repository; `asked` is what it was asked for, `lies` are sizes that it tells wrongly."""

    folder: Path
    lies: dict[str, int | None] = field(default_factory=dict[str, int | None])
    asked: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])

    def HfApi(self) -> "FakeHub":  # noqa: N802
        return self

    def model_info(self, repository: str, *, revision: str | None, files_metadata: bool) -> object:
        assert files_metadata
        self.asked.append((repository, revision))
        if not self.folder.is_dir():
            raise OSError("Name or service not known\nand more lines")
        sizes = {path.name: path.stat().st_size for path in self.folder.iterdir()} | self.lies
        return SimpleNamespace(sha="c0ffee", siblings=[SimpleNamespace(rfilename=n, size=size) for n, size in sizes.items()])

    def snapshot_download(self, repository: str, *, revision: str, allow_patterns: list[str], local_dir: str) -> str:
        assert revision == "c0ffee"  # both times the commit that was looked at, not whatever is newest by then
        for path in self.folder.iterdir():
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in allow_patterns):
                shutil.copy(path, Path(local_dir) / path.name, follow_symlinks=False)
        (Path(local_dir) / ".cache").mkdir(exist_ok=True)
        return local_dir


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    made = FakeHub(write_model(tmp_path / "remote"))
    monkeypatch.setattr(hub, "library", lambda: made)
    return made


def test_a_hub_s_model_is_fetched_once(fake: FakeHub) -> None:
    (fake.folder / "weights.pkl").write_bytes(b"never asked for")
    first = ImagePipeline.from_pretrained("ada/tiny")
    shutil.rmtree(fake.folder)  # from now on as without a network
    assert load("ada/tiny").digest == first.digest and fake.asked == [("ada/tiny", None)]
    kept = user_cache("hub", "ada--tiny") / "newest"
    assert {path.name for path in kept.iterdir()} == {*first.manifest.files, "model.json"}
    with pytest.raises(InputError, match=r"^ada/tiny: cannot be fetched from the hub: Name or service not known \(check"):
        load("ada/tiny@v2")
    assert fake.asked[1:] == [("ada/tiny", "v2")]


def test_what_is_here_is_never_asked_of_the_hub(fake: FakeHub, tmp_path: Path) -> None:
    """A slip in a path, and names that no hub has."""
    write_model(tmp_path / "runs" / "mine")
    assert load("runs/mine").manifest.name == "tiny"
    for name in ("runs/mien", "mine", "a/b/c", "../m", "./m", "ada/tiny@", "/etc", "C:\\m"):
        with pytest.raises(InputError, match="is no model"):
            load(name)
    assert fake.asked == []


def test_without_the_library_one_line_says_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hub, "library", lambda: None)
    with pytest.raises(InputError, match=r"ada/tiny: is no model .*pip install 'ganvas\[hub\]'"):
        load("ada/tiny")


def another_byte(folder: Path) -> None:
    content = (folder / "synthesis.onnx").read_bytes()
    (folder / "synthesis.onnx").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def a_link(folder: Path) -> None:
    secret = folder.parent / "secret.png"
    secret.write_bytes(b"mine")
    (folder / "preview.png").symlink_to(secret)
    sign(folder)


def no_model(folder: Path) -> None:
    (folder / "model.json").unlink()


BAD = {
    "another byte": (another_byte, {}, "its sha256 differs"),
    "a link out of the folder": (a_link, {}, "leads out of the folder"),
    "no model.json": (no_model, {}, "no model of Ganvas"),
    "a file that is listed and not there": (lambda _: None, {"synthesis.onnx": None}, "holds no synthesis.onnx"),
    "a large file": (lambda _: None, {"synthesis.onnx": hub.MAX_FILE + 1}, "too large"),
    "a large model.json": (lambda _: None, {"model.json": hub.MAX_MANIFEST + 1}, "too large"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_let_in_is_not_kept(case: str, fake: FakeHub) -> None:
    spoil, fake.lies, why = BAD[case]
    spoil(fake.folder)
    with pytest.raises(InputError, match=why):
        load("ada/tiny")
    assert list(user_cache("hub", "ada--tiny").iterdir()) == []

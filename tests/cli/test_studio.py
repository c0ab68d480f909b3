import importlib.util
from pathlib import Path

import pytest

from ganvas.cli import main
from ganvas.studio.demo import COUNT, IDEAS


def test_without_the_extra_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else find(name))
    monkeypatch.setattr("sys.argv", ["ganvas", "studio", "--dir", str(tmp_path / "studio")])
    with pytest.raises(SystemExit, match="2"):
        main()
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "pip install 'ganvas[studio]'" in error and not (tmp_path / "studio").exists()


def test_a_port_that_is_taken_is_said_before_anything_is_made(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from ganvas.web.serve import listen

    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        monkeypatch.setattr("sys.argv", ["ganvas", "studio", "--dir", str(tmp_path / "studio"), "--port", port, "--no-open"])
        with pytest.raises(SystemExit, match="2"):
            main()
    assert "--port" in capsys.readouterr().err and not (tmp_path / "studio").exists()


def test_the_demo_has_as_many_works_as_it_says() -> None:
    assert sum(count for _, count in IDEAS) + 3 + 1 + 1 + 1 + 1 + 1 + 1 + 1 == COUNT

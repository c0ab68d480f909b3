"""Which language model writes: by name, by what is kept, by the environment."""

from pathlib import Path

import pytest

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.gguf import is_ready
from ganvas.language.llm.http import HttpModel
from ganvas.language.llm.selection import configured_server, open_language_model
from ganvas.language.llm.servers import use_server


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no settings, and no server in the environment."""
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GANVAS_CONFIG", str(tmp_path / "config"))
    for name in ("GANVAS_LLM_URL", "GANVAS_LLM_MODEL", "GANVAS_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


def test_none_and_rules_are_no_model() -> None:
    assert open_language_model("none") is None and open_language_model("rules") is None


def test_auto_without_a_model_is_none() -> None:
    assert open_language_model("auto") is None


@pytest.mark.parametrize("name", ["local", "http"])
def test_one_named_outright_that_is_not_there_says_what_to_do(name: str) -> None:
    with pytest.raises(LanguageModelError, match="ganvas llm") as error:
        open_language_model(name)
    assert error.value.exit_code == 4


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="auto, none, rules, local, http"):
        open_language_model("os.system")


def test_a_named_server_is_what_auto_asks_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    use_server("home", "http://localhost:8080/v1/", model='a "quoted\\ model')
    server = configured_server()
    assert server is not None and (server.url, server.model) == ("http://localhost:8080/v1", 'a "quoted\\ model')
    for name in ("auto", "http", "home"):
        model = open_language_model(name)
        assert model is not None and model.name == "home"
    monkeypatch.setenv("GANVAS_LLM_URL", "https://other.example/v1")
    server = configured_server()
    assert server is not None and (server.name, server.url, server.model) == ("http", "https://other.example/v1", "default")
    model = open_language_model("home")
    assert isinstance(model, HttpModel) and model.url == "http://localhost:8080/v1"


def test_of_several_servers_one_is_picked_by_its_name() -> None:
    use_server("home", "http://localhost:8080/v1")
    use_server("work", "https://work.example/v1", model="large")
    for name, url in (
        ("home", "http://localhost:8080/v1"),
        ("work", "https://work.example/v1"),
        ("auto", "https://work.example/v1"),
    ):
        model = open_language_model(name)
        assert isinstance(model, HttpModel) and model.url == url
    use_server("home")
    assert configured_server() is not None and open_language_model("auto").name == "home"  # pyright: ignore
    with pytest.raises(InputError, match="local, http, home, work"):
        open_language_model("elsewhere")


@pytest.mark.parametrize("name", ["local", "rules"])
def test_auto_can_be_set_to_use_no_server(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.language.llm.selection.is_ready", lambda: True)
    monkeypatch.setattr("ganvas.language.llm.gguf.is_ready", lambda: True)
    use_server("home", "http://localhost:8080/v1")
    use_server(name)
    model = open_language_model("auto")
    assert (model.name if model else "rules") == name and open_language_model("home") is not None


def test_without_a_cache_folder_auto_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (blocked := tmp_path / "a file").write_bytes(b"")
    monkeypatch.setenv("GANVAS_CACHE", str(blocked))
    assert open_language_model("auto") is None and not is_ready()

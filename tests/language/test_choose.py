"""Which language model writes: by name, by what is kept, by the environment."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.choose import configured_server, open_language_model, use_server
from ganvas.language.gguf import is_ready


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no server in the environment."""
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    for name in ("GANVAS_LLM_URL", "GANVAS_LLM_MODEL", "GANVAS_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "cache"


def test_none_and_rules_ask_nobody() -> None:
    assert open_language_model("none") is None and open_language_model("rules") is None


def test_auto_without_anything_asks_nobody() -> None:
    assert open_language_model("auto") is None


@pytest.mark.parametrize("name", ["local", "http"])
def test_one_named_outright_that_is_not_there_says_what_to_do(name: str) -> None:
    with pytest.raises(LanguageModelError, match="ganvas llm") as error:
        open_language_model(name)
    assert error.value.exit_code == 4


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="auto, none, rules, local, http"):
        open_language_model("os.system")


def test_a_kept_server_is_what_auto_asks_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    use_server("http://localhost:8080/v1/", model='a "quoted\\ model')
    server = configured_server()
    assert server is not None and (server.url, server.model) == ("http://localhost:8080/v1", 'a "quoted\\ model')
    model = open_language_model("auto")
    assert model is not None and model.name == "http"
    monkeypatch.setenv("GANVAS_LLM_URL", "https://other.example/v1")
    server = configured_server()
    assert server is not None and (server.url, server.model) == ("https://other.example/v1", "default")


@pytest.mark.parametrize("url", ["ftp://x", "http://me:secret@host/v1", "http://host/v1?key=secret"])
def test_odd_servers_are_not_kept(url: str, cache: Path) -> None:
    with pytest.raises(InputError) as error:
        use_server(url, model="x")
    assert "secret" not in str(error.value) and not (cache / "llm.toml").exists()


@pytest.mark.parametrize("text", ["url = 3", "nonsense", 'url = "ftp://x"', 'url = "http://x"\nrun = "rm"', "\x00"])
def test_a_kept_server_that_was_tampered_with_is_one_line(text: str, cache: Path) -> None:
    cache.mkdir()
    (cache / "llm.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"llm\.toml|address"):
        open_language_model("auto")


def test_without_a_cache_folder_auto_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (blocked := tmp_path / "a file").write_bytes(b"")
    monkeypatch.setenv("GANVAS_CACHE", str(blocked))
    assert open_language_model("auto") is None and not is_ready()


@given(model=st.text(max_size=80))
def test_a_server_that_is_kept_is_read_back_as_it_was(model: str) -> None:
    try:
        path = use_server("https://host.example:8443/v1", model=model)
    except InputError:
        return
    server = configured_server()
    assert server is not None and server.model == model.strip() and path.read_text(encoding="utf-8").count("\n") == 2

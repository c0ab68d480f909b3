"""Named servers: kept in one file of the user's settings, and each key bound to its own host."""

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.characters import clean_line, is_printable
from ganvas.ground.errors import InputError
from ganvas.ground.files import user_config
from ganvas.language.llm.base import Limit
from ganvas.language.llm.http import HttpModel
from ganvas.language.llm.selection import open_language_model
from ganvas.language.llm.servers import Server, drop_server, read_servers, servers_file, use_server
from tests.language.servers import KEY, completion, serving

HOME = "http://localhost:8080/v1"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no settings, and nothing in the environment."""
    monkeypatch.setenv("GANVAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GANVAS_CONFIG", str(tmp_path / "config"))
    for name in ("GANVAS_LLM_URL", "GANVAS_LLM_MODEL", "GANVAS_LLM_KEY", "HOME_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def sent(name: str) -> str | None:
    """Return the header that a server is sent when the language model of that name is asked."""
    with serving() as server:
        server.answer = completion("yes")
        model = open_language_model(name)
        assert isinstance(model, HttpModel)
        model._bases = [server.url]  # pyright: ignore  # what was bound to its address is asked for here
        model.complete([], None, seed=0, limit=Limit(seconds=5))
        return server.asked[0][1].get("Authorization")


def test_settings_lie_where_the_platform_keeps_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert servers_file() == tmp_path / "config" / "llm.toml"
    monkeypatch.delenv("GANVAS_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "xdg"))
    assert user_config() == tmp_path / "xdg" / "ganvas"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "me")
    assert os.name == "nt" or user_config() == tmp_path / "me" / ".config" / "ganvas"


def test_servers_are_kept_and_a_known_name_is_written_over() -> None:
    use_server("home", HOME, model="a", key_env="HOME_KEY")
    use_server("work", "https://work.example/v1")
    path = use_server("home", "http://localhost:9090/", model="b")
    kept = read_servers()
    assert kept.current == "home" and kept.servers["home"] == Server(url="http://localhost:9090", model="b")
    assert list(kept.servers) == ["home", "work"] and tomllib.loads(path.read_text(encoding="utf-8"))["current"] == "home"


@given(model=st.text(max_size=80), name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True))
def test_a_server_that_is_kept_is_read_back_as_it_was(model: str, name: str) -> None:
    try:
        use_server(name, "https://host.example:8443/v1", model=model)
    except InputError:
        return
    assert (
        read_servers().servers[name].model == (model.strip() if is_printable(model) else clean_line(model))
        and read_servers().current == name
    )
    servers_file().unlink()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("home", "ftp://x"),
        ("home", "http://me:secret@host/v1"),
        ("home", "http://host/v1?key=secret"),
        ("home", "http://169.254.169.254/latest"),
        ("home", "http://metadata.google.internal./v1"),
        ("home", "http://[fd00:ec2::254]/v1"),
        ("local", HOME),
        ("auto", HOME),
        ("person", HOME),
        ("two words", HOME),
        ("../up", HOME),
        ("", HOME),
        ("n" * 65, HOME),
        (HOME, None),
        ("nowhere", None),
    ],
)
def test_odd_servers_are_not_kept(name: str, url: str | None, folders: Path) -> None:
    with pytest.raises(InputError) as error:
        use_server(name, url)
    assert "secret" not in str(error.value) and not (folders / "config").exists()


@pytest.mark.parametrize("variable", [KEY, "sk-abc", "AKIAIOSFODNN7EXAMPLE", "mine", "A_" + "B" * 80, "", "HOME_KEY\n", "=X_Y"])
def test_a_key_given_for_its_variable_is_refused_and_not_repeated(variable: str, folders: Path) -> None:
    with pytest.raises(InputError, match="never the key itself") as error:
        use_server("home", HOME, key_env=variable)
    assert not variable or variable not in str(error.value)
    assert error.value.__cause__ is None and not (folders / "config").exists()


def test_a_key_that_would_travel_unencrypted_is_refused_before_it_is_set() -> None:
    with pytest.raises(InputError, match="unencrypted"):
        use_server("far", "http://far.example/v1", key_env="HOME_KEY")
    use_server("far", "http://far.example/v1")


@pytest.mark.parametrize(
    "text",
    ["current = 3", "nonsense", '[servers.a]\nurl = "ftp://x"', '[servers.a]\nurl = "http://x"\nrun = "rm"', "\x00",
     'current = "b"', '[servers."../a"]\nurl = "http://x"', '[servers.a]\nurl = "http://x"\nkey_env = "PATH"', "x" * 2_000_000],
)  # fmt: skip
def test_a_file_that_was_tampered_with_is_one_line(text: str) -> None:
    servers_file().parent.mkdir()
    servers_file().write_text(text, encoding="utf-8")
    for name in ("auto", "home"):
        with pytest.raises(InputError, match=r"llm\.toml"):
            open_language_model(name)
    assert open_language_model("none") is None


def test_a_server_of_earlier_versions_moves_with_its_key(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "cache").mkdir()
    old = folders / "cache" / "llm.toml"
    old.write_text(f'url = "{HOME}"\nmodel = "small"\n', encoding="utf-8")
    monkeypatch.setenv("GANVAS_LLM_KEY", KEY)
    model = open_language_model("auto")
    assert isinstance(model, HttpModel) and (model.url, model.model) == (HOME, "small")
    assert not old.exists() and read_servers().servers["server"].key_env == "GANVAS_LLM_KEY"
    assert sent("auto") == f"Bearer {KEY}"


@pytest.mark.parametrize("text", ["url = 3", "nonsense", 'url = "ftp://x"', 'url = "http://x"\nrun = "rm"', "\x00"])
def test_an_old_file_that_was_tampered_with_is_one_line(text: str, folders: Path) -> None:
    (folders / "cache").mkdir()
    (folders / "cache" / "llm.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"llm\.toml"):
        open_language_model("auto")


def test_a_key_goes_to_the_server_it_was_named_for_and_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_KEY", KEY)
    monkeypatch.setenv("GANVAS_LLM_KEY", "sk-of-the-environment")
    use_server("home", HOME, key_env="HOME_KEY")
    use_server("other", "http://localhost:9090/v1")
    assert sent("home") == f"Bearer {KEY}" and sent("other") is None and sent("auto") is None
    monkeypatch.setenv("GANVAS_LLM_URL", "http://localhost:7070/v1")
    assert sent("http") == "Bearer sk-of-the-environment" and sent("home") == f"Bearer {KEY}" and sent("other") is None


@pytest.mark.parametrize(
    ("owner", "goes"),
    [
        (None, True),
        (HOME, True),
        ("http://LOCALHOST:8080", True),
        ("http://localhost:9090/v1", False),
        ("https://localhost:8080", False),
    ],
)
def test_the_environments_key_stays_with_the_environments_server(
    owner: str | None, goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANVAS_LLM_KEY", KEY)
    if owner:
        monkeypatch.setenv("GANVAS_LLM_URL", owner)
    use_server("home", HOME, key_env="GANVAS_LLM_KEY")
    assert (sent("home") is not None) is goes


def test_no_key_is_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_KEY", KEY)
    assert KEY not in use_server("home", HOME, key_env="HOME_KEY").read_text(encoding="utf-8")


def test_a_server_is_forgotten_and_the_default_is_what_it_was_without_it() -> None:
    use_server("home", HOME)
    use_server("work", "https://llm.example/v1")
    drop_server("work")
    assert list(read_servers().servers) == ["home"] and read_servers().current == "local"
    with pytest.raises(InputError, match="no server 'work'"):
        drop_server("work")

"""Where a name may lead: a local server, a public one, never a cloud's metadata, however it is called or wrapped."""

import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.ground.errors import InputError, LanguageModelError
from ganvas.language.llm.server_address import (
    check_url,
    host_of,
    is_forbidden,
    is_metadata,
    is_this_machine,
    origin_of,
    resolve_host,
)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "169.254.170.2", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
     "fd20:ce::254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "::ffff:100.100.100.200", "64:ff9b::a9fe:a9fe",
     "2002:a9fe:a9fe::1", "::169.254.169.254", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "::"],
)  # fmt: skip
def test_metadata_and_what_is_no_servers_is_forbidden(address: str) -> None:
    assert is_forbidden(address) and is_metadata(address)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.8", "192.168.1.5", "172.16.0.1", "100.64.0.1", "fd00::8", "93.184.215.14",
                "2606:4700::1111", "::ffff:192.168.1.5", "0.0.0.0"],
)  # fmt: skip
def test_local_and_public_servers_are_allowed(address: str) -> None:
    assert not is_forbidden(address)


@pytest.mark.parametrize("name", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.16689662", "[::ffff:a9fe:a9fe]"])
def test_numbers_in_disguise_are_looked_up_before_they_are_judged(name: str) -> None:
    with pytest.raises(LanguageModelError, match=r"never contacted|cannot be found"):
        list(resolve_host(name.strip("[]"), 80, here=False))


@pytest.mark.parametrize("name", ["metadata.google.internal", "METADATA.google.internal.", "metadata.goog"])
def test_names_of_metadata_are_refused_without_a_look_up(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)
    with pytest.raises(LanguageModelError, match="never contacted"):
        list(resolve_host(name, 80, here=False))


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (one, 80)) for one in addresses])


def test_one_forbidden_address_among_others_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "93.184.215.14", "169.254.169.254")
    with pytest.raises(LanguageModelError, match="never contacted"):
        next(resolve_host("innocent.example", 80, here=False))


def test_with_a_key_in_the_open_only_this_machine_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "127.0.0.1", "::1", "127.0.0.1")
    assert list(resolve_host("localhost", 80, here=True)) == ["127.0.0.1", "::1"]
    leads_to(monkeypatch, "127.0.0.1", "192.168.1.5")
    assert len(list(resolve_host("home", 80, here=False))) == 2
    with pytest.raises(LanguageModelError, match="unencrypted"):
        list(resolve_host("localhost", 80, here=True))


@pytest.mark.parametrize("error", [socket.gaierror(-2, "not known"), UnicodeError("too long"), TimeoutError()])
def test_names_that_lead_nowhere_are_one_line(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(LanguageModelError, match="cannot be found") as told:
        list(resolve_host("no-such-host.example", 80, here=False))
    assert "\n" not in str(told.value) and told.value.__cause__ is None


def test_hosts_of_this_machine() -> None:
    assert all(map(is_this_machine, ["localhost", "a.localhost", "127.0.0.1", "127.8.8.8", "::1"]))
    assert not any(map(is_this_machine, ["localhost.example", "10.0.0.1", "0.0.0.0", "", "127.0.0.1.example"]))


def test_a_key_is_bound_to_scheme_host_and_port() -> None:
    assert origin_of("https://A.example./v1") == origin_of("https://a.example:443") == ("https", "a.example", 443)
    assert len({origin_of(url) for url in ("http://a:80", "https://a", "http://a:81", "http://b")}) == 4


@given(
    st.text(max_size=60) | st.text(max_size=40).map("http://{}".format) | st.text(max_size=20).map("http://a.example/{}".format)
)
def test_any_text_is_an_address_or_refused(url: str) -> None:
    try:
        checked = check_url(url)
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert check_url(checked) == checked and host_of(checked) and checked.isprintable() and "@" not in urlsplit(checked).netloc

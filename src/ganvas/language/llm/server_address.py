"""Addresses of servers: which are allowed, and what a host name resolves to before anything is sent."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from ganvas.ground.characters import clean_line, has_controls
from ganvas.ground.errors import InputError, LanguageModelError

Address = IPv4Address | IPv6Address

METADATA_NAMES = ("metadata.google.internal", "metadata.goog")
METADATA_ADDRESSES = tuple(map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd20:ce::254")))
"""Metadata services of clouds, which hold secrets of a machine; the link-local 169.254.169.254 is another."""
FORBIDDEN_NETWORKS = (IPv6Network("fd00:ec2::/32"), IPv6Network("2001::/32"))
"""Networks of a cloud's own services; and Teredo, whose addresses carry two others."""
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
ISATAP = (0x00005EFE, 0x02005EFE)
"""What stands before the IPv4 address in the last 64 bits of an ISATAP address; no server has one."""
MAX_ADDRESSES = 4
"""Addresses of one host that are tried, in the resolver's order."""


def check_url(url: str) -> str:
    """Return a server's address without a trailing slash and without /chat/completions.

    Raises InputError unless it is http or https with a host. A password or a query is refused,
    because addresses are printed.
    """
    url = url if has_controls(url) else clean_line(url)  # copied from a page, it may hold invisible marks
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise InputError("the language model's address is not valid") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError("the language model's address holds a password or a query",
                         do="put the key into the environment")  # fmt: skip
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url or len(url) > 500:
        raise InputError(f"{url[:100]!r} is not the address of a server", do="give something like http://localhost:8080/v1")
    return url.rstrip("/").removesuffix("/chat/completions").rstrip("/")


def host_of(url: str) -> str:
    """Return the host of a checked address, lower case, without its port."""
    return (urlsplit(url).hostname or "").rstrip(".")


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a checked address; a key belongs to these three."""
    parts = urlsplit(url)
    return parts.scheme, host_of(url), parts.port or (443 if parts.scheme == "https" else 80)


def is_this_machine(host: str) -> bool:
    """Return whether a host is this machine by its name: localhost or a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def resolve_host(host: str, port: int, *, here: bool) -> Iterator[str]:
    """Yield the numeric addresses of a host. Connect to these only, so that a second lookup cannot lead elsewhere.

    here: only this machine is allowed. Raises LanguageModelError for metadata services of clouds,
    under any name or notation, and for link-local and multicast addresses.
    """
    if is_metadata(host):
        raise LanguageModelError("metadata services of clouds are never contacted", where=host)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise LanguageModelError("the language model's host cannot be found", where=host, do="check its address") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:MAX_ADDRESSES]
    for address in addresses:
        if is_forbidden(address):
            raise LanguageModelError(
                "metadata services of clouds, link-local and multicast addresses are never contacted", where=host
            )
        if here and not _plain(address).is_loopback:
            raise LanguageModelError("its key would be sent unencrypted to another machine", where=host, do="use https")
    yield from addresses


def is_metadata(host: str) -> bool:
    """Return whether a host is a metadata service or another forbidden address, by its name alone."""
    try:
        return is_forbidden(host)
    except ValueError:
        return host.lower().rstrip(".") in METADATA_NAMES


def is_forbidden(address: str) -> bool:
    """Return whether a numeric address is forbidden. Private ones are allowed: most servers are local."""
    wide = ip_address(address.partition("%")[0])
    if any(wide in network for network in FORBIDDEN_NETWORKS) or (wide.version == 6 and (int(wide) >> 32) & 0xFFFFFFFF in ISATAP):
        return True
    one = _plain(address)
    return one.is_link_local or one.is_multicast or one in METADATA_ADDRESSES or (one.is_reserved and not one.is_loopback)


def _plain(address: str) -> Address:
    """Return an address without its zone; of an IPv6 address that wraps an IPv4 one, the latter."""
    one = ip_address(address.partition("%")[0])
    if isinstance(one, IPv4Address):
        return one
    if any(one in network for network in NAT64):
        return IPv4Address(int(one) & 0xFFFFFFFF)
    return one.ipv4_mapped or one.sixtofour or one

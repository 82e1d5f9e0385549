"""The address guard: which addresses a URL may lead to that a user, a document or a model named.

Decided on the resolved address, never on the text of the host, and the address that was decided on is the one that is
connected to: a name that resolves to something else a moment later changes nothing. `allowed` holds `host:port` pairs
as a connection lists them; a pair names a host as it stands in the URL, or an address that it resolves to.

The tables follow the IANA special-purpose registries for IPv4 and IPv6: what is not globally reachable is refused.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal, Protocol
from urllib.parse import urlsplit

from madang.kit.errors import FieldError, ForbiddenError, InvalidError, UpstreamError

Scheme = Literal["http", "https"]

MAX_URL = 8_192
_MAX_HOST = 253
_DEFAULT_PORTS = {"http": 80, "https": 443}

_IPV4_REFUSED: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(net), what)
    for net, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by carriers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local (cloud metadata)"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_IPV6_GLOBAL = IPv6Network("2000::/3")
_IPV6_REFUSED: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(net), what)
    for net, what in (
        ("2001::/23", "for protocols (Teredo)"),
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP = {0x5EFE, 0x0200_5EFE}
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
_FORBIDDEN_CHARACTER = re.compile(r"[\x00-\x20\x7f\\]")


class AddressRefusedError(ForbiddenError):
    """The URL leads to an address of this machine or of an inner network that was not allowed.

    `pair` is the `host:port` that would have to be in `allowed`, where there is one.
    """

    code = "address-refused"
    title = "Address refused"

    def __init__(self, detail: str, *, pair: str | None = None) -> None:
        super().__init__(detail)
        self.pair = pair


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a URL leads: `path` begins with `/` and holds the query; `host` is lower case, without brackets."""

    scheme: Scheme
    host: str
    port: int
    path: str = "/"

    @property
    def authority(self) -> str:
        """The `Host` header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What decides whether a credential may follow: scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The URL again."""
        return f"{self.scheme}://{self.authority}{self.path}"


class Resolver(Protocol):
    """Turns a host into addresses. Raises OSError where there is none."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, best first."""
        ...


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Addresses as the machine knows them. Odd spellings (`0x7f.1`, `2130706433`) come out as plain addresses."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def parse_url(url: str) -> Target:
    """Take an `http` or `https` URL apart. Raises InvalidError for user names, odd characters and other schemes."""
    if len(url) > MAX_URL:
        raise _invalid(f"the URL is longer than {MAX_URL} characters")
    if _FORBIDDEN_CHARACTER.search(url):
        raise _invalid("the URL holds a blank, a backslash or a control character; encode it by %")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _invalid(f"the URL cannot be read: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise _invalid(f"the URL must begin with http:// or https://, not {parts.scheme or 'without a scheme'!r}")
    if "@" in parts.netloc:
        raise _invalid("the URL holds a user name or password; give credentials to the connection instead")
    scheme: Scheme = "https" if parts.scheme == "https" else "http"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise _invalid("the path or query of the URL holds characters that must be encoded by %")
    port = _DEFAULT_PORTS[scheme] if port is None else port
    if not 1 <= port <= 65535:
        raise _invalid(f"the URL has port {port}, but ports are 1 to 65535")
    return Target(scheme=scheme, host=_clean_host(parts.hostname or ""), port=port, path=path)


def check_address(
    address: str, port: int, allowed: Collection[str] = (), *, host: str | None = None
) -> AddressRefusedError | None:
    """Decide on one resolved address: None where it may be connected to, else why not, as an error to raise.

    `host` is what the URL said; it, or the address, may be in `allowed` together with the port.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return AddressRefusedError(f"{address!r} is no address")
    if allowed and _is_allowed(parsed, port, allowed, host):
        return None
    what = _find_kind(parsed)
    if what is None:
        return None
    shown = f"{host} ({address})" if host and host != address else address
    pair = _pair(host or address, port)
    return AddressRefusedError(
        f"{shown} is {what}, which is not reached unless allowed: "
        f"an administrator can allow {pair} for this connection",
        pair=pair,
    )


async def resolve_checked(
    host: str, port: int, allowed: Collection[str] = (), resolver: Resolver = resolve_by_system
) -> list[str]:
    """The addresses of a host that may be connected to. Connect to these, without another look-up.

    Raises AddressRefusedError where the guard leaves none, UpstreamError where the host has none.
    """
    try:
        addresses = await resolver(host, port)
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        raise UpstreamError(f"the host {host} is not known: check the name, and that this machine is online")
    refusals = {address: check_address(address, port, allowed, host=host) for address in addresses}
    checked = [address for address, refusal in refusals.items() if refusal is None]
    if not checked:
        raise next(refusal for refusal in refusals.values() if refusal is not None)
    return checked


def is_allow_pair(text: str) -> bool:
    """Whether a text is `host:port` as `allowed` takes it, as `127.0.0.1:8713`, `[::1]:80` or `intern.example:443`."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        return False
    try:
        return _pair(_clean_host(host.removeprefix("[").removesuffix("]")), int(port)) == text.lower()
    except InvalidError:
        return False


def _is_allowed(address: IPv4Address | IPv6Address, port: int, allowed: Collection[str], host: str | None) -> bool:
    pairs = {pair.lower() for pair in allowed}
    return _pair(str(address), port) in pairs or (host is not None and _pair(host, port) in pairs)


def _pair(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _find_kind(address: IPv4Address | IPv6Address) -> str | None:
    """What kind of refused address this is, or None for one on the open internet."""
    if isinstance(address, IPv4Address):
        return next((what for net, what in _IPV4_REFUSED if address in net), None)
    if address.ipv4_mapped is not None:
        return _find_kind(address.ipv4_mapped)
    if address in _NAT64:
        return _find_kind(IPv4Address(int(address) & 0xFFFF_FFFF))
    for net, what in _IPV6_REFUSED:
        if address in net:
            return what
    if address not in _IPV6_GLOBAL or address.scope_id is not None:
        return "reserved"
    return _find_kind_within(address)


def _find_kind_within(address: IPv6Address) -> str | None:
    """The kind of the IPv4 address inside a 6to4 or ISATAP address, whose gateway would send it on there."""
    number = int(address)
    if address in _SIX_TO_FOUR:
        return _find_kind(IPv4Address(number >> 80 & 0xFFFF_FFFF))
    if number >> 32 & 0xFFFF_FFFF in _ISATAP:
        return _find_kind(IPv4Address(number & 0xFFFF_FFFF))
    return None


def _clean_host(host: str) -> str:
    if ":" in host:
        try:
            address = IPv6Address(host)
            if address.scope_id is None:
                return str(address)
            raise ValueError
        except ValueError:
            raise _invalid(f"{host!r} in the URL is no IPv6 address") from None
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise _invalid(f"{host!r} in the URL is no host name") from None
    if len(ascii_host) > _MAX_HOST or ".." in ascii_host or not _HOST.fullmatch(ascii_host):
        raise _invalid(f"{ascii_host[:80]!r} in the URL is no host name")
    return ascii_host.lower()


def _invalid(message: str) -> InvalidError:
    return InvalidError(message, errors=[FieldError(pointer="/url", code="url", message=message)])

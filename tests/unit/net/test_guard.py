from collections.abc import Sequence

import pytest

from madang.kit.errors import InvalidError, UpstreamError
from madang.net.guard import AddressRefusedError, check_address, is_allow_pair, parse_url, resolve_checked

REFUSED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.9.10",
    "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::2", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "3fff::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:c0a8:1::1", "2a00::5efe:127.0.0.1",
    "2a00::200:5efe:10.0.0.1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "2a00::1%eth0", "nonsense", "127.1",
]  # fmt: skip
REACHED = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
    "192.169.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
    "2002:808:808::1", "2a00::5efe:8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_inside_is_refused(address: str) -> None:
    refusal = check_address(address, 443)
    assert isinstance(refusal, AddressRefusedError)
    assert refusal.status == 403


@pytest.mark.parametrize("address", REACHED)
def test_an_address_on_the_open_internet_is_reached(address: str) -> None:
    assert check_address(address, 443) is None


@pytest.mark.parametrize(
    ("address", "port", "host", "is_allowed"),
    [
        ("127.0.0.1", 8713, None, True),
        ("127.0.0.1", 8714, None, False),
        ("127.0.0.1", 8713, "evil.example", True),
        ("10.0.0.5", 443, "intern.example", True),
        ("10.0.0.5", 443, "INTERN.example", True),
        ("10.0.0.5", 443, "other.example", False),
        ("::1", 80, None, True),
        ("0:0:0:0:0:0:0:1", 80, None, True),
        ("::ffff:127.0.0.1", 8713, None, False),
    ],
)
def test_a_pair_allows_one_host_or_address_on_one_port(
    address: str, port: int, host: str | None, is_allowed: bool
) -> None:
    allowed = ["127.0.0.1:8713", "Intern.example:443", "[::1]:80"]
    host = host and parse_url(f"http://{host}").host
    assert (check_address(address, port, allowed, host=host) is None) == is_allowed


def test_a_refusal_says_what_the_address_is_and_what_would_allow_it() -> None:
    refusal = check_address("127.0.0.1", 80, host="localhost")
    assert refusal is not None
    assert refusal.detail == (
        "localhost (127.0.0.1) is loopback, which is not reached unless allowed: "
        "an administrator can allow localhost:80 for this connection"
    )


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "//a.example/", "a.example", "http://", "http:///x", "http://a b/",
        "http://user@a.example/", "http://user:pass@a.example/", "http://@a.example/", "http://a.example\\@b.example/",
        "http://a.example\t/", "http://a.example\n.b/", "http://a..example/", "http://-a.example/", "http://a%2eb/",
        "http://a.example:0/", "http://a.example:65536/", "http://a.example:x/", "http://[::1/", "http://[zz]/",
        "http://[::1%25eth0]/", "http://a.example/ü", f"http://{'a' * 300}.example/", f"http://a.example/{'a' * 9000}",
        "http://a.example,b.example/", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_a_url_that_can_be_read_two_ways_or_is_none_of_ours_is_invalid(url: str) -> None:
    with pytest.raises(InvalidError):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("http://A.Example", "a.example", "/"),
        ("https://a.example:443/x?y=1#z", "a.example", "/x?y=1"),
        ("https://a.example:80/", "a.example:80", "/"),
        ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]:8080", "/a"),
        ("http://0x7f.1/", "0x7f.1", "/"),
        ("http://2130706433/", "2130706433", "/"),
        ("http://bücher.example/", "xn--bcher-kva.example", "/"),
        ("http://my_host./", "my_host.", "/"),
        ("http://a.example?x", "a.example", "/?x"),
    ],
)
def test_a_url_is_taken_apart(url: str, authority: str, path: str) -> None:
    target = parse_url(url)
    assert (target.authority, target.path) == (authority, path)
    assert parse_url(target.url) == target


class Names:
    """Addresses by host; what is not there raises as the system does."""

    def __init__(self, **table: Sequence[str]) -> None:
        self.table, self.asked = table, 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        if host not in self.table:
            raise OSError("Name or service not known")
        return self.table[host]


async def test_only_the_checked_addresses_of_a_host_are_left_and_it_is_asked_once() -> None:
    names = Names(mixed=["10.0.0.1", "8.8.8.8", "::1"])
    assert await resolve_checked("mixed", 80, (), names) == ["8.8.8.8"]
    assert names.asked == 1


async def test_a_host_with_none_left_is_refused_and_one_without_any_is_unknown() -> None:
    with pytest.raises(AddressRefusedError, match=r"inner \(10\.0\.0\.1\) is private"):
        await resolve_checked("inner", 80, (), Names(inner=["10.0.0.1"]))
    with pytest.raises(UpstreamError, match="host none is not known"):
        await resolve_checked("none", 80, (), Names())


@pytest.mark.parametrize(
    ("text", "is_pair"),
    [
        ("127.0.0.1:8713", True), ("[::1]:80", True), ("A.example:443", True), ("a.example", False),
        ("a.example:", False),
        ("a.example:0", False), ("a.example:70000", False), ("http://a.example:80", False), (":80", False),
        ("::1:80", False), ("a@b:80", False),
    ],
)  # fmt: skip
def test_a_pair_is_a_host_and_a_port(text: str, is_pair: bool) -> None:
    assert is_allow_pair(text) == is_pair

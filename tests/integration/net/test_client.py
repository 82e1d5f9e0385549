"""Reading URLs that somebody named, against servers that do their worst."""

import asyncio
import gzip
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from madang.kit.errors import InvalidError, TooLargeError, UpstreamError
from madang.net.client import Limits, fetch, open_url
from madang.net.guard import AddressRefusedError
from madang.net.pool import Pool
from madang.net.upstream import UpstreamFailedError, UpstreamSlowError


def _page(body: bytes, *headers: str) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


def _redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Go\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_a_url_is_read_whole_with_progress(site: Any) -> None:
    seen: list[tuple[int, int | None]] = []
    site.pages["/a?b=c"] = _page(b"x" * 100_000, "Content-Type: text/plain")
    got = await fetch(
        f"{site.url}/a?b=c", max_bytes=100_000, allowed=site.allowed, headers={"X-Mine": "1"},
        progress=lambda read, of: seen.append((read, of)),
    )  # fmt: skip
    assert (got.status, got.body, got.headers["content-type"]) == (200, b"x" * 100_000, "text/plain")
    assert seen[-1] == (100_000, 100_000)
    head = site.heads[0].decode()
    assert f"Host: 127.0.0.1:{site.port}".lower() in head.lower()
    assert "X-Mine: 1" in head
    assert "user-agent: madang/" in head.lower()


async def test_an_address_inside_is_not_reached_and_says_how_it_could_be(site: Any) -> None:
    hosts = [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "0",
    ]
    for host in hosts:
        with pytest.raises(AddressRefusedError, match="an administrator can allow"):
            await fetch(f"http://{host}:{site.port}/", max_bytes=10)
    assert site.connections == 0


async def test_the_address_that_was_checked_is_the_one_that_is_connected_to(site: Any) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    asked: list[str] = []

    async def rebind(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    pool = Pool(resolver=rebind, connect_seconds=0.2)
    with pytest.raises(UpstreamFailedError):  # 8.8.8.8 has nothing for us there; 127.0.0.1 would have answered
        await fetch(f"http://rebind.example:{site.port}/", max_bytes=10, pool=pool)
    await pool.close()
    assert (asked, site.connections) == (["rebind.example"], 0)


async def test_redirects_are_followed_and_guarded_each_time(site: Any, other_site: Any) -> None:
    site.pages |= {
        "/1": _redirect("/2"),
        "/2": _redirect("3?x=1#part", 308),
        "/3?x=1": _page(b"there"),
        "/inside": _redirect(f"{other_site.url}/secret"),
        "/loop": _redirect("/loop"),
        "/file": _redirect("file:///etc/passwd"),
        "/metadata": _redirect("http://169.254.169.254/latest/meta-data"),
    }
    got = await fetch(f"{site.url}/1", max_bytes=100, allowed=site.allowed)
    assert (got.url, got.body) == (f"{site.url}/3?x=1", b"there")
    for path, error in [
        ("/inside", AddressRefusedError),
        ("/metadata", AddressRefusedError),
        ("/loop", UpstreamError),
        ("/file", UpstreamError),
    ]:
        with pytest.raises(error):
            await fetch(f"{site.url}{path}", max_bytes=100, allowed=site.allowed)
    assert other_site.connections == 0


async def test_headers_do_not_go_to_another_origin(site: Any, other_site: Any) -> None:
    site.pages["/"] = _redirect(f"{other_site.url}/")
    other_site.pages["/"] = _page(b"ok")
    allowed = [*site.allowed, *other_site.allowed]
    await fetch(f"{site.url}/", max_bytes=10, allowed=allowed, headers={"Authorization": "Bearer canary"})
    assert b"canary" in site.heads[0]
    assert b"canary" not in other_site.heads[0]


async def test_a_post_is_not_carried_along_by_a_redirect(site: Any) -> None:
    site.pages["/"] = _redirect("/2", 307)
    with pytest.raises(UpstreamError, match="redirects a POST"):
        await fetch(f"{site.url}/", method="POST", body=b"x", max_bytes=10, allowed=site.allowed)


async def test_sizes_are_bounded_also_after_decompression(site: Any) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    site.pages |= {
        "/bomb": _page(bomb, "Content-Encoding: gzip"),
        "/fine": _page(gzip.compress(b"words"), "Content-Encoding: gzip"),
        "/large": _page(bytes(2_000_000)),
    }
    assert (await fetch(f"{site.url}/fine", max_bytes=5, allowed=site.allowed)).body == b"words"
    for path in ("/bomb", "/large"):
        with pytest.raises(TooLargeError):
            await fetch(f"{site.url}{path}", max_bytes=1_000_000, allowed=site.allowed)


async def test_a_server_that_hangs_drips_or_drops_is_a_clear_error(site: Any) -> None:
    async def hang(head: bytes, reader: Any, writer: Any) -> None:
        await reader.read()

    async def drip(head: bytes, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    site.pages |= {
        "/hang": hang,
        "/drip": drip,
        "/drop": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "/bad": b"no\r\n\r\n",
    }
    for path, error in [
        ("/hang", UpstreamSlowError),
        ("/drip", UpstreamSlowError),
        ("/drop", UpstreamFailedError),
        ("/bad", UpstreamFailedError),
    ]:
        with pytest.raises(error):
            await fetch(f"{site.url}{path}", max_bytes=5_000, timeout_seconds=0.4, allowed=site.allowed)
    with pytest.raises(UpstreamFailedError, match=r"cannot connect to 127\.0\.0\.1, port 1"):
        await fetch("http://127.0.0.1:1/", max_bytes=10, allowed=["127.0.0.1:1"])


async def test_what_is_not_read_is_not_sent(site: Any) -> None:
    sent = 0

    async def pour(head: bytes, reader: Any, writer: Any) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        while sent < 50_000_000 and not writer.is_closing():
            writer.write(bytes(50_000))
            await writer.drain()
            sent += 50_000

    site.pages["/"] = pour
    async with open_url(f"{site.url}/", limits=Limits(max_bytes=10**9), allowed=site.allowed) as opened:
        parts = opened.iter_body()
        assert len(await anext(parts)) > 0
        await asyncio.sleep(0.2)
        assert sent < 35_000_000


async def test_wrong_urls_and_headers_are_invalid_before_anything_is_sent(site: Any) -> None:
    for url in ("file:///etc/passwd", "http://user:pass@127.0.0.1/", "gopher://x"):
        with pytest.raises(InvalidError):
            await fetch(url, max_bytes=10)
    with pytest.raises(InvalidError):
        await fetch(f"{site.url}/", max_bytes=10, headers={"X": "a\r\nY: b"}, allowed=site.allowed)
    assert site.connections == 0


def _make_certificate(folder: Path, name: str) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.2"))])
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        .add_extension(names, critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "cert.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_tls_is_verified_by_the_name_in_the_url(site: Any, tmp_path: Path) -> None:
    context = _make_certificate(tmp_path, "api.example")
    site.pages["/"] = _page(b"safe")
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    trusting = Pool(resolver=resolve, ssl_context=ssl.create_default_context(cafile=tmp_path / "cert.pem"))
    system = Pool(resolver=resolve)
    allowed = [f"127.0.0.1:{port}"]
    got = await fetch(f"https://api.example:{port}/", max_bytes=10, allowed=allowed, pool=trusting)
    failures: list[str] = []
    for host, pool in [("api.example", system), ("other.example", trusting)]:
        with pytest.raises(UpstreamFailedError, match="TLS") as raised:
            await fetch(f"https://{host}:{port}/", max_bytes=10, allowed=allowed, pool=pool)
        failures.append(raised.value.detail)
    await trusting.close()
    await system.close()
    server.close()
    assert got.body == b"safe"
    assert "self-signed" in failures[0]
    assert "other.example" in failures[1]

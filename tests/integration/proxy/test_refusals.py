"""Who may call what: grants, matching, framing that can be read two ways, addresses, foreign hosts."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madang.kit.clock import FixedClock
from madang.net.grants import GrantSigner, GrantTerms, make_key_pair

HOST = "Host: 127.0.0.1\r\n"


def _code(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["madang-call"].startswith("call_")
    assert answer.headers["madang-sent"] == "0"
    return answer.status, answer.json()["type"].rpartition(":")[2]


async def test_a_call_without_a_valid_grant_is_401(proxy: Any, upstream: Any) -> None:
    stranger = GrantSigner(make_key_pair("k1")[0], issuer="x")
    unknown = GrantSigner(make_key_pair("k2")[0], issuer="x")
    terms = GrantTerms(account="acc_test", actor="u", connection="cxn_test", functions=None, purpose="chat")
    good = proxy.grant()
    tokens = [None, "nonsense", stranger.sign(terms), unknown.sign(terms), good[:-2] + "AA", good + "x", "x" + good]
    answers = [await proxy.call(grant=token) for token in tokens]
    assert [_code(answer) for answer in answers] == [(401, "grant")] * len(tokens)
    assert answers[0].headers["www-authenticate"] == 'Bearer realm="madang"'
    assert upstream.connections == 0


async def test_two_authorization_headers_are_no_grant(proxy: Any, upstream: Any) -> None:
    assert _code(await proxy.call(headers={"authorization": f"Bearer {proxy.grant()}"})) == (401, "grant")


async def test_a_grant_dies_on_the_second_with_no_leeway(
    lab: Any, tmp_path: Any, database_url: str, upstream: Any
) -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    async with lab.proxying(tmp_path, database_url, clock=clock) as proxy:
        proxy.connections.put(lab.view_of(upstream))
        grant, brief = proxy.grant(), proxy.grant(seconds=1)
        clock.advance(0.999)
        assert (await proxy.call(grant=brief)).status == 200
        clock.advance(0.001)
        assert _code(await proxy.call(grant=brief)) == (401, "grant")
        clock.advance(59)
        assert _code(await proxy.call(grant=grant)) == (401, "grant")


async def test_a_grant_that_runs_out_while_a_connection_opens_sends_nothing(
    lab: Any, tmp_path: Any, database_url: str, upstream: Any
) -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))

    async def slow(host: str, port: int) -> list[str]:
        clock.advance(61)
        return ["127.0.0.1"]

    async with lab.proxying(tmp_path, database_url, clock=clock, resolver=slow) as proxy:
        proxy.connections.put(lab.view_of(upstream))
        assert _code(await proxy.call()) == (401, "grant")
    assert upstream.heads == []


async def test_a_grant_covers_its_connection_account_purpose_mode_and_functions_alone(
    lab: Any, proxy: Any, upstream: Any
) -> None:
    proxy.connections.put(lab.view_of(upstream, id="cxn_other"))
    cases: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"connection": "cxn_other"}, (403, "not-granted")),
        ({"account": "acc_other"}, (404, "not-found")),
        ({"purpose": "internal"}, (403, "not-granted")),
        ({"mode": "mock"}, (403, "not-granted")),
        ({"functions": frozenset({"fun_post"})}, (403, "not-granted")),
        ({"functions": frozenset[str]()}, (403, "not-granted")),
    ]
    assert [_code(await proxy.call(grant=proxy.grant(**changes))) for changes, _ in cases] == [
        expected for _, expected in cases
    ]
    allowed = await proxy.call(grant=proxy.grant(functions=frozenset({"fun_get"})))
    assert (allowed.status, len(upstream.heads)) == (200, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/cxn_none/things/1",
        "/cxn_test/nothing",
        "/cxn_test/things/1/more",
        "/cxn_test/",
        "/cxn_test",
        "/",
        "/x",
        "/-/x",
    ],
)
async def test_what_is_not_there_is_404(proxy: Any, path: str) -> None:
    connection = path.split("/")[1]
    grant = proxy.grant(connection=connection if connection.startswith("cxn_") else "cxn_test")
    assert _code(await proxy.call("GET", path, grant=grant)) == (404, "not-found")


async def test_a_method_that_no_function_has_is_404(proxy: Any) -> None:
    assert _code(await proxy.call("PATCH", body=b"{}")) == (404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        "things/../admin", "things/..", "..", "./things/1", "things/%2e%2e/admin", "things/%2E%2E%2Fadmin",
        "things/..%2fadmin", "things/..%5cadmin", "things/%252e%252e%252fadmin", "things/%25252e%25252e/x",
        "things/..;/admin", "things/.;x=1/admin", "things//1", "things/%00", "things/1%2500", "things/%2e",
        "things/a%2f..%2fb", "things/%2e%2e%5c", "things/..%20", "things/..%09/x",
    ],
)  # fmt: skip
async def test_a_path_that_might_leave_its_base_is_400(proxy: Any, upstream: Any, path: str) -> None:
    assert _code(await proxy.call("GET", f"/cxn_test/{path}")) == (400, "bad-request")
    assert upstream.connections == 0


async def test_an_encoded_slash_inside_a_parameter_passes_as_it_is(proxy: Any, upstream: Any) -> None:
    assert (await proxy.call("GET", "/cxn_test/things/src%2Fmain.v1..py")).status == 200
    assert upstream.heads[0].startswith(b"GET /base/things/src%2Fmain.v1..py HTTP/1.1")


POST = "POST /cxn_test/things HTTP/1.1\r\n" + HOST
GET = "GET /cxn_test/things/1 HTTP/1.1\r\n" + HOST
SMUGGLES = {
    "both lengths": POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "both lengths, turned": POST + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
    "two lengths": POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "the same length twice": POST + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "a list of lengths": POST + "Content-Length: 1, 1\r\n\r\na",
    "signed length": POST + "Content-Length: +1\r\n\r\na",
    "negative length": POST + "Content-Length: -1\r\n\r\n",
    "hex length": POST + "Content-Length: 0x1\r\n\r\na",
    "empty length": POST + "Content-Length: \r\n\r\n",
    "endless length": POST + "Content-Length: 99999999999999999999\r\n\r\n",
    "length with text": POST + "Content-Length: 1 a\r\n\r\na",
    "another coding": POST + "Transfer-Encoding: gzip\r\n\r\n",
    "a list of codings": POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked not last": POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and a twin": POST + "Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n",
    "chunked in disguise": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked with a tab": POST + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked with a parameter": POST + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
    "empty coding": POST + "Transfer-Encoding: \r\n\r\n",
    "blank before the colon": POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded coding": POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a folded header": POST + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "a header that begins with a blank": "GET /cxn_test/things/1 HTTP/1.1\r\n X: a\r\n" + HOST + "\r\n",
    "bare line feed": GET.replace("\r\n", "\n") + "\n",
    "bare line feed in a header": GET + "X: a\nY: b\r\n\r\n",
    "bare carriage return": GET + "X: a\rY: b\r\n\r\n",
    "NUL in a header": GET + "X: a\x00b\r\n\r\n",
    "NUL in a name": GET + "X\x00: a\r\n\r\n",
    "no name": GET + ": a\r\n\r\n",
    "no colon": GET + "X\r\n\r\n",
    "bracket in a name": GET + "X[]: a\r\n\r\n",
    "two hosts": GET + "Host: localhost\r\n\r\n",
    "no host": "GET /cxn_test/things/1 HTTP/1.1\r\n\r\n",
    "foreign host": "GET /cxn_test/things/1 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "foreign host, ours as user": "GET /cxn_test/things/1 HTTP/1.1\r\nHost: 127.0.0.1@evil.example\r\n\r\n",
    "whole URL": "GET http://127.0.0.1/cxn_test/things/1 HTTP/1.1\r\n" + HOST + "\r\n",
    "another whole URL": "GET http://evil.example/ HTTP/1.1\r\n" + HOST + "\r\n",
    "asterisk": "GET * HTTP/1.1\r\n" + HOST + "\r\n",
    "fragment": "GET /cxn_test/things/1#x HTTP/1.1\r\n" + HOST + "\r\n",
    "backslash": "GET /cxn_test/things\\1 HTTP/1.1\r\n" + HOST + "\r\n",
    "tunnel": "CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + HOST + "\r\n",
    "HTTP/2": "GET /cxn_test/things/1 HTTP/2.0\r\n" + HOST + "\r\n",
    "HTTP/2 preface": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": "GET /cxn_test/things/1\r\n\r\n",
    "HTTP/1.2": "GET /cxn_test/things/1 HTTP/1.2\r\n" + HOST + "\r\n",
    "blank after the version": "GET /cxn_test/things/1 HTTP/1.1 \r\n" + HOST + "\r\n",
    "lower-case method": "get /cxn_test/things/1 HTTP/1.1\r\n" + HOST + "\r\n",
    "unknown method": "GETX /cxn_test/things/1 HTTP/1.1\r\n" + HOST + "\r\n",
    "chunked in HTTP/1.0": "POST /cxn_test/things HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "broken chunk size": POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "hex prefix in a chunk size": POST + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
    "blank in a chunk size": POST + "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
    "signed chunk size": POST + "Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
    "endless chunk size": POST + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na\r\n0\r\n\r\n",
    "line feed after a chunk size": POST + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
    "no line break after a chunk": POST + "Transfer-Encoding: chunked\r\n\r\n1\r\naX\r\n0\r\n\r\n",
    "upgrade with a body": POST + "Connection: upgrade\r\nUpgrade: x\r\nContent-Length: 1\r\n\r\na",
}


@pytest.mark.parametrize("name", SMUGGLES)
async def test_a_request_that_can_be_read_two_ways_is_refused_and_the_connection_closed(
    proxy: Any, upstream: Any, name: str
) -> None:
    head, blank, rest = SMUGGLES[name].partition("\r\n\r\n")
    head = head if name in {"TLS", "HTTP/0.9", "HTTP/2 preface"} else f"{head}\r\nAuthorization: Bearer {proxy.grant()}"
    smuggled = GET + f"Authorization: Bearer {proxy.grant()}\r\n\r\n"
    reader, writer = await proxy.open()
    writer.write((head + blank + rest + smuggled).encode("latin-1"))
    async with asyncio.timeout(5):
        got = await reader.read()
    writer.close()
    # One refusal, no answer to what was smuggled behind it, and nothing sent on.
    assert got.startswith(b"HTTP/1.1 400 ")
    assert got.count(b"\r\nMadang-Call: ") == 1
    assert upstream.heads == []


async def test_a_good_request_before_a_bad_one_is_answered(lab: Any, proxy: Any, upstream: Any) -> None:
    reader, writer = await proxy.open()
    writer.write(lab.request_bytes("GET", "/cxn_test/things/1", proxy.grant()) + b"GARBAGE\r\n\r\n")
    assert [(await lab.read_answer(reader)).status for _ in range(2)] == [200, 400]
    assert await reader.read() == b""
    writer.close()
    assert len(upstream.heads) == 1


@pytest.mark.parametrize(
    "data", [b"X: " + b"a" * 70_000, b"X: a\r\n" * 12_000, b"a" * 300_000], ids=["one", "many", "huge"]
)
async def test_a_head_over_its_limit_is_431(proxy: Any, upstream: Any, data: bytes) -> None:
    answer = await proxy.send(GET.encode() + data + b"\r\n\r\n")
    assert answer.status == 431
    assert upstream.connections == 0


async def test_chunks_of_little_body_and_much_framing_are_refused(lab: Any, proxy: Any, upstream: Any) -> None:
    reader, writer = await proxy.open()
    writer.write(lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), {"Transfer-Encoding": "chunked"}))
    chunk = b"1;" + b"x" * 10_000 + b"\r\na\r\n"
    for _ in range(9):
        writer.write(chunk)
        await asyncio.sleep(0.005)
    async with asyncio.timeout(3):
        with suppress(ConnectionError):
            assert await reader.read() == b""
    writer.close()
    assert upstream.bodies == []


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "10.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"]
)
async def test_addresses_that_are_not_allowed_are_403(lab: Any, proxy: Any, upstream: Any, host: str) -> None:
    proxy.connections.put(lab.view_of(upstream, server_url=f"http://{host}:{upstream.port}", allowed_hosts=frozenset()))
    assert _code(await proxy.call()) == (403, "address-refused")
    assert upstream.connections == 0


async def test_an_older_epoch_than_the_newest_is_409(proxy: Any) -> None:
    newest, older = proxy.grant(purpose="run", run="run_1", epoch=3), proxy.grant(purpose="run", run="run_1", epoch=2)
    statuses = [(await proxy.call(grant=older)).status, (await proxy.call(grant=newest)).status]
    assert statuses == [200, 200]
    assert _code(await proxy.call(grant=older)) == (409, "stale-epoch")


async def test_a_grant_of_a_run_ends_before_its_lease(proxy: Any) -> None:
    lease_until = datetime.now(UTC) + timedelta(seconds=1.2)
    terms = GrantTerms(
        account="acc_test", actor="u", connection="cxn_test", functions=None, purpose="run", run="r", epoch=1
    )
    grant = proxy.signer.sign(terms, lease_until=lease_until)
    assert (await proxy.call(grant=grant)).status == 200
    await asyncio.sleep(0.25)
    assert _code(await proxy.call(grant=grant)) == (401, "grant")

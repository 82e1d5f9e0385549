"""Calls as a client sees them: where they go, what passes, what does not."""

import asyncio
from typing import Any

import pytest


async def test_a_call_reaches_its_function_below_the_base_and_its_answer_comes_back(proxy: Any, upstream: Any) -> None:
    answer = await proxy.call("GET", "/cxn_test/things/7?a=1&b=%20", headers={"Accept": "application/json"})
    assert (answer.status, answer.body) == (200, b'{"hello": 1}\n')
    assert answer.headers["madang-call"].startswith("call_")
    assert "madang-sent" not in answer.headers
    assert upstream.heads[0].startswith(b"GET /base/things/7?a=1&b=%20 HTTP/1.1\r\nHost: 127.0.0.1:")


async def test_what_belongs_to_one_connection_or_one_person_does_not_pass(lab: Any, proxy: Any, upstream: Any) -> None:
    upstream.handler = lab.fixed(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\nX-Kept: 1\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
        b"Keep-Alive: timeout=5\r\nMadang-Sent: 0\r\nMadang-Call: forged\r\n\r\nok"
    )
    answer = await proxy.call(
        headers={
            "Cookie": "session=1",
            "Connection": "keep-alive, X-Secret-Hop",
            "X-Secret-Hop": "1",
            "TE": "trailers",
            "Proxy-Authorization": "Basic eDp5",
            "X-Forwarded-For": "10.0.0.1",
            "Forwarded": "for=10.0.0.1",
            "X-Kept": "yes",
            "Madang-Call": "mine",
        }
    )
    sent = lab.headers_of(upstream.heads[0])
    assert sent == {"host": f"127.0.0.1:{upstream.port}", "x-kept": "yes"}
    assert answer.headers.keys() == {"content-length", "x-kept", "madang-call"}
    assert answer.headers["madang-call"].startswith("call_")


@pytest.mark.parametrize(("status", "method"), [(204, "GET"), (304, "GET"), (200, "HEAD")], ids=["204", "304", "HEAD"])
async def test_answers_without_a_body_leave_the_connection_in_order(
    lab: Any, proxy: Any, upstream: Any, status: int, method: str
) -> None:
    length = b"" if status == 204 else b"Content-Length: 5\r\n"
    upstream.handler = lab.fixed(b"HTTP/1.1 %d Fine\r\n%b\r\n" % (status, length))
    reader, writer = await proxy.open()
    for _ in range(3):
        writer.write(lab.request_bytes(method, "/cxn_test/things/1", proxy.grant()))
        answer = await lab.read_answer(reader, is_head=True)
        assert (answer.status, answer.headers.get("content-length")) == (status, None if status == 204 else "5")
    writer.close()


async def test_pipelined_requests_are_answered_in_order(lab: Any, proxy: Any, upstream: Any) -> None:
    async def answer_path(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        name = head.split(b" ")[1].rpartition(b"/")[2]
        await asyncio.sleep(0.1 if name == b"a" else 0)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(name), name))

    upstream.handler = answer_path
    grant = proxy.grant()
    reader, writer = await proxy.open()
    writer.write(b"".join(lab.request_bytes("GET", f"/cxn_test/things/{name}", grant) for name in "abcdefgh"))
    bodies = [(await lab.read_answer(reader)).body for _ in "abcdefgh"]
    writer.close()
    assert b"".join(bodies) == b"abcdefgh"


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "length"])
async def test_bodies_pass_both_ways_whole(lab: Any, proxy: Any, upstream: Any, is_chunked: bool) -> None:
    async def echo(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        body = await lab.read_body(head, reader)
        parts = [body[at : at + 70_000] for at in range(0, len(body), 70_000)]
        chunks = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(part), part) for part in parts)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nX-Trailer: 1\r\n\r\n")
        await writer.drain()

    upstream.handler = echo
    body = bytes(range(256)) * 2_000
    if is_chunked:
        chunks = b"".join(b"%x\r\n%b\r\n" % (1_000, body[at : at + 1_000]) for at in range(0, len(body), 1_000))
        head = lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), {"Transfer-Encoding": "chunked"})
        answer = await proxy.send(head + chunks + b"0\r\nX-Trailer: 1\r\n\r\n")
    else:
        answer = await proxy.call("POST", "/cxn_test/things", body=body)
    assert answer.body == body
    assert answer.headers["transfer-encoding"] == "chunked"
    assert b"railer" not in answer.raw[-100:]


async def test_an_http_1_0_client_gets_a_body_that_ends_with_the_connection(
    lab: Any, proxy: Any, upstream: Any
) -> None:
    upstream.handler = lab.fixed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    request = f"GET /cxn_test/things/1 HTTP/1.0\r\nAuthorization: Bearer {proxy.grant()}\r\n\r\n"
    answer = await proxy.send(request.encode())
    assert (answer.body, "transfer-encoding" in answer.headers) == (b"hello", False)


async def test_an_answer_without_length_ends_with_its_connection(lab: Any, proxy: Any, upstream: Any) -> None:
    upstream.handler = lab.fixed(b"HTTP/1.1 200 OK\r\n\r\nall of it", close=True)
    answer = await proxy.call()
    assert (answer.status, answer.body) == (200, b"all of it")


async def test_expect_continue_is_answered_once_the_call_is_allowed(lab: Any, proxy: Any, upstream: Any) -> None:
    reader, writer = await proxy.open()
    headers = {"Expect": "100-continue", "Content-Length": "4"}
    writer.write(lab.request_bytes("POST", "/cxn_test/things", proxy.grant(), headers))
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"body")
    assert (await lab.read_answer(reader)).status == 200
    writer.close()
    assert upstream.bodies == [b"body"]
    assert b"expect" not in upstream.heads[0].lower()


async def test_a_call_that_is_refused_asks_for_no_body(lab: Any, proxy: Any, upstream: Any) -> None:
    headers = {"Expect": "100-continue", "Content-Length": "4"}
    answer = await proxy.send(lab.request_bytes("POST", "/cxn_test/none", proxy.grant(), headers))
    assert (answer.status, answer.headers["connection"], answer.headers["madang-sent"]) == (404, "close", "0")
    assert upstream.connections == 0


async def test_interim_answers_are_not_the_answer(lab: Any, proxy: Any, upstream: Any) -> None:
    upstream.handler = lab.fixed(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    )
    answer = await proxy.call()
    assert (answer.status, answer.body, "link" in answer.headers) == (200, b"hi", False)


async def test_a_redirect_passes_through_and_nothing_follows_it(lab: Any, proxy: Any, upstream: Any) -> None:
    async with lab.serving() as elsewhere:
        upstream.handler = lab.fixed(
            f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}/steal\r\nContent-Length: 0\r\n\r\n".encode()
        )
        answer = await proxy.call()
        assert (answer.status, answer.headers["location"]) == (302, f"{elsewhere.url}/steal")
        assert elsewhere.connections == 0


async def test_compressed_answers_pass_untouched(lab: Any, proxy: Any, upstream: Any) -> None:
    import gzip

    bomb = gzip.compress(bytes(5_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    upstream.handler = lab.fixed(head.encode() + bomb)
    answer = await proxy.call(headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.body) == ("gzip", bomb)
    assert lab.headers_of(upstream.heads[0])["accept-encoding"] == "gzip"


async def test_connections_to_the_other_server_are_used_again(proxy: Any, upstream: Any) -> None:
    for _ in range(5):
        assert (await proxy.call("POST", "/cxn_test/things", body=b"x")).status == 200
    assert upstream.connections == 1


async def test_an_upgrade_is_not_taken_up(proxy: Any, upstream: Any) -> None:
    answer = await proxy.call(headers={"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": ""})
    assert answer.status == 200
    assert b"pgrade" not in upstream.heads[0]

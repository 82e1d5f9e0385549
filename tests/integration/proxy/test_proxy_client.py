"""The client of the proxy, through a real one: what it says of a call whose answer did not come."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from madang.kit.errors import InvalidError
from madang.net.exchange import Waits
from madang.net.grants import GrantTerms
from madang.net.proxy_client import Call, ProxyClient, ProxyLostError

TERMS = GrantTerms(
    account="acc_test", actor="usr_1", connection="cxn_test", functions=frozenset({"fun_get"}), purpose="chat"
)
POST = GrantTerms(account="acc_test", actor="usr_1", connection="cxn_test", functions=None, purpose="chat")


@pytest.fixture
async def client(proxy: Any) -> AsyncIterator[ProxyClient]:
    found = ProxyClient(f"http://127.0.0.1:{proxy.port}", proxy.signer)
    yield found
    await found.close()


async def test_an_answer_of_the_other_server_is_its_own(lab: Any, client: ProxyClient, upstream: Any) -> None:
    upstream.handler = lab.fixed(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nX-A: 1\r\n\r\nbusy")
    answer = await client.send(
        Call(
            method="GET",
            path="/things/1",
            query="a=1",
            headers=[("Accept", "text/plain"), ("Cookie", "x")],
            terms=TERMS,
        )
    )
    assert (answer.status, answer.is_own_failure, answer.sent, answer.find_header("x-a")) == (503, False, "yes", "1")
    assert answer.call_id.startswith("call_")
    assert await answer.read() == b"busy"
    assert upstream.heads[0].startswith(b"GET /base/things/1?a=1 ")


async def test_a_refusal_of_the_proxy_says_why_and_that_nothing_was_sent(client: ProxyClient) -> None:
    answer = await client.send(Call(method="PUT", path="/things/1", body=b"x", terms=TERMS))
    failure = await answer.read_failure()
    assert (answer.is_own_failure, answer.sent) == (True, "no")
    assert (failure.status, failure.code, failure.detail) == (
        403,
        "not-granted",
        "the grant does not cover this function",
    )


async def test_a_failure_after_the_request_was_sent_says_so(lab: Any, client: ProxyClient, upstream: Any) -> None:
    upstream.handler = lab.fixed(b"", close=True)
    answer = await client.send(Call(method="POST", path="/things", body=b"x", terms=POST))
    assert (answer.status, answer.is_own_failure, answer.sent) == (502, True, "yes")


async def test_a_proxy_that_is_silent_or_goes_away_leaves_open_what_was_sent_and_one_that_is_not_there_does_not(
    lab: Any, proxy: Any
) -> None:
    async def hang(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        await reader.read()

    known: list[str] = []
    async with lab.serving(hang) as silent, lab.serving(lab.fixed(b"", close=True)) as gone:
        for url in (silent.url, gone.url, "http://127.0.0.1:1"):
            client = ProxyClient(url, proxy.signer)
            call = Call(method="POST", path="/things", body=b"x", terms=POST, waits=Waits(first_byte_seconds=0.2))
            with pytest.raises(ProxyLostError) as raised:
                await client.send(call)
            known.append(raised.value.sent)
            await client.close()
    assert known == ["unknown", "unknown", "no"]


async def test_a_streamed_body_goes_out_as_it_comes(client: ProxyClient, upstream: Any) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d" % number
            await asyncio.sleep(0)

    answer = await client.send(Call(method="POST", path="/things", body=parts(), terms=POST))
    assert (answer.status, upstream.bodies) == (200, [b"012"])
    answer.close()


async def test_an_answer_that_breaks_off_is_lost(lab: Any, client: ProxyClient, upstream: Any) -> None:
    upstream.handler = lab.fixed(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", close=True)
    answer = await client.send(Call(method="GET", path="/things/1", terms=TERMS))
    with pytest.raises(ProxyLostError, match="broke off") as raised:
        await answer.read()
    assert raised.value.sent == "yes"


async def test_closing_an_answer_ends_the_call(client: ProxyClient, upstream: Any) -> None:
    async def pour(up: Any, head: bytes, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx")
        await reader.read()

    upstream.handler = pour
    answer = await client.send(Call(method="GET", path="/things/1", terms=TERMS))
    answer.close()
    await upstream.wait_open(0)


async def test_a_header_that_would_break_the_head_is_invalid(client: ProxyClient, upstream: Any) -> None:
    with pytest.raises(InvalidError):
        await client.send(Call(method="GET", path="/things/1", headers=[("X", "a\r\nY: b")], terms=TERMS))
    assert upstream.connections == 0

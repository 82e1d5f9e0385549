"""Credentials: handed over once, put into calls, and seen nowhere else."""

import asyncio
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from madang.logs import configure_logging
from madang.proxy.rows import CredentialRow
from madang.schema.functions import SecurityScheme

CANARY = "canary-7f3a9c"


async def _put(proxy: Any, ref: str, **credential: str) -> Any:
    body = json.dumps(credential).encode()
    return await proxy.call("PUT", f"/-/credentials/{ref}", body=body, grant=proxy.internal())


@pytest.mark.parametrize(
    ("scheme", "credential", "line"),
    [
        ("header", {"kind": "apiKey", "value": CANARY}, f"X-Api-Key: {CANARY}\r\n"),
        ("query", {"kind": "apiKey", "value": f"{CANARY}&/"}, f"GET /base/things/1?a=1&key={CANARY}%26%2F HTTP/1.1"),
        ("cookie", {"kind": "apiKey", "value": CANARY}, f"Cookie: sid={CANARY}\r\n"),
        (
            "basic",
            {"kind": "basic", "username": "sam", "password": CANARY},
            f"Authorization: Basic {b64encode(f'sam:{CANARY}'.encode()).decode()}\r\n",
        ),
        ("bearer", {"kind": "bearer", "token": CANARY}, f"Authorization: Bearer {CANARY}\r\n"),
    ],
    ids=["header", "query", "cookie", "basic", "bearer"],
)
async def test_a_credential_goes_where_its_scheme_says_and_the_callers_own_is_dropped(
    lab: Any, proxy: Any, upstream: Any, scheme: str, credential: dict[str, str], line: str
) -> None:
    proxy.connections.put(lab.view_of(upstream, **lab.secured(scheme)))
    assert (await _put(proxy, f"crd_{scheme}", **credential)).status == 201
    answer = await proxy.call("GET", "/cxn_test/things/1?a=1&key=mine&k%65y=mine", headers={"x-api-key": "mine"})
    head = upstream.heads[0].decode()
    assert answer.status == 200
    assert line in head
    if scheme == "header":
        assert "mine" not in head.partition("\r\n")[2]
    if scheme == "query":
        assert "mine" not in head.partition("\r\n")[0]
    assert proxy.grant()[:20] not in head


async def test_a_credential_is_kept_sealed_shown_never_replaced_and_forgotten(proxy: Any) -> None:
    path, internal = "/-/credentials/crd_a", proxy.internal()
    first = await _put(proxy, "crd_a", kind="bearer", token=CANARY)
    second = await _put(proxy, "crd_a", kind="apiKey", value=CANARY)
    status = await proxy.call("GET", path, grant=internal)
    async with proxy.database.begin() as db:
        row = await db.get(CredentialRow, ("acc_test", "crd_a"))
        sealed = row.sealed
    gone = [(await proxy.call(method, path, grant=internal)).status for method in ("DELETE", "DELETE", "GET")]
    assert (first.status, second.status, second.body, status.status) == (201, 204, b"", 200)
    assert status.json().keys() == {"ref", "kind", "created_at", "updated_at"}
    assert status.json()["kind"] == "apiKey"
    assert sealed.startswith("v1.")
    assert CANARY not in sealed
    assert gone == [204, 404, 404]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"kind": "magic"}', b'{"kind": "bearer"}', b'{"kind": "bearer", "token": ""}',
        b'{"kind": "bearer", "token": "canary-7f3a9c\\r\\nX: 1"}',
        b'{"kind": "bearer", "token": "canary-7f3a9c", "x": 1}',
        b'{"kind": "basic", "username": "canary-7f3a9c:b", "password": "c"}', b'{"kind": "bearer", "token": 1}',
        b'{"kind": "oauth2", "client_id": "a", "client_secret": "canary-7f3a9c", "token_url": "ftp://x"}',
    ],
)  # fmt: skip
async def test_a_credential_that_cannot_be_used_is_422_and_not_repeated(proxy: Any, body: bytes) -> None:
    answer = await proxy.call("PUT", "/-/credentials/crd_a", body=body, grant=proxy.internal())
    assert (answer.status, answer.headers["madang-sent"]) == (422, "0")
    assert CANARY not in answer.body.decode()


async def test_only_an_internal_grant_reaches_credentials_and_only_its_accounts(proxy: Any) -> None:
    await _put(proxy, "crd_a", kind="bearer", token=CANARY)
    path = "/-/credentials/crd_a"
    tokens = [None, proxy.grant(), proxy.grant(purpose="internal"), proxy.grant(connection="-")]
    statuses = [(await proxy.call("GET", path, grant=token)).status for token in tokens]
    assert statuses == [401, 403, 403, 403]
    other = proxy.grant(connection="-", purpose="internal", account="acc_other")
    assert (await proxy.call("GET", path, grant=other)).status == 404
    body = b'{"kind": "bearer", "token": "x"}'
    assert (await proxy.call("PUT", path, body=body, grant=other)).status == 404
    huge = b'{"kind": "bearer", "token": "' + b"x" * 70_000 + b'"}'
    assert (await proxy.call("PUT", path, body=huge, grant=proxy.internal())).status == 413
    assert (await proxy.call("GET", "/-/credentials/a%20b", grant=proxy.internal())).status == 422
    assert (await proxy.call("PATCH", path, body=body, grant=proxy.internal())).status == 400


async def test_a_missing_or_unfit_credential_sends_nothing(lab: Any, proxy: Any, upstream: Any) -> None:
    proxy.connections.put(lab.view_of(upstream, **lab.secured("bearer")))
    missing = await proxy.call()
    await _put(proxy, "crd_bearer", kind="basic", username="a", password="b")
    unfit = await proxy.call()
    assert [(a.status, a.json()["type"], a.headers["madang-sent"]) for a in (missing, unfit)] == [
        (403, "urn:madang:problem:credential", "0")
    ] * 2
    assert upstream.connections == 0


async def test_without_a_credential_a_call_goes_as_it_is(lab: Any, proxy: Any, upstream: Any) -> None:
    proxy.connections.put(lab.view_of(upstream, **lab.secured("bearer", credential_refs={})))
    assert (await proxy.call()).status == 200
    assert "authorization" not in lab.headers_of(upstream.heads[0])


async def test_a_scheme_cannot_put_its_key_where_the_framing_is(lab: Any, proxy: Any, upstream: Any) -> None:
    for name in ("Content-Length", "Host", "Transfer-Encoding", "Bad Name", "X\r\nY"):
        scheme = SecurityScheme(name="header", kind="apiKey", location="header", parameter=name)
        proxy.connections.put(lab.view_of(upstream, **lab.secured("header", security_schemes={"header": scheme})))
        await _put(proxy, "crd_header", kind="apiKey", value="1")
        assert (await proxy.call()).status == 403
    assert upstream.heads == []


async def test_a_canary_is_in_no_log_record_spool_or_answer(lab: Any, proxy: Any, upstream: Any, tmp_path: Any) -> None:
    import io

    stream = io.StringIO()
    configure_logging("proxy", "json", "debug", stream=stream)
    try:
        proxy.connections.put(lab.view_of(upstream, **lab.secured("query")))
        await _put(proxy, "crd_query", kind="apiKey", value=CANARY)
        answers = [
            await proxy.call("GET", f"/cxn_test/things/{CANARY}-path?secret={CANARY}-query"),
            await proxy.call("GET", f"/cxn_test/{CANARY}-path"),
            await proxy.call("POST", "/cxn_test/things", body=f"{CANARY}-body".encode()),
        ]
        upstream.handler = lab.fixed(b"nonsense", close=True)
        answers.append(await proxy.call("GET", "/cxn_test/things/1"))
        spool = b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*.jsonl"))
        records = await proxy.records(3)
    finally:
        configure_logging("madang", "text", "warning")
    assert [answer.status for answer in answers] == [200, 404, 200, 502]
    assert CANARY.encode() in upstream.seen
    everything = [stream.getvalue(), repr(records), repr([answer.raw for answer in answers]), repr(spool)]
    assert [CANARY in text for text in everything] == [False] * 4
    assert "call refused or failed" in stream.getvalue()


class TokenServer:
    """Gives tokens by client credentials, each a new one."""

    def __init__(self, lab: Any, *, expires_in: int = 3_600, pause: float = 0.0, redirect: str = "") -> None:
        self.lab, self.expires_in, self.pause, self.redirect = lab, expires_in, pause, redirect
        self.given = 0

    async def __call__(self, up: Any, head: bytes, reader: Any, writer: Any) -> None:
        up.bodies.append(await self.lab.read_body(head, reader))
        await asyncio.sleep(self.pause)
        self.given += 1
        if self.redirect:
            writer.write(f"HTTP/1.1 307 Go\r\nLocation: {self.redirect}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        body = json.dumps({"access_token": f"tok{self.given}", "token_type": "Bearer", "expires_in": self.expires_in})
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


async def _use_oauth(lab: Any, proxy: Any, upstream: Any, tokens: Any, **credential: str) -> None:
    flows: dict[str, Any] = {"clientCredentials": {"tokenUrl": f"{tokens.url}/token", "scopes": {}}}
    scheme = SecurityScheme(name="oauth", kind="oauth2", flows=flows)
    hosts = frozenset({f"127.0.0.1:{upstream.port}", f"127.0.0.1:{tokens.port}"})
    view = lab.view_of(upstream, **lab.secured("oauth", security_schemes={"oauth": scheme}, allowed_hosts=hosts))
    proxy.connections.put(view)
    given = {"kind": "oauth2", "client_id": "me", "client_secret": f"{CANARY}:%", **credential}
    assert (await _put(proxy, "crd_oauth", **given)).status == 201


async def test_calls_at_once_share_one_request_for_a_token(lab: Any, proxy: Any, upstream: Any) -> None:
    async with lab.serving(TokenServer(lab, pause=0.1)) as tokens:
        await _use_oauth(lab, proxy, upstream, tokens, scope="read write")
        answers = await asyncio.gather(*(proxy.call() for _ in range(10)))
        await proxy.call()
    assert [answer.status for answer in answers] == [200] * 10
    assert len(tokens.heads) == 1
    assert {lab.headers_of(head)["authorization"] for head in upstream.heads} == {"Bearer tok1"}
    assert tokens.bodies == [b"grant_type=client_credentials&scope=read+write"]
    secret = b64encode(f"me:{CANARY}%3A%25".encode()).decode()
    assert lab.headers_of(tokens.heads[0])["authorization"] == f"Basic {secret}"


async def test_a_token_is_renewed_when_it_runs_out_or_is_not_accepted(lab: Any, proxy: Any, upstream: Any) -> None:
    async with lab.serving(TokenServer(lab, expires_in=1)) as tokens:
        await _use_oauth(lab, proxy, upstream, tokens, client_auth="body")
        await proxy.call()
        await asyncio.sleep(0.6)
        await proxy.call()
        assert (len(tokens.heads), tokens.bodies[0].count(b"client_secret=canary")) == (2, 1)
        tokens.handler.expires_in = 3_600
        await asyncio.sleep(0.6)
        upstream.handler = lab.fixed(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        assert [(await proxy.call()).status for _ in range(2)] == [401, 401]
    assert [lab.headers_of(head)["authorization"] for head in upstream.heads] == [
        f"Bearer tok{n}" for n in (1, 2, 3, 4)
    ]


async def test_a_token_endpoint_is_not_followed_elsewhere(lab: Any, proxy: Any, upstream: Any) -> None:
    elsewhere = "http://127.0.0.1:9/token"
    async with lab.serving(TokenServer(lab, redirect=elsewhere)) as tokens:
        await _use_oauth(lab, proxy, upstream, tokens)
        answer = await proxy.call()
    assert (answer.status, answer.headers["madang-sent"], upstream.connections) == (403, "0", 0)
    assert answer.json()["detail"] == "the token endpoint refuses the credential (307)"


async def test_a_token_endpoint_is_guarded(lab: Any, proxy: Any, upstream: Any) -> None:
    async with lab.serving(TokenServer(lab)) as tokens:
        await _use_oauth(lab, proxy, upstream, tokens)
        view = await proxy.connections.get("cxn_test")
        proxy.connections.put(replace(view, allowed_hosts=frozenset({f"127.0.0.1:{upstream.port}"})))
        answer = await proxy.call()
    assert (answer.status, answer.json()["type"]) == (403, "urn:madang:problem:address-refused")
    assert (tokens.connections, upstream.connections) == (0, 0)

"""Acts of kind openapi: one HTTP request through the proxy, and its answer read by the declared schema."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import urlsplit

from madang.effects.values import Act, Answered, Attempt, NotSent, Scope, Unknown
from madang.kit.errors import InvalidError, TooLargeError, UpstreamError
from madang.kit.json import JsonObject
from madang.net.decoding import Bound, decoder_for
from madang.net.grants import GrantTerms
from madang.net.proxy_client import Call, ProxyAnswer, ProxyClient, ProxyLostError
from madang.schema.requests import Request, build_request
from madang.schema.responses import ResponseReader

MAX_ANSWER_BYTES = 16 * 1024 * 1024
TEMPLATE_SERVER = "http://connection.invalid"
"""The proxy knows the connection's server; a request through it has a path below that server only."""

_FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 413, 422})


class OpenApiExecutor:
    """Sends requests through the proxy with a fresh grant for one function of one connection."""

    def __init__(self, proxy: ProxyClient, *, journal_key: bytes) -> None:
        self._proxy = proxy
        self._journal_key = journal_key

    async def attempt(self, scope: Scope, act: Act) -> Attempt:
        """One request. Whatever the other side does is an Attempt; wrong arguments were refused before."""
        started = time.monotonic()
        try:
            request = build_request(act.function.function, act.arguments, server_url=TEMPLATE_SERVER)
            answer = await self._proxy.send(self._call(scope, act, request))
        except InvalidError as error:
            return NotSent(reason=error.detail, is_final=True)
        except ProxyLostError as error:
            return NotSent(reason=error.detail) if error.sent == "no" else Unknown(reason=error.detail)
        if answer.is_own_failure:
            return await _own_failure(answer)
        return await _read(act, answer, started)

    def _call(self, scope: Scope, act: Act, request: Request) -> Call:
        parts = urlsplit(request.url)
        header = act.function.function.idempotency_header
        headers = [*request.headers, ("Accept-Encoding", "gzip, deflate")]
        if header is not None and header.lower() not in {name.lower() for name, _ in request.headers}:
            headers.append((header, idempotency_key(self._journal_key, scope.id, act.key)))
        return Call(
            method=request.method,
            path=parts.path or "/",
            query=parts.query,
            headers=headers,
            body=request.body(),
            lease_until=scope.lease_until,
            terms=GrantTerms(
                account=scope.account,
                actor=scope.user,
                connection=act.connection.id,
                functions=frozenset({act.function.id}),
                purpose="run" if scope.kind == "run" else "chat",
                run=scope.id if scope.kind == "run" else None,
                epoch=scope.epoch,
            ),
        )


def idempotency_key(journal_key: bytes, scope_id: str, key: str) -> str:
    """The same for every attempt of an act, and not to be guessed from outside."""
    digest = hmac.new(journal_key, f"{scope_id}\0{key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def _own_failure(answer: ProxyAnswer) -> Attempt:
    failure = await answer.read_failure()
    reason = failure.detail or f"the proxy answered {failure.status}"
    if answer.sent != "no":
        return Unknown(reason=reason, call_id=answer.call_id or None)
    return NotSent(reason=reason, is_final=failure.status in _FINAL_STATUSES)


async def _read(act: Act, answer: ProxyAnswer, started: float) -> Attempt:
    """Read a whole answer. One that breaks off is unknown; one that is too large happened, and its body is not kept."""
    notes: list[JsonObject] = []
    try:
        body = await _body(answer)
    except TooLargeError as error:
        answer.close()
        body = b""
        notes = [{"path": "", "expected": f"at most {MAX_ANSWER_BYTES:,} bytes", "given": error.detail}]
    except (ProxyLostError, UpstreamError) as error:
        return Unknown(reason=error.detail, call_id=answer.call_id or None)
    reader = ResponseReader(act.function.function, act.function.schemas)
    found = reader.read(answer.status, dict(answer.headers), body)
    return Answered(
        status=found.status,
        media_type=found.media_type,
        value=found.value,
        drift=tuple(notes or [drift.to_json() for drift in found.drift]),
        seconds=time.monotonic() - started,
        call_id=answer.call_id or None,
        retry_after_seconds=_retry_after(answer.find_header("retry-after")),
    )


async def _body(answer: ProxyAnswer) -> bytes:
    decoder = decoder_for((answer.find_header("content-encoding") or "").encode("latin-1"))
    bound = Bound(MAX_ANSWER_BYTES, "the answer")
    parts: list[bytes] = []
    async for raw in answer.iter_raw():
        for part in decoder.feed(raw):
            bound.take(len(part))
            parts.append(part)
    if parts:
        decoder.check_whole()
    return b"".join(parts)


def _retry_after(text: str | None) -> float | None:
    """Seconds; the form with a date is left to the usual delay."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else None

"""Acts of kind openapi: one HTTP request through the proxy, and its answer read by the declared schema."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from madang.effects.executors.granting import terms_of
from madang.effects.outcomes import storable
from madang.effects.results import INLINE_BYTES, MAX_RESULT_BYTES, Results, Stored, is_too_many, result_id
from madang.effects.values import Act, Answered, Attempt, NotSent, Scope, Unknown
from madang.kit.actor import Actor
from madang.kit.errors import InvalidError, MadangError, TooLargeError, UnavailableError, UpstreamError
from madang.kit.json import JsonObject, JsonValue
from madang.net.decoding import Bound, decoder_for
from madang.net.proxy_client import Call, ProxyAnswer, ProxyClient, ProxyLostError
from madang.schema.requests import Request, build_request
from madang.schema.responses import Response, ResponseReader

MEMORY_BYTES = 16 * 1024 * 1024
"""A larger answer goes to the object store as it comes in, and is not checked against its schema."""

TEMPLATE_SERVER = "http://connection.invalid"
"""The proxy knows the connection's server; a request through it has a path below that server only."""

_FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 413, 422})


class OpenApiExecutor:
    """Sends requests through the proxy with a fresh grant for one function of one connection."""

    def __init__(self, proxy: ProxyClient, results: Results, *, journal_key: bytes) -> None:
        self._proxy = proxy
        self._results = results
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
        return await self._read(scope, act, answer, started)

    async def _read(self, scope: Scope, act: Act, answer: ProxyAnswer, started: float) -> Attempt:
        """Read a whole answer. One that breaks off is unknown; one that is too large happened, and is not kept."""
        reader = ResponseReader(act.function.function, act.function.schemas)
        try:
            read = await self._body(scope, act, answer, reader)
        except (ProxyLostError, UpstreamError) as error:
            return Unknown(reason=error.detail, call_id=answer.call_id or None)
        except (TooLargeError, UnavailableError) as error:
            answer.close()
            read = _Read(media_type=_media_type(answer), not_kept=_why_not_kept(error))
        return Answered(
            status=answer.status,
            media_type=read.media_type,
            value=read.value,
            stored=None if read.stored is None else read.stored.to_json(),
            not_kept=read.not_kept,
            drift=read.drift,
            seconds=time.monotonic() - started,
            call_id=answer.call_id or None,
            retry_after_seconds=_retry_after(answer.find_header("retry-after")),
        )

    async def _body(self, scope: Scope, act: Act, answer: ProxyAnswer, reader: ResponseReader) -> _Read:
        actor = Actor(account=scope.account, user=scope.user, roles=frozenset())
        identifier = result_id(scope.id, act.key)
        headers = dict(answer.headers)
        parts = _decoded(answer)
        body, is_whole = await _take(parts, MEMORY_BYTES)
        if not is_whole or is_too_many(body):
            form = reader.form_of(answer.status, headers, body[:1024])
            stored = await self._results.keep_stream(actor, identifier, _chain(body, parts), form)
            return _Read(media_type=form.media_type, stored=stored)
        if len(body) <= INLINE_BYTES:
            found = reader.read(answer.status, headers, body)
            return _Read(media_type=found.media_type, value=storable(found.value), drift=_drift(found))
        found = await asyncio.to_thread(reader.read, answer.status, headers, body)
        value = await asyncio.to_thread(storable, found.value)
        if found.file is not None:
            stored = await self._results.keep_file(actor, identifier, found.file)
        else:
            stored = await self._results.keep_value(actor, identifier, value)
        return _Read(media_type=found.media_type, stored=stored, drift=_drift(found))

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
            terms=terms_of(scope, act),
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


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What came of the body of an answer."""

    media_type: str | None
    value: JsonValue = None
    stored: Stored | None = None
    not_kept: str | None = None
    drift: tuple[JsonObject, ...] = ()


async def _decoded(answer: ProxyAnswer) -> AsyncGenerator[bytes]:
    """The body without its content coding. Raises UpstreamError where it breaks off, TooLargeError over the limit."""
    decoder = decoder_for((answer.find_header("content-encoding") or "").encode("latin-1"))
    bound = Bound(MAX_RESULT_BYTES, "the answer")
    is_empty = True
    async for raw in answer.iter_raw():
        for part in decoder.feed(raw):
            bound.take(len(part))
            is_empty = False
            yield part
    if not is_empty:
        decoder.check_whole()


async def _take(parts: AsyncGenerator[bytes], most_bytes: int) -> tuple[bytes, bool]:
    """What comes until it is more than `most_bytes`, and whether that was all."""
    taken: list[bytes] = []
    size = 0
    async for part in parts:
        taken.append(part)
        size += len(part)
        if size > most_bytes:
            return b"".join(taken), False
    return b"".join(taken), True


async def _chain(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part


def _media_type(answer: ProxyAnswer) -> str | None:
    return (answer.find_header("content-type") or "").partition(";")[0].strip().lower() or None


def _drift(found: Response) -> tuple[JsonObject, ...]:
    return tuple(drift.to_json() for drift in found.drift)


def _why_not_kept(error: MadangError) -> str:
    if isinstance(error, TooLargeError):
        return f"the answer is larger than {MAX_RESULT_BYTES:,} bytes and was not kept; ask for less of it"
    return f"the answer could not be kept: {error.detail}"


def _retry_after(text: str | None) -> float | None:
    """Seconds; the form with a date is left to the usual delay."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 8 else None

"""Idempotency-Key: the answer to a POST is kept for a day and given again, so that a client may repeat safely.

The answer is stored in the transaction of the change itself: both are there or neither is, whatever dies when. A
request that fails has changed nothing, so it is not kept and may be repeated with the same key.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request, Response
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.accounts.values import Identity
from madang.backend.rows import IdempotencyRow
from madang.kit.errors import ConflictError, FieldError, InvalidError

HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
LIFETIME: Final = timedelta(hours=24)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS: Final = ("content-type", "location", "etag")
_NONCE_BYTES: Final = 12

Handler = Callable[[Request], Awaitable[Response]]


async def answer_once(
    request: Request, identity: Identity, db: AsyncSession, handle: Handler, *, now: datetime
) -> Response:
    """The answer of `handle`, or the one that the same POST with the same key got before.

    Raises ConflictError while another request with the key is under way, InvalidError where the key was used for
    another request.
    """
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return await handle(request)
    if _KEY.fullmatch(key) is None:
        raise _invalid("form", f"{HEADER} must be 1 to 255 printable ASCII characters without blanks")
    account, key_hash = identity.actor.account, _sha256(key.encode())
    request_hash = await _hash_request(request, identity)
    await _lock(db, account, key_hash)
    kept = await _find(db, account, key_hash, now)
    if kept is not None and kept.request_hash != request_hash:
        raise _invalid("used", f"this {HEADER} was used for another request; take a new one for each")
    if kept is not None:
        return _open(kept, key)
    response = await handle(request)
    if response.status_code < 400 and isinstance(response.body, bytes):
        db.add(_seal(response, account, key, request_hash, now))
        await db.flush()
    return response


async def _lock(db: AsyncSession, account: str, key_hash: str) -> None:
    """Held until the transaction ends, so that whoever gets it next sees what was stored."""
    number = func.hashtextextended(f"{account} {key_hash}", 0)
    if not await db.scalar(select(func.pg_try_advisory_xact_lock(number))):
        raise ConflictError(f"a request with this {HEADER} is under way; repeat it in a moment")


async def _find(db: AsyncSession, account: str, key_hash: str, now: datetime) -> IdempotencyRow | None:
    await db.execute(
        delete(IdempotencyRow).where(IdempotencyRow.account_id == account, IdempotencyRow.created_at < now - LIFETIME)
    )
    return await db.get(IdempotencyRow, (account, key_hash))


async def _hash_request(request: Request, identity: Identity) -> str:
    parts = (
        identity.actor.user.encode(),
        request.url.path.encode(),
        request.url.query.encode(),
        request.headers.get("content-type", "").encode(),
        await request.body(),
    )
    return _sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts))


def _seal(response: Response, account: str, key: str, request_hash: str, now: datetime) -> IdempotencyRow:
    headers = {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}
    nonce = os.urandom(_NONCE_BYTES)
    clear = orjson.dumps(headers) + b"\n" + bytes(response.body)
    return IdempotencyRow(
        account_id=account,
        key_hash=_sha256(key.encode()),
        request_hash=request_hash,
        status=response.status_code,
        answer=nonce + _cipher(account, key).encrypt(nonce, clear, request_hash.encode()),
        created_at=now,
    )


def _open(row: IdempotencyRow, key: str) -> Response:
    nonce, sealed = row.answer[:_NONCE_BYTES], row.answer[_NONCE_BYTES:]
    clear = _cipher(row.account_id, key).decrypt(nonce, sealed, row.request_hash.encode())
    head, _, body = clear.partition(b"\n")
    return Response(body, status_code=row.status, headers={**orjson.loads(head), REPLAYED_HEADER: "true"})


def _cipher(account: str, key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"madang idempotency {account}".encode())
    return AESGCM(derived.derive(key.encode()))


def _invalid(code: str, message: str) -> InvalidError:
    return InvalidError(message, errors=[FieldError(pointer=f"/{HEADER}", code=code, message=message)])


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

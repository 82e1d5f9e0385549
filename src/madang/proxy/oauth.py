"""Access tokens by OAuth 2 client credentials (RFC 6749, 4.4): kept until shortly before they run out, fetched once
however many calls wait for the same one.

The token endpoint is one that a document or a user named, so it is reached through the guard, and never by redirect.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import cast
from urllib.parse import quote, urlencode

import orjson

from madang.kit.clock import Clock
from madang.kit.errors import MadangError
from madang.net.client import Fetched, fetch
from madang.net.http1 import is_header_value
from madang.net.pool import Pool
from madang.net.upstream import UpstreamFailedError
from madang.proxy.injection import Credential
from madang.proxy.problems import CredentialError
from madang.schema.functions import SecurityScheme

_LARGEST = 256 * 1024
_SECONDS = 20.0
_EARLY_SECONDS = 30.0
_UNSTATED_SECONDS = 300.0
_MOST = 10_000
_ERROR_CODE = re.compile(r"[a-z_]{1,64}")


@dataclass(frozen=True, kw_only=True)
class TokenRequest:
    """What a token is asked for with, and for whom."""

    account: str
    ref: str
    url: str
    scopes: str
    credential: Credential
    allowed: frozenset[str]

    @property
    def key(self) -> bytes:
        """What makes two requests the same: a changed secret is another request."""
        parts = [self.account, self.ref, self.url, self.scopes, *map(str, sorted(self.credential.values.items()))]
        return sha256(orjson.dumps(parts)).digest()


@dataclass(frozen=True, kw_only=True)
class _Token:
    value: str
    renew_at: float


class Tokens:
    """The access tokens of this process."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._tokens: dict[bytes, _Token] = {}
        self._asking: dict[bytes, asyncio.Task[_Token]] = {}

    async def get(self, request: TokenRequest) -> str:
        """A token that is good for a while. Raises CredentialError, or UpstreamFailedError (not sent)."""
        key = request.key
        token = self._tokens.get(key)
        if token and self._now() < token.renew_at:
            return token.value
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(request))
            task.add_done_callback(lambda done: self._keep(key, done))
        return (await asyncio.shield(task)).value

    def forget(self, request: TokenRequest) -> None:
        """The other server did not accept the token: the next call asks for a new one."""
        self._tokens.pop(request.key, None)

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _keep(self, key: bytes, done: asyncio.Task[_Token]) -> None:
        self._asking.pop(key, None)
        if not done.cancelled() and done.exception() is None:
            if len(self._tokens) >= _MOST:
                self._tokens.clear()
            self._tokens[key] = done.result()

    async def _ask(self, request: TokenRequest) -> _Token:
        values = request.credential.values
        form = {"grant_type": "client_credentials"} | ({"scope": request.scopes} if request.scopes else {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if values.get("client_auth") == "body":
            form |= {"client_id": values["client_id"], "client_secret": values["client_secret"]}
        else:
            pair = f"{quote(values['client_id'], safe='')}:{quote(values['client_secret'], safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        try:
            answer = await fetch(
                request.url,
                method="POST",
                body=urlencode(form).encode(),
                headers=headers,
                allowed=request.allowed,
                max_bytes=_LARGEST,
                max_redirects=0,
                timeout_seconds=_SECONDS,
                pool=self._pool,
            )
        except UpstreamFailedError as error:
            raise UpstreamFailedError(f"the token endpoint failed: {error.detail}", is_sent=False) from None
        return self._read(answer)

    def _read(self, answer: Fetched) -> _Token:
        body = _json_object(answer.body)
        if answer.status != 200:
            code = body.get("error")
            shown = f", {code}" if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else ""
            raise CredentialError(f"the token endpoint refuses the credential ({answer.status}{shown})")
        value, kind, seconds = body.get("access_token"), body.get("token_type", "bearer"), body.get("expires_in")
        if not isinstance(value, str) or not value or not is_header_value(value) or str(kind).lower() != "bearer":
            raise CredentialError("the token endpoint answers without a bearer token")
        lifetime = _seconds(seconds)
        return _Token(value=value, renew_at=self._now() + max(lifetime - _EARLY_SECONDS, lifetime * 0.5))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def token_request(
    account: str,
    ref: str,
    scheme: SecurityScheme,
    scopes: Sequence[str],
    credential: Credential,
    allowed: frozenset[str],
) -> TokenRequest:
    """The request for a token by a scheme. Raises CredentialError where nothing names a token endpoint."""
    flow = scheme.flows.get("clientCredentials")
    declared = cast("dict[str, object]", flow).get("tokenUrl") if isinstance(flow, dict) else None
    url = credential.values.get("token_url") or declared
    if not isinstance(url, str) or not url:
        raise CredentialError(f"the scheme {scheme.name!r} names no token endpoint; give token_url with the credential")
    return TokenRequest(
        account=account,
        ref=ref,
        url=url,
        scopes=credential.values.get("scope") or " ".join(scopes),
        credential=credential,
        allowed=allowed,
    )


def check_token_error(error: MadangError) -> MadangError:
    """An error of asking for a token, as the answer to the call that wanted it: nothing went to the other server."""
    if isinstance(error, UpstreamFailedError) or error.status in {403, 502}:
        return error
    return UpstreamFailedError(f"no token: {error.detail}", is_sent=False)


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value: object = orjson.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value)) if value is not None else _UNSTATED_SECONDS
    except ValueError:
        return _UNSTATED_SECONDS
    return min(max(seconds, 1.0), 86_400.0)

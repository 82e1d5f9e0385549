"""Credentials as the backend deals with them: handed to the proxy, removed there, looked at, never kept here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from madang.kit.actor import Actor
from madang.kit.errors import InvalidError, MadangError, NotFoundError, UnavailableError
from madang.kit.json import JsonObject
from madang.logs import get_logger
from madang.net.grants import GrantTerms
from madang.net.proxy_client import Call, ProxyAnswer, ProxyClient, ProxyLostError

_INTERNAL = "-"
_log = get_logger("backend")


@dataclass(frozen=True, kw_only=True)
class CredentialStatus:
    """What may be shown of a credential. Times as the proxy writes them."""

    kind: str
    set_at: str | None


class ProxyCredentials:
    """The proxy's internal routes for credentials, by account and reference."""

    def __init__(self, proxy: ProxyClient) -> None:
        self._proxy = proxy

    async def put(self, actor: Actor, reference: str, credential: JsonObject) -> None:
        """Hand a credential over. Raises InvalidError for its form, UnavailableError where the proxy is not there."""
        answer = await self._ask(actor, "PUT", reference, orjson.dumps(credential))
        await _check(answer)

    async def remove(self, actor: Actor, reference: str) -> None:
        """Forget a credential; one that is not there is as good as forgotten."""
        answer = await self._ask(actor, "DELETE", reference, b"")
        if answer.status != 404:
            await _check(answer)

    async def forget(self, actor: Actor, references: Iterable[str]) -> None:
        """Forget credentials that nothing refers to any more; one that cannot be is logged, and the others go on."""
        for reference in references:
            try:
                await self.remove(actor, reference)
            except MadangError as error:
                _log.warning("a credential is left at the proxy", ref=reference, reason=error.detail)

    async def find_status(self, actor: Actor, reference: str) -> CredentialStatus | None:
        """What may be shown of a credential, or None."""
        answer = await self._ask(actor, "GET", reference, b"")
        if answer.status == 404:
            return None
        body: dict[str, Any] = orjson.loads(await _check(answer))
        return CredentialStatus(kind=body["kind"], set_at=body["updated_at"])

    async def _ask(self, actor: Actor, method: str, reference: str, body: bytes) -> ProxyAnswer:
        terms = GrantTerms(
            account=actor.account, actor=actor.user, connection=_INTERNAL, functions=None, purpose="internal"
        )
        headers = [("Content-Type", "application/json")] if body else []
        call = Call(method=method, path=f"/credentials/{reference}", terms=terms, headers=headers, body=body)
        try:
            return await self._proxy.send(call)
        except ProxyLostError as error:
            raise UnavailableError(f"{error.detail}; credentials are kept by the proxy alone") from None


async def _check(answer: ProxyAnswer) -> bytes:
    """The body of a success; the proxy's problem as an error of ours, which repeats no secret."""
    body = await answer.read()
    if answer.status < 300:
        return body
    try:
        detail = str(orjson.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the proxy answered {answer.status}"
    kinds: dict[int, type[MadangError]] = {404: NotFoundError, 422: InvalidError, 400: InvalidError}
    raise kinds.get(answer.status, UnavailableError)(detail)

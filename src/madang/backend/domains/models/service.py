"""Models: endpoint, connection and key are made, changed and removed together; the key is the proxy's alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent import model_endpoints
from madang.agent.model_connector import SCHEMES, ensure_connector
from madang.agent.model_endpoints import ModelEndpoint, NewEndpoint
from madang.agent.model_providers import Provider, get_provider
from madang.backend.domains.models.views import ModelBody, ModelChange
from madang.backend.parts import Parts
from madang.backend.permissions import require_editor, require_for_hosts
from madang.catalog import connections
from madang.catalog.connections import ConnectionFields
from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject
from madang.storage import audit


async def create(actor: Actor, parts: Parts, wanted: ModelBody) -> ModelEndpoint:
    """Make a model with its connection; its key goes to the proxy first: nothing refers to what is not there."""
    require_editor(actor)
    require_for_hosts(actor, parts.settings, wanted.allowed_hosts)
    provider = get_provider(wanted.provider)
    url = _base_url(provider, wanted.base_url)
    now = parts.clock.now()
    connector = await ensure_connector(actor, parts.database, parts.objects, now=now)
    async with _kept(actor, parts, provider, wanted.api_key) as credentials, parts.database.begin() as db:
        fields = ConnectionFields(
            label=wanted.name, server_url=url, credentials=credentials, allowed_hosts=wanted.allowed_hosts
        )
        connection = await connections.create_connection(actor, db, connector, fields, now=now)
        new = NewEndpoint(name=wanted.name, provider=provider.id, model=wanted.model, connection_id=connection.id)
        made = await model_endpoints.create_endpoint(actor, db, new, now=now)
        await audit.record(actor, db, "model.create", made.id, _audited(made), now=now)
    parts.models.warm(made)
    return made


async def change(actor: Actor, parts: Parts, model_id: str, wanted: ModelChange) -> ModelEndpoint:
    """Change what is given. A key that is replaced is forgotten by the proxy once nothing refers to it."""
    require_editor(actor)
    async with parts.database.begin() as db:
        before = await model_endpoints.get_endpoint(actor, db, model_id)
    if wanted.allowed_hosts is not None:
        require_for_hosts(actor, parts.settings, wanted.allowed_hosts, before.allowed_hosts)
    async with _kept(actor, parts, before.provider, wanted.api_key) as credentials, parts.database.begin() as db:
        is_other_key = "api_key" in wanted.model_fields_set
        gone = await _change_connection(actor, db, parts, before, wanted, credentials if is_other_key else None)
        changed = await model_endpoints.change_endpoint(
            actor,
            db,
            before.id,
            name=wanted.name,
            model=wanted.model,
            is_default=wanted.is_default,
            now=parts.clock.now(),
        )
        detail = {**_audited(changed), "key": "changed"} if is_other_key else _audited(changed)
        await audit.record(actor, db, "model.change", changed.id, detail, now=parts.clock.now())
    await parts.credentials.forget(actor, gone)
    return changed


async def remove(actor: Actor, parts: Parts, model_id: str) -> None:
    """Remove a model with its connection, then its key at the proxy."""
    require_editor(actor)
    now = parts.clock.now()
    async with parts.database.begin() as db:
        gone = await model_endpoints.remove_endpoint(actor, db, model_id)
        connection = await connections.remove_connection(actor, db, gone.connection_id)
        await audit.record(actor, db, "model.remove", gone.id, _audited(gone), now=now)
    await parts.credentials.forget(actor, connection.credentials.values())


async def _change_connection(
    actor: Actor,
    db: AsyncSession,
    parts: Parts,
    endpoint: ModelEndpoint,
    wanted: ModelChange,
    credentials: dict[str, str] | None,
) -> list[str]:
    """Change the connection as far as it is concerned; gives the references that nothing uses any more."""
    changes: dict[str, Any] = {}
    if wanted.name is not None:
        changes["label"] = wanted.name
    if wanted.base_url is not None:
        changes["server_url"] = _base_url(endpoint.provider, wanted.base_url)
    if wanted.allowed_hosts is not None:
        changes["allowed_hosts"] = wanted.allowed_hosts
    gone: list[str] = []
    if credentials is not None:
        before = await connections.get_connection(actor, db, endpoint.connection_id)
        changes["credentials"] = credentials
        gone = list(before.credentials.values())
    if changes:
        await connections.change_connection(actor, db, endpoint.connection_id, changes, now=parts.clock.now())
    return gone


@asynccontextmanager
async def _kept(actor: Actor, parts: Parts, provider: Provider, key: SecretStr | None) -> AsyncIterator[dict[str, str]]:
    """The credentials of a connection with this key, which the proxy keeps unless the block fails."""
    if key is None:
        yield {}
        return
    reference = new_id("crd")
    await parts.credentials.put(actor, reference, _credential(provider, key))
    try:
        yield {SCHEMES[provider.wire]: reference}
    except Exception:
        await parts.credentials.forget(actor, [reference])
        raise


def _credential(provider: Provider, key: SecretStr) -> JsonObject:
    """The key in the proxy's form."""
    if provider.wire == "anthropic":
        return {"kind": "apiKey", "value": key.get_secret_value()}
    return {"kind": "bearer", "token": key.get_secret_value()}


def _base_url(provider: Provider, given: str | None) -> str:
    """The URL below which the provider's paths are. Anthropic's are at `/v1` of it, so that is no part of it."""
    url = (given or provider.base_url or "").rstrip("/")
    if not url:
        error = FieldError(
            pointer="/base_url", code="required", message=f"{provider.title} needs the URL of its server"
        )
        raise InvalidError(f"base_url: {error.message}, as http://127.0.0.1:8000/v1", errors=[error])
    return url.removesuffix("/v1") if provider.wire == "anthropic" else url


def _audited(endpoint: ModelEndpoint) -> JsonObject:
    return {
        "name": endpoint.name,
        "provider": endpoint.provider.id,
        "model": endpoint.model,
        "base_url": endpoint.base_url,
        "is_default": endpoint.is_default,
    }

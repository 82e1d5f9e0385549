"""What the proxy knows of a connection: read without an actor, as the caller's grant names the account to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.schemes import stored_schemes
from madang.schema.functions import SecurityRequirement, SecurityScheme, is_mcp_dialect
from madang.types.effects import EffectClass

CHANNEL = "madang_catalog"
"""Every change of a connector or connection is notified here, with its id as payload, in its own transaction."""


@dataclass(frozen=True, kw_only=True)
class MediatedFunction:
    """A function as the proxy matches it; `servers` are those that the operation names itself, `tool` its name at an
    MCP server."""

    id: str
    method: str
    path: str
    security: Sequence[SecurityRequirement]
    servers: Sequence[str]
    effect: EffectClass
    tool: str | None = None


@dataclass(frozen=True, kw_only=True)
class Mediated:
    """A connection with the functions of its connector's current version.

    `security_schemes` are those of the document, `own_schemes` those that the connection declares itself; `is_mcp`:
    its server is an MCP server.
    """

    id: str
    account: str
    connector_id: str
    server_url: str
    allowed_hosts: Sequence[str]
    credentials: Mapping[str, str]
    security_schemes: Sequence[SecurityScheme]
    own_schemes: Sequence[SecurityScheme]
    functions: Sequence[MediatedFunction]
    is_mcp: bool = False


_CONNECTION = text(
    """
    SELECT x.id, x.account_id, x.connector_id, x.server_url, x.allowed_hosts, x.credentials,
        x.security_schemes AS own_schemes, v.id AS version_id, v.security_schemes,
        v.dialect
    FROM madang.connection x
    JOIN madang.connector c ON c.id = x.connector_id
    LEFT JOIN madang.connector_version v ON v.connector_id = c.id AND v.number = c.current_version
    WHERE x.id = :id
    """
)

_FUNCTIONS = text(
    """
    SELECT id, method, path, effect, definition -> 'security' AS security, definition -> 'servers' AS servers,
        CASE definition ->> 'kind' WHEN 'mcp' THEN definition ->> 'operation_id' END AS tool
    FROM madang.function WHERE version_id = :version ORDER BY position
    """
)


async def find_mediated(db: AsyncSession, connection_id: str) -> Mediated | None:
    """A connection by its id, or None."""
    row = (await db.execute(_CONNECTION, {"id": connection_id})).first()
    if row is None:
        return None
    functions = await db.execute(_FUNCTIONS, {"version": row.version_id})
    return Mediated(
        id=row.id,
        account=row.account_id,
        connector_id=row.connector_id,
        server_url=row.server_url,
        allowed_hosts=tuple(row.allowed_hosts),
        credentials=row.credentials,
        security_schemes=stored_schemes(row.security_schemes),
        own_schemes=stored_schemes(row.own_schemes),
        functions=tuple(_function(each) for each in functions),
        is_mcp=is_mcp_dialect(row.dialect),
    )


async def notify_change(db: AsyncSession, changed_id: str) -> None:
    """Tell every proxy, when this transaction is committed, that a connector or connection is another now."""
    await db.execute(text("SELECT pg_notify(:channel, :id)"), {"channel": CHANNEL, "id": changed_id})


def _function(row: Any) -> MediatedFunction:
    return MediatedFunction(
        id=row.id,
        method=row.method,
        path=row.path,
        security=tuple(row.security or ()),
        servers=tuple(str(server["url"]) for server in row.servers or ()),
        effect=row.effect,
        tool=row.tool,
    )

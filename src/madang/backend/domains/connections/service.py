"""Connections: their secrets go to the proxy and to nobody else; every change of either is in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from madang.backend.credentials import CredentialStatus
from madang.backend.domains.connections.views import (
    ConnectionBody,
    ConnectionChange,
    ConnectionView,
    CredentialBody,
    connection_view,
    credential_view,
)
from madang.backend.parts import Parts
from madang.backend.permissions import require_editor, require_for_hosts
from madang.catalog import connections
from madang.catalog.connections import ConnectionFields
from madang.catalog.connectors import get_connector
from madang.catalog.importing import first_server_of
from madang.catalog.values import Connection
from madang.catalog.versions import find_current
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, InvalidError, NotFoundError, UnavailableError
from madang.kit.ids import new_id
from madang.kit.json import JsonObject
from madang.schema.functions import SecurityKind, SecurityScheme
from madang.storage import audit

_FIELDS: dict[SecurityKind, tuple[tuple[str, ...], ...]] = {
    "apiKey": (("value",),),
    "basic": (("username", "password"),),
    "bearer": (("token",),),
    "oauth2": (("client_id", "client_secret"), ("token",)),
    "openIdConnect": (("token",),),
    "mutualTLS": (),
}
"""The fields of a credential by the kind of its scheme; alternatives in the order of preference."""

_KIND_OF_FIELDS = {"value": "apiKey", "username": "basic", "token": "bearer", "client_id": "oauth2"}


async def create(actor: Actor, db: AsyncSession, parts: Parts, wanted: ConnectionBody) -> Connection:
    """Make a connection, to the server that is given or the document's first."""
    require_editor(actor)
    require_for_hosts(actor, parts.settings, wanted.allowed_hosts)
    connector = await get_connector(actor, db, wanted.connector)
    version = await find_current(actor, db, connector.id)
    server = wanted.server_url or (first_server_of(version.servers, connector.source_url) if version else None)
    if server is None:
        error = FieldError(pointer="/server_url", code="required", message="the document names no absolute server")
        raise InvalidError("give the URL of the server: the document names none", errors=[error])
    own = tuple(scheme.to_scheme() for scheme in wanted.security_schemes)
    _check_own(own, version.security_schemes if version else ())
    fields = ConnectionFields(
        label=wanted.label,
        server_url=server,
        variables=wanted.variables,
        allowed_hosts=wanted.allowed_hosts,
        effects=wanted.effects,
        security_schemes=own,
    )
    now = parts.clock.now()
    made = await connections.create_connection(actor, db, connector.id, fields, now=now)
    await audit.record(actor, db, "connection.create", made.id, _audited(made), now=now)
    return made


async def view(actor: Actor, parts: Parts, connection_id: str) -> ConnectionView:
    """A connection with the state of each security scheme of its connector."""
    connection, schemes = await _with_schemes(actor, parts, connection_id)
    states = [
        credential_view(
            scheme,
            await _status(actor, parts, connection, scheme.name),
            is_own=scheme in connection.security_schemes,
        )
        for scheme in schemes
    ]
    return connection_view(connection, states)


async def change(
    actor: Actor, db: AsyncSession, parts: Parts, connection_id: str, wanted: ConnectionChange, *, revision: int | None
) -> Connection:
    """Change the fields that are given."""
    require_editor(actor)
    if wanted.allowed_hosts is not None:
        known = (await connections.get_connection(actor, db, connection_id)).allowed_hosts
        require_for_hosts(actor, parts.settings, wanted.allowed_hosts, known)
    given: dict[str, Any] = {
        name: value for name, value in wanted.model_dump(exclude_unset=True).items() if value is not None
    }
    if wanted.security_schemes is not None:
        given["security_schemes"] = own = tuple(scheme.to_scheme() for scheme in wanted.security_schemes)
        connection = await connections.get_connection(actor, db, connection_id)
        version = await find_current(actor, db, connection.connector_id)
        _check_own(own, version.security_schemes if version else ())
    now = parts.clock.now()
    changed = await connections.change_connection(actor, db, connection_id, given, if_revision=revision, now=now)
    await audit.record(actor, db, "connection.change", changed.id, _audited(changed), now=now)
    return changed


async def remove(actor: Actor, parts: Parts, connection_id: str) -> None:
    """Remove a connection, then its credentials at the proxy: a rest there belongs to no connection."""
    require_editor(actor)
    now = parts.clock.now()
    async with parts.database.begin() as db:
        gone = await connections.remove_connection(actor, db, connection_id)
        await audit.record(actor, db, "connection.remove", gone.id, _audited(gone), now=now)
    await parts.credentials.forget(actor, gone.credentials.values())


async def put_credential(
    actor: Actor, parts: Parts, connection_id: str, scheme_name: str, body: CredentialBody
) -> None:
    """Hand a credential to the proxy, then refer to it, then forget the one that it replaces.

    Whatever fails, the connection refers to a credential that is whole.
    """
    require_editor(actor)
    _, schemes = await _with_schemes(actor, parts, connection_id)
    scheme = _scheme(schemes, scheme_name)
    reference = new_id("crd")
    await parts.credentials.put(actor, reference, _credential(scheme, body))
    try:
        before = await _refer(actor, parts, connection_id, scheme.name, reference)
    except Exception:
        await parts.credentials.forget(actor, [reference])
        raise
    await parts.credentials.forget(actor, [before] if before else [])


async def remove_credential(actor: Actor, parts: Parts, connection_id: str, scheme_name: str) -> None:
    """Forget a credential, here first. Raises NotFoundError where the scheme has none."""
    require_editor(actor)
    before = await _refer(actor, parts, connection_id, scheme_name, None)
    await parts.credentials.forget(actor, [before] if before else [])


async def _refer(actor: Actor, parts: Parts, connection_id: str, scheme: str, reference: str | None) -> str | None:
    """Refer to another credential, or to none; gives the reference before."""
    now = parts.clock.now()
    async with parts.database.begin() as db:
        before = await connections.set_credential(actor, db, connection_id, scheme, reference, now=now)
        if before is None and reference is None:
            raise NotFoundError(f"the connection has no credential for {scheme!r}")
        action = "credential.remove" if reference is None else "credential.set"
        await audit.record(actor, db, action, connection_id, {"scheme": scheme}, now=now)
    return before


async def _status(actor: Actor, parts: Parts, connection: Connection, scheme: str) -> CredentialStatus | None:
    """The state of a credential; of one that the proxy cannot be asked about, that it was set."""
    reference = connection.credentials.get(scheme)
    if reference is None:
        return None
    try:
        return await parts.credentials.find_status(actor, reference)
    except UnavailableError:
        return CredentialStatus(kind="", set_at=None)


async def _with_schemes(
    actor: Actor, parts: Parts, connection_id: str
) -> tuple[Connection, tuple[SecurityScheme, ...]]:
    async with parts.database.begin() as db:
        connection = await connections.get_connection(actor, db, connection_id)
        version = await find_current(actor, db, connection.connector_id)
    declared = tuple(version.security_schemes) if version else ()
    taken = {scheme.name for scheme in declared}
    return connection, (*declared, *(own for own in connection.security_schemes if own.name not in taken))


def _check_own(own: Sequence[SecurityScheme], declared: Sequence[SecurityScheme]) -> None:
    """Raise InvalidError where a scheme of the connection has the name of one of the document."""
    taken = {scheme.name for scheme in declared}
    errors = [
        FieldError(
            pointer=f"/security_schemes/{index}/name",
            code="taken",
            message=f"the document declares a scheme {scheme.name!r} itself; choose another name",
        )
        for index, scheme in enumerate(own)
        if scheme.name in taken
    ]
    if errors:
        raise InvalidError("; ".join(error.message for error in errors), errors=errors)


def _scheme(schemes: tuple[SecurityScheme, ...], name: str) -> SecurityScheme:
    for scheme in schemes:
        if scheme.name == name:
            return scheme
    known = ", ".join(scheme.name for scheme in schemes) or "none"
    raise NotFoundError(
        f"neither document nor connection has a security scheme {name!r}; there is {known}. The connection can declare "
        "one itself: `madang connection update CONNECTION --scheme bearer`"
    )


def _credential(scheme: SecurityScheme, body: CredentialBody) -> JsonObject:
    """The credential in the proxy's form. Raises InvalidError where the fields are not those of the scheme."""
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    for fields in _FIELDS[scheme.kind]:
        optional = {"token_url", "scopes"} if "client_id" in fields else set[str]()
        if set(fields) <= set(given) <= set(fields) | optional:
            return _filled(scheme, fields, given)
    if not _FIELDS[scheme.kind]:
        raise ConflictError(f"{scheme.name} is {scheme.kind}, for which there are no credentials yet")
    wanted = " or ".join(" and ".join(fields) for fields in _FIELDS[scheme.kind])
    raise InvalidError(
        f"{scheme.name} is {scheme.kind} and takes {wanted}",
        errors=[FieldError(pointer="", code="fields", message=f"give {wanted}")],
    )


def _filled(scheme: SecurityScheme, fields: tuple[str, ...], given: dict[str, Any]) -> JsonObject:
    filled: JsonObject = {"kind": _KIND_OF_FIELDS[fields[0]]}
    for name in fields:
        value = given[name]
        filled[name] = value.get_secret_value() if isinstance(value, SecretStr) else value
    if "client_id" in fields:
        flow = scheme.flows.get("clientCredentials")
        declared = flow.get("tokenUrl") if isinstance(flow, dict) else None
        token_url = given.get("token_url") or declared
        filled |= {"token_url": token_url} if token_url else {}
        filled |= {"scope": " ".join(given["scopes"])} if given.get("scopes") else {}
    return filled


def _audited(connection: Connection) -> JsonObject:
    return {
        "connector": connection.connector,
        "label": connection.label,
        "server_url": connection.server_url,
        "allowed_hosts": [*connection.allowed_hosts],
        "security_schemes": [scheme.name for scheme in connection.security_schemes],
    }

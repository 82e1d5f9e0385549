"""Importing a document as long work: fetch or load, read in a process of its own, store, make a first connection.

An import that is stopped anywhere leaves nothing: the connector, its version and its connection are one transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from madang.catalog.connections import ConnectionFields, create_connection, list_connections
from madang.catalog.connectors import NewConnector, create_connector, get_connector
from madang.catalog.functions import list_definitions
from madang.catalog.hosts import host_errors
from madang.catalog.names import MAX_NAME, check_name, suggest_name
from madang.catalog.reading import Fetch, Previous, Reading, read_offered
from madang.catalog.tool_listing import ToolLister
from madang.catalog.values import Connection, Connector, ConnectorVersion
from madang.catalog.versions import StoredDocument, find_current, store_version
from madang.kit.actor import Actor
from madang.kit.clock import Clock
from madang.kit.errors import ConflictError, FieldError, InvalidError, NotFoundError, UpstreamError
from madang.kit.json import JsonObject
from madang.kit.pages import PageRequest
from madang.net.client import Fetched, Progress, fetch
from madang.net.guard import AddressRefusedError
from madang.net.proxy_client import ProxyClient
from madang.net.upstream import UpstreamSlowError
from madang.schema.functions import FunctionSet, Server, is_mcp_dialect
from madang.schema.overlay.reading import MOST_BYTES
from madang.schema.overlay.values import Outcome
from madang.storage.engine import Database
from madang.storage.jobs import Job, finish_within
from madang.storage.objects import Objects

KIND = "import"
MAX_DOCUMENT_BYTES = 60_000_000
FETCH_SECONDS = 120.0
NAME_TRIES = 100
PROGRESS_SECONDS = 0.3
MOST_IDLE = 100

Report = Callable[[JsonObject], Awaitable[None]]
ImportKind = Literal["openapi", "mcp"]
"""What is imported: a document, or the tools of the MCP server at the URL."""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What is imported: a URL, or a document that was uploaded before (its hash). `connector` is one that gets a new
    version; without it a connector is made, called `name` or after the document.

    `overlay` is an overlay that was uploaded as documents are; without it, and unless `keeps_overlay` is false, that of
    the connector's current version is applied again.
    """

    url: str | None = None
    document: str | None = None
    source_url: str | None = None
    name: str | None = None
    connector: str | None = None
    server: str | None = None
    label: str = "default"
    allowed_hosts: Sequence[str] = ()
    other_origins: bool = False
    overlay: str | None = None
    keeps_overlay: bool = True
    kind: ImportKind = "openapi"

    def to_json(self) -> JsonObject:
        """The input of a job."""
        plain: JsonObject = {**vars(self), "allowed_hosts": list(self.allowed_hosts)}
        return plain


def check_request(request: ImportRequest) -> None:
    """Raise InvalidError for a request that cannot come to anything."""
    errors: list[FieldError] = []
    if (request.url is None) == (request.document is None):
        errors.append(FieldError(pointer="/url", code="one-of", message="give either `url` or `document`"))
    for pointer, url in (("/url", request.url), ("/source_url", request.source_url), ("/server", request.server)):
        if url is not None and not _is_http(url):
            errors.append(FieldError(pointer=pointer, code="url", message="an absolute http or https URL"))
    errors += host_errors(request.allowed_hosts)
    if request.kind == "mcp" and (request.url is None or request.server is not None):
        message = "an MCP server is imported from its address, and called there: give `url` and no `server`"
        errors.append(FieldError(pointer="/url", code="required", message=message))
    if request.name is not None and request.connector is not None:
        message = "a connector keeps its name: give either `name` or `connector`"
        errors.append(FieldError(pointer="/name", code="one-of", message=message))
    if errors:
        raise InvalidError("; ".join(f"{each.pointer[1:]}: {each.message}" for each in errors), errors=errors)
    if request.name is not None:
        check_name(request.name)


class Importer:
    """The handler of import jobs."""

    def __init__(
        self,
        database: Database,
        objects: Objects,
        clock: Clock,
        *,
        fetch_seconds: float = FETCH_SECONDS,
        proxy: ProxyClient | None = None,
    ) -> None:
        self._tools = ToolLister(database, proxy, seconds=fetch_seconds, max_bytes=MAX_DOCUMENT_BYTES)
        self._database = database
        self._objects = objects
        self._clock = clock
        self._fetch_seconds = fetch_seconds

    async def __call__(self, job: Job, report: Report) -> JsonObject:
        """Do an import. Raises MadangError for what is wrong with the document or its server."""
        request, current = await self._known(job.actor, ImportRequest(**_plain(job.input)))
        data, source_url = await self._load(job.actor, request, current, report)
        await report({"stage": "reading", "done": 0, "total": len(data)})
        overlay_key = _overlay_key(request, current)
        reading = Reading(
            data=data,
            source_url=source_url,
            fetch=self._fetch_part(request),
            other_origins=request.other_origins,
            previous=await self._previous(job.actor, current),
            overlay=None if overlay_key is None else await self._read_overlay(job.actor, overlay_key),
            kind=request.kind,
        )
        offered = await read_offered(reading)
        await report({"stage": "storing", "done": 0, "total": len(offered.functions.functions)})
        kept = replace(await self._keep(job.actor, data), overlay_key=overlay_key, source_url=source_url)
        async with self._database.begin() as db:
            stored = await self._store(job.actor, db, request, offered.functions, kept, source_url)
            result = _result(*stored, request, overlay_report(offered.outcomes))
            await finish_within(db, job, result)
        return result

    async def _known(self, actor: Actor, request: ImportRequest) -> tuple[ImportRequest, ConnectorVersion | None]:
        """The request with the hosts that its connector may reach already, and the connector's current version."""
        if request.connector is None:
            return request, None
        async with self._database.begin() as db:
            connector = await get_connector(actor, db, request.connector)
            current = await find_current(actor, db, connector.id)
        hosts = tuple(dict.fromkeys((*request.allowed_hosts, *connector.allowed_hosts)))
        kind = request.kind if current is None else kind_of(connector.name, current, request)
        return replace(request, connector=connector.id, allowed_hosts=hosts, kind=kind), current

    async def _load(
        self, actor: Actor, request: ImportRequest, current: ConnectorVersion | None, report: Report
    ) -> tuple[bytes, str | None]:
        if request.kind == "mcp" and request.url is not None:
            return await self._list_tools(actor, request, request.url, report), request.url
        if request.url is None:
            name = document_name(request.document or "")
            is_same = current is not None and current.document_key == name
            source_url = request.source_url or (current.source_url if current is not None and is_same else None)
            return await self._objects.read(actor, name, limit_bytes=MAX_DOCUMENT_BYTES), source_url
        async with _told(report) as progress:
            found = await self._fetch(request, request.url, progress)
        return found.body, request.source_url or found.url

    async def _list_tools(self, actor: Actor, request: ImportRequest, url: str, report: Report) -> bytes:
        """The listing of an MCP server, as the document of the version. Raises UpstreamError."""

        async def told(count: int) -> None:
            await report({"stage": "listing", "done": count, "total": None})

        await told(0)
        try:
            listing = await self._tools.listing(
                actor, url, told, allowed_hosts=request.allowed_hosts, connector_id=request.connector
            )
        except AddressRefusedError as error:
            raise _with_hint(error) from None
        text = await asyncio.to_thread(json.dumps, listing, ensure_ascii=False)
        return text.encode("utf-8", "replace")

    async def _fetch(self, request: ImportRequest, url: str, progress: Progress | None = None) -> Fetched:
        """One document. Raises UpstreamError where its server gives none."""
        try:
            found = await fetch(
                url,
                max_bytes=MAX_DOCUMENT_BYTES,
                allowed=request.allowed_hosts,
                timeout_seconds=self._fetch_seconds,
                headers={"Accept": "application/json, application/yaml, */*;q=0.5"},
                progress=progress,
            )
        except AddressRefusedError as error:
            raise _with_hint(error) from None
        except UpstreamSlowError as error:
            raise UpstreamSlowError(f"{shown_url(url)}: {error.detail}", is_sent=error.is_sent) from None
        except UpstreamError as error:
            raise UpstreamError(f"{shown_url(url)}: {error.detail}") from None
        if found.status != HTTPStatus.OK:
            raise UpstreamError(f"{shown_url(url)} answered {found.status} and no document")
        return found

    async def _read_overlay(self, actor: Actor, key: str) -> bytes:
        try:
            return await self._objects.read(actor, key, limit_bytes=MOST_BYTES)
        except NotFoundError:
            message = "the connector's overlay is not in the object store any more: give it again, or update without it"
            raise NotFoundError(message) from None

    def _fetch_part(self, request: ImportRequest) -> Fetch:
        async def fetch_part(url: str) -> bytes:
            return (await self._fetch(request, url)).body

        return fetch_part

    async def _previous(self, actor: Actor, current: ConnectorVersion | None) -> Previous | None:
        """What the connector's current version named, so that names stay."""
        if current is None:
            return None
        async with self._database.begin() as db:
            functions = await list_definitions(actor, db, current.id)
        return Previous(functions=functions, schema_sources=current.schema_sources)

    async def _keep(self, actor: Actor, data: bytes) -> StoredDocument:
        digest = hashlib.sha256(data).hexdigest()
        if not await self._objects.exists(actor, document_name(digest)):
            await self._objects.put(actor, document_name(digest), data)
        return StoredDocument(key=document_name(digest), hash=digest, size=len(data))

    async def _store(
        self,
        actor: Actor,
        db: AsyncSession,
        request: ImportRequest,
        offered: FunctionSet,
        document: StoredDocument,
        source_url: str | None,
    ) -> tuple[Connector, ConnectorVersion, Connection | None]:
        now = self._clock.now()
        connector = await self._connector(actor, db, request, offered, source_url)
        version = await store_version(actor, db, connector.id, offered, document, now=now)
        connection = await self._connect(actor, db, connector, request, offered, source_url)
        return await get_connector(actor, db, connector.id), version, connection

    async def _connector(
        self, actor: Actor, db: AsyncSession, request: ImportRequest, offered: FunctionSet, source_url: str | None
    ) -> Connector:
        """The connector that is asked for, or a new one: of the name that is given, or after the document."""
        if request.connector is not None:
            return await get_connector(actor, db, request.connector)
        for name in _names(request, offered, source_url):
            new = NewConnector(name=name, source_url=request.url, allowed_hosts=request.allowed_hosts)
            try:
                return await create_connector(actor, db, new, now=self._clock.now())
            except ConflictError:
                if request.name is not None:
                    raise
        raise ConflictError(f"there are {NAME_TRIES} connectors named after this document; give this one a name")

    async def _connect(
        self,
        actor: Actor,
        db: AsyncSession,
        connector: Connector,
        request: ImportRequest,
        offered: FunctionSet,
        source_url: str | None,
    ) -> Connection | None:
        """A first connection, where there is none and a server is known."""
        existing = await list_connections(actor, db, PageRequest(limit=1), connector_id=connector.id)
        # An MCP server is called at its address as it was given; a slash at the end may matter there.
        server = request.url if request.kind == "mcp" else None
        server = server or request.server or first_server_of(offered.servers, source_url)
        if existing.data or server is None:
            return None
        fields = ConnectionFields(label=request.label, server_url=server, allowed_hosts=request.allowed_hosts)
        return await create_connection(actor, db, connector.id, fields, now=self._clock.now())


def _overlay_key(request: ImportRequest, current: ConnectorVersion | None) -> str | None:
    """The object of the overlay that is asked for, or of the one that the connector has."""
    if request.overlay is not None:
        return document_name(request.overlay)
    return current.overlay_key if current is not None and request.keeps_overlay else None


def document_name(digest: str) -> str:
    """The name of an uploaded document among the account's objects."""
    return f"documents/{digest}"


def first_server_of(servers: Sequence[Server], source_url: str | None) -> str | None:
    """The first server that is absolute, its variables at their defaults; None where there is none."""
    for server in servers:
        url = server.url
        for name, variable in server.variables.items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        absolute = urljoin(source_url, url) if source_url else url
        if "{" not in absolute and _is_http(absolute):
            return absolute.rstrip("/")
    return None


def shown_url(url: str) -> str:
    """A URL as it may be shown: without its query, which may hold a token."""
    return url.partition("?")[0]


def _names(request: ImportRequest, offered: FunctionSet, source_url: str | None) -> Iterator[str]:
    """The name that was given, or names after the document, the best first."""
    if request.name is not None:
        yield request.name
        return
    host = urlsplit(source_url or first_server_of(offered.servers, source_url) or "").hostname
    wished = suggest_name(offered.title, host)
    yield wished
    for number in range(2, NAME_TRIES + 1):
        ending = f"_{number}"
        yield wished[: MAX_NAME - len(ending)] + ending


@asynccontextmanager
async def _told(report: Report) -> AsyncIterator[Progress]:
    """A function that notes how many bytes are fetched; meanwhile that is reported now and then."""
    seen: JsonObject = {"stage": "fetching", "done": 0, "total": None}
    await report(dict(seen))

    def note(done: int, total: int | None) -> None:
        seen.update(done=done, total=total)

    async def tell() -> None:
        told = dict(seen)
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            if seen != told:
                told = dict(seen)
                await report(told)

    telling = asyncio.create_task(tell())
    try:
        yield note
    finally:
        telling.cancel()
        # A report that failed is no failure of the fetch; what lost the job's lease is told by the next one.
        await asyncio.gather(telling, return_exceptions=True)


def kind_of(name: str, current: ConnectorVersion, request: ImportRequest) -> ImportKind:
    """The kind of an update, which is that of the connector. Raises InvalidError for what cannot be one."""
    if is_mcp_dialect(current.dialect):
        if request.url is None:
            raise InvalidError(f"{name} is of an MCP server: it is updated from its address, not from a document")
        return "mcp"
    if request.kind == "mcp":
        raise InvalidError(f"{name} is of a document; add the MCP server as a connector of its own")
    return "openapi"


def _with_hint(error: AddressRefusedError) -> AddressRefusedError:
    hint = f"; for an import: `--allow-host {error.pair}`, or `allowed_hosts` of the API" if error.pair else ""
    return AddressRefusedError(error.detail + hint, pair=error.pair)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username


def _plain(data: JsonObject) -> dict[str, Any]:
    return dict(data)


def overlay_report(outcomes: Sequence[Outcome]) -> JsonObject | None:
    """How many actions an overlay has, how many of them did something, and those that did not or not all."""
    if not outcomes:
        return None
    idle = [outcome.to_json() for outcome in outcomes if outcome.problem or not outcome.matched]
    applied = sum(outcome.changed > 0 for outcome in outcomes)
    return {"actions": len(outcomes), "applied": applied, "idle": [*idle[:MOST_IDLE]]}


def _result(
    connector: Connector,
    version: ConnectorVersion,
    connection: Connection | None,
    request: ImportRequest,
    overlay: JsonObject | None,
) -> JsonObject:
    return {
        "connector": {"id": connector.id, "name": connector.name},
        "version": version.number,
        "connection": connection.id if connection else None,
        "server_url": connection.server_url if connection else None,
        "allowed_hosts": list(request.allowed_hosts),
        "kind": request.kind,
        "report": {
            "found": version.found,
            "imported": version.imported,
            "with_loss": version.with_loss,
            "refused": version.refused,
            "overlay": overlay,
        },
    }

"""Imports: queued in the request's transaction, done by the worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from madang.backend.domains.imports.views import ImportBody
from madang.backend.parts import Parts
from madang.backend.permissions import require_editor, require_for_hosts
from madang.catalog.connectors import find_connector, get_connector
from madang.catalog.importing import KIND, ImportRequest, check_request, document_name
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from madang.kit.json import JsonObject
from madang.storage import audit, jobs
from madang.storage.jobs import Job, JobState

LOOK_SECONDS = 0.2


async def begin(actor: Actor, db: AsyncSession, parts: Parts, wanted: ImportBody) -> Job:
    """Queue an import. What can be known to fail fails here: a name that is taken, a document that is not there."""
    return await begin_request(actor, db, parts, wanted.to_request())


async def begin_request(actor: Actor, db: AsyncSession, parts: Parts, request: ImportRequest) -> Job:
    """The same for a request that another part of the backend makes."""
    require_editor(actor)
    check_request(request)
    if request.document is not None and not await parts.objects.exists(actor, document_name(request.document)):
        error = FieldError(pointer="/document", code="unknown", message="no such document; upload it first")
        raise InvalidError("the document was not uploaded", errors=[error])
    if request.overlay is not None and not await parts.objects.exists(actor, document_name(request.overlay)):
        error = FieldError(pointer="/overlay", code="unknown", message="no such overlay; upload it as documents are")
        raise InvalidError("the overlay was not uploaded", errors=[error])
    known: Sequence[str] = ()
    if request.connector is not None:
        known = (await get_connector(actor, db, request.connector)).allowed_hosts
    elif request.name is not None and await find_connector(actor, db, request.name) is not None:
        raise ConflictError(
            f"there is a connector {request.name!r} already: choose another name, or update it with "
            f"`madang connector update {request.name}`"
        )
    require_for_hosts(actor, parts.settings, request.allowed_hosts, known)
    job = await jobs.enqueue(actor, db, KIND, request.to_json())
    if request.allowed_hosts:
        detail: JsonObject = {"allowed_hosts": [*request.allowed_hosts]}
        await audit.record(actor, db, "import.create", job.id, detail, now=parts.clock.now())
    return job


async def watch(
    actor: Actor, parts: Parts, import_id: str, *, wait_seconds: float, stopping: Callable[[], bool]
) -> Job:
    """The import, as soon as its state or progress is another, after `wait_seconds`, or when the server stops."""
    first = await _get(actor, parts, import_id)
    found = first
    clock = asyncio.get_running_loop().time
    ends_at = clock() + wait_seconds
    while not found.is_done and _shown(found) == _shown(first) and clock() < ends_at and not stopping():
        await asyncio.sleep(LOOK_SECONDS)
        found = await _get(actor, parts, import_id)
    return found


async def cancel(actor: Actor, db: AsyncSession, import_id: str) -> None:
    """Stop an import; what it has not stored is gone. Raises NotFoundError, and ConflictError where it has ended."""
    require_editor(actor)
    found = await jobs.find(actor, db, import_id)
    if found is None or found.kind != KIND:
        raise NotFoundError(f"there is no import {import_id!r}")
    found = await jobs.cancel(actor, db, import_id)
    if found.state != "cancelled":
        raise ConflictError(f"the import has {found.state} already")


def _shown(job: Job) -> tuple[JobState, JsonObject | None]:
    return job.state, job.progress


async def _get(actor: Actor, parts: Parts, import_id: str) -> Job:
    async with parts.database.begin() as db:
        found = await jobs.find(actor, db, import_id)
    if found is None or found.kind != KIND:
        raise NotFoundError(f"there is no import {import_id!r}")
    return found

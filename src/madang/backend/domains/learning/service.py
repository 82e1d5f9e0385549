"""What calls have shown of a connector's answers, proposed, and accepted as a new version.

Proposals are worked out anew each time and kept nowhere: what is accepted is what the person has seen, by its hash.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from madang.backend.domains.imports import service as imports
from madang.backend.parts import Parts
from madang.backend.permissions import require_editor
from madang.catalog.connections import list_connections
from madang.catalog.connectors import get_connector
from madang.catalog.functions import list_definitions
from madang.catalog.importing import ImportRequest, document_name
from madang.catalog.values import Connector, ConnectorVersion
from madang.catalog.versions import get_version
from madang.effects.results import Stored
from madang.effects.samples import Sample, count_samples, list_samples
from madang.kit.actor import Actor
from madang.kit.errors import ConflictError, MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.kit.pages import MAX_LIMIT, PageRequest
from madang.schema.functions import Function
from madang.schema.learning.overlays import Learned, is_unknown, overlay_of_learned
from madang.schema.learning.shapes import Learner
from madang.schema.overlay.reading import MOST_BYTES, read_overlay
from madang.schema.overlay.values import Overlay
from madang.schema.overlay.writing import merged, to_json
from madang.schema.stored import function_from_json
from madang.storage import audit
from madang.storage.jobs import Job

MOST_FUNCTIONS = 500
MOST_SAMPLES = 50
MOST_LARGE = 5
LARGEST_SAMPLE = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What was learned of a connector's current version: of which functions, the overlay, and the overlay's hash.

    `unknown` counts all functions that declare no answer; `overlay` is None where their calls say nothing yet.
    """

    connector: Connector
    version: ConnectorVersion
    unknown: int
    learned: Sequence[Learned]
    overlay: Overlay | None

    @property
    def document(self) -> JsonObject | None:
        """The overlay as it is shown and stored."""
        return None if self.overlay is None else to_json(self.overlay)

    @property
    def hash(self) -> str | None:
        """What stands for this very proposal."""
        if self.overlay is None:
            return None
        actions: JsonValue = [
            {"target": action.target, "update": action.update, "remove": action.is_removal}
            for action in self.overlay.actions
        ]
        content = [self.version.id, actions]
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def propose(actor: Actor, parts: Parts, id_or_name: str) -> Proposal:
    """What calls have shown of the answers that a connector's document does not declare. Raises NotFoundError."""
    require_editor(actor)
    async with parts.database.begin() as db:
        connector = await get_connector(actor, db, id_or_name)
        version = await get_version(actor, db, connector.id)
        definitions = await list_definitions(actor, db, version.id)
        connections = await _connections(actor, parts, connector.id)
        unknown = await asyncio.to_thread(_unknown, definitions)
        names = {f"{connector.name}.{function.name}": function for function in unknown}
        counts = await count_samples(actor, db, list(names), connections)
    learned: list[Learned] = []
    for name in list(counts)[:MOST_FUNCTIONS]:
        found = await _learn(actor, parts, name, names[name], connections)
        if found is not None:
            learned.append(found)
    overlay = overlay_of_learned(connector.title or connector.name, version.dialect, learned)
    return Proposal(connector=connector, version=version, unknown=len(unknown), learned=learned, overlay=overlay)


async def accept(actor: Actor, parts: Parts, id_or_name: str, wanted: str) -> Job:
    """Begin a new version of the connector with the proposal of this hash in its overlay.

    Raises ConflictError where calls say something else by now, or nothing, and as an import does.
    """
    proposal = await propose(actor, parts, id_or_name)
    if proposal.overlay is None or proposal.hash != wanted:
        raise ConflictError("what is learned has changed since it was shown; look at it again, then accept it")
    digest = await _keep(actor, parts, await _with_former(actor, parts, proposal.version, proposal.overlay))
    request = ImportRequest(
        document=proposal.version.document_hash,
        connector=proposal.connector.id,
        overlay=digest,
        source_url=proposal.version.source_url,
    )
    async with parts.database.begin() as db:
        job = await imports.begin_request(actor, db, parts, request)
        names: list[JsonValue] = [each.function.name for each in proposal.learned[:100]]
        detail: JsonObject = {"functions": names}
        await audit.record(actor, db, "connector.learn", proposal.connector.id, detail, now=parts.clock.now())
    return job


def _unknown(definitions: Sequence[JsonValue]) -> list[Function]:
    return [function for function in map(function_from_json, definitions) if is_unknown(function)]


async def _connections(actor: Actor, parts: Parts, connector_id: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    async with parts.database.begin() as db:
        while True:
            page = await list_connections(
                actor, db, PageRequest(limit=MAX_LIMIT, cursor=cursor), connector_id=connector_id
            )
            found += [connection.id for connection in page.data]
            cursor = page.next
            if cursor is None:
                return found


async def _learn(
    actor: Actor, parts: Parts, name: str, function: Function, connections: Sequence[str]
) -> Learned | None:
    """What the newest answers of one function have in common: of those with the status that came most."""
    async with parts.database.begin() as db:
        samples = await list_samples(actor, db, name, connections, most=MOST_SAMPLES)
    kinds = [(sample.status, sample.media_type) for sample in samples]
    if not kinds:
        return None
    status, media_type = max(dict.fromkeys(kinds), key=kinds.count)
    learner = Learner()
    large = 0
    for sample in samples:
        if (sample.status, sample.media_type) != (status, media_type):
            continue
        large += sample.stored is not None
        if sample.stored is None or large <= MOST_LARGE:
            await _add(actor, parts, learner, sample)
    if not learner.shape.samples:
        return None
    return Learned(function=function, status=status, media_type=media_type, shape=learner.shape)


async def _add(actor: Actor, parts: Parts, learner: Learner, sample: Sample) -> None:
    value = sample.value
    if sample.stored is not None:
        try:
            stored: Stored = await parts.results.get(actor, str(sample.stored.get("id", "")))
            if stored.bytes > LARGEST_SAMPLE:
                return
            value = await parts.results.value(actor, stored)
        except MadangError:
            return  # What is not there any more teaches nothing.
    await asyncio.to_thread(learner.add, value)


async def _with_former(actor: Actor, parts: Parts, version: ConnectorVersion, overlay: Overlay) -> Overlay:
    """The overlay with the actions of the one that the connector has before its own."""
    if version.overlay_key is None:
        return overlay
    data = await parts.objects.read(actor, version.overlay_key, limit_bytes=MOST_BYTES)
    return replace(merged(await asyncio.to_thread(read_overlay, data), overlay), extends=None)


async def _keep(actor: Actor, parts: Parts, overlay: Overlay) -> str:
    data = orjson.dumps(to_json(overlay), option=orjson.OPT_INDENT_2)
    digest = hashlib.sha256(data).hexdigest()
    await parts.objects.put(actor, document_name(digest), data)
    return digest

"""What a version's reader gives, and the steps of reading that all versions share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.answers import read_answers
from madang.schema.documents.context import Context
from madang.schema.documents.normal import Document, Operation, Parameter, RawParameter, RequestBody
from madang.schema.documents.parameters import complete, gather_parameters, split_path
from madang.schema.documents.paths import RawOperation, find_operations
from madang.schema.documents.places import Place
from madang.schema.documents.security import read_requirements
from madang.schema.documents.servers import read_servers
from madang.schema.documents.values import flag_at, list_at, object_at, text_at
from madang.schema.functions import SecurityRequirement, SecurityScheme, Server


class Version(Protocol):
    """The differences of one version of document."""

    @property
    def dialect(self) -> str:
        """The version's name in a `FunctionSet`."""
        ...

    @property
    def methods(self) -> frozenset[str]:
        """Keys of a path's item that are operations, in small letters."""
        ...

    @property
    def locations(self) -> frozenset[str]:
        """Where parameters may be, body included where it is a parameter."""
        ...

    def schemes(self) -> tuple[SecurityScheme, ...]:
        """The security schemes of the document."""
        ...

    def servers(self) -> tuple[Server, ...]:
        """The servers of the document, at least one."""
        ...

    def parameter(self, raw: RawParameter) -> Parameter | None:
        """A parameter with the version's defaults; None for one that is part of the body."""
        ...

    def body(self, raw: RawOperation, parameters: Iterable[RawParameter]) -> RequestBody | None:
        """The body, from wherever the version keeps it."""
        ...

    def content(self, node: JsonObject, place: Place, raw: RawOperation) -> tuple[str | None, JsonValue]:
        """The best media type of an answer and its schema."""
        ...


def read_document(version: Version, context: Context) -> Document:
    """The normal form of a document whose version is known."""
    schemes = version.schemes()
    known = {scheme.name: scheme for scheme in schemes}
    common = read_requirements(context.root, context.place, known, context) or ()
    raws, found = find_operations(context, version.methods)
    info = object_at(context.root, "info", context.place, context.remarks)
    return Document(
        title=text_at(info, "title"),
        description=text_at(info, "description") or text_at(info, "summary"),
        version=text_at(info, "version"),
        dialect=version.dialect,
        operations=tuple(_operation(raw, version, known, common, context) for raw in raws),
        found=found,
        security_schemes=schemes,
        servers=version.servers(),
    )


def _operation(
    raw: RawOperation,
    version: Version,
    known: Mapping[str, SecurityScheme],
    common: tuple[SecurityRequirement, ...],
    context: Context,
) -> Operation:
    gathered = gather_parameters(raw, context, version.locations)
    own = read_requirements(raw.node, raw.place, known, context)
    callbacks = raw.node.get("callbacks")
    if isinstance(callbacks, dict) and callbacks:
        message = f"Callbacks are listed, not imported: {', '.join(callbacks)[:200]}."
        context.remarks.note(raw.place.child("callbacks"), "callbacks", message)
    path, parameters = _parameters(raw, gathered, version, context)
    return Operation(
        method=raw.method,
        path=path,
        operation_id=text_at(raw.node, "operationId") or None,
        summary=text_at(raw.node, "summary") or text_at(raw.item, "summary"),
        description=text_at(raw.node, "description") or text_at(raw.item, "description"),
        tags=tuple(tag for tag in list_at(raw.node, "tags", raw.place, context.remarks) if isinstance(tag, str)),
        parameters=parameters,
        body=version.body(raw, gathered),
        answers=read_answers(raw, context, lambda node, place: version.content(node, place, raw)),
        security=common if own is None else own,
        servers=read_servers(raw.node, raw.place, context) or read_servers(raw.item, raw.item_place, context),
        is_deprecated=flag_at(raw.node, "deprecated") or False,
        extensions={key: value for key, value in raw.node.items() if key.startswith("x-madang-")},
        place=raw.place,
        source=raw.source,
    )


def _parameters(
    raw: RawOperation, gathered: list[RawParameter], version: Version, context: Context
) -> tuple[str, tuple[Parameter, ...]]:
    read = [parameter for parameter in map(version.parameter, gathered) if parameter is not None]
    path, parameters = split_path(raw, read, context)
    return path, tuple(complete(parameters, raw, path, context))

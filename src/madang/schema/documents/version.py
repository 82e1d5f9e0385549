"""What a version's reader gives, and the steps of reading that all versions share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    def parameters(self, raw: RawParameter) -> Sequence[Parameter]:
        """What is declared as one parameter, with the version's defaults; none where it is part of the body."""
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
    operations = tuple(_operation(raw, version, known, common, context) for raw in raws)
    _tell_doubles(operations, context)
    return Document(
        title=text_at(info, "title"),
        description=text_at(info, "description") or text_at(info, "summary"),
        version=text_at(info, "version"),
        dialect=version.dialect,
        operations=operations,
        found=found,
        security_schemes=schemes,
        servers=version.servers(),
    )


def _tell_doubles(operations: Iterable[Operation], context: Context) -> None:
    first: dict[str, Place] = {}
    for operation in operations:
        name = operation.operation_id
        if name and first.setdefault(name, operation.source) is not operation.source:
            message = f"'{name[:100]}' is the operationId of {first[name]} too; the two functions are named apart."
            context.remarks.note(operation.place.child("operationId"), "operation-id-twice", message)


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
    for name in callbacks if isinstance(callbacks, dict) else ():
        if not name.startswith("x-"):
            message = f"The callback '{name[:100]}' is listed, not imported: it cannot be called."
            context.remarks.note(raw.place.at("callbacks", name), "callbacks", message)
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
    read = [parameter for declared in gathered for parameter in version.parameters(declared)]
    path, parameters = split_path(raw, read, context)
    return path, tuple(complete(parameters, raw, path, context))

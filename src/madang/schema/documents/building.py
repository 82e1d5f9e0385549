"""Functions from the normal form of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from madang.kit.json import JsonValue
from madang.schema.documents.answers import result_of
from madang.schema.documents.bodies import BodyArgument, Sharing, description_of, read_body
from madang.schema.documents.normal import Document, Operation, Parameter
from madang.schema.documents.paging import read_pagination
from madang.schema.documents.remarks import Remarks
from madang.schema.effect_hints import EffectHints, read_effect
from madang.schema.functions import Answer, Argument, Body, Function, SecurityScheme
from madang.schema.names import ArgumentNames, FunctionNames, NameTable, OperationNames, snake
from madang.schema.references import References

_PREFIX = "#/$defs/"


@dataclass(frozen=True, kw_only=True)
class Building:
    """What building the functions of one document needs."""

    sharing: Sharing
    names: NameTable
    remarks: Remarks
    arguments: dict[int, Argument] = field(default_factory=dict[int, Argument])
    """Arguments of parameters that many operations share, by the parameter's id while the document is held."""


def build_functions(document: Document, building: Building) -> tuple[Function, ...]:
    """Every operation as a function, in document order."""
    sources = [str(operation.source) for operation in document.operations]
    namer = OperationNames(building.names.functions, sources)
    keys = frozenset(_key_places(document.security_schemes))
    references = References(building.sharing.schemas)
    return tuple(
        _function(operation, source, namer, keys, building, references)
        for operation, source in zip(document.operations, sources, strict=True)
    )


def _function(
    operation: Operation,
    source: str,
    namer: OperationNames,
    keys: frozenset[tuple[str, str]],
    building: Building,
    references: References,
) -> Function:
    names = namer.name(
        source, operation.operation_id, method=operation.method, path=operation.path, tags=operation.tags
    )
    hints = read_effect(operation, building.remarks)
    body, arguments = _arguments(operation, names, hints, keys, building)
    answers = tuple(_answer(answer, building.sharing) for answer in operation.answers)
    result = result_of(answers)
    return Function(
        name=names.name,
        model_name=names.model_name,
        operation_id=operation.operation_id,
        method=operation.method,
        path=operation.path,
        title=operation.summary or _title(operation, names.name),
        description=operation.description,
        arguments=arguments,
        body=body,
        answers=answers,
        result=result,
        effect=hints.effect,
        idempotency_header=hints.idempotency_header,
        check=hints.check,
        price=hints.price,
        security=operation.security,
        servers=operation.servers,
        tags=operation.tags,
        is_deprecated=operation.is_deprecated,
        pagination=read_pagination(operation, arguments, answers, result, references, building.remarks),
        source=source,
    )


def _arguments(
    operation: Operation,
    names: FunctionNames,
    hints: EffectHints,
    keys: frozenset[tuple[str, str]],
    building: Building,
) -> tuple[Body | None, tuple[Argument, ...]]:
    namer = ArgumentNames(names.arguments)
    arguments = [
        _argument(parameter, namer, building)
        for parameter in operation.parameters
        if not _is_given_elsewhere(parameter, hints, keys, building.remarks)
    ]
    if operation.body is None:
        return None, tuple(arguments)
    body, parts = read_body(operation.body, building.sharing, building.remarks)
    arguments.extend(_body_argument(part, namer, building.sharing) for part in parts)
    return body, tuple(arguments)


def _argument(parameter: Parameter, namer: ArgumentNames, building: Building) -> Argument:
    name, sharing = namer.name(parameter.location, parameter.name), building.sharing
    known = building.arguments.get(id(parameter))
    if known is not None and known.name == name:
        return known
    argument = building.arguments[id(parameter)] = Argument(
        name=name,
        location=parameter.location,
        wire=parameter.name,
        schema=sharing.sent.apply(parameter.schema),
        is_required=parameter.is_required,
        description=parameter.description or description_of(parameter.schema, sharing.schemas),
        style=parameter.style,
        explode=parameter.explode,
        allow_reserved=parameter.allow_reserved,
        content_type=parameter.content_type,
        is_human=parameter.is_human or is_human(parameter.schema, sharing.schemas),
        is_deprecated=parameter.is_deprecated,
    )
    return argument


def _body_argument(part: BodyArgument, namer: ArgumentNames, sharing: Sharing) -> Argument:
    return Argument(
        name=namer.name("body", part.wire),
        location="body",
        wire=part.wire,
        schema=part.schema,
        is_required=part.is_required,
        description=part.description,
        is_human=is_human(part.schema, sharing.schemas),
        is_deprecated=isinstance(part.schema, dict) and part.schema.get("deprecated") is True,
    )


def is_human(schema: JsonValue, schemas: Mapping[str, JsonValue]) -> bool:
    """Whether a person gives this value: marked so, or a password, here or in what the schema refers to."""
    for _ in range(20):
        if not isinstance(schema, dict):
            return False
        said = schema.get("x-madang-human")
        if said is True or (said is not False and schema.get("format") == "password"):
            return True
        if "$ref" not in schema:
            return False
        schema = schemas.get(str(schema["$ref"]).removeprefix(_PREFIX))
    return False


def _is_given_elsewhere(
    parameter: Parameter, hints: EffectHints, keys: frozenset[tuple[str, str]], remarks: Remarks
) -> bool:
    if (parameter.location, parameter.name.lower()) in keys:
        message = f"'{parameter.name}' is the key of a security scheme; the connection's credential gives it."
        remarks.note(parameter.place, "parameter-is-credential", message)
        return True
    header = hints.idempotency_header
    if parameter.location == "header" and header is not None and parameter.name.lower() == header.lower():
        message = f"'{parameter.name}' is given by whoever performs the call, so that a repetition can be told."
        remarks.note(parameter.place, "parameter-is-idempotency-key", message)
        return True
    return False


def _key_places(schemes: Iterable[SecurityScheme]) -> Iterable[tuple[str, str]]:
    for scheme in schemes:
        if scheme.location is not None and scheme.parameter is not None:
            yield scheme.location, scheme.parameter.lower()


def _answer(answer: Answer, sharing: Sharing) -> Answer:
    schema = None if answer.schema is None else sharing.answered.apply(answer.schema)
    if schema is answer.schema:
        return answer
    return replace(answer, schema=schema)


def _title(operation: Operation, name: str) -> str:
    words = (snake(operation.operation_id or "") or name.rsplit(".", 1)[-1]).strip("_").replace("_", " ")
    return words[:1].upper() + words[1:]

"""Request bodies as arguments: the best media type, and the properties of its object one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from madang.kit.json import JsonValue
from madang.schema.documents.directions import Direction
from madang.schema.documents.media_types import form_of, rank
from madang.schema.documents.normal import Media, RequestBody
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.shapes import Shape, find_shape
from madang.schema.functions import Body

_BINARY: JsonValue = {"type": "string", "format": "binary"}
_TEXT: JsonValue = {"type": "string"}
_PREFIX = "#/$defs/"


@dataclass(frozen=True, kw_only=True)
class BodyArgument:
    """One argument that a body needs: `wire` is a property, or empty for the whole body."""

    wire: str
    schema: JsonValue
    is_required: bool
    description: str


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """The shared schemas, and how a schema looks when it is sent and when it comes back."""

    schemas: Mapping[str, JsonValue]
    sent: Direction
    answered: Direction


def read_body(body: RequestBody, sharing: Sharing, remarks: Remarks) -> tuple[Body, list[BodyArgument]]:
    """How a body is sent, and its arguments in document order."""
    chosen = _best(body.media, sharing)
    form = form_of(chosen.media_type)
    shape = find_shape(chosen.schema, sharing.schemas) if form in ("json", "urlencoded", "multipart") else None
    arguments = list(_properties(shape, body, sharing)) if shape is not None else []
    if shape is not None and arguments:
        _tell(shape, body, remarks)
    is_flat = bool(arguments)
    if not is_flat:
        arguments = [_whole(chosen, body, sharing, remarks)]
    others = [media.media_type for media in body.media if media is not chosen]
    sent = Body(
        media_type=chosen.media_type if "*" not in chosen.media_type else "application/json",
        form=form,
        is_required=body.is_required is True or any(argument.is_required for argument in arguments),
        is_flat=is_flat,
        encoding=chosen.encoding,
        other_media_types=tuple(others),
    )
    return sent, arguments


def _best(media: Sequence[Media], sharing: Sharing) -> Media:
    ranked = sorted(media, key=lambda each: (each.schema is None, rank(each.media_type)))
    if form_of(ranked[0].media_type) == "urlencoded":
        shape = find_shape(ranked[0].schema, sharing.schemas)
        forms = [each for each in ranked if form_of(each.media_type) == "multipart"]
        if forms and shape is not None and any(map(_is_binary, shape.properties.values())):
            return forms[0]
    return ranked[0]


def _is_binary(schema: JsonValue) -> bool:
    return isinstance(schema, dict) and schema.get("format") == "binary"


def _properties(shape: Shape, body: RequestBody, sharing: Sharing) -> Iterator[BodyArgument]:
    """A body that the document calls optional asks for none of its properties; where it says nothing, what the
    object requires is required, since that is what documents without `required` mean."""
    for name, member in shape.properties.items():
        if not sharing.sent.leaves(member):
            yield BodyArgument(
                wire=name,
                schema=sharing.sent.apply(member),
                is_required=name in shape.required and body.is_required is not False,
                description=description_of(member, sharing.schemas),
            )


def _whole(media: Media, body: RequestBody, sharing: Sharing, remarks: Remarks) -> BodyArgument:
    form = form_of(media.media_type)
    schema = True if media.schema is None else sharing.sent.apply(media.schema)
    if form == "binary":
        schema = _BINARY
    elif form == "text":
        if not media.media_type.lower().startswith("text/") and schema is not True:
            message = f"A body of {media.media_type} is given as one text; its schema cannot be checked."
            remarks.loss(body.place, "body-as-text", message)
        schema = schema if isinstance(schema, dict) and schema.get("type") == "string" else _TEXT
    return BodyArgument(
        wire="",
        schema=schema,
        is_required=body.is_required is True,
        description=body.description or description_of(schema, sharing.schemas),
    )


def _tell(shape: Shape, body: RequestBody, remarks: Remarks) -> None:
    if shape.conflicts:
        names = ", ".join(dict.fromkeys(shape.conflicts))[:200]
        message = f"Members of an 'allOf' declare {names} differently; both declarations hold."
        remarks.note(body.place, "allof-conflict", message)
    if shape.beyond:
        words = ", ".join(dict.fromkeys(shape.beyond))
        message = f"The properties became arguments; what {words} say of the whole object is left to the API."
        remarks.loss(body.place, "body-flat", message)


def description_of(schema: JsonValue, schemas: Mapping[str, JsonValue]) -> str:
    """What a schema says of itself, or what it refers to says."""
    for _ in range(20):
        if not isinstance(schema, dict):
            return ""
        said = schema.get("description")
        if isinstance(said, str) and said:
            return said
        if "$ref" not in schema:
            return ""
        schema = schemas.get(str(schema["$ref"]).removeprefix(_PREFIX))
    return ""

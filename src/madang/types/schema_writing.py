"""Types to JSON Schema: the input form and the result of a workflow. `from_schema` of it gives the type back."""

from __future__ import annotations

from collections.abc import Mapping

from madang.kit.json import JsonObject, JsonValue
from madang.types.model import (
    BoolType,
    BytesType,
    DateTimeType,
    DateType,
    DictType,
    FileType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    NeverType,
    NoneType,
    RecordType,
    StrType,
    TimeDeltaType,
    Type,
    UnionType,
)

_WORDS: dict[type, JsonObject] = {
    NoneType: {"type": "null"},
    BoolType: {"type": "boolean"},
    BytesType: {"type": "string", "contentEncoding": "base64"},
    DateTimeType: {"type": "string", "format": "date-time"},
    DateType: {"type": "string", "format": "date"},
    TimeDeltaType: {"type": "string", "format": "duration"},
    FileType: {"type": "string", "format": "binary"},
    NeverType: {"not": {}},
}


class SchemaWriter:
    """Writes schemas that share their named types: `defs` has each name that was met, as `<owner>.<name>`."""

    def __init__(self) -> None:
        self.defs: dict[str, JsonValue] = {}

    def write(self, type_: Type) -> JsonValue:
        """The schema of a type; `True` for `Any`."""
        word = _WORDS.get(type(type_))
        if word is not None:
            return dict(word)
        if isinstance(type_, NamedType):
            return {"$ref": f"#/$defs/{self._name(type_)}"}
        return self._compound(type_)

    def _name(self, type_: NamedType) -> str:
        name = f"{type_.owner}.{type_.name}" if type_.owner else type_.name
        if name not in self.defs:
            self.defs[name] = True
            self.defs[name] = self.write(type_.definitions.get(type_.name))
        return name

    def _compound(self, type_: Type) -> JsonValue:
        match type_:
            case IntType():
                bounds = {"minimum": type_.minimum, "maximum": type_.maximum, "multipleOf": type_.multiple_of}
                return {"type": "integer", **_given(bounds)}
            case FloatType():
                return {"type": "number", **_given({"minimum": type_.minimum, "maximum": type_.maximum})}
            case StrType():
                return {"type": "string", **_text(type_)}
            case LiteralType(values=values):
                return {"const": values[0]} if len(values) == 1 else {"enum": list(values)}
            case ListType():
                bounds = {"minItems": type_.min_items, "maxItems": type_.max_items}
                return {"type": "array", "items": self.write(type_.item), **_given(bounds)}
            case DictType(value=value):
                return {"type": "object", "additionalProperties": self.write(value)}
            case RecordType():
                return self._record(type_)
            case UnionType():
                return self._union(type_)
            case _:
                return True

    def _record(self, type_: RecordType) -> JsonObject:
        properties: JsonObject = {}
        for field in type_.fields:
            schema = self.write(field.type)
            said = {"description": field.description} if field.description else {}
            properties[field.name] = {**schema, **said} if isinstance(schema, dict) else dict[str, JsonValue](said)
        made: JsonObject = {"type": "object", "properties": properties}
        required: list[JsonValue] = [field.name for field in type_.fields if field.is_required]
        if required:
            made["required"] = required
        if type_.rest is not None:
            made["additionalProperties"] = self.write(type_.rest)
        elif type_.is_closed:
            made["additionalProperties"] = False
        return made

    def _union(self, type_: UnionType) -> JsonObject:
        made: JsonObject = {"anyOf": [self.write(each) for each in type_.members]}
        if type_.discriminator is not None:
            said: JsonObject = {"propertyName": type_.discriminator}
            mapping = {value: f"#/$defs/{self._name(m)}" for value, m in type_.mapping if isinstance(m, NamedType)}
            made["discriminator"] = {**said, "mapping": dict[str, JsonValue](mapping)} if mapping else said
        return made


def to_schema(type_: Type) -> JsonValue:
    """The schema of one type, with the named ones it uses under its own `$defs`."""
    writer = SchemaWriter()
    schema = writer.write(type_)
    if not writer.defs:
        return schema
    return {**(schema if isinstance(schema, dict) else {}), "$defs": writer.defs}


def _text(type_: StrType) -> JsonObject:
    return _given(
        {
            "format": type_.format,
            "pattern": type_.pattern,
            "minLength": type_.min_length,
            "maxLength": type_.max_length,
        }
    )


def _given(values: Mapping[str, int | float | str | None]) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None}

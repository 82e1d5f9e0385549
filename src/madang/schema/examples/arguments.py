"""Arguments of a function that can be sent: what a path, a query or a header cannot say is not made for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import arguments_schema
from madang.schema.describe import accepted_types
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.generating import Generator
from madang.schema.examples.heights import Heights
from madang.schema.examples.wishes import STANDARD, Wishes
from madang.schema.functions import Argument, BodyForm, Function
from madang.schema.references import References

_PLAIN: JsonObject = {"not": {"enum": [".", ".."]}}
_PRINTABLE: JsonObject = {"not": {"type": "string", "pattern": "^ | $|[^ -~]"}}


class ArgumentsGenerator:
    """Makes arguments of the functions of one set; what is known of shared schemas is kept."""

    def __init__(self, schemas: Mapping[str, JsonValue], *, wishes: Wishes = STANDARD) -> None:
        self._references = References(schemas)
        self._heights = Heights(schemas)
        self._wishes = wishes

    def make(self, function: Function, rng: Random) -> JsonObject:
        """Arguments by name, the required and some of the others. Raises UngeneratableError."""
        properties = arguments_schema(function, {})["properties"]
        schemas = properties if isinstance(properties, dict) else {}
        made: JsonObject = {}
        for argument in function.arguments:
            if not argument.is_required and rng.random() >= self._wishes.optional:
                continue
            try:
                made[argument.name] = self._value(argument, function, schemas[argument.name], rng)
            except UngeneratableError as error:
                if argument.is_required:
                    raise UngeneratableError(error.reason, (argument.name, *error.path)) from None
        return made

    def _value(self, argument: Argument, function: Function, schema: JsonValue, rng: Random) -> JsonValue:
        body = function.body
        is_json = argument.location == "body" and body is not None and body.form == "json"
        is_json = is_json or argument.content_type is not None
        wishes = self._wishes if is_json else replace(self._wishes, is_filled=True, nulls=0.0)
        generator = Generator(self._references, rng, wishes=wishes, heights=self._heights)
        more: list[JsonValue] = []
        if argument.location == "path":
            more = [_PLAIN]
        elif argument.location == "header":
            more = [_PRINTABLE]
        elif argument.location == "body" and not argument.wire and body is not None:
            more = [{"type": "object"}] if self._is_form(argument.schema, body.form) else []
        return generator.make([schema, *more])

    def _is_form(self, schema: JsonValue, form: BodyForm) -> bool:
        """Whether a whole body is an object whose members are fields; the text of a form is given as it is."""
        takes_object = "object" in accepted_types(schema, self._references)
        return form == "multipart" or (form == "urlencoded" and takes_object)

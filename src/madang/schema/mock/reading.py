"""The inverse of `schema.requests`: a request becomes the arguments that it means, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, unquote_plus

from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments, compile_arguments
from madang.schema.functions import Argument, Function
from madang.schema.mock.bodies import BodyError, BodyReader
from madang.schema.mock.styles import ABSENT, Absent, Styles, json_or_text
from madang.schema.mock.typed import Types
from madang.schema.mock.wire import Incoming
from madang.schema.references import References
from madang.schema.validation import ArgumentError


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a request asks of a function. `body` is its body as it was sent, by the names of the wire."""

    arguments: JsonObject
    errors: tuple[ArgumentError, ...] = ()
    body: JsonValue = None


class RequestReader:
    """Reads the requests of one function; what it needs is made when it is first needed."""

    def __init__(self, function: Function, references: References) -> None:
        self._function = function
        self._references = references
        self._types = Types(references)
        self._styles = Styles(self._types)

    @cached_property
    def _compiled(self) -> CompiledArguments:
        return compile_arguments(self._function, self._references.schemas)

    def read(self, incoming: Incoming, path_values: Mapping[str, str]) -> Asked:
        """The arguments of a request, checked. Never raises."""
        arguments: JsonObject = {}
        for argument in self._function.arguments:
            value = self._parameter(argument, incoming, path_values)
            if not isinstance(value, Absent):
                arguments[argument.name] = value
        try:
            body = self._body(incoming)
        except BodyError as error:
            return Asked(arguments=arguments, errors=(_body_error(str(error)),))
        if not isinstance(body, Absent):
            arguments.update(self._of_body(body))
        sent = None if isinstance(body, Absent) else body
        errors = self._compiled.validate(arguments)
        if not errors and self._lacks_body(incoming):
            errors = (_body_error("the body is missing"),)
        return Asked(arguments=arguments, errors=errors, body=sent)

    def _lacks_body(self, incoming: Incoming) -> bool:
        body = self._function.body
        is_needed = body is not None and body.is_required and not body.is_flat
        return is_needed and not incoming.body and not incoming.media_type

    def _parameter(self, argument: Argument, incoming: Incoming, path_values: Mapping[str, str]) -> JsonValue | Absent:
        schemas = [argument.schema]
        if argument.location == "path":
            text = path_values.get(argument.wire)
            if text is None:
                return ABSENT
            if argument.content_type is not None:
                return json_or_text(unquote(text))
            return self._styles.path(argument.wire, text, argument.style, argument.explode, schemas)
        if argument.location == "header":
            text = incoming.header(argument.wire)
            if text is None:
                return ABSENT
            return json_or_text(text) if argument.content_type else self._styles.header(text, argument.explode, schemas)
        if argument.location == "body":
            return ABSENT
        pairs = incoming.query_pairs() if argument.location == "query" else incoming.cookie_pairs()
        if argument.content_type is not None:
            own = [text for name, text in pairs if unquote_plus(name) == argument.wire]
            return json_or_text(unquote_plus(own[-1])) if own else ABSENT
        style = "form" if argument.style == "simple" or argument.location == "cookie" else argument.style
        return self._styles.query(argument.wire, pairs, style, argument.explode, schemas, self._others(argument))

    def _others(self, argument: Argument) -> list[str]:
        return [
            other.wire
            for other in self._function.arguments
            if other.location == argument.location and other is not argument
        ]

    def _body(self, incoming: Incoming) -> JsonValue | Absent:
        body = self._function.body
        if body is None:
            return ABSENT
        parts = [argument for argument in self._function.arguments if argument.location == "body"]
        if body.is_flat:
            schemas = {argument.wire: [argument.schema] for argument in parts}
            reader = BodyReader(self._references)
            return reader.read(body, incoming, lambda name: schemas.get(name, []), [*schemas], [])
        whole = [argument.schema for argument in parts]
        names = [*self._types.names(whole)]
        return BodyReader(self._references).read(
            body, incoming, lambda name: self._types.member(whole, name), names, whole
        )

    def _of_body(self, value: JsonValue) -> JsonObject:
        """The arguments that a body holds. What a flat body has beyond them is not looked at."""
        body = self._function.body
        parts: Sequence[Argument] = [each for each in self._function.arguments if each.location == "body"]
        if body is None or not body.is_flat:
            return {parts[0].name: value} if parts else {}
        members = value if isinstance(value, dict) else {}
        return {argument.name: members[argument.wire] for argument in parts if argument.wire in members}


def _body_error(message: str) -> ArgumentError:
    return ArgumentError(path="", expected="a body that can be read", given="another", message=message, code="body")

"""What would be done: a function with arguments that were checked, before anybody approves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from madang.catalog.values import CatalogFunction, Connection
from madang.effects.values import Act, Provenance
from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments, Prepared
from madang.schema.requests import build_request
from madang.schema.validation import ArgumentError
from madang.types.effects import EffectClass


class ArgumentsError(InvalidError):
    """Arguments that break the function's schema; every wrong place with what was expected and what was given."""

    code = "arguments"
    title = "The arguments are not valid"

    def __init__(self, function: str, errors: Sequence[ArgumentError]) -> None:
        lines = "; ".join(error.message for error in errors[:3])
        more = f" and {len(errors) - 3} more" if len(errors) > 3 else ""
        super().__init__(f"{function}: {lines}{more}", errors=[error.to_field_error() for error in errors])
        self.arguments = tuple(errors)

    def to_problem(self) -> JsonObject:
        """The problem, whose errors also have `expected` and `given`."""
        problem = super().to_problem()
        problem["errors"] = [
            {**error.to_field_error().to_json(), "expected": error.expected, "given": error.given}
            for error in self.arguments
        ]
        return problem


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A call that could be made. `arguments` are complete; `shown` has a marker in place of the human share."""

    function: CatalogFunction
    connection: Connection
    arguments: JsonObject = field(repr=False)
    shown: JsonObject

    @property
    def effect(self) -> EffectClass:
        """The class of the function, unless the connection says otherwise."""
        return self.connection.effect_of(self.function.function)

    def to_act(self, key: str, provenance: Mapping[str, Provenance] | None = None) -> Act:
        """The act, under a key of its scope."""
        return Act(
            key=key,
            function=self.function,
            connection=self.connection,
            arguments=self.arguments,
            shown=self.shown,
            provenance=provenance or {},
        )

    def preview(self) -> JsonObject:
        """The HTTP request as it would leave the proxy, without credentials and without the human share.

        A function that an application lends is called by its name. Raises InvalidError for a value that cannot stand
        where it belongs, as `..` in a path.
        """
        if self.function.function.kind == "application":
            return {"method": self.function.function.method, "url": self.function.full_name, "arguments": self.shown}
        request = build_request(self.function.function, self.shown, server_url=self.connection.server_url)
        return request.to_json()


def propose(
    function: CatalogFunction, compiled: CompiledArguments, connection: Connection, raw: str | JsonValue
) -> Proposal:
    """Parse, coerce and check arguments. Raises ArgumentsError."""
    return propose_prepared(function, compiled, connection, compiled.prepare(raw))


def propose_prepared(
    function: CatalogFunction, compiled: CompiledArguments, connection: Connection, prepared: Prepared
) -> Proposal:
    """The call that prepared arguments make. Raises ArgumentsError where they are not valid."""
    if prepared.errors:
        raise ArgumentsError(function.full_name, prepared.errors)
    return Proposal(
        function=function,
        connection=connection,
        arguments=prepared.arguments,
        shown=compiled.shares.redact(prepared.arguments),
    )

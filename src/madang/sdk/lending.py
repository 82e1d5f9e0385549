"""What an application lends: a definition and what runs it."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.application import Bound, bind, read_definition

LONGEST_ERROR = 4_000
PORTION_BYTES = 200 * 1024


@dataclass(frozen=True, kw_only=True)
class LentFunction:
    """A definition in JSON (`schema.application.definitions`) with what runs it: JSON arguments in, JSON out."""

    definition: JsonObject
    run: Callable[[JsonObject], Awaitable[JsonValue]]

    @property
    def name(self) -> str:
        """The name under which it is lent."""
        return str(self.definition.get("name"))


Lendable: TypeAlias = "LentFunction | Bound | Callable[..., Any]"


def lent_function(given: Lendable) -> LentFunction:
    """What is lent of a typed callable, or as it was given. Raises InvalidError for what cannot be described."""
    if isinstance(given, LentFunction):
        read_definition(given.definition)
        return given
    bound = given if isinstance(given, Bound) else bind(given)

    async def run_bound(arguments: JsonObject) -> JsonValue:
        # One that is not asynchronous may take its time, and has a thread of its own.
        made = bound.call(arguments) if bound.is_async else await asyncio.to_thread(bound.call, arguments)
        return bound.to_json(await made if inspect.isawaitable(made) else made)

    return LentFunction(definition=bound.definition, run=run_bound)


def portions(lent: Iterable[LentFunction]) -> Iterator[list[JsonValue]]:
    """The definitions in lists that a frame holds."""
    portion, size = list[JsonValue](), 0
    for each in lent:
        bytes_ = len(json.dumps(each.definition))
        if portion and size + bytes_ > PORTION_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(each.definition)
        size += bytes_
    if portion:
        yield portion


async def run(lent: Mapping[str, LentFunction], name: str, arguments: JsonObject) -> JsonObject:
    """Run a function: the members of a `tool_result`. A boundary: whatever goes wrong in it is its error."""
    function = lent.get(name)
    if function is None:
        return {"error": f"{name} is not lent any more"}
    try:
        return {"value": await function.run(arguments)}
    except MadangError as error:
        said = error.detail
    except Exception as error:  # noqa: BLE001 - the code of the application; what it says is told, and the session goes on
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return {"error": said[:LONGEST_ERROR].replace("\x00", "")}

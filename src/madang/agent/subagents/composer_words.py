"""The composer that needs no model: it takes what the words of a request state, and leaves the rest open.

Nothing is guessed: a text is the value of one argument at most, a value that two arguments could have, or an argument
that two values could be, stays open, and what a person gives is never taken from words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from madang.agent.subagents.ports import ComposerInput, Composition, Context, EarlierResult
from madang.agent.words.choosing import choose
from madang.agent.words.earlier import take_earlier, tokens_said
from madang.agent.words.fields import Field, Path, fields_of
from madang.agent.words.labelled import labelled
from madang.agent.words.looks import count_claims, look_claims
from madang.agent.words.options import option_claims
from madang.agent.words.parts import noun_claims, rename_claims, role_claims
from madang.agent.words.placing import place_values
from madang.agent.words.reading import read
from madang.agent.words.request import Claim, Request, read_request
from madang.agent.words.times import moment_claims
from madang.effects.values import Provenance
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments
from madang.schema.functions import Function

TEXT_LIMIT = 200_000
TOKENS_LIMIT = 3_000
"""A quotation is one token, however long; of what is said around them no more is read than this."""
_JSON_TRIES = 8
_USER = Provenance(kind="user")


async def compose_words(asked: ComposerInput, context: Context) -> Composition:
    """Take what the words, and earlier results, state."""
    function = asked.function
    return compose(
        function.function,
        asked.compiled,
        asked.text,
        earlier=asked.earlier,
        now=context.now,
        connector=function.connector,
    )


def compose(
    function: Function,
    compiled: CompiledArguments,
    text: str,
    *,
    earlier: Sequence[EarlierResult] = (),
    now: datetime,
    connector: str = "",
) -> Composition:
    """Take what a text states of a function's arguments. `now` has the time zone of the person.

    The name of the `connector` is no value: `issues on github` says where, not which.
    """
    text = text[:TEXT_LIMIT]
    given = _find_json(text, compiled)
    if given is not None:
        return Composition(arguments=given, provenance=dict.fromkeys(given, _USER))
    fields = fields_of(function, compiled)
    request = read_request(text, read(text, now)[:TOKENS_LIMIT], function, fields, now, connector=connector)
    request = replace(request, said=tokens_said(request))
    chosen = choose(request, _claims(request))
    return _composed(request, chosen, earlier, compiled)


def _claims(request: Request) -> list[Claim]:
    return [
        *labelled(request),
        *role_claims(request),
        *moment_claims(request),
        *look_claims(request),
        *count_claims(request),
        *option_claims(request),
        *noun_claims(request),
        *rename_claims(request),
    ]


def _composed(
    request: Request, chosen: Mapping[int, Claim], earlier: Sequence[EarlierResult], compiled: CompiledArguments
) -> Composition:
    fields = request.fields
    values: list[tuple[Path, JsonValue]] = [
        (fields[index].path, chosen[index].value) for index in sorted(chosen) if not fields[index].is_human
    ]
    provenance = {str(path[0]): _USER for path, _ in values}
    for taken in take_earlier(request, [(result.function, result.value) for result in earlier], chosen):
        source = earlier[taken.result]
        path = fields[taken.field].path
        values.append((path, taken.value))
        provenance[str(path[0])] = Provenance(
            kind="result", key=source.key, connection=source.connection, path=taken.path
        )
    arguments = compiled.shares.without_human(place_values(_in_order(fields, values)))
    return Composition(arguments=arguments, provenance={name: provenance[name] for name in arguments})


def _in_order(fields: Sequence[Field], values: list[tuple[Path, JsonValue]]) -> list[tuple[Path, JsonValue]]:
    places = {each.path: index for index, each in enumerate(fields)}
    return sorted(values, key=lambda value: places[value[0]])


def _find_json(text: str, compiled: CompiledArguments) -> JsonObject | None:
    """The first JSON object in a text whose keys are all names of arguments, without a person's share."""
    decoder = json.JSONDecoder()
    properties = cast("JsonObject", compiled.schema["properties"])
    at = -1
    for _ in range(_JSON_TRIES):
        at = text.find("{", at + 1)
        if at < 0:
            return None
        try:
            found: JsonValue = decoder.raw_decode(text, at)[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and found and found.keys() <= properties.keys():
            return compiled.shares.without_human(found)
    return None

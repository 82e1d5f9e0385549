"""The events of a turn, one function each. docs/flows/chat.md says what they mean; nothing else makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from madang.agent.subagents.ports import Finding
from madang.agent.values import Draft
from madang.catalog.values import CatalogFunction, Connection
from madang.effects.outcomes import json_text
from madang.effects.values import Provenance
from madang.kit.json import JsonObject, JsonValue
from madang.types.effects import EffectClass


def custom(name: str, turn: str | None, /, **value: JsonValue) -> Draft:
    """An event of our own."""
    return Draft(type="CUSTOM", turn=turn, body={"name": name, "value": value})


def text_start(turn: str, message_id: str) -> Draft:
    """The assistant begins to speak."""
    body: JsonObject = {"messageId": message_id, "role": "assistant", "turn": turn}
    return Draft(type="TEXT_MESSAGE_START", turn=turn, body=body)


def text_delta(turn: str, message_id: str, delta: str) -> Draft:
    """It says more."""
    return Draft(type="TEXT_MESSAGE_CONTENT", turn=turn, body={"messageId": message_id, "delta": delta})


def text_end(turn: str, message_id: str, *, is_cut: bool = False) -> Draft:
    """It has ended, or was cut off and is begun anew."""
    body: JsonObject = {"messageId": message_id}
    return Draft(type="TEXT_MESSAGE_END", turn=turn, body={**body, "isCut": True} if is_cut else body)


def user_message(turn: str, message_id: str, text: str, frame: str) -> list[Draft]:
    """What a person said, whole."""
    start: JsonObject = {"messageId": message_id, "role": "user", "turn": turn, "frame": frame}
    return [
        Draft(type="TEXT_MESSAGE_START", turn=turn, body=start),
        text_delta(turn, message_id, text),
        text_end(turn, message_id),
    ]


def run_started(conversation: str, turn: str, message_id: str) -> Draft:
    """A worker has taken the turn up for the first time."""
    body: JsonObject = {"threadId": conversation, "runId": turn, "messageId": message_id}
    return Draft(type="RUN_STARTED", turn=turn, body=body)


def run_finished(conversation: str, turn: str, seconds: float) -> Draft:
    """The turn has ended well."""
    body: JsonObject = {"threadId": conversation, "runId": turn, "seconds": round(seconds, 3)}
    return Draft(type="RUN_FINISHED", turn=turn, body=body)


def run_error(turn: str, code: str, message: str) -> Draft:
    """The turn has ended without an answer."""
    return Draft(type="RUN_ERROR", turn=turn, body={"runId": turn, "code": code, "message": message})


def found(turn: str, text: str, finding: Finding, call_id: str | None = None) -> Draft:
    """What the finder said."""
    candidates: list[JsonValue] = [
        {
            "function": each.function.full_name,
            "title": each.function.title,
            "method": each.function.method,
            "path": each.function.path,
            "score": each.function.score,
        }
        for each in finding.candidates[:10]
    ]
    value: JsonObject = {"turn": turn, "text": text, "fits": finding.fits, "candidates": candidates}
    return custom("found", turn, **value, **({"call_id": call_id} if call_id else {}))


def call_start(
    turn: str, call_id: str, function: CatalogFunction, connection: Connection, effect: EffectClass
) -> Draft:
    """A call is being put together."""
    body: JsonObject = {
        "toolCallId": call_id,
        "toolCallName": function.full_name,
        "turn": turn,
        "title": function.function.title,
        "method": function.function.method,
        "path": function.function.path,
        "effect": effect,
        "connection": connection_value(connection),
    }
    return Draft(type="TOOL_CALL_START", turn=turn, body=body)


def call_arguments(
    turn: str, call_id: str, shown: JsonObject, provenance: Mapping[str, Provenance] | JsonObject
) -> list[Draft]:
    """Its arguments as they are now, whole, without what only a person gives."""
    where: JsonObject = {
        name: each.to_json() if isinstance(each, Provenance) else each for name, each in provenance.items()
    }
    return [
        Draft(
            type="TOOL_CALL_ARGS",
            turn=turn,
            body={"toolCallId": call_id, "delta": json_text(shown)},
        ),
        custom("arguments", turn, call_id=call_id, arguments=shown, provenance=where),
    ]


def call_end(turn: str, call_id: str) -> Draft:
    """The arguments are whole and valid."""
    return Draft(type="TOOL_CALL_END", turn=turn, body={"toolCallId": call_id})


def call_result(turn: str, call_id: str, state: str, outcome: JsonObject) -> Draft:
    """How the call ended: `done`, `failed`, `rejected` or `invalid`."""
    body: JsonObject = {
        "toolCallId": call_id,
        "messageId": f"{call_id}.result",
        "role": "tool",
        "state": state,
        "content": json_text(outcome),
    }
    return Draft(type="TOOL_CALL_RESULT", turn=turn, body=body)


def connection_value(connection: Connection) -> JsonObject:
    """A connection as events tell it."""
    return {
        "id": connection.id,
        "label": connection.label,
        "connector": connection.connector,
        "server_url": connection.server_url,
    }


def approval(
    turn: str,
    call_id: str,
    function: CatalogFunction,
    connection: Connection,
    *,
    effect: EffectClass,
    shown: JsonObject,
    provenance: JsonObject,
    request: JsonObject,
    pairs: Sequence[tuple[str, str]],
) -> Draft:
    """A person is asked whether the call may be made, and told why."""
    why = {"effect": effect != "safe", "connection": bool(pairs)}
    reasons: list[JsonValue] = [reason for reason, holds in why.items() if holds]
    moved: list[JsonValue] = [{"from": source, "to": target} for source, target in pairs]
    return custom(
        "approval",
        turn,
        call_id=call_id,
        reasons=reasons,
        effect=effect,
        function=function.full_name,
        title=function.function.title,
        connection=connection_value(connection),
        arguments=shown,
        provenance=provenance,
        request={"method": request.get("method"), "url": request.get("url")},
        pairs=moved,
    )

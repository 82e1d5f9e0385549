"""What makes functions poor for an agent although nothing of them is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.functions import Argument, Function, FunctionSet
from madang.schema.lint.values import Finding, advice

LONGEST_DESCRIPTION = 2_000
"""Characters. Vendors of models cut at 1,024 or charge for every word of every call."""

_PREFIX = "#/$defs/"
_WORDS_OF_ENUM = ("x-enum-varnames", "x-enumNames", "x-enum-descriptions", "x-enumDescriptions")
_WORD = re.compile(r"\w+")
_PAGING = re.compile(
    r"page|offset|limit|cursor|skip|take|top|start|after|before|since|marker|token|per_?page|size|count|max|first|last",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(.+?)(?:_\d+|_+)\Z")
_MOST_NAMES = 8


def advise(found: FunctionSet, document: JsonValue) -> list[Finding]:
    """What could be said better: of the document, then of its functions in their order."""
    advised = list(_of_document(found, document))
    alike = _alike(found.functions)
    for function in found.functions:
        advised.extend(_of_function(function, found, document))
        others = alike.get(function.name)
        if others:
            message = f"'{function.name}' is hard to tell from {_listed(others)}."
            advised.append(advice(function.source, "names-alike", message))
    return advised


def _of_document(found: FunctionSet, document: JsonValue) -> Iterator[Finding]:
    root = document if isinstance(document, dict) else {}
    if not any(root.get(key) for key in ("servers", "host")):
        yield advice("", "servers-missing", "The document does not say where the API is.")
    if not found.security_schemes:
        yield advice("", "security-missing", "The document declares no way to authenticate.")
    elif not any(function.security for function in found.functions):
        names = _listed([scheme.name for scheme in found.security_schemes])
        yield advice("", "security-unused", f"Security is declared ({names}) and asked for by no operation.")


def _of_function(function: Function, found: FunctionSet, document: JsonValue) -> Iterator[Finding]:
    place = function.source
    if function.operation_id is None:
        yield advice(place, "operation-id-missing", f"It has no operationId; it is called '{function.name}'.")
    yield from _of_words(function, document)
    bare = [each.name for each in function.arguments if not each.description and not each.is_human]
    if bare:
        are = "is" if len(bare) == 1 else "are"
        yield advice(place, "parameters-undocumented", f"Nothing says what {_listed(bare)} {are}.")
    yield from _of_answers(function, found.schemas)
    wordless = [each.name for each in function.arguments if _is_wordless(each, found.schemas)]
    if wordless:
        message = f"Nothing says what the values of {_listed(wordless)} mean."
        yield advice(place, "enum-wordless", message)
    if function.effect == "unsafe" and function.idempotency_header is None:
        message = "It changes something and cannot be repeated safely: after a broken answer a person has to decide."
        yield advice(place, "idempotency-missing", message)


def _of_words(function: Function, document: JsonValue) -> Iterator[Finding]:
    summary = _text(_node(document, function.source), "summary")
    count = len(_WORD.findall(summary)) + len(_WORD.findall(function.description))
    if count == 0:
        yield advice(function.source, "description-missing", "Neither summary nor description says what it does.")
    elif count == 1:
        said = function.description or summary
        yield advice(function.source, "description-short", f"All that is said of it is '{said.strip()[:60]}'.")
    elif len(function.description) > LONGEST_DESCRIPTION:
        message = f"Its description has {len(function.description):,} characters; models are shown the beginning."
        yield advice(function.source, "description-huge", message)


def _of_answers(function: Function, schemas: Mapping[str, JsonValue]) -> Iterator[Finding]:
    statuses = [answer.status for answer in function.answers]
    if statuses and not any(status == "default" or status[0] in "23" for status in statuses):
        message = f"No answer of success is declared, only {_listed(statuses)}."
        yield advice(function.source, "success-missing", message)
    elif function.result is True:
        message = "Its answer has no schema: an agent does not know what comes back."
        yield advice(function.source, "result-schemaless", message)
    is_read = function.method in ("GET", "QUERY") and _is_list(function.result, schemas)
    has_pages = function.pagination is not None or any(_PAGING.search(each.wire) for each in function.arguments)
    if is_read and not has_pages:
        message = "It answers with a list and takes no argument for a part of it."
        yield advice(function.source, "pagination-missing", message)


def _is_list(schema: JsonValue, schemas: Mapping[str, JsonValue]) -> bool:
    """Whether an answer is a list, or an object around one list of objects."""
    node = _followed(schema, schemas)
    if node.get("type") == "array":
        return True
    properties = node.get("properties")
    members = [_followed(each, schemas) for each in properties.values()] if isinstance(properties, dict) else []
    lists = [each for each in members if each.get("type") == "array"]
    return len(lists) == 1 and len(members) <= 4 and _followed(lists[0].get("items"), schemas).get("type") == "object"


def _is_wordless(argument: Argument, schemas: Mapping[str, JsonValue]) -> bool:
    node = _followed(argument.schema, schemas)
    values = node.get("enum")
    if not isinstance(values, list) or argument.description or any(word in node for word in _WORDS_OF_ENUM):
        return False
    return any(not isinstance(value, str) or len(value) <= 2 for value in values if value is not None)


def _followed(schema: JsonValue, schemas: Mapping[str, JsonValue]) -> JsonObject:
    for _ in range(20):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        schema = schemas.get(str(schema["$ref"]).removeprefix(_PREFIX))
    return schema if isinstance(schema, dict) else {}


def _alike(functions: Sequence[Function]) -> dict[str, list[str]]:
    """By name, the other functions that a reader takes for it: the same words, or the same name but for a number."""
    groups: dict[str, list[str]] = {}
    names = {function.name for function in functions}
    for function in functions:
        numbered = _NUMBERED.match(function.name)
        base = numbered[1] if numbered and numbered[1] in names else function.name
        groups.setdefault(f"name {base}", []).append(function.name)
        words = " ".join(f"{function.title} {function.description}".lower().split())
        groups.setdefault(f"words {function.name.partition('.')[0]} {words}", []).append(function.name)
    alike: dict[str, list[str]] = {}
    for members in groups.values():
        for name in members if len(members) > 1 else ():
            known = alike.setdefault(name, [])
            known.extend(other for other in members[: _MOST_NAMES + 1] if other != name and other not in known)
    return alike


def _node(document: JsonValue, place: str) -> JsonValue:
    node = document
    for key in unpointer(place):
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _text(node: JsonValue, key: str) -> str:
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""


def _listed(names: Iterable[str]) -> str:
    given = list(names)
    shown = ", ".join(f"'{name}'" for name in given[:_MOST_NAMES])
    return shown if len(given) <= _MOST_NAMES else f"{shown} and {len(given) - _MOST_NAMES} more"

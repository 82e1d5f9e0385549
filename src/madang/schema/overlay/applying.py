"""Applying an overlay: its actions one after the other, each on what the ones before it left.

An action that does not fit the document changes nothing and says why; the others are applied all the same, since the
document is somebody else's and changes under the overlay.
"""

from __future__ import annotations

from collections.abc import Sequence

from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.values import kind_of
from madang.schema.overlay.selecting import Container, Location, Steps, select, value_at
from madang.schema.overlay.values import Action, Applied, Outcome, Overlay

_WRITING = 10
"""What a new container costs: it takes memory, and stays."""


def apply_overlay(value: JsonValue, overlay: Overlay, *, steps: Steps | None = None) -> Applied:
    """The document with all actions applied. Raises TooLargeError where they look at too much."""
    root: list[JsonValue] = [unshared(value, Steps())]
    steps = steps or Steps()
    outcomes = [_apply(root, position, action, steps) for position, action in enumerate(overlay.actions)]
    return Applied(value=root[0], outcomes=outcomes)


def _apply(root: list[JsonValue], position: int, action: Action, steps: Steps) -> Outcome:
    found = select(root, action.path, steps)
    changed, problem = _remove(root, found) if action.is_removal else _update(found, action.update, steps)
    return Outcome(
        position=position, target=action.target, matched=len(found), changed=changed, problem=problem if found else ""
    )


def _remove(root: list[JsonValue], found: Sequence[Location]) -> tuple[int, str]:
    gone: dict[int, tuple[list[JsonValue], set[int]]] = {}
    changed, problem = 0, ""
    for container, key in found:
        if container is root:
            problem = "the document itself cannot be removed"
            continue
        changed += 1
        if isinstance(container, dict):
            del container[str(key)]
        else:
            gone.setdefault(id(container), (container, set()))[1].add(int(key))
    for items, indexes in gone.values():
        items[:] = [item for index, item in enumerate(items) if index not in indexes]
    return changed, problem


def _update(found: Sequence[Location], update: JsonValue, steps: Steps) -> tuple[int, str]:
    changed, problem = 0, ""
    for location in found:
        target = value_at(location)
        if isinstance(target, list):
            target.append(unshared(update, steps, _WRITING))
        elif isinstance(target, dict) and isinstance(update, dict):
            _merge(target, update, steps)
        else:
            problem = f"here is {kind_of(target)}, which {kind_of(update)} cannot be merged into"
            continue
        changed += 1
    return changed, problem


def _merge(target: JsonObject, update: JsonObject, steps: Steps) -> None:
    """Objects are merged member by member, lists put one after the other, anything else is replaced."""
    waiting = [(target, update)]
    while waiting:
        into, given = waiting.pop()
        for key, value in given.items():
            steps.take()
            current = into.get(key)
            if isinstance(current, dict) and isinstance(value, dict):
                waiting.append((current, value))
            elif isinstance(current, list) and isinstance(value, list):
                current.extend(unshared(item, steps, _WRITING) for item in value)
            else:
                into[key] = unshared(value, steps, _WRITING)


def unshared(value: JsonValue, steps: Steps, cost: int = 1) -> JsonValue:
    """The value with no container of it shared, not even within: what an alias of YAML stands for becomes two.

    A container takes `cost` steps.
    """
    root: list[JsonValue] = [value]
    waiting: list[tuple[Container, str | int]] = [(root, 0)]
    while waiting:
        container, key = waiting.pop()
        node = value_at((container, key))
        steps.take(cost)
        made: Container
        if isinstance(node, dict):
            made = dict(node)
            waiting.extend((made, name) for name, member in node.items() if isinstance(member, dict | list))
        elif isinstance(node, list):
            made = list(node)
            waiting.extend((made, index) for index, item in enumerate(node) if isinstance(item, dict | list))
        else:
            continue
        if isinstance(container, dict):
            container[str(key)] = made
        else:
            container[int(key)] = made
    return root[0]

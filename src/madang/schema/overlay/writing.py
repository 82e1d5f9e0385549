"""Overlays that we write: from two states of a document, and from two overlays one."""

from __future__ import annotations

from collections.abc import Sequence

from madang.kit.json import JsonObject, JsonValue, canonical
from madang.schema.overlay.paths import Key, Named, path_of, path_text
from madang.schema.overlay.values import VERSION, Action, Overlay

Keys = tuple[Key, ...]


def to_json(overlay: Overlay) -> JsonObject:
    """The overlay document."""
    written: JsonObject = {"overlay": VERSION, "info": {"title": overlay.title, "version": overlay.version}}
    if overlay.extends is not None:
        written["extends"] = overlay.extends
    written["actions"] = [_action(action) for action in overlay.actions]
    return written


def update_at(keys: Keys, update: JsonValue, description: str = "") -> Action:
    """Merge into, or append to, what stands at one place."""
    return Action(target=path_text(*keys), path=path_of(*keys), update=update, description=description)


def removal_at(keys: Keys, description: str = "") -> Action:
    """Remove what stands at one place."""
    return Action(target=path_text(*keys), path=path_of(*keys), is_removal=True, description=description)


def merged(first: Overlay | None, second: Overlay) -> Overlay:
    """The actions of both, the second's after the first's; an action that is there already is not put in again."""
    if first is None:
        return second
    known = {canonical(_action(action)) for action in first.actions}
    new = [action for action in second.actions if canonical(_action(action)) not in known]
    return Overlay(title=first.title, version=first.version, extends=first.extends, actions=(*first.actions, *new))


def difference(before: JsonObject, after: JsonObject) -> list[Action]:
    """Actions that make the second document of the first, whatever is between them."""
    actions: list[Action] = []
    waiting: list[tuple[Keys, JsonValue, JsonValue]] = [((), before, after)]
    while waiting:
        keys, one, other = waiting.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            waiting.extend(reversed(_objects(keys, one, other, actions)))
        elif isinstance(one, list) and isinstance(other, list):
            pairs = zip(one, other, strict=False)
            waiting.extend(((*keys, key_of(one, index, other)), *pair) for index, pair in enumerate(pairs))
            actions.extend(update_at(keys, item) for item in other[len(one) :])
    # The deepest first: an item is found by what it is called before it is called otherwise.
    return sorted(actions, key=lambda action: -len(action.path))


def key_of(items: Sequence[JsonValue], index: int, after: Sequence[JsonValue] = ()) -> Key:
    """How an item of a list is found: by what it is called, where no other is called so, else by its index.

    `after` is the list as it is going to be; meanwhile items may be called as they are there.
    """
    own = _called(items[index])
    if own is None or (after and not _keeps(after[index], own)):
        return index
    others = (item for listed in (items, after) for at, item in enumerate(listed) if at != index)
    return index if any(_is_taken_for(item, own) for item in others) else own


def _keeps(item: JsonValue, own: Named) -> bool:
    """Whether the members that tell an item are there until the last action on it."""
    return isinstance(item, dict) and "name" in item and (own.place is None or "in" in item)


def _is_taken_for(item: JsonValue, own: Named) -> bool:
    if not isinstance(item, dict) or item.get("name") != own.name:
        return False
    return own.place is None or item.get("in") == own.place


def _called(item: JsonValue) -> Named | None:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        return None
    place = item.get("in")
    if place is not None and not isinstance(place, str):
        return None
    return Named(str(item["name"]), place)


def _objects(
    keys: Keys, one: JsonObject, other: JsonObject, actions: list[Action]
) -> list[tuple[Keys, JsonValue, JsonValue]]:
    """Write the actions for what changed in an object itself; gives the members that have to be looked into."""
    inside: list[tuple[Keys, JsonValue, JsonValue]] = []
    update: JsonObject = {}
    for key, value in one.items():
        if key not in other:
            actions.append(removal_at((*keys, key)))
        elif _is_looked_into(value, other[key]):
            inside.append(((*keys, key), value, other[key]))
        elif value is not other[key] and not _is_same(value, other[key]):
            if isinstance(value, dict | list):
                actions.append(removal_at((*keys, key)))
            update[key] = other[key]
    update.update((key, value) for key, value in other.items() if key not in one)
    if update:
        actions.append(update_at(keys, update))
    return inside


def _is_looked_into(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values differ only inside containers that both have; lists may also have grown at their end."""
    if isinstance(one, dict) and isinstance(other, dict):
        return True
    if not (isinstance(one, list) and isinstance(other, list)) or len(one) > len(other):
        return False
    return all(_is_looked_into(*pair) or _is_same(*pair) for pair in zip(one, other, strict=False))


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are the same, `1`, `1.0` and `true` apart."""
    waiting = [(one, other)]
    while waiting:
        left, right = waiting.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, dict) and isinstance(right, dict):
            if left.keys() != right.keys():
                return False
            waiting.extend((left[key], right[key]) for key in left)
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            waiting.extend(zip(left, right, strict=True))
        elif left != right:
            return False
    return True


def _action(action: Action) -> JsonObject:
    written: JsonObject = {"target": action.target}
    if action.description:
        written["description"] = action.description
    if action.is_removal:
        written["remove"] = True
    else:
        written["update"] = action.update
    return written

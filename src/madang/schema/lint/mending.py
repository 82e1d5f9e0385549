"""A document that is put right in place, remark by remark, while the pointers of the remarks still hold.

What moves things (a member gets another name, an item leaves its list) is kept for the end.
"""

from __future__ import annotations

from collections.abc import Callable

from madang.kit.json import JsonObject, JsonValue, unpointer

Keys = tuple[str | int, ...]


class Mending:
    """A document under repair. `document` is changed."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document
        self._later: list[Callable[[], None]] = []
        self._leaving: dict[int, tuple[Keys, list[JsonValue], set[int]]] = {}

    def keys(self, place: str) -> list[str] | None:
        """The way to a place of this document; None for one of another document."""
        return unpointer(place) if not place or place.startswith("/") else None

    def at(self, keys: list[str]) -> JsonValue:
        """What stands at a place; None where there is nothing."""
        node: JsonValue = self.document
        for key in keys:
            node = _member(node, key)
        return node

    def object_at(self, keys: list[str]) -> JsonObject | None:
        """The object at a place."""
        node = self.at(keys)
        return node if isinstance(node, dict) else None

    def put(self, keys: list[str], value: JsonValue) -> bool:
        """Write a value where one stands."""
        holder = self.at(keys[:-1]) if keys else None
        if isinstance(holder, dict) and keys[-1] in holder:
            holder[keys[-1]] = value
            return True
        if isinstance(holder, list) and keys[-1].isdecimal() and int(keys[-1]) < len(holder):
            holder[int(keys[-1])] = value
            return True
        return False

    def remove(self, keys: list[str]) -> bool:
        """Take out a member, or an item in the end."""
        holder = self.at(keys[:-1]) if keys else None
        if isinstance(holder, dict) and keys[-1] in holder:
            self._later.append(lambda: _drop(holder, keys[-1]))
            return True
        if isinstance(holder, list) and keys[-1].isdecimal() and int(keys[-1]) < len(holder):
            self._leaving.setdefault(id(holder), (self._typed(keys[:-1]), holder, set()))[2].add(int(keys[-1]))
            return True
        return False

    def leaving(self) -> list[tuple[Keys, list[JsonValue], list[int]]]:
        """The lists that items leave: their places, what is in them, and the indexes, the last first."""
        return [(keys, items, sorted(gone, reverse=True)) for keys, items, gone in self._leaving.values()]

    def rename(self, keys: list[str], name: str) -> bool:
        """Give a member another name in the end, at the same place among its neighbours; not over another member."""
        holder = self.object_at(keys[:-1]) if keys else None
        if holder is None or keys[-1] not in holder or name in holder:
            return False
        self._later.append(lambda: _rename(holder, keys[-1], name))
        return True

    def replace_later(self, keys: list[str], make: Callable[[JsonValue], JsonValue]) -> bool:
        """Write in the end what is made of what stands there then."""
        holder = self.object_at(keys[:-1]) if keys else None
        if holder is None or keys[-1] not in holder:
            return False
        self._later.append(lambda: _replace(holder, keys[-1], make))
        return True

    def finish(self) -> None:
        """Do what was kept for the end."""
        for _, items, leaving in self._leaving.values():
            items[:] = [item for index, item in enumerate(items) if index not in leaving]
        for step in self._later:
            step()

    def _typed(self, keys: list[str]) -> Keys:
        """The way to a place with indexes as numbers."""
        return tuple(int(key) if isinstance(self.at(keys[:level]), list) else key for level, key in enumerate(keys))


def _member(node: JsonValue, key: str) -> JsonValue:
    if isinstance(node, dict):
        return node.get(key)
    if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
        return node[int(key)]
    return None


def _drop(holder: JsonObject, key: str) -> None:
    holder.pop(key, None)


def _rename(holder: JsonObject, key: str, name: str) -> None:
    if name not in holder:
        members = list(holder.items())
        holder.clear()
        holder.update((name if each == key else each, value) for each, value in members)


def _replace(holder: JsonObject, key: str, make: Callable[[JsonValue], JsonValue]) -> None:
    if key in holder:
        holder[key] = make(holder[key])

"""Names under `$defs`: a named schema keeps its name, any other target of a reference is given a readable one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from madang.schema.documents.places import Place

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80
_CONTAINERS = ("paths", "components", "schemas", "responses", "requestBodies", "parameters", "definitions", "$defs")
_NOISE = frozenset((*_CONTAINERS, "content", "schema", "properties", "application/json", "requestBody", "*/*"))


class DefNames:
    """Gives each target of a reference one name of `[A-Za-z0-9._-]`, so that `#/$defs/<name>` needs no escaping.

    Args:
        home: Where the version keeps named schemas.
        earlier: Names of an earlier reading, by pointer.
    """

    def __init__(self, home: tuple[str, ...], earlier: Mapping[str, str]) -> None:
        self._home = home
        self._prefix = "#/" + "/".join(home) + "/"
        self._earlier = earlier
        self._reserved = set(earlier.values())
        self._by_place: dict[str, str] = {}
        self._taken: set[str] = set()
        self._known: dict[str, str] = {}
        self._titles: dict[str, str] = {}

    def known(self, ref: str) -> str | None:
        """`#/$defs/<name>` for a reference to a named schema of this document that has been taken in."""
        return self._known.get(ref)

    def of_component(self, name: str) -> str | None:
        """`#/$defs/<name>` for a named schema by its bare name, as discriminators write it."""
        return self._known.get(self._prefix + name)

    def title_of(self, name: str) -> str | None:
        """The document's own name of a schema whose name had to change."""
        return self._titles.get(name)

    def in_order(self) -> list[str]:
        """All names, in the order in which they were given."""
        return list(self._by_place.values())

    def sources(self) -> dict[str, str]:
        """The pointer of each name."""
        return {name: pointer for pointer, name in self._by_place.items()}

    def name(self, place: Place) -> tuple[str, bool]:
        """The name for what stands at `place`, and whether it is new."""
        pointer = str(place)
        if pointer in self._by_place:
            return self._by_place[pointer], False
        segments = place.segments()
        own = segments[-1] if not place.document and tuple(segments[:-1]) == self._home else None
        name = self._free(self._earlier.get(pointer) or self._wish(own, segments, place), pointer)
        self._by_place[pointer] = name
        self._taken.add(name)
        if own is not None:
            self._know(own, pointer, name)
        return name, True

    def _know(self, own: str, pointer: str, name: str) -> None:
        self._known[self._prefix + own] = self._known["#" + pointer] = f"#/$defs/{name}"
        if own != name:
            self._titles[name] = own

    def _wish(self, own: str | None, segments: list[str], place: Place) -> str:
        if own is not None:
            return _safe(own, own)
        words = [word for segment in segments if segment not in _NOISE for word in re.findall(r"\w+", segment)]
        stem = place.document.rsplit("/", 1)[-1].split(".", 1)[0] if place.document else ""
        readable = "".join(word[0].upper() + word[1:] for word in [*stem.split(), *words])
        return _safe(readable, str(place))

    def _free(self, wish: str, pointer: str) -> str:
        if wish == self._earlier.get(pointer) and wish not in self._taken:
            return wish
        name, number = wish, 2
        while name in self._taken or name in self._reserved:
            name, number = f"{wish}_{number}", number + 1
        return name


def _safe(name: str, identity: str) -> str:
    text = _UNSAFE.sub("_", name).strip("_") if not name.isascii() or _UNSAFE.search(name) else name
    if not text or len(text) > _LONGEST:
        digest = hashlib.sha256(identity.encode(errors="replace")).hexdigest()[:8]
        text = f"{text[: _LONGEST - 9]}_{digest}" if text else f"schema_{digest}"
    return text

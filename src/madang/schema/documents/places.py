"""Where in which document something stands, kept so cheaply that every node can have it."""

from __future__ import annotations


class Place:
    """A node of a document: its URL (empty for the document that is read) and the way to it. The pointer is
    written out only when somebody asks."""

    __slots__ = ("depth", "document", "key", "parent")

    def __init__(self, document: str, parent: Place | None = None, key: str | int = "") -> None:
        self.document = document
        self.parent = parent
        self.key = key
        self.depth: int = 0 if parent is None else parent.depth + 1

    def child(self, key: str | int) -> Place:
        """The place of one member or item."""
        return Place(self.document, self, key)

    def at(self, *keys: str | int) -> Place:
        """The place some levels down."""
        place = self
        for key in keys:
            place = Place(self.document, place, key)
        return place

    def segments(self) -> list[str]:
        """The way from the document's root, as text."""
        found: list[str] = []
        place = self
        while place.parent is not None:
            found.append(str(place.key))
            place = place.parent
        found.reverse()
        return found

    def __str__(self) -> str:
        """A JSON pointer; for another document its URL, `#` and the pointer."""
        parts: list[str] = []
        place = self
        while place.parent is not None:
            key = str(place.key)
            parts.append(key.replace("~", "~0").replace("/", "~1") if "/" in key or "~" in key else key)
            place = place.parent
        parts.append("")
        text = "/".join(reversed(parts))
        return f"{self.document}#{text}" if self.document else text

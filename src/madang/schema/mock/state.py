"""What a mock remembers: resources by the path of their collection. Never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from madang.kit.json import JsonObject


@dataclass(frozen=True, kw_only=True)
class Collection:
    """The resources of one path, by id as it stands in the path, oldest first.

    `gone` are ids that were deleted; `made` counts ids that were given. `is_begun`: it was listed or written to, so
    that nothing is made up for it any more.
    """

    items: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    gone: frozenset[str] = frozenset()
    made: int = 0
    is_begun: bool = False

    def drop(self, identifier: str) -> Collection:
        """Without this resource."""
        items = {key: item for key, item in self.items.items() if key != identifier}
        return replace(self, items=items, gone=self.gone | {identifier}, is_begun=True)


_EMPTY = Collection()


@dataclass(frozen=True, kw_only=True)
class State:
    """All collections, and how many requests were answered."""

    collections: Mapping[str, Collection] = field(default_factory=dict[str, Collection])
    requests: int = 0

    def at(self, path: str) -> Collection:
        """The collection of a path; an empty one where there is none."""
        return self.collections.get(path, _EMPTY)

    def with_collection(self, path: str, collection: Collection) -> State:
        """With this collection at its path."""
        return replace(self, collections={**self.collections, path: collection})

    def is_gone(self, path: str) -> bool:
        """Whether the resource of a path, or one above it, was deleted."""
        segments = path.split("/")
        for end in range(len(segments), 0, -1):
            collection = self.collections.get("/".join(segments[: end - 1]))
            if collection is not None and segments[end - 1] in collection.gone:
                return True
        return False

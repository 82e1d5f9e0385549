"""Labels and ids of nodes."""

from __future__ import annotations

from collections import Counter


class BlockNames:
    """The ids of one block: `prefix/label#n`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._counts: Counter[str] = Counter()

    def new(self, label: str) -> str:
        """The id of the next node with this label."""
        self._counts[label] += 1
        return f"{self._prefix}/{label}#{self._counts[label]}"


def last_two(name: str) -> str:
    """The last two segments of a dotted name."""
    return ".".join(name.split(".")[-2:])

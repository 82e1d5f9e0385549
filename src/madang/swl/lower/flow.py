"""Who bound the value that a name has: the nodes whose binding reaches a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from madang.swl.ir import Source

Definitions = frozenset[tuple[str, str]]
"""Pairs of a node and what of it is bound, as `.a` for a loop's name `a`; empty for the node's one value."""


@dataclass(eq=False)
class Flow:
    """The definitions of each name at one place. A dead one is never reached."""

    names: dict[str, Definitions] = field(default_factory=dict[str, Definitions])
    is_dead: bool = False

    def copy(self) -> Flow:
        """The same knowledge, to go another way with."""
        return Flow(dict(self.names), self.is_dead)

    def bind(self, name: str, node: str, path: str = "") -> None:
        """A node binds a name."""
        self.names[name] = frozenset({(node, path)})

    def join(self, others: Iterable[Flow]) -> None:
        """Several ways meet here."""
        alive = [each for each in [self, *others] if not each.is_dead]
        self.is_dead = not alive
        joined: dict[str, Definitions] = {}
        for each in alive:
            for name, found in each.names.items():
                joined[name] = joined.get(name, frozenset()) | found
        self.names = joined


class LoopBacks:
    """What the end of a loop's body sends to its head. A definition `loop:N` stands for it until the body is known."""

    def __init__(self) -> None:
        self._ends: list[Flow | None] = []

    def head(self, flow: Flow) -> tuple[int, Flow]:
        """The flow at the head of a new loop: what comes in, and what the body will leave."""
        number = len(self._ends)
        self._ends.append(None)
        head = flow.copy()
        head.names = {name: found | {(f"loop:{number}", name)} for name, found in flow.names.items()}
        return number, head

    def close(self, number: int, end: Flow) -> None:
        """The body of a loop is known."""
        self._ends[number] = end

    def sources(self, definitions: Definitions, path: str) -> tuple[Source, ...]:
        """The nodes behind definitions, loops followed, sorted; `path` is what is read of the value."""
        seen: set[tuple[str, str]] = set()
        waiting = list(definitions)
        found: set[tuple[str, str]] = set()
        while waiting:
            node, bound = each = waiting.pop()
            if each in seen:
                continue
            seen.add(each)
            if not node.startswith("loop:"):
                found.add((node, bound + path))
                continue
            end = self._ends[int(node.removeprefix("loop:"))]
            if end is not None and not end.is_dead:
                waiting += end.names.get(bound, frozenset())
        return tuple(Source(node=node, path=text) for node, text in sorted(found))

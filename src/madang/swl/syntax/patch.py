"""A source with replacements, and the way back from places in it to places in the original."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Replacement(NamedTuple):
    """Put `text` in the place of `start` up to `end`. It adds no line breaks."""

    start: int
    end: int
    text: str


class Patch:
    """The source after all replacements. Replacements that overlap one taken before are left out."""

    def __init__(self, source: str, replacements: Iterable[Replacement]) -> None:
        self.taken: list[Replacement] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        parts: list[str] = []
        done = length = 0
        for one in sorted(replacements, key=lambda each: (each.start, each.end)):
            if one.start < done:
                continue
            parts += (source[done : one.start], one.text)
            length += one.start - done
            self.taken.append(one)
            self._starts.append(length)
            length += len(one.text)
            self._ends.append(one.end)
            done = one.end
        parts.append(source[done:])
        self.source = "".join(parts)

    def start_of(self, index: int) -> int:
        """Where in the patched source the text of a taken replacement begins."""
        return self._starts[index]

    def forward(self, offset: int) -> int:
        """The place in the patched source of a place in the original; one inside a replacement is its beginning."""
        index = bisect_right(self._ends, offset) - 1
        following = index + 1
        if following < len(self.taken) and self.taken[following].start < offset:
            return self._starts[following]
        if index < 0:
            return offset
        return self._starts[index] + len(self.taken[index].text) + offset - self.taken[index].end

    def back(self, offset: int, *, is_end: bool) -> int:
        """The place in the original of a place in the patched source.

        What begins inside a replacement begins where it begins, what ends inside one ends where it ends.
        """
        index = (bisect_left(self._starts, offset) if is_end else bisect_right(self._starts, offset)) - 1
        if index < 0:
            return offset
        one, start = self.taken[index], self._starts[index]
        past = offset - start - len(one.text)
        if is_end:
            return one.end + max(past, 0)
        return one.start if past < 0 else one.end + past

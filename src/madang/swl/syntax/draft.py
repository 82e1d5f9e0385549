"""A broken source while it is being mended: what was found, and what stands in for it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from madang.swl.diagnostics import Code, Diagnostic, Fix, TextEdit
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.scan import Line, Scan
from madang.swl.text import Text


@dataclass(slots=True)
class Mark:
    """A hole to be: the broken text from `start` to `end`, and the replacement whose text stands for it.

    `at` is where in that text the `...` stands, or the statement where `is_value` is not set; no replacement means
    that nothing stands there.
    """

    start: int
    end: int
    replacement: Replacement | None
    at: int = 0
    is_value: bool = True


@dataclass(slots=True)
class Draft:
    """The working state. `work` is the source with single characters put right, so that all offsets agree."""

    text: Text
    work: str
    scan: Scan
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    replacements: list[Replacement] = field(default_factory=list[Replacement])
    marks: list[Mark] = field(default_factory=list[Mark])
    touched: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    fatal: list[int] = field(default_factory=list[int])
    """Places of mistakes that only some interpreters notice: the statement around must not be given to one."""

    def report(
        self,
        code: Code,
        start: int,
        end: int,
        message: str,
        *,
        hint: str | None = None,
        title: str = "",
        edits: Sequence[Replacement] = (),
    ) -> None:
        """Say what is wrong from `start` to `end`, with one fix where there are edits."""
        self.diagnostics.append(
            code.at(self.text.span(start, end), message, hint=hint, fixes=fix_of(self.text, title, edits))
        )

    def mend(self, edits: Iterable[Replacement]) -> None:
        """Read the source as if these edits were made."""
        self.replacements.extend(edits)


def fix_of(text: Text, title: str, edits: Sequence[Replacement]) -> tuple[Fix, ...]:
    """The fix that these edits make, none where there are none."""
    if not edits:
        return ()
    made = tuple(TextEdit(span=text.span(one.start, one.end), text=one.text) for one in edits)
    return (Fix(title=title, edits=made),)


class Places:
    """Which strings and comments an offset lies in."""

    def __init__(self, scan: Scan) -> None:
        self._spans = sorted([(one[0], one[2]) for one in scan.strings] + scan.comments)
        self._starts = [start for start, _end in self._spans]

    def is_code(self, offset: int) -> bool:
        """Whether an offset lies in no string and no comment."""
        index = bisect_right(self._starts, offset) - 1
        return index < 0 or self._spans[index][1] <= offset


def line_at(lines: list[Line], offset: int) -> Line | None:
    """The logical line that an offset lies in."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if lines[middle].end < offset:
            low = middle + 1
        else:
            high = middle
    return lines[low] if low < len(lines) and lines[low].start <= offset else None

"""One linear pass over a source: logical lines, brackets, strings, comments, without understanding any of them.

A first pass is strict and gives up nothing: it only notes that a bracket or a string is wrong. Where one is, a second,
tolerant pass decides where the broken line most likely ends, so that what follows it is still read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

EVENT = re.compile(
    r"""
      (?P<line>(?:\r\n|\n|\r)[ \t\f]*+)
    | [(\[{]
    | [)\]}]
    | (?P<string>
          \"\"\"(?:[^"\\]|\\[\s\S]|"(?!""))*+(?P<triple>"?+"?+"?+)
        | '''(?:[^'\\]|\\[\s\S]|'(?!''))*+(?P<triple2>'?+'?+'?+)
        | "[^"\\\r\n]*+(?:\\(?:\r\n|[\s\S])[^"\\\r\n]*+)*+(?P<double>"?)
        | '[^'\\\r\n]*+(?:\\(?:\r\n|[\s\S])[^'\\\r\n]*+)*+(?P<single>'?)
      )
    | (?P<comment>\#[^\r\n]*+)
    | \\(?:\r\n|\n|\r)?
    | [;:]
    | [\x00-\x09\x0b\x0c\x0e-\x1f\x7f]
    | [\u201c\u201d][^\u201c\u201d\r\n]*+[\u201c\u201d]
    | [\u2018\u2019][^\u2018\u2019\r\n]*+[\u2018\u2019]
    | [^\x00-\x7f]
    """,
    re.VERBOSE,
)
_INDENT = re.compile(r"[ \t\f]*+")
_BLANK = " \t\f"
_PREFIX = re.compile(r"[A-Za-z]{1,2}\Z")
_WORDS_BEFORE = frozenset({"in", "is", "if", "or", "as"})
_CLOSER = {"(": ")", "[": "]", "{": "}"}
_STARTS = re.compile(
    r"(?:def|class|return|raise|try|while|with|break|continue|pass|import|except|finally|elif)\b(?!\s*=[^=])"
    r"|from\s+\w+\s+import\b|(?:else|case\b.*):[ ]*$",
    re.MULTILINE,
)
_INSIDE_STRING = re.compile(
    r"^[ ]*(?:(?:def|class)\s+\w+.*:|return\b.*|(?:if|for)\b.*:|from\s+\w+\s+import\b.*)[ ]*$", re.MULTILINE
)
_LOOKAHEAD_LINES = 20
_STRING_CUTS = 8
_HEADER = re.compile(r"(?:if|elif|for|while|with|def|class|match|case|except|async)\b")

ProblemKind = Literal["unclosed", "mismatched", "stray", "string", "triple", "backslash"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A bracket, string or backslash that is wrong. `other` is the opener of a mismatched closer."""

    kind: ProblemKind
    at: int
    other: int = -1


@dataclass(slots=True)
class Line:
    """A logical line: a statement, the header of a block, or several of them where `;` or `:` joins them."""

    start: int
    indent: int
    end: int = 0
    colon: int = -1
    semicolons: list[int] | None = None
    problems: list[Problem] | None = None
    depth: int = 0


@dataclass(slots=True)
class Scan:
    """What one pass found. `strings` are (prefix, quote, end, is closed); `odd` are places in code to look at."""

    lines: list[Line] = field(default_factory=list[Line])
    strings: list[tuple[int, int, int, bool]] = field(default_factory=list[tuple[int, int, int, bool]])
    comments: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    odd: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    is_broken: bool = False
    is_triple_open: bool = False


def scan(source: str) -> Scan:
    """The logical lines of a source. Linear: each character is looked at a bounded number of times."""
    strict = _Scanner(source, tolerant=False, distrusts_triples=False)
    strict.run()
    if not strict.found.is_broken:
        return strict.found
    tolerant = _Scanner(source, tolerant=True, distrusts_triples=strict.found.is_triple_open)
    tolerant.run()
    return tolerant.found


class _Scanner:
    """The state of one pass."""

    def __init__(self, source: str, *, tolerant: bool, distrusts_triples: bool) -> None:
        self.source = source
        self.found = Scan()
        self._tolerant = tolerant
        self._distrusts_triples = distrusts_triples
        self._string_cuts = _STRING_CUTS
        self._rescans = source.count("\n") + 64
        self._stack: list[tuple[str, int]] = []
        self._line: Line | None = None
        self._code_end = 0
        self._suspect: tuple[int, int, int, int, int] | None = None
        self._events: Iterator[re.Match[str]] = iter(())

    def run(self) -> None:
        """Read all of the source."""
        source, found = self.source, self.found
        indent = _INDENT.match(source)
        first = indent.end() if indent else 0
        self._begin(first, first)
        self._events = EVENT.finditer(source, first)
        while True:
            match = next(self._events, None)
            if match is None:
                if self._suspect is not None and self._stack:
                    self._cut()
                    continue
                break
            character = match.group()[0]
            if character in "\r\n":
                self._newline(match)
            elif character in "([{":
                self._stack.append((character, match.start()))
                if self._line is not None and len(self._stack) > self._line.depth:
                    self._line.depth = len(self._stack)
            elif character in ")]}":
                self._close(character, match.start())
            elif character in "\"'":
                self._string(match)
            elif character == "#":
                found.comments.append(match.span())
            elif character in ";:":
                self._mark(character, match.start())
            elif character == "\\":
                self._backslash(match)
            else:
                found.odd.append(match.span())
        self._finish(len(source))

    def _begin(self, start: int, indent_end: int) -> None:
        """A logical line begins, unless the line is blank or a comment."""
        source = self.source
        if start >= len(source) or source[start] in "\r\n#":
            self._line = None
            return
        before = max(source.rfind("\n", 0, start), source.rfind("\r", 0, start)) + 1 if start else 0
        self._line = Line(start=start, indent=indent_end - before)

    def _finish(self, end: int) -> None:
        """The logical line ends; what is still open was never closed."""
        line = self._line
        self._suspect = None
        if line is not None:
            comments = self.found.comments
            while comments and line.start <= comments[-1][0] < end and comments[-1][1] >= end:
                end = comments[-1][0]
            while end > line.start and self.source[end - 1] in _BLANK:
                end -= 1
            line.end = end
            if self._stack:
                self._problem(Problem("unclosed", self._stack[-1][1], self._stack[0][1]))
            self.found.lines.append(line)
        self._stack.clear()
        self._line = None

    def _newline(self, match: re.Match[str]) -> None:
        if not self._stack or self._line is None:
            if self._line is not None:
                self._finish(match.start())
            newline = 2 if match.group().startswith("\r\n") else 1
            end = match.end()
            source = self.source
            if end < len(source) and source[end] not in "\r\n#":
                self._line = Line(start=end, indent=end - match.start() - newline)
        elif self._tolerant:
            self._suspicious(match)

    def _suspicious(self, match: re.Match[str]) -> None:
        """Whether a line inside a bracket looks like the next statement: then the bracket was never closed."""
        source, line = self.source, self._line
        at = match.end()
        if line is None or at >= len(source) or source[at] in "\r\n#)]}":
            return
        indent = at - match.start() - (2 if match.group().startswith("\r\n") else 1)
        shallow = indent <= line.indent
        if self._suspect is None and self._is_open_header(match.start()):
            found = self.found
            self._suspect = (match.start(), len(found.strings), len(found.comments), len(found.odd), 0)
            self._cut()
            return
        certain = _STARTS.match(source, at) is not None
        if self._suspect is None and (shallow or certain):
            found = self.found
            self._suspect = (match.start(), len(found.strings), len(found.comments), len(found.odd), _LOOKAHEAD_LINES)
        if self._suspect is not None:
            start, strings, comments, odd, left = self._suspect
            self._rescans -= 1
            if certain or left <= 0 or self._rescans <= 0:
                self._cut()
            else:
                self._suspect = (start, strings, comments, odd, left - 1)

    def _is_open_header(self, at: int) -> bool:
        """Whether the header of a block ends here with its colon, but inside a bracket that was never closed."""
        line = self._line
        return (
            line is not None
            and self._stack[-1][0] != "{"
            and self.source[max(at - 1, 0)] == ":"
            and _HEADER.match(self.source, line.start) is not None
        )

    def _cut(self) -> None:
        """End the logical line where it first looked like the next one, and read on from there."""
        if self._suspect is None:
            return
        at, strings, comments, odd, _left = self._suspect
        found = self.found
        del found.strings[strings:], found.comments[comments:], found.odd[odd:]
        line = self._line
        if line is not None and line.problems:
            line.problems = [one for one in line.problems if one.at < at]
        if line is not None and line.semicolons:
            line.semicolons = [one for one in line.semicolons if one < at]
        if line is not None and line.colon >= at:
            line.colon = -1
        self._stack = [one for one in self._stack if one[1] < at] or [("(", line.start if line else at)]
        self._finish(at)
        self._events = EVENT.finditer(self.source, at)

    def _close(self, character: str, at: int) -> None:
        stack = self._stack
        if stack and _CLOSER[stack[-1][0]] == character:
            stack.pop()
            if not stack:
                self._suspect = None
            return
        if self._suspect is not None:
            self._cut()
            return
        for index in range(len(stack) - 1, max(len(stack) - 9, -1), -1):
            if _CLOSER[stack[index][0]] == character:
                self._problem(Problem("unclosed", stack[-1][1], at))
                del stack[index:]
                return
        if stack:
            self._problem(Problem("mismatched", at, stack[-1][1]))
            stack.pop()
        else:
            self._problem(Problem("stray", at))

    def _string(self, match: re.Match[str]) -> None:
        start, end = match.span()
        triple = match.group("triple")
        quotes = triple if triple is not None else match.group("triple2")
        if quotes is not None:
            closed = len(quotes) == 3
            if not closed or self._is_doubtful(match):
                self._open_triple(match, closed=closed)
                return
        else:
            double = match.group("double")
            closed = bool(double if double is not None else match.group("single"))
            if not closed:
                self._problem(Problem("string", start))
        self.found.strings.append((self._prefix(start), start, end, closed))

    def _prefix(self, quote: int) -> int:
        found = _PREFIX.search(self.source, max(quote - 2, 0), quote)
        if found is None:
            return quote
        at = found.start()
        if found.group() in _WORDS_BEFORE:
            return quote
        return quote if at and (self.source[at - 1].isalnum() or self.source[at - 1] == "_") else at

    def _is_doubtful(self, match: re.Match[str]) -> bool:
        """Whether a triple-quoted string holds what looks like code, where one such string is known to be open."""
        if not self._distrusts_triples or self._string_cuts <= 0:
            return False
        return _INSIDE_STRING.search(self.source, match.start() + 3, match.end()) is not None

    def _open_triple(self, match: re.Match[str], *, closed: bool) -> None:
        """A triple-quoted string that does not end: it is taken to end with its line, a few times at most."""
        start, end = match.span()
        self.found.is_triple_open |= not closed
        self._problem(Problem("triple", start))
        if self._tolerant and self._string_cuts > 0:
            self._string_cuts -= 1
            lines = re.compile(r"[^\r\n]*+").match(self.source, start)
            end = lines.end() if lines else end
            self._events = EVENT.finditer(self.source, end)
        self.found.strings.append((self._prefix(start), start, end, False))

    def _mark(self, character: str, at: int) -> None:
        line = self._line
        if self._stack or line is None:
            return
        if character == ":":
            if line.colon < 0:
                line.colon = at
        elif line.semicolons is None:
            line.semicolons = [at]
        else:
            line.semicolons.append(at)

    def _backslash(self, match: re.Match[str]) -> None:
        """A continued line: the break must come at once, after something, and a line that is not blank must follow."""
        source, end = self.source, match.end()
        following = _INDENT.match(source, end)
        at = following.end() if following else end
        begins = self._line is None or self._line.start == match.start()
        if end - match.start() == 1 or begins or at >= len(source) or source[at] in "\r\n#\\":
            self._problem(Problem("backslash", match.start()))

    def _problem(self, problem: Problem) -> None:
        self.found.is_broken = True
        if self._line is None:
            return
        if self._line.problems is None:
            self._line.problems = []
        self._line.problems.append(problem)

"""What each logical line is by its first word, and whether it can be read by itself."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.scan import Line

HEADERS = frozenset({"if", "elif", "else", "for", "while", "def", "class", "with", "try", "except", "finally", "async"})
SOFT_HEADERS = frozenset({"match", "case"})
CLAUSES = frozenset({"elif", "else", "except", "finally", "case"})
SIMPLE = frozenset(
    {"return", "raise", "pass", "break", "continue", "import", "from", "assert", "del", "global", "nonlocal", "yield"}
)

_WORD = re.compile(r"[^\W\d]\w*")
_ELSE_IF = re.compile(r"else\s+if\b|elseif\b|elsif\b|elif\b")
_SOFT = re.compile(r"(?:match|case)\b[ ]*(?![=.,)\]:;]|$)")


@dataclass(slots=True)
class Statement:
    """A logical line as a statement. `keyword` is what its first word is meant to be; '' where it is none."""

    line: Line
    keyword: str
    is_header: bool
    is_inline: bool = False
    is_dropped: bool = False
    is_replaced: bool = False
    level: int = 0
    depth: int = 0
    edits: list[Replacement] = field(default_factory=list[Replacement])

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.line.start

    @property
    def end(self) -> int:
        """Where its code ends."""
        return self.line.end


def classify(work: str, line: Line, similar: str) -> Statement:
    """What a line is. `similar` is the keyword that its first word, which is none, is taken for."""
    word = _WORD.match(work, line.start, line.end)
    keyword = word.group() if word else ""
    ends_open = work[line.end - 1] == ":" and line.colon == line.end - 1
    if _ELSE_IF.match(work, line.start, line.end):
        keyword = "elif"
    if not word and work[line.start] == "@":
        return Statement(line, "@", is_header=False)
    if keyword in HEADERS:
        before = work[line.start : line.colon] if 0 <= line.colon < line.end - 1 else ""
        inline = bool(before) and "lambda" not in before and (keyword != "def" or "(" in before)
        return Statement(line, keyword, is_header=not inline, is_inline=inline)
    if keyword in SOFT_HEADERS and _SOFT.match(work, line.start, line.end):
        inline = keyword == "case" and 0 <= line.colon < line.end - 1
        if ends_open or inline:
            return Statement(line, keyword, is_header=not inline, is_inline=inline)
    if similar:
        return Statement(line, similar, is_header=similar in HEADERS or similar in SOFT_HEADERS)
    return Statement(line, keyword if keyword in SIMPLE else "", is_header=ends_open)


def reads_alone(text: str, keyword: str, *, is_header: bool) -> bool:
    """Whether a statement can be read when what belongs around it is put there."""
    if keyword in ("elif", "else"):
        text = "if 1: pass\n" + text
    elif keyword in ("except", "finally"):
        text = "try: pass\n" + text
    if is_header:
        if keyword == "match":
            text += "\n case _: pass"
        elif keyword == "case":
            text = "match 1:\n " + text + " pass"
        elif keyword == "try":
            text += " pass\nfinally: pass"
        else:
            text += " pass"
    elif keyword == "case":
        text = "match 1:\n " + text
    elif keyword == "try":
        text += "\nfinally: pass"
    elif text.startswith("@"):
        text += "\ndef f(): pass"
    return read(text) is not None


def read(source: str) -> ast.Module | None:
    """The tree of a source, None where the interpreter's parser refuses it. Its words about that are not used."""
    try:
        return ast.parse(source.replace("\r\n", "\n").replace("\r", "\n") + "\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


@contextmanager
def silence() -> Iterator[None]:
    """No warnings of the interpreter's parser, which differ between versions and can be errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield

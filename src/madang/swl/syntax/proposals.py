"""What a rule proposes to say and to change about a statement that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from madang.swl.diagnostics import Code
from madang.swl.syntax.patch import Patch, Replacement
from madang.swl.syntax.scan import Scan
from madang.swl.syntax.statements import Statement
from madang.swl.syntax.tokens import Token

# Written out, because the interpreters' own lists differ.
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """False None True and as assert async await break class continue def del elif else except finally for from
        global if import in is lambda nonlocal not or pass raise return try while with yield""",
    )
)
VALUES = frozenset({"True", "False", "None"})
OPENERS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(")]}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One mistake, the edits of its fix, and the `mends` to read on with, where they are not the same.

    `values` are those of the edits whose text ends with a `...` that stands for a value.
    """

    code: Code
    start: int
    end: int
    message: str
    title: str = ""
    edits: tuple[Replacement, ...] = ()
    values: tuple[Replacement, ...] = ()
    mends: tuple[Replacement, ...] = ()
    hint: str | None = None


@dataclass(slots=True)
class Suspect:
    """A statement that cannot be read, with its words."""

    work: str
    scan: Scan
    statement: Statement
    tokens: list[Token]
    depths: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        depth = 0
        for token in self.tokens:
            if token.kind == "op" and token.text in CLOSERS:
                depth = max(depth - 1, 0)
            self.depths.append(depth)
            if token.kind == "op" and token.text in OPENERS:
                depth += 1

    def text_with(self, edits: Iterable[Replacement]) -> str:
        """The statement after edits."""
        start, end = self.statement.start, self.statement.end
        moved = [Replacement(one.start - start, one.end - start, one.text) for one in edits]
        return Patch(self.work[start:end], moved).source


def is_name(token: Token) -> bool:
    """Whether a token is a name and no keyword."""
    return token.kind == "name" and token.text not in KEYWORDS


def ends_value(token: Token) -> bool:
    """Whether a value can end with a token."""
    return (
        is_name(token)
        or token.kind in ("number", "string")
        or token.text in VALUES
        or (token.kind == "op" and (token.text in CLOSERS or token.text == "..."))
    )


def begins_value(token: Token) -> bool:
    """Whether a value can begin with a token that stands after a value: `(` and `[` would call it or look into it."""
    return is_name(token) or token.text in VALUES or token.kind in ("number", "string") or token.text in ("{", "...")


def shown(token: Token) -> str:
    """A token as a message shows it: short, on one line."""
    return token.text if len(token.text) < 30 and "\n" not in token.text else token.text[:20].split("\n")[0] + "..."

"""Which statement stands in which block, by indentation, and everything that is wrong about that.

A wrong indentation is read as the nearest right one, a missing block as a hole, a clause without its statement as a
statement with a hole: what is inside is always kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from madang.swl.syntax import codes
from madang.swl.syntax.draft import Draft, Mark
from madang.swl.syntax.limits import BLOCKS, CHAIN
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.statements import CLAUSES, Statement

_FOLLOWS: dict[str, frozenset[str]] = {
    "elif": frozenset({"if", "elif"}),
    "else": frozenset({"if", "elif", "for", "while", "except"}),
    "except": frozenset({"try", "except"}),
    "finally": frozenset({"try", "except", "try else"}),
}
_AFTER: dict[str, str] = {
    "elif": "`if`",
    "else": "`if`, `for` or `except`",
    "except": "`try`",
    "finally": "`try`",
    "case": "`match`",
}


@dataclass(slots=True)
class _Block:
    """An open block: its indentation, wrong ones already taken for it, and what the clauses after may follow."""

    indent: int
    prefix: str
    header: Statement | None
    level: int
    number: int
    also: set[int] = field(default_factory=set[int])
    latest: str = ""
    latest_statement: Statement | None = None
    cases: int = 0
    base: int = 0
    chain: int = 0


class Blocks:
    """Sorts the statements of a draft into blocks."""

    def __init__(self, draft: Draft, widths: dict[int, int]) -> None:
        self._draft = draft
        self._widths = widths
        self._stack = [_Block(indent=0, prefix="", header=None, level=0, number=0)]
        self._entered = 0
        self._pending: Statement | None = None
        self._dropped_below: _Block | None = None
        self._reindents: dict[tuple[int, int], list[Replacement]] = {}
        self._waiting: list[tuple[tuple[int, int], Statement, str]] = []

    def sort(self, statements: list[Statement]) -> None:
        """Take all statements in, in order."""
        for statement in statements:
            self._take(statement)
        if self._pending is not None:
            self._missing_body(self._pending)
        while self._stack:
            self._leave()
        for key, statement, message in self._waiting:
            self._report_indent(key, statement, message)

    def _take(self, statement: Statement) -> None:
        width = self._width(statement)
        if self._pending is not None:
            header, self._pending = self._pending, None
            if width > self._width(header):
                self._enter(header, statement, width)
            else:
                self._missing_body(header)
        block = self._block_of(statement, width)
        if self._drop(block, statement):
            return
        self._place(block, statement)
        if statement.is_header:
            self._pending = statement

    def _width(self, statement: Statement) -> int:
        return self._widths.get(statement.start, statement.line.indent)

    def _enter(self, header: Statement, first: Statement, width: int) -> None:
        parent = self._stack[-1]
        draft = self._draft
        prefix = draft.work[first.start - first.line.indent : first.start]
        self._entered += 1
        block = _Block(indent=width, prefix=prefix, header=header, level=parent.level + 1, number=self._entered)
        block.base = block.chain = parent.chain + 1
        self._stack.append(block)
        if block.level > BLOCKS and self._dropped_below is None:
            self._dropped_below = block
            draft.report(codes.TOO_MANY_BLOCKS, header.start, header.end, f"Blocks stand more than {BLOCKS} deep here.")
            self._body_stands_in(header)

    def _leave(self) -> None:
        block = self._stack.pop()
        if block is self._dropped_below:
            self._dropped_below = None
        self._end_of_decorator(block, "")
        self._end_of_try(block)
        header = block.header
        if header is not None and header.keyword == "match" and not block.cases and not header.is_dropped:
            self._match_stands_in(header)

    def _block_of(self, statement: Statement, width: int) -> _Block:
        """The block that a statement belongs to; the deeper ones end. Reports an indentation that is none."""
        stack = self._stack
        while len(stack) > 1 and width < stack[-1].indent and width not in stack[-1].also:
            if self._is_nearer(stack[-1], stack[-2], width, statement):
                break
            self._leave()
        block = stack[-1]
        if width == block.indent or width in block.also:
            if width != block.indent:
                self._reindent(block, statement, width)
            return block
        if width > block.indent:
            block = self._accepting(statement, block)
        block.also.add(width)
        key = self._reindent(block, statement, width)
        if not self._is_dropping():
            deeper = width > block.indent
            message = (
                "This line is indented more than the lines of its block."
                if deeper
                else "The indentation of this line is that of no block around it."
            )
            self._waiting.append((key, statement, message))
        return block

    def _is_nearer(self, inner: _Block, outer: _Block, width: int, statement: Statement) -> bool:
        """Whether a width between two blocks belongs to the inner one."""
        if width <= outer.indent or width in outer.also:
            return False
        if statement.keyword in CLAUSES:
            return _accepts(inner, statement.keyword)
        return inner.indent - width <= width - outer.indent

    def _accepting(self, statement: Statement, block: _Block) -> _Block:
        """A clause that is indented too much belongs to the nearest block where its statement stands."""
        if statement.keyword not in CLAUSES or _accepts(block, statement.keyword):
            return block
        for index in range(len(self._stack) - 1, 0, -1):
            if _accepts(self._stack[index], statement.keyword):
                while len(self._stack) > index + 1:
                    self._leave()
                return self._stack[-1]
        return block

    def _reindent(self, block: _Block, statement: Statement, width: int) -> tuple[int, int]:
        key = (block.number, width)
        start = statement.start - statement.line.indent
        edit = Replacement(start, statement.start, block.prefix)
        self._reindents.setdefault(key, []).append(edit)
        return key

    def _report_indent(self, key: tuple[int, int], statement: Statement, message: str) -> None:
        deeper = message.startswith("This")
        edits = self._reindents[key]
        start = statement.start - statement.line.indent
        code = codes.UNEXPECTED_INDENT if deeper else codes.BAD_DEDENT
        self._draft.report(
            code, start, max(statement.start, start), message, title="Indent like its block", edits=edits
        )

    def _is_dropping(self) -> bool:
        return self._dropped_below is not None

    def _drop(self, block: _Block, statement: Statement) -> bool:
        """Whether a statement is left out: inside too deep a block, or in a `match` without being a case."""
        header = block.header
        if self._is_dropping() or (header is not None and header.is_dropped):
            self.leave_out(statement)
        elif header is not None and header.keyword == "match" and statement.keyword != "case":
            if block.latest != "not a case":
                self._draft.report(
                    codes.NOT_A_CASE, statement.start, statement.end, "Only `case` can stand directly in a `match`."
                )
            block.latest = "not a case"
            self.leave_out(statement)
        else:
            return False
        if statement.is_header:
            self._pending = statement
        return True

    def leave_out(self, statement: Statement) -> None:
        """Nothing stands for a statement."""
        statement.is_dropped = True
        draft = self._draft
        draft.mend([Replacement(statement.start, statement.end, "")])
        draft.marks.append(Mark(statement.start, statement.end, None))

    def _place(self, block: _Block, statement: Statement) -> None:
        """Check that a clause follows its statement, and indent the line like its block."""
        keyword = statement.keyword
        if statement.line.indent != block.indent:
            start = statement.start - statement.line.indent
            self._draft.mend([Replacement(start, statement.start, " " * block.indent)])
        if keyword in CLAUSES and not _accepts(block, keyword):
            self._stray_clause(statement)
            keyword = "if"
        elif keyword == "elif":
            keyword = self._chained(block, statement)
        else:
            block.chain = block.base
        self._end_of_decorator(block, keyword)
        if keyword not in ("except", "finally"):
            self._end_of_try(block)
        if keyword == "case":
            block.cases += 1
        block.latest = "try else" if keyword == "else" and block.latest == "except" else keyword
        if keyword in ("try", "@"):
            block.latest_statement = statement
        statement.level = block.level
        statement.depth = block.chain

    def _chained(self, block: _Block, statement: Statement) -> str:
        """One more `elif`, each of which is nested in the one before; gives what the statement is read as."""
        block.chain += 1
        if block.chain <= CHAIN:
            return "elif"
        message = f"More than {CHAIN} `elif` and blocks hang on one another."
        self._draft.report(codes.CHAIN_TOO_LONG, statement.start, statement.end, message)
        self._condition_stands_in(statement, -1)
        block.chain = block.base
        return "if"

    def _end_of_decorator(self, block: _Block, keyword: str) -> None:
        """A decorator that no function follows."""
        decorator = block.latest_statement
        if block.latest != "@" or decorator is None or keyword in ("@", "def", "class", "async"):
            return
        message = "No function follows this decorator."
        edit = Replacement(decorator.start, decorator.end, "...")
        self._draft.report(codes.LONE_DECORATOR, decorator.start, decorator.end, message)
        decorator.edits = [edit]
        decorator.is_replaced = True
        self._draft.marks.append(Mark(decorator.start, decorator.end, edit))

    def _end_of_try(self, block: _Block) -> None:
        """A `try` that nothing follows becomes a block with a hole as its condition."""
        statement = block.latest_statement
        if block.latest == "try" and statement is not None and not self._is_dropping():
            self._draft.report(
                codes.LONE_TRY, statement.start, statement.end, "This `try` has neither `except` nor `finally`."
            )
            self._condition_stands_in(statement, 3)
        block.latest_statement = None
        if block.latest == "try":
            block.latest = ""

    def _stray_clause(self, statement: Statement) -> None:
        draft, keyword = self._draft, statement.keyword
        message = f"This `{keyword}` follows no {_AFTER[keyword]} in its block."
        draft.report(codes.STRAY_CLAUSE, statement.start, statement.end, message)
        if keyword == "elif":
            statement.keyword = "if"
            length = draft.work.startswith("elif", statement.start)
            statement.edits.append(Replacement(statement.start, statement.start + (4 if length else 0), "if"))
        elif statement.is_inline or keyword in ("else", "finally"):
            self._condition_stands_in(statement, statement.line.colon - statement.start)
        else:
            self._condition_stands_in(statement, statement.end - statement.start)

    def _condition_stands_in(self, statement: Statement, length: int) -> None:
        """`if ...` takes the place of the first characters of a header."""
        whole = length >= statement.end - statement.start or length < 0
        end = statement.end if whole else statement.start + length
        replacement = Replacement(statement.start, end, "if ...:" if whole else "if ...")
        statement.keyword = "if"
        statement.is_replaced |= whole
        statement.edits.append(replacement)
        self._draft.marks.append(Mark(statement.start, end, replacement, at=3))

    def _match_stands_in(self, header: Statement) -> None:
        """A `match` without cases cannot stand; a block with holes does."""
        replacement = Replacement(header.start, header.end, "if ...: ...")
        header.keyword, header.is_header, header.is_inline = "if", False, True
        header.edits = [replacement]
        header.is_replaced = True
        self._draft.marks.append(Mark(header.start, header.end, replacement, at=3))

    def _missing_body(self, header: Statement) -> None:
        if header.is_dropped:
            return
        if not self._is_dropping():
            message = "No indented block follows this header."
            draft = self._draft
            prefix = draft.work[header.start - header.line.indent : header.start]
            if header.keyword == "match":
                draft.report(codes.MISSING_BODY, header.start, header.end, message)
                self._match_stands_in(header)
                return
            line = draft.text.line_end(draft.text.line_of(header.end))
            edits = [Replacement(line, line, f"\n{prefix}    pass")]
            draft.report(codes.MISSING_BODY, header.start, header.end, message, title="Add `pass`", edits=edits)
        self._body_stands_in(header)

    def _body_stands_in(self, header: Statement) -> None:
        replacement = Replacement(header.end, header.end, " ...")
        self._draft.mend([replacement])
        self._draft.marks.append(Mark(header.end, header.end, replacement, at=1))


def _accepts(block: _Block, keyword: str) -> bool:
    """Whether a clause may come next in a block."""
    if keyword == "case":
        return block.header is not None and block.header.keyword == "match"
    return block.latest in _FOLLOWS[keyword]

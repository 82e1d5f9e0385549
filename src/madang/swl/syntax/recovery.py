"""Reading a source with mistakes: each statement by itself, and what cannot be read as a hole."""

from __future__ import annotations

import ast
import re

from madang.swl.diagnostics import in_order
from madang.swl.syntax import codes, gates
from madang.swl.syntax.blocks import Blocks
from madang.swl.syntax.braces import read_braces
from madang.swl.syntax.characters import put_right
from madang.swl.syntax.draft import Draft, Mark, Places, line_at
from madang.swl.syntax.holes import names_in
from madang.swl.syntax.limits import BRACKETS, CHAIN, NUMBER
from madang.swl.syntax.patch import Patch, Replacement
from madang.swl.syntax.repairs import diagnose
from madang.swl.syntax.scan import Line, Scan
from madang.swl.syntax.statements import CLAUSES, Statement, classify, read
from madang.swl.syntax.strings import check_strings, swap_inner_quotes
from madang.swl.syntax.tree import Found, Placement, settle_strings
from madang.swl.syntax.values import Comment, Hole, Parsed
from madang.swl.syntax.words import END_WORDS, similar_keyword
from madang.swl.text import Text

_FIRST = re.compile(r"([^\W\d]\w*)(?=[ ]+(?!(?:in|is|and|or|not|if|else|for)\b)[\w\"']|[^:=]*:$|$)")
_BREAK = re.compile(r"\r\n|\n|\r")
_BLANKS = " \t\f"


def recover(text: Text, found: Scan) -> Parsed:
    """The tree of a source in which something is wrong, or may be, and all that is."""
    draft = Draft(text, text.source, found)
    put_right(draft)
    swap_inner_quotes(draft)
    read_braces(draft)
    check_strings(draft)
    gated = _gated(draft)
    statements = _statements(draft)
    _share(draft, statements)
    _suites(draft, statements)
    Blocks(draft, _widths(draft)).sort(statements)
    _diagnose(draft, statements, gated)
    tree, patch = _read_all(draft, statements)
    return _parsed(draft, statements, tree, patch)


def _widths(draft: Draft) -> dict[int, int]:
    """The indentations that are not as wide as they are long, by the place where the statement begins."""
    source = draft.text.source
    widths: dict[int, int] = {}
    if "\t" in source or "\f" in source or source.startswith("\ufeff"):
        for line in draft.scan.lines:
            before = source[line.start - line.indent : line.start]
            if "\t" in before or "\f" in before:
                widths[line.start] = len(before.replace("\f", " ").expandtabs(4))
    if source.startswith("\ufeff") and draft.scan.lines and draft.scan.lines[0].indent == draft.scan.lines[0].start:
        widths[draft.scan.lines[0].start] = draft.scan.lines[0].indent - 1
    return widths


def _gated(draft: Draft) -> set[int]:
    """The statements, by their beginning, that may hold a form of only some interpreters."""
    work, lines = draft.work, draft.scan.lines
    gated = {line.start for line in lines if gates.HEAD.match(work, line.start)}
    places: Places | None = None
    for pattern in (gates.NUMBERS, gates.INNER_ALIAS) if "type" in work else (gates.NUMBERS,):
        for match in pattern.finditer(work):
            places = places or Places(draft.scan)
            line = line_at(lines, match.start())
            if line is None or not places.is_code(match.start()):
                continue
            gated.add(line.start)
            if match.lastgroup == "long":
                message = f"A number has more than {NUMBER} characters."
                draft.report(codes.NUMBER_TOO_LONG, *match.span(), message)
                draft.fatal.append(match.start())
    return gated


def _statements(draft: Draft) -> list[Statement]:
    """The logical lines as statements, without those that say nothing: ends of blocks, comments of other languages."""
    found: list[Statement] = []
    for line in draft.scan.lines:
        _cut_comment(draft, line)
        text = draft.work[line.start : line.end].rstrip("; ")
        if len(text) < 9 and text in END_WORDS:
            _leave_out_end(draft, line, text)
        elif text.startswith(("//", "/*")):
            _leave_out_comment(draft, line)
        else:
            found.append(classify(draft.work, line, _similar(draft.work, line)))
    return found


def _similar(work: str, line: Line) -> str:
    first = _FIRST.match(work, line.start, line.end)
    return similar_keyword(first.group(1), is_header=work[line.end - 1] == ":")[0] if first is not None else ""


def _cut_comment(draft: Draft, line: Line) -> None:
    """`if x:  // a note`."""
    at = line.colon + 1
    if not at:
        return
    while at < line.end and draft.work[at] in _BLANKS:
        at += 1
    if draft.work.startswith("//", at) and "\n" not in draft.work[at : line.end]:
        edit = Replacement(at, at + 2, "#")
        draft.report(codes.FOREIGN_COMMENT, at, at + 2, "A comment begins with `#`.", title="Write `#`", edits=[edit])
        draft.mend([Replacement(at, line.end, "")])
        line.end = line.colon + 1
        line.problems = [one for one in line.problems or () if one.at < at] or None


def _leave_out_end(draft: Draft, line: Line, text: str) -> None:
    code = codes.STRAY_BRACKET if text.startswith("}") else codes.END_WORD
    message = f"`{text}` closes nothing: a block ends where its indentation ends."
    start = line.start - line.indent
    edits = [Replacement(start, line.end, "")]
    draft.report(code, line.start, line.end, message, title=f"Remove `{text}`", edits=edits)
    draft.mend(edits)
    draft.marks.append(Mark(line.start, line.end, None))


def _leave_out_comment(draft: Draft, line: Line) -> None:
    work = draft.work
    edits = [Replacement(line.start, line.start + 2, "#")]
    if work.startswith("/*", line.start) and work.endswith("*/", line.start, line.end) and line.end - line.start > 3:
        edits.append(Replacement(line.end - 2, line.end, ""))
    message = "A comment begins with `#`."
    if _has_breaks(work, line.start, line.end):
        edits = []
    draft.report(codes.FOREIGN_COMMENT, line.start, line.start + 2, message, title="Write `#`", edits=edits)
    draft.mend([Replacement(line.start, line.end, "")])


def _share(draft: Draft, statements: list[Statement]) -> None:
    """Give each statement the edits that lie in it."""
    rest: list[Replacement] = []
    index = 0
    for edit in sorted(draft.replacements, key=lambda one: (one.start, one.end)):
        while index < len(statements) and statements[index].end < edit.end:
            index += 1
        if index < len(statements) and statements[index].start <= edit.start:
            statements[index].edits.append(edit)
        else:
            rest.append(edit)
    draft.replacements[:] = rest


def _suites(draft: Draft, statements: list[Statement]) -> None:
    """Statements that share a line: blocks behind their header, `;`."""
    for statement in statements:
        line, work = statement.line, draft.work
        if not statement.is_inline and line.semicolons is None:
            continue
        prefix = work[line.start - line.indent : line.start]
        inner = prefix + "    " if statement.is_inline else prefix
        edits = [_line_break(work, line.colon + 1, line.colon + 1, line.end, inner)] if statement.is_inline else []
        for at in line.semicolons or ():
            if not edits or edits[-1].end <= at:
                edits.append(_line_break(work, at, at + 1, line.end, inner))
        if line.problems:
            edits = []
        if statement.is_inline:
            message = "A block stands on the line of its header."
            draft.report(
                codes.ONE_LINE_SUITE, line.colon, line.end, message, title="Put it on a line of its own", edits=edits
            )
        else:
            at = (line.semicolons or [line.end])[0]
            message = "`;` does not join or end statements here."
            draft.report(codes.SEMICOLON, at, at + 1, message, title="Put each statement on its line", edits=edits)


def _line_break(work: str, start: int, after: int, end: int, prefix: str) -> Replacement:
    while start > 0 and work[start - 1] in _BLANKS:
        start -= 1
    while after < end and work[after] in " \t\f;":
        after += 1
    return Replacement(start, after, "" if after >= end else "\n" + prefix)


def _diagnose(draft: Draft, statements: list[Statement], gated: set[int]) -> None:
    lines = draft.scan.lines
    fatal = {line.start for at in draft.fatal if (line := line_at(lines, at)) is not None}
    reported = {line.start for one in draft.diagnostics if (line := line_at(lines, one.span.start.offset)) is not None}
    doubtful = gated | fatal
    patch = _patch(draft, statements)
    for group in _groups(statements):
        if all(_is_sure(one, doubtful) for one in group) and read(_lines_of(patch, group)) is not None:
            continue
        for statement in group:
            start = statement.start
            if not statement.is_dropped:
                diagnose(
                    draft, statement, is_gated=start in gated, is_fatal=start in fatal, is_reported=start in reported
                )


def _is_sure(statement: Statement, doubtful: set[int]) -> bool:
    """Whether nothing stands in the way of giving a statement to the interpreter's parser."""
    line = statement.line
    fits = line.depth < BRACKETS and line.end - line.start <= CHAIN - statement.depth
    return statement.is_dropped or (fits and not line.problems and line.start not in doubtful)


def _read_all(draft: Draft, statements: list[Statement]) -> tuple[ast.Module, Patch]:
    """The tree of all statements together; a group that cannot be read although its statements can is a hole."""
    patch = _patch(draft, statements)
    tree = read(patch.source)
    if tree is not None:
        return tree, patch
    for group in _groups(statements):
        if read(_lines_of(patch, group)) is None:
            _give_up(draft, group)
    patch = _patch(draft, statements)
    tree = read(patch.source)
    return (tree if tree is not None else ast.Module(body=[], type_ignores=[])), patch


def _patch(draft: Draft, statements: list[Statement]) -> Patch:
    """The source as it is read: line breaks that edits take away are put at the ends of their statements."""
    edits = [edit for statement in statements if not statement.is_dropped for edit in statement.edits]
    edits += draft.replacements
    patch = Patch(draft.work, edits)
    breaks: dict[int, str] = {}
    for edit in patch.taken:
        line = line_at(draft.scan.lines, edit.end) if edit.end > edit.start else None
        if line is not None and _has_breaks(draft.work, edit.start, edit.end):
            breaks[line.end] = breaks.get(line.end, "") + "\n" * len(_BREAK.findall(draft.work, edit.start, edit.end))
    if not breaks:
        return patch
    return Patch(draft.work, edits + [Replacement(at, at, text) for at, text in breaks.items()])


def _groups(statements: list[Statement]) -> list[list[Statement]]:
    """The statements of the outermost block, each with all that belongs to it."""
    groups: list[list[Statement]] = []
    for statement in statements:
        follows = statement.level > 0 or statement.is_dropped or statement.keyword in CLAUSES
        decorated = groups and groups[-1][-1].keyword == "@"
        if groups and (follows or decorated):
            groups[-1].append(statement)
        else:
            groups.append([statement])
    return groups


def _lines_of(patch: Patch, group: list[Statement]) -> str:
    first, last = group[0], group[-1]
    start = patch.forward(first.start - first.line.indent)
    end = patch.forward(last.end)
    rest = re.compile(r"[^\r\n]*").match(patch.source, end)
    return patch.source[start : rest.end() if rest else end]


def _give_up(draft: Draft, group: list[Statement]) -> None:
    start, end = group[0].start, group[-1].end
    if not any(start <= one.span.start.offset <= end for one in draft.diagnostics):
        draft.report(codes.UNREADABLE, start, group[0].end, "This statement cannot be read.")
    draft.replacements[:] = [one for one in draft.replacements if one.end < start or one.start > end]
    draft.marks[:] = [one for one in draft.marks if one.end < start or one.start > end]
    for statement in group:
        statement.edits = [Replacement(statement.start, statement.end, "")]
    whole = Replacement(start, group[0].end, "...")
    group[0].edits = [whole]
    draft.replacements.append(Replacement(start - group[0].line.indent, start, ""))
    draft.marks.append(Mark(start, end, whole))


def _has_breaks(work: str, start: int, end: int) -> bool:
    return _BREAK.search(work, start, end) is not None


def _parsed(draft: Draft, statements: list[Statement], tree: ast.Module, patch: Patch) -> Parsed:
    text = draft.text
    touched: list[tuple[int, int]] = []
    for edit in patch.taken:
        line = line_at(draft.scan.lines, edit.end)
        touched.append((line.start, line.end) if line is not None else (edit.start, edit.end))
    if draft.work != text.source:
        wide = [at for at, (one, other) in enumerate(zip(draft.work, text.source, strict=True)) if one != other]
        touched += [(line.start, line.end) for at in wide if (line := line_at(draft.scan.lines, at)) is not None]
    placement = Placement(text, patch, touched)
    found = placement.settle(tree, draft.marks)
    settle_strings(tree, {text.line_of(one[0]) for one in draft.scan.strings if one[0] != one[1]})
    holes = tuple(_hole(draft, mark, stands) for mark, stands in zip(draft.marks, found, strict=True))
    standing = frozenset(node for hole in holes for node in _standing(hole))
    return Parsed(
        text=text,
        tree=tree,
        holes=tuple(sorted(holes, key=lambda one: (one.span.start.offset, one.span.end.offset))),
        comments=tuple(
            Comment(span=text.span(start, end), text=text.source[start:end]) for start, end in draft.scan.comments
        ),
        diagnostics=in_order(draft.diagnostics),
        _standing_in=standing,
    )


def _hole(draft: Draft, mark: Mark, found: Found) -> Hole:
    return Hole(
        span=draft.text.span(mark.start, mark.end),
        node=found.statement,
        value=found.value,
        names=names_in(draft.work, mark.start, mark.end),
    )


def _standing(hole: Hole) -> list[ast.AST]:
    nodes: list[ast.AST] = [] if hole.value is None else [hole.value]
    if hole.node is not None and (
        hole.value is None or (isinstance(hole.node, ast.Expr) and hole.node.value is hole.value)
    ):
        nodes.append(hole.node)
    return nodes

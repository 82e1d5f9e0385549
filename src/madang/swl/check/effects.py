"""Where calls to the outside may stand: one a statement, unconditionally, where the canvas can draw it."""

from __future__ import annotations

import ast

from madang.swl.check.codes import EFFECT_PLACE
from madang.swl.check.walking import Walk
from madang.swl.diagnostics import Fix, TextEdit


def effect_place(node: ast.expr | None) -> ast.expr | None:
    """The call in an expression that may be an effect: the whole, or what `.x` and `[i]` follow."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node if isinstance(node, ast.Call) else None


def allow(walk: Walk, node: ast.expr | None) -> None:
    """Note that the effect of this expression stands in its right place."""
    place = effect_place(node)
    if place is not None:
        walk.facts.effect_places.add(place)


def check_place(walk: Walk, node: ast.Call, label: str) -> None:
    """Note an effect; report one that stands elsewhere."""
    walk.function.is_effectful = True
    if node in walk.facts.effect_places:
        return
    walk.reports.add(EFFECT_PLACE, node, f"{label} reaches outside and cannot stand here.", fixes=_extract(walk, node))


def _extract(walk: Walk, node: ast.Call) -> list[Fix]:
    """Bind it to a name in a line of its own, above its statement, where that is certain to mean the same."""
    statement = _statement_of(walk, node)
    if statement is None or _is_conditional(statement, node) or not _is_once(walk, statement, node):
        return []
    text = walk.reports.text
    name = _free_name(walk, node)
    start = text.line_start(statement.lineno)
    indent = text.indentation(statement.lineno)
    line = TextEdit(span=text.span(start, start), text=f"{indent}{name} = {text.text_of(node)}\n")
    place = TextEdit(span=text.span_of(node), text=name)
    return [Fix(title=f"Extract the variable `{name}`", edits=(line, place))]


def _statement_of(walk: Walk, node: ast.Call) -> ast.stmt | None:
    found: ast.stmt | None = None
    for each in walk.function.nodes:
        if isinstance(each, ast.stmt) and each.lineno <= node.lineno <= (each.end_lineno or each.lineno):
            found = each
    return found


def _is_once(walk: Walk, statement: ast.stmt, node: ast.Call) -> bool:
    """Whether a line above the statement is reached just when the call would be made."""
    match statement:
        case ast.Assign() | ast.AnnAssign() | ast.Expr() | ast.Return() | ast.AugAssign():
            return True
        case ast.If(test=head) | ast.For(iter=head) | ast.Match(subject=head):
            is_elif = walk.reports.text.line_text(statement.lineno).lstrip().startswith("elif")
            return not is_elif and any(each is node for each in ast.walk(head))
        case _:
            return False


def _is_conditional(statement: ast.stmt, node: ast.Call) -> bool:
    """Whether it is evaluated perhaps not, or more than once."""
    for each in ast.walk(statement):
        match each:
            case ast.BoolOp(values=[_, *rest]):
                inner: list[ast.expr] = rest
            case ast.IfExp(body=body, orelse=orelse):
                inner = [body, orelse]
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.Lambda() | ast.JoinedStr():
                inner = [each] if not isinstance(each, ast.JoinedStr) else []
            case _:
                continue
        if any(found is node for part in inner for found in ast.walk(part)):
            return True
    return False


def _free_name(walk: Walk, node: ast.Call) -> str:
    taken = {each.id for each in walk.function.nodes if isinstance(each, ast.Name)}
    taken |= {each.name for each in walk.function.parameters}
    last = node.func.attr if isinstance(node.func, ast.Attribute) else "value"
    stem = last.strip("_") or "value"
    name, number = f"{stem}_result", 2
    while name in taken:
        name, number = f"{stem}_result_{number}", number + 1
    return name

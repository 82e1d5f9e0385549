"""Functions: helpers before those that call them, each walked until what its loops know is settled."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from madang.swl.check.codes import NO_RETURN, RECURSION, UNUSED_NAME
from madang.swl.check.env import Binding, Env, join_types
from madang.swl.check.expressions import check_value
from madang.swl.check.facts import Facts, FunctionSymbol, HelperCall, OperationCall, Program, WordCall
from madang.swl.check.fitting import fit
from madang.swl.check.narrowing import narrow
from madang.swl.check.reports import Reports, name_span
from madang.swl.check.statements import check_block
from madang.swl.check.walking import State
from madang.swl.diagnostics import Fix, TextEdit
from madang.swl.syntax import Parsed
from madang.types.covers import fits
from madang.types.model import ANY, NONE, Type
from madang.types.printing import text_of

_MOST_WALKS = 8


class FunctionWalk:
    """The walk over one function (`Walk`)."""

    def __init__(
        self, parsed: Parsed, program: Program, facts: Facts, reports: Reports, function: FunctionSymbol
    ) -> None:
        self.parsed = parsed
        self.program = program
        self.facts = facts
        self.reports = reports
        self.function = function
        self.state = State()

    def value(self, node: ast.expr, env: Env, expected: Type | None = None) -> Type:
        """The type of an expression, which is kept for those who come later."""
        found = check_value(self, node, env, expected)
        self.facts.types[node] = found
        return found

    def narrow(self, node: ast.expr, env: Env) -> tuple[Env, Env]:
        """Check a condition: what is known where it holds, and where it does not."""
        return narrow(self, node, env)

    def run(self) -> None:
        """Walk the function, again while its loops learn something."""
        mark = self.reports.mark()
        edges = self.facts.typed_edges, self.facts.untyped_edges
        heads = self.state.loop_heads
        for number in range(_MOST_WALKS):
            self.reports.rewind(mark)
            self.facts.typed_edges, self.facts.untyped_edges = edges
            self.state = State()
            self.state.loop_heads, self.state.rounds = heads, number
            self._walk()
            if self.state.is_settled:
                break
        self._unused()

    def _walk(self) -> None:
        env = Env()
        for each in self.function.parameters:
            if each.default is not None:
                type_ = self.value(each.default, Env(), each.type)
                fit(self, each.type, each.default, type_, f"The default of `{each.name}`")
            env.bind(each.name, Binding(type=each.type, declared=each.type))
        check_block(self, self.function.node.body, env)
        self._end(env)

    def _end(self, env: Env) -> None:
        function = self.function
        if function.declared is None:
            ends = [] if env.is_dead else [NONE]
            function.result = join_types([*self.state.returns, *ends]) if self.state.returns or ends else NONE
            return
        has_holes = bool(self.parsed.holes) and any(self.parsed.is_hole(each) for each in function.nodes)
        if not env.is_dead and not has_holes and not fits(function.declared, NONE):
            span = name_span(self.reports.text, function.node, function.name)
            message = f"`{function.name}` may end without a value, and {text_of(function.declared)} is declared."
            self.reports.add(NO_RETURN, span, message)

    def _unused(self) -> None:
        """Names that are bound by a statement and never read."""
        stored: dict[str, ast.Name] = {}
        for each in self.function.nodes:
            if isinstance(each, ast.Name) and each.id not in self.state.used and isinstance(each.ctx, ast.Store):
                stored.setdefault(each.id, each)
        hidden = self.program.unknown
        for name, node in stored.items():
            if name.startswith("_") or name in hidden or node not in self.facts.types:
                continue
            if not self._is_misread(node):
                self.reports.add(UNUSED_NAME, node, f"`{name}` is never read.", fixes=self._dropping(node))

    def _is_misread(self, name: ast.Name) -> bool:
        """Whether what it is bound to was not understood, which has a diagnostic already."""
        for each in self.function.nodes:
            if isinstance(each, ast.Assign) and each.targets == [name]:
                calls = [inner for inner in ast.walk(each.value) if isinstance(inner, ast.Call)]
                return any(inner not in self.facts.calls for inner in calls)
        return False

    def _dropping(self, name: ast.Name) -> list[Fix]:
        """Take the name away from its statement, or the whole where nothing else happens in it."""
        for each in self.function.nodes:
            if isinstance(each, ast.Assign) and each.targets == [name]:
                if any(_is_effect(self.facts, inner) for inner in ast.walk(each.value)):
                    start, end = self.reports.text.offsets_of(each)[0], self.reports.text.offsets_of(each.value)[0]
                    edit = TextEdit(span=self.reports.text.span(start, end), text="")
                    return [Fix(title=f"Do not bind `{name.id}`", edits=(edit,))]
                return [self.reports.removing_statement(each)] if self._is_not_alone(each) else []
            if isinstance(each, ast.For) and each.target is name:
                return [self.reports.replacing(name, f"_{name.id}")]
        return []

    def _is_not_alone(self, node: ast.stmt) -> bool:
        """Whether its block has other statements, so that it may go."""
        for each in self.function.nodes:
            for block in ("body", "orelse", "finalbody"):
                if node in (getattr(each, block, None) or ()):
                    return len(getattr(each, block)) > 1
        return False


def in_order(functions: Mapping[str, FunctionSymbol], reports: Reports) -> list[FunctionSymbol]:
    """Functions after those that they call; a call that comes back to its own function is reported."""
    order: list[FunctionSymbol] = []
    done: set[str] = set()
    calls = {name: _calls(each, functions) for name, each in functions.items()}
    for start in functions:
        path: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            name, index = stack.pop()
            if index == 0:
                if name in done:
                    continue
                path.append(name)
            if index < len(calls[name]):
                stack.append((name, index + 1))
                callee, node = calls[name][index]
                if callee in path:
                    _recursive(functions[callee], node, path[path.index(callee) :], reports)
                elif callee not in done:
                    stack.append((callee, 0))
            else:
                path.pop()
                done.add(name)
                order.append(functions[name])
    return order


def _recursive(function: FunctionSymbol, node: ast.Call, path: list[str], reports: Reports) -> None:
    way = " calls ".join(f"`{each}`" for each in [*path, function.name])
    reports.add(RECURSION, node.func, f"{way}: it would never end.")
    if function.declared is None:
        function.result = ANY


def _calls(function: FunctionSymbol, functions: Mapping[str, FunctionSymbol]) -> list[tuple[str, ast.Call]]:
    return [
        (each.func.id, each)
        for each in function.nodes
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in functions
    ]


def _is_effect(facts: Facts, node: ast.AST) -> bool:
    match facts.calls.get(node):
        case OperationCall():
            return True
        case WordCall(is_effect=is_effect):
            return is_effect
        case HelperCall(function=function):
            return function.is_effectful
        case _:
            return False

"""Functions: helpers before those that call them, each walked until what its loops know is settled."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from madang.swl.check.codes import NO_RETURN, RECURSION
from madang.swl.check.env import Binding, Env, join_types
from madang.swl.check.expressions import check_value
from madang.swl.check.facts import Facts, FunctionSymbol, Program
from madang.swl.check.fitting import fit
from madang.swl.check.narrowing import narrow
from madang.swl.check.paths import long_spine
from madang.swl.check.reports import Reports, name_span
from madang.swl.check.statements import check_block
from madang.swl.check.unused import report_unused
from madang.swl.check.walking import State
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
        self._ahead: dict[ast.expr, Type] = {}

    def value(self, node: ast.expr, env: Env, expected: Type | None = None) -> Type:
        """The type of an expression, which is kept for those who come later."""
        if node in self._ahead:
            return self._ahead.pop(node)
        for inner in reversed(long_spine(node)):
            self._ahead[inner] = self._value(inner, env, None)
        return self._value(node, env, expected)

    def _value(self, node: ast.expr, env: Env, expected: Type | None) -> Type:
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
        report_unused(self.function, self.facts, self.reports, self.state.used, self.program.unknown)

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

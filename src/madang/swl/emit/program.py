"""The program of the sandbox: asynchronous functions that stop at each effect by `await _fx(...)`.

`_fx(node, path, operation, arguments, catches_doubt)` is performed by the host; `(path, node)` is the key of the
journal. The path runs from the entry to the node: a helper's call site, a loop or branch with its index, a page.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from madang.swl.check.facts import Checked, FunctionSymbol, WordCall, is_effect
from madang.swl.check.operators import SIGNS
from madang.swl.check.paths import branches
from madang.swl.check.words import ERRORS
from madang.swl.compiler import Compilation
from madang.swl.emit.expressions import Expressions, converter_of
from madang.swl.emit.lines import Lines, literal
from madang.swl.emit.prelude import CARRIERS, DATA_ERRORS, PRELUDE
from madang.swl.ir import walk_nodes
from madang.types.model import ANY, LiteralType, RecordType, Type, resolve

DEFAULT_PARALLEL = 8
"""How many branches of `parallel` run at once where the program does not say."""


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """A program for the sandbox: feed `text` with the inputs `_args`, perform each `_fx`."""

    text: str
    workflow: str


def emit(compilation: Compilation) -> Emitted:
    """The program of a compilation that is runnable.

    Raises ValueError where it is not: what has errors has no program.
    """
    workflow = compilation.checked.program.workflow
    if not compilation.is_runnable or workflow is None:
        raise ValueError("a workflow with errors has no program")
    lines = Lines()
    ids = _ids(compilation)
    for function in compilation.checked.program.functions.values():
        _Function(compilation.checked, function, ids, lines).write()
        lines.add("")
    entry = _Function(compilation.checked, workflow, ids, lines).entry()
    lines.add(entry)
    return Emitted(text=PRELUDE + lines.text(), workflow=workflow.name)


def _ids(compilation: Compilation) -> dict[ast.AST, str]:
    """The node id of each call that is an effect, and of each statement that has a path of its own."""
    found: dict[ast.AST, str] = {}
    for function in compilation.program.functions:
        for node in walk_nodes(function.nodes):
            if node.call is not None:
                found[node.call] = node.id
            elif node.statement is not None and node.kind in {"loop", "parallel", "lock"}:
                found[node.statement] = node.id
    return found


class _Function:
    """Writes one function."""

    def __init__(self, checked: Checked, function: FunctionSymbol, ids: Mapping[ast.AST, str], lines: Lines) -> None:
        self._checked = checked
        self._calls = checked.facts.calls
        self._function = function
        self._ids = ids
        self._lines = lines
        self._paths = ["_p"]
        self._number = 0
        self._leaves: list[tuple[str, str]] = []
        self._expressions = Expressions(checked, ids, lambda: self._paths[-1])

    def write(self) -> None:
        names = [f"v_{each.name}" for each in self._function.parameters]
        is_async = self._function.is_effectful
        head = ", ".join(["_p", "_d", *names] if is_async else names)
        with self._lines.inside(f"{'async ' if is_async else ''}def f_{self._function.name}({head}):"):
            for each in self._function.parameters:
                convert = converter_of(each.type)
                if convert is not None:
                    self._lines.add(f"v_{each.name} = {convert}(v_{each.name})")
            self._block(self._function.node.body)

    def entry(self) -> str:
        """The last line: the workflow over its inputs."""
        given = [self._input(each.name, each.default) for each in self._function.parameters]
        if self._function.is_effectful:
            arguments = ", ".join([literal(""), "False", *given])
            return f"await f_{self._function.name}({arguments})"
        return f"f_{self._function.name}({', '.join(given)})"

    def _input(self, name: str, default: ast.expr | None) -> str:
        key = literal(name)
        if default is None:
            return f"_args[{key}]"
        return f"(_args[{key}] if {key} in _args else {self._expressions.write(default)})"

    def _block(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            self._RULES[type(node)](self, node)

    def _text(self, node: ast.expr) -> str:
        """An expression; what must stand before it, a parallel body, is written first."""
        if isinstance(node, ast.ListComp) and self._is_word(node.generators[0].iter, "parallel"):
            return self._parallel_list(node)
        return self._expressions.write(node)

    def _expression(self, node: ast.Expr) -> None:
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self._lines.add(self._statement_text(node, node.value))

    def _statement_text(self, node: ast.stmt, value: ast.expr) -> str:
        self._current = node
        return self._text(value)

    def _assign(self, node: ast.Assign) -> None:
        value = self._statement_text(node, node.value)
        self._lines.add(f"{self._place(node.targets[0])} = {value}")

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            value = self._statement_text(node, node.value)
            self._lines.add(f"{self._place(node.target)} = {value}")

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self._statement_text(node, node.value)
        self._lines.add(f"{self._place(node.target)} {SIGNS[type(node.op)]}= {value}")

    def _place(self, node: ast.expr) -> str:
        if isinstance(node, ast.Subscript):
            return f"{self._expressions.write(node.value)}[{self._expressions.write(node.slice)}]"
        return self._expressions.write(node)

    def _return(self, node: ast.Return) -> None:
        self._lines.add(f"return {self._statement_text(node, node.value)}" if node.value is not None else "return None")

    def _raise(self, node: ast.Raise) -> None:
        assert isinstance(node.exc, ast.Call)
        self._lines.add(f"raise SystemExit({self._expressions.write(node.exc.args[0])})")

    def _pass(self, _node: ast.Pass) -> None:
        self._lines.add("pass")

    def _break(self, _node: ast.Break) -> None:
        for line in self._leaves[-1][0].split("\n"):
            self._lines.add(line)

    def _continue(self, _node: ast.Continue) -> None:
        self._lines.add(self._leaves[-1][1])

    def _branch(self, node: ast.If) -> None:
        word = "if"
        for each in branches(node):
            with self._lines.inside(f"{word} {self._expressions.write(each.test)}:"):
                self._block(each.body)
            word, node = "elif", each
        if node.orelse:
            with self._lines.inside("else:"):
                self._block(node.orelse)

    def _for(self, node: ast.For) -> None:
        if self._is_word(node.iter, "parallel"):
            self._parallel_for(node)
        elif self._is_word(node.iter, "pages"):
            self._pages(node)
        else:
            self._plain_for(node)

    def _plain_for(self, node: ast.For) -> None:
        number = self._next()
        items = self._expressions.iterable(node.iter)
        has_path = self._has_effect(node.body)
        if has_path:
            self._lines.add(f"_i{number} = -1")
        with self._lines.inside(f"for {self._expressions.target(node.target)} in {items}:"):
            if has_path:
                self._lines.add(f"_i{number} += 1")
                self._lines.add(self._path_line(number, self._ids[node], f"_i{number}"))
            with self._below(f"_p{number}" if has_path else self._paths[-1], ("break", "continue")):
                self._block(node.body)

    def _pages(self, node: ast.For) -> None:
        """One effect a page: the host answers with the items of a page, and how to ask for the next one."""
        number = self._next()
        target = self._calls[node.iter]
        assert isinstance(target, WordCall)
        assert target.operation is not None
        identifier = literal(self._ids[node])
        given = {name: value for name, value in target.arguments.items() if name != "limit"}
        limit = self._expressions.write(target.arguments["limit"]) if "limit" in target.arguments else "None"
        for line in (f"_next{number} = None", f"_more{number} = True", f"_page{number} = -1", f"_i{number} = -1"):
            self._lines.add(line)
        self._lines.add(f"_left{number} = {limit}")
        with self._lines.inside(f"while _more{number}:"):
            self._lines.add(f"_page{number} += 1")
            arguments = self._expressions.arguments(given, target.operation)
            path = f"{self._paths[-1]} + {literal(f'/{self._ids[node]}.page.')} + str(_page{number})"
            operation = literal(f"pages:{target.operation.label}")
            asked = f'{{"arguments": {arguments}, "next": _next{number}}}'
            self._lines.add(
                f"_got{number} = await _fx({identifier}, {path}, {operation}, {asked}, {self._expressions.doubt})"
            )
            self._lines.add(f'_next{number} = _got{number}["next"]')
            self._lines.add(f"_more{number} = _next{number} is not None")
            with self._lines.inside(f'for {self._expressions.target(node.target)} in _got{number}["items"]:'):
                self._lines.add(f"_i{number} += 1")
                with self._lines.inside(f"if _left{number} is not None and _i{number} >= _left{number}:"):
                    self._lines.add(f"_more{number} = False")
                    self._lines.add("break")
                self._lines.add(self._path_line(number, self._ids[node], f"_i{number}"))
                with self._below(f"_p{number}", (f"_more{number} = False\nbreak", "continue")):
                    self._block(node.body)

    def _parallel_for(self, node: ast.For) -> None:
        number = self._next()
        with self._parallel_body(number, node, node.target), self._below(f"_p{number}", ("return", "return")):
            self._block(node.body)
        self._lines.add(self._parallel_call(number, node.iter, []))

    def _parallel_list(self, node: ast.ListComp) -> str:
        number = self._next()
        generator = node.generators[0]
        with self._parallel_body(number, self._current, generator.target), self._below(f"_p{number}", ("", "")):
            self._lines.add(f"return {self._expressions.write(node.elt)}")
        return self._parallel_call(number, generator.iter, generator.ifs, generator.target)

    @contextmanager
    def _parallel_body(self, number: int, node: ast.stmt, target: ast.expr) -> Iterator[None]:
        with self._lines.inside(f"async def _b{number}(_index, {self._expressions.target(target)}):"):
            self._lines.add(self._path_line(number, self._ids[node], "_index"))
            yield

    def _parallel_call(
        self, number: int, node: ast.expr, tests: Sequence[ast.expr], target: ast.expr | None = None
    ) -> str:
        found = self._calls[node]
        assert isinstance(found, WordCall)
        items = self._expressions.iterable(found.arguments["items"])
        if tests and target is not None:
            name = self._expressions.target(target)
            items = f"[{name} for {name} in {items}{''.join(f' if {self._expressions.write(each)}' for each in tests)}]"
        limit = self._expressions.write(found.arguments["limit"]) if "limit" in found.arguments else DEFAULT_PARALLEL
        return f"await _par({items}, {limit}, _b{number})"

    def _with(self, node: ast.With) -> None:
        number = self._next()
        target = self._calls[node.items[0].context_expr]
        assert isinstance(target, WordCall)
        identifier, path = self._ids[node], self._paths[-1]
        doubt = self._expressions.doubt
        given = self._expressions.arguments(target.arguments)
        self._lines.add(f'_l{number} = await _fx({literal(identifier)}, {path}, "lock", {given}, {doubt})')
        with self._lines.inside("try:"):
            self._block(node.body)
        with self._lines.inside("finally:"):
            self._lines.add(
                f'await _fx({literal(identifier + "/unlock")}, {path}, "unlock", {{"lock": _l{number}}}, {doubt})'
            )

    def _try(self, node: ast.Try) -> None:
        before = self._expressions.doubt
        if any("InDoubt" in _error_names(each) for each in node.handlers):
            self._expressions.doubt = "True"
        with self._lines.inside("try:"):
            self._block(node.body)
        self._expressions.doubt = before
        for handler in node.handlers:
            number = self._next()
            caught = _carried(_error_names(handler))
            with self._lines.inside(f"except {caught} as _e{number}:"):
                if handler.name is not None:
                    self._lines.add(f"v_{handler.name} = _error(_e{number})")
                self._block(handler.body)
        if node.orelse:
            with self._lines.inside("else:"):
                self._block(node.orelse)
        if node.finalbody:
            with self._lines.inside("finally:"):
                self._block(node.finalbody)

    def _match(self, node: ast.Match) -> None:
        self._current = node
        with self._lines.inside(f"match {self._expressions.write(node.subject)}:"):
            for case in node.cases:
                guard = f" if {self._expressions.write(case.guard)}" if case.guard is not None else ""
                with self._lines.inside(f"case {self._pattern(case.pattern)}{guard}:"):
                    self._block(case.body)

    def _pattern(self, pattern: ast.pattern) -> str:
        match pattern:
            case ast.MatchValue(value=value):
                return self._expressions.write(value).strip("()")
            case ast.MatchSingleton(value=value):
                return literal(value)
            case ast.MatchAs(pattern=None, name=name):
                return f"v_{name}" if name is not None else "_"
            case ast.MatchAs(pattern=ast.pattern() as inner, name=name):
                return f"({self._pattern(inner)}) as v_{name}"
            case ast.MatchOr(patterns=patterns):
                return " | ".join(self._pattern(each) for each in patterns)
            case ast.MatchMapping(keys=keys, patterns=patterns):
                pairs = zip(keys, patterns, strict=True)
                return f"{{{', '.join(f'{self._expressions.write(k)}: {self._pattern(p)}' for k, p in pairs)}}}"
            case ast.MatchClass():
                return self._record_pattern(pattern)
            case _:
                raise AssertionError(type(pattern).__name__)

    def _record_pattern(self, pattern: ast.MatchClass) -> str:
        """A record is known by its literal and required properties."""
        given = dict(zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True))
        parts = [
            f"{literal(field.name)}: {_literal_pattern(field.type)}"
            for field in self._fields(pattern.cls)
            if field.is_required and field.name not in given
        ]
        parts += [f"{literal(name)}: {self._pattern(inner)}" for name, inner in given.items()]
        return f"{{{', '.join(parts)}}}"

    def _fields(self, node: ast.expr) -> Sequence[Any]:
        program = self._checked.program
        match node:
            case ast.Name(id=name):
                found = program.record_types.get(name)
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner)), attr=name):
                found = resolve(program.connectors[owner].get(name))
            case _:
                found = ANY
        return found.fields if isinstance(found, RecordType) else ()

    @contextmanager
    def _below(self, path: str, leaves: tuple[str, str]) -> Iterator[None]:
        """Inside of a loop: the variable that has its path, and how it is left."""
        self._paths.append(path)
        self._leaves.append(leaves)
        yield
        self._paths.pop()
        self._leaves.pop()

    def _path_line(self, number: int, identifier: str, index: str) -> str:
        return f"_p{number} = {self._paths[-1]} + {literal(f'/{identifier}.')} + str({index})"

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _is_word(self, node: ast.expr, word: str) -> bool:
        target = self._calls.get(node)
        return isinstance(target, WordCall) and target.word == word

    def _has_effect(self, body: Sequence[ast.stmt]) -> bool:
        targets = [self._calls.get(each) for node in body for each in ast.walk(node)]
        return any(is_effect(each) or (isinstance(each, WordCall) and each.word == "parallel") for each in targets)

    _RULES: Mapping[type[ast.stmt], Callable[[Any, Any], None]] = {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Pass: _pass,
        ast.Break: _break,
        ast.Continue: _continue,
        ast.If: _branch,
        ast.For: _for,
        ast.With: _with,
        ast.Try: _try,
        ast.Match: _match,
    }


def _error_names(handler: ast.ExceptHandler) -> list[str]:
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [each.id for each in parts if isinstance(each, ast.Name) and each.id in ERRORS]


def _carried(names: Sequence[str]) -> str:
    """The built-in exceptions that carry errors of the language."""
    if list(names) == ["DataError"]:
        return DATA_ERRORS
    found = [CARRIERS[each] if each in CARRIERS else DATA_ERRORS.strip("()") for each in names]
    return found[0] if len(found) == 1 else f"({', '.join(found)})"


def _literal_pattern(type_: Type) -> str:
    found = resolve(type_)
    return " | ".join(literal(each) for each in found.values) if isinstance(found, LiteralType) else "_"

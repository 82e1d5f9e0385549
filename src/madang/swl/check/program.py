"""What a file declares: imports, records, the workflow and its helpers, with everything that may not stand there."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from madang.swl.check.annotations import NAMES, RecordTypes, read_annotation
from madang.swl.check.codes import (
    FUNCTION_FORM,
    IMPORT,
    NO_ANNOTATION,
    RECORD_FORM,
    TAKEN,
    TOP_LEVEL,
    UNKNOWN_CONNECTOR,
    UNKNOWN_WORD,
    WORKFLOW_COUNT,
)
from madang.swl.check.facts import FunctionParameter, FunctionSymbol, Program, Record
from madang.swl.check.reports import Reports, listed, name_span
from madang.swl.check.signatures import DECISION
from madang.swl.check.suggestions import nearest
from madang.swl.check.words import BUILTINS, MODULES, TYPE_NAMES, WORDS
from madang.swl.diagnostics import Span
from madang.swl.syntax import Parsed
from madang.types.connector import Connector
from madang.types.model import ANY, NONE, Field, RecordType, Type

BUILT_IN = frozenset({*BUILTINS, *TYPE_NAMES, *MODULES, *NAMES, "Literal"})
"""Names that the language has without an import."""

_KNOWN_ELSEWHERE = {"typing", "datetime", "math", "json", "re", "__future__"}


def read_program(parsed: Parsed, connectors: Mapping[str, Connector], reports: Reports) -> Program:
    """The declarations of a file, in one walk over its top."""
    reading = _Reading(parsed, connectors, reports)
    reading.read()
    return reading.program()


class _Reading:
    def __init__(self, parsed: Parsed, connectors: Mapping[str, Connector], reports: Reports) -> None:
        self._parsed = parsed
        self._installed = connectors
        self._reports = reports
        self._words: set[str] = set()
        self._records: dict[str, Record] = {}
        self._functions: dict[str, FunctionSymbol] = {}
        self._imports: dict[str, Span] = {}
        self.connectors: dict[str, Connector] = {}
        self.record_types = RecordTypes({"Decision": DECISION})
        self.unknown: frozenset[str] = frozenset(name for hole in parsed.holes for name in hole.names)

    def read(self) -> None:
        body = self._parsed.tree.body
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.record_types.records[node.name] = RecordType(fields=(), name=node.name)
        for index, node in enumerate(body):
            self._statement(node, is_first=index == 0)
        for node in body:
            if isinstance(node, ast.FunctionDef):
                self._function(node)
        self._choose_workflow()

    def program(self) -> Program:
        public = [each for each in self._functions.values() if each.is_public]
        return Program(
            description=ast.get_docstring(self._parsed.tree) or "",
            connectors=self.connectors,
            words=frozenset(self._words),
            records=self._records,
            functions=self._functions,
            workflow=public[0] if public else None,
            imports=self._imports,
            record_types=self.record_types,
            unknown=self.unknown,
        )

    def _statement(self, node: ast.stmt, *, is_first: bool) -> None:
        match node:
            case ast.ImportFrom(module="connector", level=0):
                for alias in node.names:
                    self._connector(node, alias)
            case ast.ImportFrom(module="workflow", level=0):
                for alias in node.names:
                    self._word(node, alias)
            case ast.Import() | ast.ImportFrom():
                self._other_import(node)
            case ast.ClassDef():
                self._record(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if isinstance(node, ast.AsyncFunctionDef):
                    self._reports.add(FUNCTION_FORM, self._name_of(node), "A function is not `async` here.")
            case ast.Expr(value=ast.Constant(value=str())) if is_first:
                pass
            case _:
                if not self._parsed.is_hole(node):
                    self._reports.add(TOP_LEVEL, node, "This stands outside of the workflow.")

    def _connector(self, node: ast.ImportFrom, alias: ast.alias) -> None:
        name = alias.asname or alias.name
        if alias.name == "*":
            self._reports.add(IMPORT, alias, "Connectors are imported by name.")
            return
        found = self._installed.get(alias.name)
        if found is None:
            meant = nearest(alias.name, sorted(self._installed))
            known = listed(sorted(self._installed)) if self._installed else ""
            hint = f"Did you mean `{meant}`?" if meant else f"Installed are {known}." if known else None
            fixes = [self._reports.replacing(alias, meant)] if meant else []
            message = f"There is no connector `{alias.name}`."
            self._reports.add(UNKNOWN_CONNECTOR, alias, message, hint=hint, fixes=fixes)
            self.unknown |= {name}
            return
        if self._declare(name, alias):
            self.connectors[name] = found

    def _word(self, node: ast.ImportFrom, alias: ast.alias) -> None:
        if alias.name not in WORDS or alias.asname is not None:
            if alias.asname is not None and alias.name in WORDS:
                self._reports.add(IMPORT, alias, "The words of `workflow` keep their names.")
                self.unknown |= {alias.asname}
                return
            meant = nearest(alias.name, sorted(WORDS))
            hint = f"Did you mean `{meant}`?" if meant else f"It has {listed(sorted(WORDS), 40)}."
            fixes = [self._reports.replacing(alias, meant)] if meant else []
            self._reports.add(UNKNOWN_WORD, alias, f"`workflow` has no `{alias.name}`.", hint=hint, fixes=fixes)
            self.unknown |= {alias.asname or alias.name}
            return
        self._words.add(alias.name)
        self._imports[alias.name] = self._reports.text.span_of(alias)

    def _other_import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        names = [alias.asname or alias.name for alias in node.names]
        is_needless = all(name in BUILT_IN or name == "annotations" for name in names) or module == "typing"
        if module.split(".")[0] in _KNOWN_ELSEWHERE and is_needless:
            message = f"{listed(names)} needs no import."
            fixes = [self._reports.removing_statement(node)]
            self._reports.add(IMPORT, node, message, hint="The language has it built in.", fixes=fixes)
            return
        self._reports.add(IMPORT, node, f"`{module}` cannot be imported.")
        self.unknown |= set(names)

    def _declare(self, name: str, where: ast.AST) -> bool:
        """Note a name of the top of the file; False where it is taken."""
        taken = name in self._imports or name in self._records or name in self._functions
        if taken or name in BUILT_IN or name in self._words:
            span = self._name_of(where)
            what = "built into the language" if name in BUILT_IN else "declared already"
            self._reports.add(TAKEN, span, f"`{name}` is {what}.")
            return False
        if not isinstance(where, ast.ClassDef | ast.FunctionDef):
            self._imports[name] = self._reports.text.span_of(where)
        return True

    def _name_of(self, node: ast.AST) -> Span:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return name_span(self._reports.text, node, node.name)
        return self._reports.text.span_of(node)

    def _record(self, node: ast.ClassDef) -> None:
        if not self._declare(node.name, node):
            return
        if node.bases or node.keywords or node.decorator_list:
            self._reports.add(RECORD_FORM, self._name_of(node), "A record has no bases and no decorators.")
        fields: list[Field] = []
        defaults: dict[str, ast.expr] = {}
        for index, each in enumerate(node.body):
            self._field(each, index, fields, defaults)
        description = ast.get_docstring(node) or ""
        self.record_types.records[node.name] = RecordType(fields=tuple(fields), name=node.name, is_closed=True)
        self._records[node.name] = Record(
            name=node.name, fields=tuple(fields), defaults=defaults, node=node, description=description
        )

    def _field(self, node: ast.stmt, index: int, fields: list[Field], defaults: dict[str, ast.expr]) -> None:
        match node:
            case ast.Pass():
                return
            case ast.Expr(value=ast.Constant(value=str())) if index == 0:
                return
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                if any(each.name == name for each in fields):
                    self._reports.add(TAKEN, node.target, f"The record has a field `{name}` already.")
                    return
                fields.append(Field(name=name, type=read_annotation(annotation, self, self._reports)))
                if value is not None:
                    defaults[name] = value
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._reports.add(NO_ANNOTATION, node.targets[0], f"The field `{name}` has no type.")
                fields.append(Field(name=name, type=ANY))
                defaults[name] = value
            case _:
                if not self._parsed.is_hole(node):
                    self._reports.add(RECORD_FORM, node, "A record has annotated fields and nothing else.")

    def _function(self, node: ast.FunctionDef) -> None:
        if not self._declare(node.name, node):
            return
        given = node.args
        if node.decorator_list:
            self._reports.add(FUNCTION_FORM, node.decorator_list[0], "Functions have no decorators.")
        for extra, what in ((given.vararg, "`*`"), (given.kwarg, "`**`")):
            if extra is not None:
                self._reports.add(FUNCTION_FORM, extra, f"Functions have no {what} parameter.")
        declared = read_annotation(node.returns, self, self._reports) if node.returns is not None else None
        self._functions[node.name] = FunctionSymbol(
            name=node.name,
            node=node,
            nodes=list(ast.walk(node)),
            parameters=tuple(self._parameters(given)),
            declared=declared,
            result=declared if declared is not None else NONE,
            description=ast.get_docstring(node) or "",
            is_public=not node.name.startswith("_"),
        )

    def _parameters(self, given: ast.arguments) -> list[FunctionParameter]:
        plain = [*given.posonlyargs, *given.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
        pairs = [*zip(plain, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
        return [self._parameter(node, default) for node, default in pairs]

    def _parameter(self, node: ast.arg, default: ast.expr | None) -> FunctionParameter:
        type_: Type = ANY
        if node.annotation is None:
            self._reports.add(NO_ANNOTATION, node, f"The parameter `{node.arg}` has no type.")
        else:
            type_ = read_annotation(node.annotation, self, self._reports)
        if node.arg in BUILT_IN or node.arg in self._imports or node.arg in self._records:
            self._reports.add(TAKEN, node, f"`{node.arg}` already means something else.")
        return FunctionParameter(name=node.arg, type=type_, default=default, node=node)

    def _choose_workflow(self) -> None:
        public = [each for each in self._functions.values() if each.is_public]
        if not public and not self._parsed.holes:
            end = len(self._reports.text.source)
            where = [self._name_of(each.node) for each in self._functions.values()][:1]
            message = "The file has no workflow." if end else "The file is empty."
            self._reports.add(WORKFLOW_COUNT, where[0] if where else self._reports.text.span(0, 0), message)
        for extra in public[1:]:
            fix = self._reports.replacing(self._name_of(extra.node), f"_{extra.name}")
            message = f"`{public[0].name}` is the workflow already; `{extra.name}` is a second one."
            self._reports.add(WORKFLOW_COUNT, self._name_of(extra.node), message, fixes=[fix])
            extra.is_public = False

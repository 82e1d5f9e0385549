"""The way through the checker."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from madang.swl.check.codes import UNUSED_IMPORT, UNUSED_NAME
from madang.swl.check.env import Env
from madang.swl.check.facts import Checked, Facts, FunctionSymbol, Program
from madang.swl.check.fitting import fit
from madang.swl.check.functions import FunctionWalk, in_order
from madang.swl.check.program import read_program
from madang.swl.check.reports import Reports, name_span
from madang.swl.diagnostics import Fix, TextEdit
from madang.swl.diagnostics import in_order as by_place
from madang.swl.syntax import Parsed
from madang.types.connector import Connector


def check(parsed: Parsed, connectors: Mapping[str, Connector], *, is_strict: bool = False) -> Checked:
    """What a file means, and all that is wrong with it.

    Args:
        parsed: The file, from `madang.swl.syntax.parse`.
        connectors: What is installed for this workflow, by name.
        is_strict: Whether a value that may be `None` where it must not be is an error.
    """
    reports = Reports(parsed.text, is_strict=is_strict)
    program = read_program(parsed, connectors, reports)
    facts = Facts()
    for function in in_order(program.functions, reports):
        FunctionWalk(parsed, program, facts, reports, function).run()
    _record_defaults(parsed, program, facts, reports)
    _unused(parsed, program, reports)
    diagnostics = by_place([*parsed.diagnostics, *reports.all()])
    return Checked(parsed=parsed, program=program, facts=facts, diagnostics=diagnostics)


def _record_defaults(parsed: Parsed, program: Program, facts: Facts, reports: Reports) -> None:
    nobody = ast.parse("def _(): pass").body[0]
    assert isinstance(nobody, ast.FunctionDef)
    function = FunctionSymbol(
        name="", node=nobody, nodes=(), parameters=(), declared=None, result=program.record_types.named("")
    )
    for record in program.records.values():
        walk = FunctionWalk(parsed, program, facts, reports, function)
        for field in record.fields:
            default = record.defaults.get(field.name)
            if default is not None:
                type_ = walk.value(default, Env(), field.type)
                fit(walk, field.type, default, type_, f"The default of `{field.name}`")


def _unused(parsed: Parsed, program: Program, reports: Reports) -> None:
    """Imports and helpers that nothing names."""
    used = {each.id for symbol in program.functions.values() for each in symbol.nodes if isinstance(each, ast.Name)}
    used |= {
        each.id for record in program.records.values() for each in ast.walk(record.node) if isinstance(each, ast.Name)
    }
    used |= {name for hole in parsed.holes for name in hole.names}
    for name, span in program.imports.items():
        if name not in used:
            fixes = _without_import(parsed, name, reports)
            reports.add(UNUSED_IMPORT, span, f"`{name}` is never used.", fixes=fixes)
    for function in program.functions.values() if program.workflow is not None else ():
        if not function.is_public and function.name not in used and function.name.startswith("_"):
            span = name_span(parsed.text, function.node, function.name)
            fix = reports.removing_statement(function.node)
            message = f"`{function.name}` is never called."
            reports.add(UNUSED_NAME, span, message, hint="Remove it, or call it.", fixes=[fix])


def _without_import(parsed: Parsed, name: str, reports: Reports) -> list[Fix]:
    for node in parsed.tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        names = [alias.asname or alias.name for alias in node.names]
        if name not in names:
            continue
        if len(names) == 1:
            return [reports.removing_statement(node)]
        index = names.index(name)
        alias = node.names[index]
        start, end = parsed.text.offsets_of(alias)
        if index + 1 < len(names):
            end = parsed.text.offsets_of(node.names[index + 1])[0]
        else:
            start = parsed.text.offsets_of(node.names[index - 1])[1]
        return [Fix(title="Remove it", edits=(TextEdit(span=parsed.text.span(start, end), text=""),))]
    return []

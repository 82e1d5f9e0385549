"""The compiler: a pure function from a source and its connectors. The same input gives the same bytes everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from madang.kit.json import JsonObject
from madang.swl.check import Checked, check
from madang.swl.diagnostics import Diagnostic
from madang.swl.graph import graph_of
from madang.swl.ir import ProgramIR
from madang.swl.lower import lower
from madang.swl.syntax import parse
from madang.types.connector import Connector


@dataclass(frozen=True, kw_only=True)
class Compilation:
    """What a source came to.

    Attributes:
        checked: Tree, declarations, types.
        program: Its blocks and nodes; there is one for every source.
        graph: The same as JSON.
        diagnostics: All that is wrong, in the order of places.
        is_runnable: Whether it has a workflow and no error.
    """

    checked: Checked
    program: ProgramIR
    graph: JsonObject
    diagnostics: Sequence[Diagnostic]
    is_runnable: bool


def compile_source(source: str, connectors: Mapping[str, Connector], *, is_strict: bool = False) -> Compilation:
    """Compile a workflow. Total: any text gives a `Compilation`.

    Args:
        source: The text of the file.
        connectors: What is installed for this workflow, by name.
        is_strict: Whether a value that may be `None` where it must not be is an error.
    """
    checked = check(parse(source), connectors, is_strict=is_strict)
    program = lower(checked)
    has_error = any(each.severity == "error" for each in checked.diagnostics)
    return Compilation(
        checked=checked,
        program=program,
        graph=graph_of(program),
        diagnostics=checked.diagnostics,
        is_runnable=checked.program.workflow is not None and not has_error,
    )

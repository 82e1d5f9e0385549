"""What the checker finds out: values of tables by node, which lowering, edits and completions read."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from madang.swl.check.annotations import RecordTypes
from madang.swl.diagnostics import Diagnostic, Span
from madang.swl.syntax import Parsed
from madang.types.connector import Connector, Operation
from madang.types.model import Field, Type

ReadKind = Literal["required", "optional", "any", "index", "slice"]
"""How a property or item is read: there for certain, perhaps absent (then `None`), of an unknown value, by position."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A `class` of the program. `defaults` has the fields that need not be given, with their expressions."""

    name: str
    fields: tuple[Field, ...]
    defaults: Mapping[str, ast.expr]
    node: ast.ClassDef
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class FunctionParameter:
    """A parameter of the workflow or of a helper."""

    name: str
    type: Type
    default: ast.expr | None
    node: ast.arg


@dataclass(kw_only=True, eq=False)
class FunctionSymbol:
    """The workflow or a helper. `result` is what it is annotated with or, once it was walked, what it returns; `nodes`
    are all that it is made of."""

    name: str
    node: ast.FunctionDef
    nodes: Sequence[ast.AST]
    parameters: tuple[FunctionParameter, ...]
    declared: Type | None
    result: Type
    description: str = ""
    is_effectful: bool = False
    is_public: bool = False

    @property
    def by_name(self) -> Mapping[str, FunctionParameter]:
        """The parameters by their name."""
        return {each.name: each for each in self.parameters}


@dataclass(frozen=True, kw_only=True)
class OperationCall:
    """A call of a connector's operation: one effect. `arguments` are those that are known, by name."""

    operation: Operation
    arguments: Mapping[str, ast.expr]


@dataclass(frozen=True, kw_only=True)
class HelperCall:
    """A call of a helper of the same file."""

    function: FunctionSymbol
    arguments: Mapping[str, ast.expr]


@dataclass(frozen=True, kw_only=True)
class WordCall:
    """A call of one of the workflow's words, as `approve`; `is_effect` where it is journaled."""

    word: str
    arguments: Mapping[str, ast.expr]
    is_effect: bool
    operation: Operation | None = None
    """For `pages`: the operation that is asked for each page."""


@dataclass(frozen=True, kw_only=True)
class RecordCall:
    """The making of a record."""

    record: Record
    arguments: Mapping[str, ast.expr]


@dataclass(frozen=True, kw_only=True)
class BuiltinCall:
    """A call of a built-in function, or of a module's, as `math.floor`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class MethodCall:
    """A call of a method of a built-in type; `owner` is `str`, `list`, `dict`, `datetime`, `date`, `timedelta`."""

    owner: str
    method: str


CallTarget: TypeAlias = OperationCall | HelperCall | WordCall | RecordCall | BuiltinCall | MethodCall


def is_effect(target: CallTarget | None) -> bool:
    """Whether a call reaches outside: an operation, a journaled word, a helper that does either."""
    match target:
        case OperationCall():
            return True
        case WordCall(is_effect=is_journaled):
            return is_journaled
        case HelperCall(function=function):
            return function.is_effectful
        case _:
            return False


@dataclass(frozen=True, kw_only=True)
class Read:
    """A property or item that is read; `form` is set where the JSON text becomes a date."""

    kind: ReadKind
    form: Literal["datetime", "date"] | None = None


@dataclass(kw_only=True, eq=False)
class Facts:
    """The tables, filled while walking. A node that is missing in them was not understood or never reached."""

    types: dict[ast.AST, Type] = field(default_factory=dict[ast.AST, Type])
    calls: dict[ast.AST, CallTarget] = field(default_factory=dict[ast.AST, CallTarget])
    reads: dict[ast.AST, Read] = field(default_factory=dict[ast.AST, Read])
    scopes: dict[ast.AST, Mapping[str, Type]] = field(default_factory=dict[ast.AST, Mapping[str, Type]])
    effect_places: set[ast.AST] = field(default_factory=set[ast.AST])
    typed_edges: int = 0
    untyped_edges: int = 0


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a file declares.

    Attributes:
        description: The docstring of the file.
        connectors: Installed connectors by the name that the file gives them.
        words: What it imports from `workflow`.
        records: Its records, by name.
        functions: Its functions, by name, in the order of the file.
        workflow: The public function; None where there is none.
        imports: Where each imported name stands.
        record_types: The types of its records and of those that the language has.
        unknown: Names that could not be bound and have their diagnostic already.
    """

    description: str
    connectors: Mapping[str, Connector]
    words: frozenset[str]
    records: Mapping[str, Record]
    functions: Mapping[str, FunctionSymbol]
    workflow: FunctionSymbol | None
    imports: Mapping[str, Span]
    record_types: RecordTypes
    unknown: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The outcome: what was parsed, what it declares, what is known of it, and all that is wrong, in order."""

    parsed: Parsed
    program: Program
    facts: Facts
    diagnostics: Sequence[Diagnostic]

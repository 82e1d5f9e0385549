"""The seam between the parts of the checker: each gets the walk, which knows the way to all the others."""

from __future__ import annotations

import ast
from typing import Protocol

from madang.swl.check.env import Env
from madang.swl.check.facts import Facts, FunctionSymbol, Program
from madang.swl.check.reports import Reports
from madang.swl.syntax import Parsed
from madang.types.model import Type


class Walk(Protocol):
    """One walk over one function."""

    @property
    def parsed(self) -> Parsed:
        """The file."""
        ...

    @property
    def program(self) -> Program:
        """What the file declares."""
        ...

    @property
    def facts(self) -> Facts:
        """The tables that are filled."""
        ...

    @property
    def reports(self) -> Reports:
        """What is wrong."""
        ...

    @property
    def function(self) -> FunctionSymbol:
        """The function that is walked."""
        ...

    @property
    def state(self) -> State:
        """What surrounds the statement that is walked."""
        ...

    def value(self, node: ast.expr, env: Env, expected: Type | None = None) -> Type:
        """The type of an expression. `expected` is what its place wants, which displays and lambdas are read by; that
        the type fits is for the caller to see."""
        ...

    def narrow(self, node: ast.expr, env: Env) -> tuple[Env, Env]:
        """Check a condition: what is known where it holds, and where it does not."""
        ...


class State:
    """What surrounds a statement.

    Attributes:
        parallels: How many parallel bodies we are in.
        locks: How many locks are held.
        catches_doubt: How many `except InDoubt` enclose it.
        breaks: For each loop, what is known where it is left by `break`.
        continues: The same for `continue`.
        returns: The types of all values that are returned.
        used: Names that were read.
        loop_heads: What is known at the head of each loop from its earlier rounds.
        parallel_loops: How deep in loops each parallel one stands.
        rounds: How many times the function has been walked.
        is_settled: Whether no loop has learned anything new in this walk.
    """

    def __init__(self) -> None:
        self.parallels = 0
        self.locks = 0
        self.catches_doubt = 0
        self.breaks: list[list[Env]] = []
        self.continues: list[list[Env]] = []
        self.returns: list[Type] = []
        self.used: set[str] = set()
        self.loop_heads: dict[ast.AST, Env] = {}
        self.parallel_loops: set[int] = set()
        self.rounds = 0
        self.is_settled = True

"""The program as blocks of nodes in order, each with its data inputs: what is drawn, emitted and edited.

A node id is `function/block-path/label#n`: the label is the bound name or the last two segments of what is called, `#n`
counts the nodes of that label in their block. Ids stay as they are while other blocks change.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from madang.swl.diagnostics import Span
from madang.types.effects import EffectClass

NodeKind = Literal[
    "input",
    "call",
    "helper",
    "transform",
    "condition",
    "match",
    "loop",
    "parallel",
    "approval",
    "ask",
    "wait",
    "lock",
    "try",
    "log",
    "raise",
    "return",
    "leave",
    "hole",
]
"""`leave` is a `break` or `continue`, `hole` what could not be read."""


@dataclass(frozen=True, kw_only=True)
class Port:
    """A value with a name: its type in words."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a value comes from: the node that bound it, and what is read of it, as `.data[0]`."""

    node: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Input:
    """What a node takes under one port: the expression as it is written, its type in words, and where it comes from."""

    port: str
    text: str
    type: str
    sources: tuple[Source, ...]
    span: Span
    expression: ast.expr = field(compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Nodes in order. The name is `body`, `then`, `else`, `finally`, `case 1` or `except NotFound`."""

    name: str
    nodes: tuple[Node, ...]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One step.

    Attributes:
        id: As above.
        kind: What it is drawn as.
        label: The label of its id.
        span: Its text; of a node with blocks its head only.
        inputs: What it takes.
        outputs: What later nodes may read of it; for an input node the parameters, else at most one value.
        blocks: What is nested in it.
        operation: `connector.group.operation`, the name of a helper, or a word of the language.
        effect: The class of its effect; None where it has none of its own.
        statement: The statement that it is, or is a part of.
        call: The call that is its effect or helper.
    """

    id: str
    kind: NodeKind
    label: str
    span: Span
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Port, ...] = ()
    blocks: tuple[Block, ...] = ()
    operation: str | None = None
    effect: EffectClass | None = None
    statement: ast.stmt | None = field(default=None, compare=False, repr=False)
    call: ast.Call | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class FunctionIR:
    """The workflow or a helper. `nodes` begins with its input."""

    name: str
    description: str
    is_public: bool
    is_effectful: bool
    result: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, kw_only=True)
class ProgramIR:
    """A whole file: its functions in order, and all operations that it can reach, sorted."""

    workflow: str | None
    description: str
    functions: tuple[FunctionIR, ...]
    operations: tuple[str, ...]
    connectors: tuple[str, ...]
    typed_edges: int
    untyped_edges: int


def walk_nodes(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """All nodes, each before those nested in it."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        for block in reversed(node.blocks):
            stack += reversed(block.nodes)

"""A flow chart of a program in Mermaid's language, as documentation shows it."""

from __future__ import annotations

from collections.abc import Sequence

from madang.swl.ir import FunctionIR, Node, NodeKind, ProgramIR

_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "input": ("([", "])"),
    "return": ("([", "])"),
    "condition": ("{", "}"),
    "match": ("{", "}"),
    "approval": ("{{", "}}"),
    "ask": ("{{", "}}"),
    "call": ("[[", "]]"),
}
_QUOTED = str.maketrans({'"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;"})


def mermaid_of(program: ProgramIR) -> str:
    """One chart, a frame for each function; solid arrows are order, dotted ones are data."""
    writer = _Writer()
    for function in program.functions:
        writer.function(function)
    return "\n".join(["flowchart TD", *writer.lines, *writer.links]) + "\n"


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.links: list[str] = []
        self._names: dict[str, str] = {}

    def function(self, function: FunctionIR) -> None:
        self._open(function.name, function.name, 1)
        self._nodes(function.nodes, 2)
        self.lines.append("  end")

    def _nodes(self, nodes: Sequence[Node], depth: int) -> None:
        before: Node | None = None
        for node in nodes:
            self._node(node, depth)
            if before is not None:
                self.links.append(f"  {self._name(before.id)} --> {self._name(node.id)}")
            before = node

    def _node(self, node: Node, depth: int) -> None:
        indent = "  " * depth
        opening, closing = _SHAPES.get(node.kind, ("[", "]"))
        self.lines.append(f'{indent}{self._name(node.id)}{opening}"{_words(node)}"{closing}')
        for source in sorted({source.node for each in node.inputs for source in each.sources}):
            self.links.append(f"  {self._name(source)} -.-> {self._name(node.id)}")
        for block in node.blocks:
            if block.nodes:
                self._open(f"{node.id}/{block.name}", f"{block.name} {block.text}".strip(), depth)
                self._nodes(block.nodes, depth + 1)
                self.lines.append(f"{indent}end")
                self.links.append(f"  {self._name(node.id)} --> {self._name(block.nodes[0].id)}")

    def _open(self, identifier: str, words: str, depth: int) -> None:
        self.lines.append(f'{"  " * depth}subgraph {self._name(identifier)} ["{words.translate(_QUOTED)}"]')

    def _name(self, identifier: str) -> str:
        """A name that Mermaid takes, the same wherever the node is met."""
        return self._names.setdefault(identifier, f"n{len(self._names)}")


def _words(node: Node) -> str:
    first = node.operation if node.operation and node.operation != node.label else ""
    texts = [each.text for each in node.inputs if each.port in {"test", "subject", "items"}]
    return " ".join([node.label, *([first] if first else []), *texts]).translate(_QUOTED)

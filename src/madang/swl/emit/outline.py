"""A program in plain words, in English or Korean: a numbered list, nested as the program is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from madang.swl.check.facts import OperationCall, WordCall
from madang.swl.compiler import Compilation
from madang.swl.ir import Block, FunctionIR, Input, Node

Language = Literal["en", "ko"]

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "inputs": "Takes {names}.",
        "no inputs": "Takes nothing.",
        "call": "{title} ({operation}){given}{bound}",
        "helper": "Do `{operation}`{given}{bound}",
        "transform": "Set `{label}` to {value}",
        "change": "Change `{label}`: {value}",
        "condition": "If {test}:",
        "else": "Otherwise:",
        "elif": "Otherwise, if `{text}`:",
        "match": "Depending on {subject}:",
        "case": "When it is {text}:",
        "loop": "For each `{names}` of {items}:",
        "repeat": "At most {limit} times, with `{names}` as the count:",
        "pages": "For each `{names}` of all pages of {operation}{given}:",
        "parallel": "At the same time for each of {items}{bound}:",
        "approval": "Ask for approval: {message}{bound}",
        "ask": "Ask a model: {prompt}{bound}",
        "wait": "Wait{given}",
        "lock": "While holding the lock {name}:",
        "try": "Try:",
        "except": "If that ends with {text}:",
        "finally": "In any case, at the end:",
        "no error": "If nothing went wrong:",
        "log": "Note {message}",
        "raise": "End the run as failed: {reason}",
        "return": "The result is {value}",
        "return nothing": "End here, without a result",
        "break": "Leave the loop",
        "continue": "Go on with the next one",
        "hole": "(something that cannot be read)",
        "with": " with {given}",
        "as": "; call it `{name}`",
        "helper head": "`{name}`:",
        "and": ", ",
        "now": "Look at the clock{bound}",
    },
    "ko": {
        "inputs": "입력: {names}.",
        "no inputs": "입력 없음.",
        "call": "{title} ({operation}){given}{bound}",
        "helper": "`{operation}` 실행{given}{bound}",
        "transform": "`{label}`: {value}",
        "change": "`{label}` 바꾸기: {value}",
        "condition": "{test} 이면:",
        "else": "아니면:",
        "elif": "아니고 `{text}` 이면:",
        "match": "{subject} 에 따라:",
        "case": "{text} 일 때:",
        "loop": "{items} 의 `{names}` 마다:",
        "repeat": "많아야 {limit} 번, 횟수는 `{names}`:",
        "pages": "{operation} 의 모든 쪽의 `{names}` 마다{given}:",
        "parallel": "{items} 마다 동시에{bound}:",
        "approval": "승인 요청: {message}{bound}",
        "ask": "모델에게 묻기: {prompt}{bound}",
        "wait": "기다리기{given}",
        "lock": "잠금 {name} 을 잡은 동안:",
        "try": "시도:",
        "except": "{text} (으)로 끝나면:",
        "finally": "어느 경우든 마지막에:",
        "no error": "문제가 없었으면:",
        "log": "기록: {message}",
        "raise": "실패로 끝내기: {reason}",
        "return": "결과: {value}",
        "return nothing": "결과 없이 여기서 끝",
        "break": "반복에서 나가기",
        "continue": "다음 것으로 넘어가기",
        "hole": "(읽을 수 없는 부분)",
        "with": ", {given}",
        "as": " → `{name}`",
        "helper head": "`{name}`:",
        "and": ", ",
        "now": "시각 보기{bound}",
    },
}


def outline_of(compilation: Compilation, language: Language = "en") -> str:
    """The outline of a file: its description, the workflow, then its helpers."""
    writer = _Outline(compilation, _WORDS[language])
    functions = sorted(compilation.program.functions, key=lambda each: not each.is_public)
    for function in functions:
        writer.function(function)
    return "\n".join(writer.lines) + "\n"


class _Outline:
    def __init__(self, compilation: Compilation, words: Mapping[str, str]) -> None:
        self._calls = compilation.checked.facts.calls
        self._words = words
        self.lines: list[str] = [compilation.program.description] if compilation.program.description else []

    def function(self, function: FunctionIR) -> None:
        head = function.nodes[0]
        if not function.is_public:
            self.lines += ["", self._words["helper head"].format(name=function.name)]
        elif function.description:
            self.lines.append(function.description)
        names = self._words["and"].join(f"`{each.name}` ({each.type})" for each in head.outputs)
        self.lines.append(self._words["inputs"].format(names=names) if names else self._words["no inputs"])
        self._nodes(function.nodes[1:], "", 0)

    def _nodes(self, nodes: Sequence[Node], prefix: str, depth: int) -> None:
        for number, node in enumerate(nodes, 1):
            self._node(node, f"{prefix}{number}.", depth)

    def _node(self, node: Node, number: str, depth: int) -> None:
        self.lines.append(f"{'   ' * depth}{number} {self._text(node)}")
        for index, block in enumerate(node.blocks):
            head = self._head(node, block)
            inner = number
            if head:
                letter = chr(ord("a") + index)
                inner = f"{number}{letter}."
                self.lines.append(f"{'   ' * (depth + 1)}{inner} {head}")
            self._nodes(block.nodes, inner, depth + (2 if head else 1))

    def _head(self, node: Node, block: Block) -> str:
        """What stands over a block; nothing where its node's own line says it."""
        match node.kind, block.name.split(" ")[0]:
            case _, "else":
                return self._words["else" if node.kind == "condition" else "no error"]
            case _, "elif":
                return self._words["elif"].format(text=block.text)
            case "match", _:
                return self._words["case"].format(text=block.text)
            case "try", "except":
                return self._words["except"].format(text=block.text)
            case "try", "finally":
                return self._words["finally"]
            case _:
                return ""

    def _text(self, node: Node) -> str:
        values = {each.port: f"`{each.text}`" for each in node.inputs}
        bound = node.outputs[0].name if node.outputs and node.outputs[0].name != "value" else ""
        values["bound"] = self._words["as"].format(name=bound) if bound else ""
        values |= {"label": node.label, "operation": node.operation or "", "title": self._title(node)}
        values["names"] = ", ".join(each.name for each in node.outputs)
        values["given"] = self._given(node.inputs)
        return self._words[self._key(node)].format_map(_Blank(values))

    def _key(self, node: Node) -> str:
        ports = {each.port for each in node.inputs}
        match node.kind:
            case "transform" if node.operation:
                return "now" if node.operation == "now" else "helper"
            case "transform":
                return "change" if "into" in ports or ".append(" in self._value(node) else "transform"
            case "loop":
                return "pages" if node.operation else "repeat" if ports == {"limit"} else "loop"
            case "return":
                return "return" if node.inputs else "return nothing"
            case "leave":
                return node.label
            case kind:
                return kind

    def _value(self, node: Node) -> str:
        return next((each.text for each in node.inputs if each.port == "value"), "")

    def _given(self, inputs: Sequence[Input]) -> str:
        parts = self._words["and"].join(f"{each.port} `{each.text}`" for each in inputs)
        return self._words["with"].format(given=parts) if parts else ""

    def _title(self, node: Node) -> str:
        target = self._calls.get(node.call) if node.call is not None else None
        if isinstance(target, OperationCall | WordCall) and target.operation is not None:
            return target.operation.title or target.operation.name
        return node.operation or node.label


class _Blank(dict[str, str]):
    """What is missing in a broken program is an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "`…`"

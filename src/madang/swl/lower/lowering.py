"""The walk from statements to nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from madang.swl.check.effects import effect_place
from madang.swl.check.facts import (
    CallTarget,
    Checked,
    FunctionSymbol,
    HelperCall,
    MethodCall,
    OperationCall,
    WordCall,
)
from madang.swl.check.paths import branches
from madang.swl.diagnostics import Span
from madang.swl.ir import Block, FunctionIR, Input, Node, NodeKind, Port, ProgramIR
from madang.swl.lower.flow import Flow, LoopBacks
from madang.swl.lower.naming import BlockNames, last_two
from madang.swl.lower.reads import reads_of
from madang.types.effects import EffectClass
from madang.types.model import ANY
from madang.types.printing import text_of

_WORD_KINDS: Mapping[str, NodeKind] = {
    "approve": "approval",
    "ask": "ask",
    "wait": "wait",
    "wait_until": "wait",
    "wait_event": "wait",
    "log": "log",
    "now": "transform",
    "new_id": "transform",
    "in_zone": "transform",
}
_LONGEST = 60


def lower(checked: Checked) -> ProgramIR:
    """The blocks and nodes of a checked file. Total: what was not understood is drawn as far as it was."""
    program = checked.program
    functions = tuple(_Lowering(checked, each).function() for each in program.functions.values())
    operations = {
        target.operation.label
        for target in checked.facts.calls.values()
        if isinstance(target, OperationCall | WordCall) and target.operation is not None
    }
    return ProgramIR(
        workflow=program.workflow.name if program.workflow else None,
        description=program.description,
        functions=functions,
        operations=tuple(sorted(operations)),
        connectors=tuple(sorted({each.split(".")[0] for each in operations})),
        typed_edges=checked.facts.typed_edges,
        untyped_edges=checked.facts.untyped_edges,
    )


class _Lowering:
    """One function. Inputs are completed at its end, when it is known what loops send back."""

    def __init__(self, checked: Checked, function: FunctionSymbol) -> None:
        self._checked = checked
        self._text = checked.parsed.text
        self._calls = checked.facts.calls
        self._function = function
        self._backs = LoopBacks()

    def function(self) -> FunctionIR:
        symbol = self._function
        names = BlockNames(symbol.name)
        flow = Flow()
        first = names.new("input")
        for each in symbol.parameters:
            flow.bind(each.name, first, f".{each.name}")
        ports = tuple(Port(name=each.name, type=text_of(each.type)) for each in symbol.parameters)
        head = Node(id=first, kind="input", label="input", span=self._head(symbol.node), outputs=ports)
        drafts = self._block(symbol.node.body, f"{symbol.name}", flow, names, is_first=True)
        return FunctionIR(
            name=symbol.name,
            description=symbol.description,
            is_public=symbol.is_public,
            is_effectful=symbol.is_effectful,
            result=text_of(symbol.result),
            nodes=(head, *(draft() for draft in drafts)),
        )

    def _block(
        self,
        body: Sequence[ast.stmt],
        prefix: str,
        flow: Flow,
        names: BlockNames | None = None,
        *,
        is_first: bool = False,
    ) -> list[_Draft]:
        here = names or BlockNames(prefix)
        found: list[_Draft] = []
        for index, node in enumerate(body):
            if is_first and index == 0 and _is_text(node):
                continue
            found += self._statement(node, here, flow)
        return found

    def _statement(self, node: ast.stmt, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        if self._checked.parsed.is_hole(node):
            yield self._plain("hole", "hole", node, names, [], flow)
            return
        rule = self._RULES.get(type(node))
        if rule is not None:
            yield from rule(self, node, names, flow)

    def _expression(self, node: ast.Expr, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        value = node.value
        changed = _changed_name(self._calls.get(value), value)
        call = self._effect(value)
        if call is not None:
            yield self._call(node, value, call, names, flow, None)
        elif isinstance(value, ast.ListComp) and self._is_parallel(value):
            yield from self._comprehension(node, value, names, flow, None)
        elif changed is not None:
            draft = self._plain("transform", changed, node, names, [("value", value)], flow, changed)
            yield draft
        elif not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
            yield self._plain("transform", "value", node, names, [("value", value)], flow)

    def _assign(
        self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, names: BlockNames, flow: Flow
    ) -> Iterator[_Draft]:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        name = _root_name(target)
        value = node.value
        if value is None:
            return
        call = self._effect(value)
        is_plain = isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(target, ast.Name)
        if call is not None and is_plain:
            yield self._call(node, value, call, names, flow, name)
            return
        if isinstance(value, ast.ListComp) and self._is_parallel(value) and is_plain:
            yield from self._comprehension(node, value, names, flow, name)
            return
        if call is not None:
            yield self._call(node, value, call, names, flow, None)
            label, inputs = name or "value", [("into", target)]
            yield self._plain("transform", label, node, names, inputs, flow, name)
            return
        inputs = [("value", value)] if is_plain else [("into", target), ("value", value)]
        yield self._plain("transform", name or "value", node, names, inputs, flow, name)

    def _return(self, node: ast.Return, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        call = self._effect(node.value) if node.value is not None else None
        if call is not None and node.value is not None:
            yield self._call(node, node.value, call, names, flow, None, hidden="return value")
            yield self._plain("return", "return", node, names, [("value", node.value)], flow, reads="return value")
        elif isinstance(node.value, ast.ListComp) and self._is_parallel(node.value):
            yield from self._comprehension(node, node.value, names, flow, None, hidden="return value")
            yield self._plain("return", "return", node, names, [("value", node.value)], flow, reads="return value")
        else:
            inputs = [("value", node.value)] if node.value is not None else []
            yield self._plain("return", "return", node, names, inputs, flow)
        flow.is_dead = True

    def _raise(self, node: ast.Raise, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        match node.exc:
            case ast.Call(args=[reason]):
                inputs = [("reason", reason)]
            case _:
                inputs = []
        yield self._plain("raise", "raise", node, names, inputs, flow)
        flow.is_dead = True

    def _leave(self, node: ast.Break | ast.Continue, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        word = "break" if isinstance(node, ast.Break) else "continue"
        yield self._plain("leave", word, node, names, [], flow)
        flow.is_dead = True

    def _branch(self, node: ast.If, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        """`if` with its `elif`s is one node; each has a test and a block."""
        identifier = names.new("if")
        chain = branches(node)
        ports = ["test", *(f"test {number}" for number in range(2, len(chain) + 1))]
        inputs = self._inputs(list(zip(ports, (each.test for each in chain), strict=True)), flow)
        ends: list[Flow] = []
        parts: list[tuple[str, str, list[_Draft]]] = []
        for number, each in enumerate(chain, 1):
            inner = flow.copy()
            name = "then" if number == 1 else f"elif {number}"
            text = "" if number == 1 else _short(self._text.text_of(each.test))
            parts.append((name, text, self._block(each.body, f"{identifier}/{name}", inner)))
            ends.append(inner)
        orelse = chain[-1].orelse
        if orelse:
            parts.append(("else", "", self._block(orelse, f"{identifier}/else", flow)))
        flow.join(ends)
        yield self._nested("condition", "if", identifier, node, inputs, parts, head_end=node.test)

    def _match(self, node: ast.Match, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        call = self._effect(node.subject)
        if call is not None:
            yield self._call(node, node.subject, call, names, flow, None, hidden="subject")
        identifier = names.new("match")
        inputs = self._inputs([("subject", node.subject)], flow, reads="subject" if call else None)
        ends: list[Flow] = []
        parts: list[tuple[str, str, list[_Draft]]] = []
        for number, case in enumerate(node.cases, 1):
            inner = flow.copy()
            for each in ast.walk(case.pattern):
                bound = getattr(each, "name", None)
                if isinstance(bound, str):
                    inner.bind(bound, identifier, f".{bound}")
            text = self._text.text_of(case.pattern)
            block = self._block(case.body, f"{identifier}/case {number}", inner)
            parts.append((f"case {number}", _short(text), block))
            ends.append(inner)
        flow.join(ends)
        yield self._nested("match", "match", identifier, node, inputs, parts, head_end=node.subject)

    def _for(self, node: ast.For, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        call = self._effect(node.iter)
        target = self._calls.get(node.iter)
        is_pages = isinstance(target, WordCall) and target.word == "pages"
        if call is not None and not is_pages:
            yield self._call(node, node.iter, call, names, flow, None, hidden="items")
        bound = [each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)]
        is_parallel = isinstance(target, WordCall) and target.word == "parallel"
        label = f"for {', '.join(bound)}" if not is_parallel else f"parallel {', '.join(bound)}"
        identifier = names.new(label)
        given = self._given(node.iter, target)
        inputs = self._inputs(given, flow, reads="items" if call is not None and not is_pages else None)
        number, inner = self._backs.head(flow)
        for each in bound:
            inner.bind(each, identifier, f".{each}")
        body = self._block(node.body, f"{identifier}/body", inner)
        self._backs.close(number, inner)
        inner.is_dead = False
        flow.join([inner])
        ports = [Port(name=each, type=self._bound_type(node.target, each)) for each in bound]
        yield self._nested(
            "parallel" if is_parallel else "loop",
            label,
            identifier,
            node,
            inputs,
            [("body", "", body)],
            head_end=node.iter,
            ports=ports,
            target=target if is_pages else None,
        )

    def _with(self, node: ast.With, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        identifier = names.new("lock")
        item = node.items[0].context_expr
        target = self._calls.get(item)
        inputs = self._inputs(self._given(item, target), flow)
        body = self._block(node.body, f"{identifier}/body", flow)
        yield self._nested("lock", "lock", identifier, node, inputs, [("body", "", body)], head_end=item, target=target)

    def _try(self, node: ast.Try, names: BlockNames, flow: Flow) -> Iterator[_Draft]:
        identifier = names.new("try")
        before = flow.copy()
        parts = [("body", "", self._block(node.body, f"{identifier}/body", flow))]
        broken = before
        broken.join([flow])
        broken.is_dead = False
        ends: list[Flow] = []
        for number, handler in enumerate(node.handlers, 1):
            inner = broken.copy()
            text = self._text.text_of(handler.type) if handler.type is not None else ""
            name = f"except {text}".strip() if text else f"except {number}"
            if handler.name is not None:
                inner.bind(handler.name, identifier, f".{handler.name}")
            parts.append((name, text, self._block(handler.body, f"{identifier}/{name}", inner)))
            ends.append(inner)
        if node.orelse:
            parts.append(("else", "", self._block(node.orelse, f"{identifier}/else", flow)))
        flow.join(ends)
        if node.finalbody:
            parts.append(("finally", "", self._block(node.finalbody, f"{identifier}/finally", flow)))
        yield self._nested("try", "try", identifier, node, [], parts, head_end=None)

    def _comprehension(
        self,
        node: ast.stmt,
        value: ast.ListComp,
        names: BlockNames,
        flow: Flow,
        bound: str | None,
        *,
        hidden: str | None = None,
    ) -> Iterator[_Draft]:
        """`[f(x) for x in parallel(xs)]`: a parallel node with its element as a node of its body."""
        generator = value.generators[0]
        items = [each.id for each in ast.walk(generator.target) if isinstance(each, ast.Name)]
        label = bound or f"parallel {', '.join(items)}"
        identifier = names.new(label)
        target = self._calls.get(generator.iter)
        inputs = self._inputs(self._given(generator.iter, target), flow)
        inner = flow.copy()
        for each in items:
            inner.bind(each, identifier, f".{each}")
        body_names = BlockNames(f"{identifier}/body")
        call = self._effect(value.elt)
        if call is not None:
            body = [self._call(node, value.elt, call, body_names, inner, None)]
        else:
            body = [self._plain("transform", "value", node, body_names, [("value", value.elt)], inner)]
        if bound is not None or hidden is not None:
            flow.bind(bound or hidden or "", identifier)
        ports = [Port(name=bound or "value", type=self._type(value))]
        yield self._nested(
            "parallel", label, identifier, node, inputs, [("body", "", body)], head_end=value, ports=ports
        )

    def _call(
        self,
        node: ast.stmt,
        value: ast.expr,
        call: ast.Call,
        names: BlockNames,
        flow: Flow,
        bound: str | None,
        *,
        hidden: str | None = None,
    ) -> _Draft:
        """The node of an effect or of a helper's call."""
        target = self._calls[call]
        operation = _operation_of(target)
        label = bound or last_two(operation)
        identifier = names.new(label)
        inputs = self._inputs(self._given(call, target), flow)
        if bound is not None or hidden is not None:
            flow.bind(bound or hidden or "", identifier)
        port = Port(name=bound or "value", type=self._type(value))
        span = self._text.span_of(node) if not _has_block(node) else self._text.span_of(value)
        return lambda: Node(
            id=identifier,
            kind=_kind_of(target),
            label=label,
            span=span,
            inputs=inputs(),
            outputs=(port,),
            operation=operation,
            effect=_effect_of(target),
            statement=node,
            call=call,
        )

    def _plain(
        self,
        kind: NodeKind,
        label: str,
        node: ast.stmt,
        names: BlockNames,
        given: Sequence[tuple[str, ast.expr]],
        flow: Flow,
        bound: str | None = None,
        *,
        reads: str | None = None,
    ) -> _Draft:
        identifier = names.new(label)
        inputs = self._inputs(given, flow, reads=reads)
        ports: tuple[Port, ...] = ()
        if bound is not None:
            flow.bind(bound, identifier)
            ports = (Port(name=bound, type=self._type_of_bound(node, given)),)
        span = self._text.span_of(node)
        return lambda: Node(
            id=identifier, kind=kind, label=label, span=span, inputs=inputs(), outputs=ports, statement=node
        )

    def _nested(
        self,
        kind: NodeKind,
        label: str,
        identifier: str,
        node: ast.stmt,
        inputs: _Inputs | list[Any],
        parts: Sequence[tuple[str, str, Sequence[_Draft]]],
        *,
        head_end: ast.expr | None,
        ports: Sequence[Port] = (),
        target: CallTarget | None = None,
    ) -> _Draft:
        start = self._text.offsets_of(node)[0]
        end = self._text.offsets_of(head_end)[1] if head_end is not None else start + len(label)
        span = self._text.span(start, end)
        return lambda: Node(
            id=identifier,
            kind=kind,
            label=label,
            span=span,
            inputs=inputs() if callable(inputs) else (),
            outputs=tuple(ports),
            blocks=tuple(
                Block(name=name, text=text, nodes=tuple(draft() for draft in drafts)) for name, text, drafts in parts
            ),
            operation=_operation_of(target) if target is not None else None,
            effect=_effect_of(target) if target is not None else None,
            statement=node,
        )

    def _inputs(self, given: Sequence[tuple[str, ast.expr]], flow: Flow, *, reads: str | None = None) -> _Inputs:
        """What a node takes, completed when loops are known. `reads` names a hidden value that stands for the call."""
        kept = [
            (port, node, [(flow.names[name], path) for name, path in self._names(node, reads) if name in flow.names])
            for port, node in given
        ]
        return lambda: tuple(
            Input(
                port=port,
                text=_short(self._text.text_of(node)),
                type=self._type(node),
                sources=tuple(source for found, path in sources for source in self._backs.sources(found, path)),
                span=self._text.span_of(node),
                expression=node,
            )
            for port, node, sources in kept
        )

    def _names(self, node: ast.expr, reads: str | None) -> list[tuple[str, str]]:
        return reads_of(node) if reads is None else [(reads, "")]

    def _given(self, node: ast.expr, target: CallTarget | None) -> list[tuple[str, ast.expr]]:
        """The arguments of a call by name; anything else is one value."""
        if isinstance(target, OperationCall | HelperCall | WordCall):
            return list(target.arguments.items())
        return [("items", node)]

    def _effect(self, node: ast.expr | None) -> ast.Call | None:
        """The call in an expression that is a node of its own: an effect, or a helper."""
        call = effect_place(node)
        if not isinstance(call, ast.Call):
            return None
        match self._calls.get(call):
            case OperationCall():
                return call
            case HelperCall(function=function):
                return call if function.is_effectful or call is node else None
            case WordCall(is_effect=True, word=word) if word not in {"pages", "lock"}:
                return call
            case _:
                return None

    def _is_parallel(self, node: ast.ListComp) -> bool:
        target = self._calls.get(node.generators[0].iter)
        return isinstance(target, WordCall) and target.word == "parallel"

    def _type(self, node: ast.expr) -> str:
        return text_of(self._checked.facts.types.get(node, ANY))

    def _bound_type(self, target: ast.expr, name: str) -> str:
        for each in ast.walk(target):
            if isinstance(each, ast.Name) and each.id == name:
                return self._type(each)
        return text_of(ANY)

    def _type_of_bound(self, node: ast.stmt, given: Sequence[tuple[str, ast.expr]]) -> str:
        """The type of the name that a statement binds or changes: of a changed list or dict, that of the whole."""
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name() as owner)]):
                return self._type(owner)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as owner))):
                return self._type(owner)
            case ast.Assign(targets=[ast.Name() as owner]) | ast.AugAssign(target=ast.Name() as owner):
                return self._type(owner)
            case _:
                return self._type(given[-1][1]) if given else text_of(ANY)

    def _head(self, node: ast.FunctionDef) -> Span:
        start = self._text.offsets_of(node)[0]
        first = self._text.offsets_of(node.body[0])[0] if node.body else start
        return self._text.span(start, len(self._text.source[:first].rstrip()))

    _RULES: Mapping[type[ast.stmt], Callable[[Any, Any, BlockNames, Flow], Iterator[_Draft]]] = {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _assign,
        ast.AugAssign: _assign,
        ast.If: _branch,
        ast.Match: _match,
        ast.For: _for,
        ast.With: _with,
        ast.Try: _try,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Break: _leave,
        ast.Continue: _leave,
    }


_Draft = Callable[[], Node]
_Inputs = Callable[[], tuple[Input, ...]]


def _kind_of(target: CallTarget) -> NodeKind:
    match target:
        case OperationCall():
            return "call"
        case WordCall(word=word):
            return _WORD_KINDS.get(word, "transform")
        case _:
            return "helper"


def _operation_of(target: CallTarget) -> str:
    match target:
        case OperationCall(operation=operation):
            return operation.label
        case HelperCall(function=function):
            return function.name
        case WordCall(operation=operation, word=word):
            return operation.label if operation is not None else word
        case _:
            return ""


def _effect_of(target: CallTarget) -> EffectClass | None:
    match target:
        case OperationCall(operation=operation):
            return operation.effect
        case WordCall(operation=operation, is_effect=True):
            return operation.effect if operation is not None else "safe"
        case _:
            return None


def _changed_name(target: CallTarget | None, node: ast.expr) -> str | None:
    """The list or dict that a method changes."""
    if isinstance(target, MethodCall) and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _root_name(node.func.value)
    return None


def _root_name(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _has_block(node: ast.stmt) -> bool:
    return hasattr(node, "body") or hasattr(node, "cases")


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

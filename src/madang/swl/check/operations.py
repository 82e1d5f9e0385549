"""Operations of connectors: what `bbs.articles.search` names."""

from __future__ import annotations

import ast

from madang.swl.check.codes import FUNCTION_VALUE, UNKNOWN_OPERATION
from madang.swl.check.env import Env
from madang.swl.check.paths import dotted
from madang.swl.check.reports import listed
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.diagnostics import Span
from madang.types.connector import Connector, Operation


def connector_of(walk: Walk, node: ast.expr, env: Env) -> tuple[Connector, tuple[str, ...]] | None:
    """The connector that a dotted name begins with, and the segments after it; None where it begins otherwise."""
    segments = dotted(node)
    if segments is None or segments[0] in env.bindings:
        return None
    connector = walk.program.connectors.get(segments[0])
    if connector is None:
        return None
    walk.state.used.add(segments[0])
    return connector, segments[1:]


def find_operation(walk: Walk, node: ast.expr, env: Env) -> Operation | None:
    """The operation that an expression names; None, with a diagnostic, where it names none."""
    found = connector_of(walk, node, env)
    if found is None:
        root = dotted(node)
        if root is None or root[0] not in walk.program.unknown:
            walk.reports.add(UNKNOWN_OPERATION, node, "This is no operation of a connector.")
        return None
    connector, segments = found
    operation = connector.find_operation(".".join(segments)) if segments else None
    if operation is None:
        _unknown(walk, node, connector, segments)
    return operation


def report_value(walk: Walk, node: ast.expr, connector: Connector, segments: tuple[str, ...]) -> None:
    """A connector, group or operation that stands where a value belongs."""
    name = ".".join((connector.name, *segments))
    if segments and connector.find_operation(".".join(segments)):
        walk.reports.add(
            FUNCTION_VALUE, node, f"`{name}` is an operation and is not called.", hint=f"Call it: `{name}(...)`."
        )
    elif not segments or ".".join(segments) in connector.groups:
        inside = listed(connector.groups.get(".".join(segments), ()))
        walk.reports.add(FUNCTION_VALUE, node, f"`{name}` is no value.", hint=f"It has {inside}.")
    else:
        _unknown(walk, node, connector, segments)


def _unknown(walk: Walk, node: ast.expr, connector: Connector, segments: tuple[str, ...]) -> None:
    """Say which segment is wrong: the first that its group does not have."""
    prefix: list[str] = []
    for index, segment in enumerate(segments):
        names = connector.groups.get(".".join(prefix), ())
        if segment not in names:
            span = _segment_span(walk, node, len(segments) - index, segment)
            _wrong_segment(walk, span, connector, prefix, segment)
            return
        prefix.append(segment)
    inside = listed(connector.groups.get(".".join(segments), ()))
    name = ".".join((connector.name, *segments))
    walk.reports.add(UNKNOWN_OPERATION, node, f"`{name}` is a group of operations.", hint=f"It has {inside}.")


def _wrong_segment(walk: Walk, span: Span, connector: Connector, prefix: list[str], segment: str) -> None:
    names = connector.groups.get(".".join(prefix), ())
    group = ".".join((connector.name, *prefix))
    meant = nearest(segment, names)
    fixes = [walk.reports.replacing(span, meant)] if meant else []
    elsewhere = [each for each in connector.operation_names if each.rpartition(".")[2] == segment][:3]
    hint = (
        f"Did you mean `{meant}`?"
        if meant
        else f"There is {listed(f'{connector.name}.{each}' for each in elsewhere)}."
        if elsewhere
        else f"It has {listed(names)}."
    )
    walk.reports.add(UNKNOWN_OPERATION, span, f"`{group}` has no `{segment}`.", hint=hint, fixes=fixes)


def _segment_span(walk: Walk, node: ast.expr, from_end: int, segment: str) -> Span:
    """Where a segment of a dotted name stands, counted from its end, which is 1."""
    for _ in range(from_end - 1):
        if isinstance(node, ast.Attribute):
            node = node.value
    end = walk.reports.text.offsets_of(node)[1]
    return walk.reports.text.span(end - len(segment), end)

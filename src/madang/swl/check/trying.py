"""`try`: what is known in each handler and after all of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from madang.swl.check.codes import EXCEPT_FORM, UNKNOWN_NAME, UNREACHABLE
from madang.swl.check.env import Binding, Env, join_envs
from madang.swl.check.loops import Block
from madang.swl.check.signatures import fields_of
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.check.words import ERROR_FIELDS, ERRORS
from madang.types.model import STR, Field, RecordType, Type
from madang.types.unions import union_of


def check_try(walk: Walk, node: ast.Try, env: Env, block: Block) -> None:
    """`try`, `except`, `else`, `finally`."""
    before = env.copy()
    catches = [_caught(walk, each) for each in node.handlers]
    walk.state.catches_doubt += any("InDoubt" in each for each in catches)
    block(walk, node.body, env)
    walk.state.catches_doubt -= any("InDoubt" in each for each in catches)
    broken = _anywhere(before, env)
    block(walk, node.orelse, env)
    ends = [env.copy()]
    seen: list[str] = []
    for handler, names in zip(node.handlers, catches, strict=True):
        _check_order(walk, handler, names, seen)
        here = broken.copy()
        if handler.name is not None:
            here.bind(handler.name, Binding(type=_error_type(names)))
        block(walk, handler.body, here)
        if handler.name is not None:
            here.bindings.pop(handler.name, None)
        ends.append(here)
    env.become(join_envs(ends))
    if node.finalbody:
        was_dead = env.is_dead
        if was_dead:
            env.become(broken.copy())
            env.is_dead = False
        block(walk, node.finalbody, env)
        env.is_dead = env.is_dead or was_dead


def _anywhere(before: Env, after: Env) -> Env:
    """What is known when a statement in between went wrong."""
    ended = after.copy()
    ended.is_dead = False
    start = before.copy()
    start.is_dead = False
    return join_envs([start, ended])


def _caught(walk: Walk, handler: ast.ExceptHandler) -> list[str]:
    match handler.type:
        case None:
            start = walk.reports.text.offsets_of(handler)[0]
            span = walk.reports.text.span(start, start + len("except"))
            hint = "Name what is expected to go wrong, as `except CallError:`."
            walk.reports.add(EXCEPT_FORM, span, "An `except` names its errors.", hint=hint)
            return []
        case ast.Tuple(elts=parts):
            return [name for each in parts if (name := _error(walk, each))]
        case node:
            name = _error(walk, node)
            return [name] if name else []


def _error(walk: Walk, node: ast.expr) -> str | None:
    if isinstance(node, ast.Name) and node.id in ERRORS:
        walk.state.used.add(node.id)
        if node.id not in walk.program.words:
            hint = f"Import it: `from workflow import {node.id}`."
            walk.reports.add(UNKNOWN_NAME, node, f"`{node.id}` is not imported.", hint=hint)
        return node.id
    name = node.id if isinstance(node, ast.Name) else ""
    if name == "Fail":
        walk.state.used.add(name)
        walk.reports.add(EXCEPT_FORM, node, "`Fail` cannot be caught.")
        return None
    known = {"Exception": "CallError", "KeyError": "DataError", "IndexError": "DataError", "ValueError": "DataError"}
    meant = known.get(name) or nearest(name, ERRORS)
    fixes = [walk.reports.replacing(node, meant)] if meant else []
    hint = f"Did you mean `{meant}`?" if meant else None
    walk.reports.add(EXCEPT_FORM, node, "This is no error of the language.", hint=hint, fixes=fixes)
    return None


def _check_order(walk: Walk, handler: ast.ExceptHandler, names: Sequence[str], seen: list[str]) -> None:
    """A handler after one that catches all it does is never reached."""
    if names and all(any(parent in seen for parent in _line(name)) for name in names):
        walk.reports.add(UNREACHABLE, handler.type or handler, "An `except` before catches this already.")
    seen += names


def _line(name: str | None) -> list[str]:
    found: list[str] = []
    while name is not None:
        found.append(name)
        name = ERRORS.get(name)
    return found


def _error_type(names: Sequence[str]) -> Type:
    return union_of(_record(each) for each in names or ["CallError"])


def _record(name: str) -> RecordType:
    for each in _line(name):
        if each in ERROR_FIELDS:
            return RecordType(name=name, fields=fields_of(ERROR_FIELDS[each]))
    return RecordType(name=name, fields=(Field(name="message", type=STR),))

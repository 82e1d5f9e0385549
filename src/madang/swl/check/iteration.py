"""What a `for` or a comprehension goes over, and the names that it binds."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from madang.swl.check.arguments import Parameter, match_arguments
from madang.swl.check.codes import (
    EXPRESSION,
    MISFIT,
    MISSING_ARGUMENT,
    NO_PAGES,
    TAKEN,
    TARGET,
)
from madang.swl.check.env import Binding, Env
from madang.swl.check.facts import WordCall
from madang.swl.check.fitting import fit
from madang.swl.check.operations import find_operation
from madang.swl.check.properties import item_type, kind_of, present
from madang.swl.check.walking import Walk
from madang.swl.check.words import LOOP_WORDS
from madang.types.model import (
    ANY,
    INT,
    STR,
    AnyType,
    DictType,
    RecordType,
    Type,
    resolve,
)
from madang.types.unions import union_of


@dataclass(frozen=True, kw_only=True)
class Iteration:
    """The types of the names that one round binds, one or two, and the word that stands over it, if any."""

    items: tuple[Type, ...]
    word: str | None = None


def check_iterable(walk: Walk, node: ast.expr, env: Env) -> Iteration:
    """What an iterable gives in each round."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in LOOP_WORDS and name in walk.program.words:
            walk.state.used.add(name)
            return _word(walk, node, name, env)
        case ast.Call(func=ast.Name(id="enumerate" | "zip" as name)) if name not in env.bindings:
            return _pairs(walk, node, name, env)
        case ast.Call(func=ast.Attribute(value=owner, attr="items"), args=[], keywords=[]):
            type_ = present(walk, owner, walk.value(owner, env))
            if kind_of(type_) == "dict":
                return Iteration(items=(STR, _value_of(type_)))
            if isinstance(resolve(type_), AnyType):
                return Iteration(items=(STR, ANY))
            return Iteration(items=(_item(walk, node, walk.value(node, env)),))
        case _:
            return Iteration(items=(_item(walk, node, walk.value(node, env)),))


def bind_target(walk: Walk, target: ast.expr, found: Iteration, env: Env) -> None:
    """Bind the names of a loop to what a round gives."""
    if isinstance(target, ast.Tuple):
        names = target.elts
        if len(names) != len(found.items):
            message = f"{len(names)} names are bound, and each round gives {len(found.items)}."
            hint = "Pairs come from `enumerate`, `zip` and `.items()`."
            walk.reports.add(TARGET, target, message, hint=hint)
        types: Sequence[Type] = found.items if len(names) == len(found.items) else [ANY] * len(names)
        for each, type_ in zip(names, types, strict=True):
            _bind(walk, each, type_, env)
        return
    if len(found.items) > 1:
        message = f"Each round gives {len(found.items)} values, and one name is bound."
        walk.reports.add(TARGET, target, message, hint="Write `for key, value in`.")
    _bind(walk, target, found.items[0] if len(found.items) == 1 else ANY, env)


def _bind(walk: Walk, target: ast.expr, type_: Type, env: Env) -> None:
    if not isinstance(target, ast.Name):
        walk.reports.add(TARGET, target, "A loop binds plain names.")
        return
    if is_taken(walk, target):
        return
    walk.facts.types[target] = type_
    env.bind(target.id, Binding(type=type_))


def is_taken(walk: Walk, node: ast.Name) -> bool:
    """Whether a name that would be bound means something else; reported where it does."""
    program = walk.program
    what = (
        "a connector"
        if node.id in program.connectors
        else "a record"
        if node.id in program.records
        else "a function"
        if node.id in program.functions
        else "imported from `workflow`"
        if node.id in program.words
        else None
    )
    if what is None:
        return False
    walk.reports.add(TAKEN, node, f"`{node.id}` is {what}.")
    return True


def _word(walk: Walk, node: ast.Call, name: str, env: Env) -> Iteration:
    match name:
        case "parallel":
            return _parallel(walk, node, env)
        case "repeat":
            given = match_arguments(walk, node, [Parameter(name="limit", type=INT, is_required=True)], "repeat", env)
            walk.facts.calls[node] = WordCall(word="repeat", arguments=given, is_effect=False)
            return Iteration(items=(INT,), word="repeat")
        case _:
            return _pages(walk, node, env)


def _parallel(walk: Walk, node: ast.Call, env: Env) -> Iteration:
    slots = [Parameter(name="items", type=ANY, is_required=True), Parameter(name="limit", type=INT)]
    given = match_arguments(walk, node, slots, "parallel", env, positional=1)
    walk.facts.calls[node] = WordCall(word="parallel", arguments=given, is_effect=False)
    items = given.get("items")
    item = _item(walk, items, walk.facts.types.get(items, ANY)) if items is not None else ANY
    return Iteration(items=(item,), word="parallel")


def _pages(walk: Walk, node: ast.Call, env: Env) -> Iteration:
    if not node.args:
        walk.reports.add(MISSING_ARGUMENT, node, "`pages` wants the operation first, as `pages(bbs.articles.search)`.")
        return Iteration(items=(ANY,), word="pages")
    if isinstance(node.args[0], ast.Call):
        inner = walk.reports.text.text_of(node.args[0].func)
        walk.reports.add(
            MISFIT,
            node.args[0],
            "`pages` wants the operation itself, not a call of it.",
            hint=f"Write `pages({inner}, ...)`.",
        )
        return Iteration(items=(ANY,), word="pages")
    operation = find_operation(walk, node.args[0], env)
    if operation is None:
        return Iteration(items=(ANY,), word="pages")
    if operation.item is None:
        walk.reports.add(NO_PAGES, node.args[0], f"{operation.label} does not answer in pages.")
    own = [each for each in operation.parameters if each.name not in {"limit", *operation.page_parameters}]
    slots = [Parameter(name=each.name, type=each.type, is_required=each.is_required) for each in own]
    rest = ast.Call(func=node.func, args=node.args[1:], keywords=node.keywords)
    ast.copy_location(rest, node)
    slots.append(Parameter(name="limit", type=INT))
    given = match_arguments(walk, rest, slots, operation.label, env)
    walk.facts.calls[node] = WordCall(word="pages", arguments=given, is_effect=True, operation=operation)
    return Iteration(items=(operation.item or ANY,), word="pages")


def _pairs(walk: Walk, node: ast.Call, name: str, env: Env) -> Iteration:
    items = [_item(walk, each, walk.value(each, env)) for each in node.args]
    if name == "enumerate":
        for keyword in node.keywords:
            fit(walk, INT, keyword.value, walk.value(keyword.value, env), "The argument `start`")
        if len(items) not in {1, 2} or any(each.arg != "start" for each in node.keywords):
            walk.reports.add(EXPRESSION, node, "`enumerate` takes a list and perhaps `start=`.")
        return Iteration(items=(INT, items[0] if items else ANY))
    if len(items) != 2 or node.keywords:
        walk.reports.add(EXPRESSION, node, "`zip` takes two lists.")
        return Iteration(items=(ANY, ANY))
    return Iteration(items=tuple(items))


def _value_of(type_: Type) -> Type:
    match resolve(type_):
        case DictType(value=value):
            return value
        case RecordType(fields=fields):
            return union_of(each.type for each in fields)
        case _:
            return ANY


def _item(walk: Walk, node: ast.expr, type_: Type) -> Type:
    hint = "Its properties: `for key, value in x.items()` of a dict."
    return item_type(walk, node, type_, record_hint=hint)

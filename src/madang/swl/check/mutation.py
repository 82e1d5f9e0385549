"""Changes of lists and dicts: allowed where they were made in the same function and nothing else has them."""

from __future__ import annotations

import ast
from dataclasses import replace

from madang.swl.check.arguments import Parameter, match_arguments, share
from madang.swl.check.codes import NOT_OWNED, PARALLEL_BODY
from madang.swl.check.env import Binding, Env, is_empty_type, join_types
from madang.swl.check.fitting import fit
from madang.swl.check.signatures import Signature
from madang.swl.check.walking import Walk
from madang.types.covers import fits
from madang.types.model import (
    ANY,
    INT,
    STR,
    DictType,
    Field,
    ListType,
    RecordType,
    Type,
    resolve,
)
from madang.types.unions import union_of, widened


def check_change(
    walk: Walk, node: ast.Call, func: ast.Attribute, kind: str, base: Type, found: Signature, env: Env
) -> Type:
    """A method that changes its list or dict."""
    owner = owned(walk, func.value, env, f"`{func.attr}`")
    if owner is None:
        for each in [*node.args, *(keyword.value for keyword in node.keywords)]:
            walk.value(each, env)
        return _popped(node, base) if func.attr == "pop" and kind == "dict" else found.result
    if func.attr == "pop":
        slots = [Parameter(name=each.name, type=each.type, is_required=each.is_required) for each in found.slots]
        match_arguments(walk, node, slots, f"`{func.attr}`", env, positional=len(slots))
        return _popped(node, base) if func.attr == "pop" and kind == "dict" else found.result
    _grow(walk, node, func, owner, env)
    return found.result


def assign_item(walk: Walk, target: ast.Subscript, value: ast.expr, given: Type, env: Env) -> None:
    """`d[key] = value` and `xs[0] = value`."""
    owner = owned(walk, target.value, env, "An item")
    if owner is None:
        walk.value(target, env)
        return
    binding = env.bindings[owner]
    whole = resolve(binding.type)
    index = walk.value(target.slice, env)
    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
    if isinstance(whole, ListType):
        fit(walk, INT, target.slice, index, "The index of a list")
        _put(walk, owner, binding, value, given, env)
        return
    fit(walk, STR, target.slice, index, "The key of a dict")
    if isinstance(whole, RecordType) and isinstance(key, str) and binding.declared is None:
        fields = {**whole.by_name, key: Field(name=key, type=widened(given))}
        _rebind(env, owner, replace(whole, fields=tuple(fields.values())))
    else:
        _put(walk, owner, binding, value, given, env)


def owned(walk: Walk, node: ast.expr, env: Env, what: str) -> str | None:
    """The name of an owned list or dict; None, with a diagnostic, where it is not owned."""
    binding = env.bindings.get(node.id) if isinstance(node, ast.Name) else None
    if binding is None or not isinstance(node, ast.Name):
        text = walk.reports.text.text_of(node)
        walk.reports.add(NOT_OWNED, node, f"{what} changes `{text}`, which is a part of something else.")
        return None
    walk.facts.types[node] = binding.type
    walk.state.used.add(node.id)
    if binding.is_outer:
        walk.reports.add(PARALLEL_BODY, node, f"`{node.id}` stands outside of the parallel body.")
        return None
    if not binding.is_owned:
        message = f"{what} changes `{node.id}`, which was not made here or which something else has by now."
        walk.reports.add(NOT_OWNED, node, message)
        return None
    return node.id


def _grow(walk: Walk, node: ast.Call, func: ast.Attribute, owner: str, env: Env) -> None:
    """`append`, `insert` and `extend`: what is put in must fit, or says what the list is of."""
    parts = [*node.args, *(each.value for each in node.keywords)]
    wanted = {"append": 1, "extend": 1, "insert": 2}[func.attr]
    if len(parts) != wanted or node.keywords:
        slots = [Parameter(name="item", type=ANY, is_required=True)]
        slots = [Parameter(name="index", type=INT, is_required=True), *slots] if wanted == 2 else slots
        match_arguments(walk, node, slots, f"`{func.attr}`", env, positional=wanted)
        return
    if wanted == 2:
        fit(walk, INT, parts[0], walk.value(parts[0], env), "The index of a list")
    value, binding = parts[-1], env.bindings[owner]
    list_type = resolve(binding.type)
    item = list_type.item if isinstance(list_type, ListType) else ANY
    if func.attr != "extend":
        given = walk.value(value, env, None if is_empty_type(list_type) else item)
        share(walk, value, env)
        _put(walk, owner, env.bindings[owner], value, given, env)
        return
    given = walk.value(value, env, None if is_empty_type(list_type) else binding.type)
    found = resolve(given)
    inner = found.item if isinstance(found, ListType) else given
    if not fit(walk, ListType(item=ANY), value, given, "What a list is extended by"):
        return
    _put(walk, owner, env.bindings[owner], value, inner, env)


def _put(walk: Walk, owner: str, binding: Binding, value: ast.expr, given: Type, env: Env) -> None:
    """Put one value into an owned list or dict: the first use of an empty one says what it is of."""
    whole = resolve(binding.declared or binding.type)
    item = whole.item if isinstance(whole, ListType) else whole.value if isinstance(whole, DictType) else None
    if item is None:
        item = union_of(each.type for each in whole.fields) if isinstance(whole, RecordType) else ANY
    if binding.declared is not None:
        fit(walk, item, value, given, f"An item of `{owner}`")
        return
    if is_empty_type(whole):
        item = given
    elif not fits(widened(item), given):
        fit(walk, widened(item), value, given, f"An item of `{owner}`")
        return
    joined = widened(join_types([item, given]))
    _rebind(env, owner, ListType(item=joined) if isinstance(whole, ListType) else DictType(value=joined))


def _rebind(env: Env, owner: str, type_: Type) -> None:
    binding = env.bindings[owner]
    env.forget(owner)
    env.bindings[owner] = replace(binding, type=type_)


def _popped(node: ast.Call, base: Type) -> Type:
    found = resolve(base)
    if isinstance(found, DictType):
        return found.value
    if isinstance(found, RecordType) and node.args and isinstance(node.args[0], ast.Constant):
        field = found.by_name.get(str(node.args[0].value))
        return field.type if field else ANY
    return ANY

"""Lists, dicts, comprehensions and f-strings."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from madang.swl.check.codes import EFFECT_PLACE, LOOP_FORM, MISFIT, PARALLEL_DEPTH
from madang.swl.check.effects import effect_place
from madang.swl.check.env import Env, join_types
from madang.swl.check.iteration import Iteration, bind_target, check_iterable
from madang.swl.check.properties import present
from madang.swl.check.walking import Walk
from madang.types.model import (
    ANY,
    NEVER,
    STR,
    AnyType,
    DictType,
    Field,
    ListType,
    LiteralType,
    RecordType,
    Type,
    resolve,
)
from madang.types.unions import members_of, widened

MOST_PARALLELS = 2


def check_list(walk: Walk, parts: Sequence[ast.expr], env: Env, expected: Type | None) -> Type:
    """The type of `[a, *b]`."""
    wanted = _item_wanted(expected)
    found: list[Type] = []
    for each in parts:
        if isinstance(each, ast.Starred):
            type_ = resolve(present(walk, each.value, walk.value(each.value, env)))
            if not isinstance(type_, ListType | AnyType):
                walk.reports.add(MISFIT, each.value, "Only a list is unpacked into a list.")
            found.append(type_.item if isinstance(type_, ListType) else ANY)
        else:
            found.append(walk.value(each, env, wanted))
    return ListType(item=join_types(found) if found else NEVER)


def check_dict(walk: Walk, node: ast.Dict, env: Env, expected: Type | None) -> Type:
    """The type of `{"a": x}`: a record where all keys are literals, else a dict."""
    fields: dict[str, Field] = {}
    values: list[Type] = []
    is_record = bool(node.keys)
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            is_record = _unpacked(walk, value, env, fields, values) and is_record
            continue
        name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        if name is None:
            _key(walk, key, env)
        else:
            walk.facts.types[key] = LiteralType((name,))
        type_ = walk.value(value, env, _value_wanted(expected, name))
        values.append(type_)
        is_record = is_record and name is not None
        if name is not None:
            fields[name] = Field(name=name, type=type_)
    if not node.keys:
        return DictType(value=NEVER)
    if is_record:
        return RecordType(fields=tuple(fields.values()), is_fresh=True)
    return DictType(value=join_types(values))


def check_comprehension(walk: Walk, node: ast.ListComp | ast.GeneratorExp, env: Env, expected: Type | None) -> Type:
    """The type of `[x for x in xs if test]`; over `parallel` its element may be an effect."""
    inner, found = _generators(walk, node.generators, env)
    is_parallel = found is not None and found.word == "parallel"
    if is_parallel:
        walk.state.parallels += 1
        if walk.state.parallels > MOST_PARALLELS:
            walk.reports.add(PARALLEL_DEPTH, node, f"Parallel loops stand {walk.state.parallels} deep.")
        place = effect_place(node.elt)
        if place is not None:
            walk.facts.effect_places.add(place)
        inner = outer(inner, env)
    item = walk.value(node.elt, inner, _item_wanted(expected))
    walk.state.parallels -= is_parallel
    return ListType(item=item)


def check_dict_comprehension(walk: Walk, node: ast.DictComp, env: Env, expected: Type | None) -> Type:
    """The type of `{k: v for x in xs}`."""
    inner, _ = _generators(walk, node.generators, env)
    _key(walk, node.key, inner)
    return DictType(value=walk.value(node.value, inner, _value_wanted(expected, None)))


def check_joined_text(walk: Walk, node: ast.JoinedStr, env: Env) -> Type:
    """An f-string is a text, whatever is put into it; `None` in it is most likely a mistake, but no error."""
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            walk.value(each.value, env)
            if isinstance(each.format_spec, ast.JoinedStr):
                check_joined_text(walk, each.format_spec, env)
    walk.facts.types[node] = STR
    return STR


def outer(env: Env, before: Env) -> Env:
    """The knowledge inside a parallel body: names of before stand outside and are not to be changed."""
    made = env.copy()
    for name, binding in made.bindings.items():
        if before.bindings.get(name) is binding:
            made.bindings[name] = replace(binding, is_outer=True, is_owned=False)
    return made


def _generators(walk: Walk, generators: Sequence[ast.comprehension], env: Env) -> tuple[Env, Iteration | None]:
    inner = env.copy()
    first: Iteration | None = None
    for index, each in enumerate(generators):
        found = check_iterable(walk, each.iter, inner)
        if found.word in {"pages", "repeat"}:
            message = f"`{found.word}` stands over a `for` only, not over a comprehension."
            walk.reports.add(EFFECT_PLACE if found.word == "pages" else LOOP_FORM, each.iter, message)
        if found.word == "parallel" and (index or len(generators) > 1):
            walk.reports.add(EFFECT_PLACE, each.iter, "`parallel` stands alone over a comprehension.")
        inner.narrowed = dict(inner.narrowed)
        bind_target(walk, each.target, found, inner)
        for test in each.ifs:
            inner, _ = walk.narrow(test, inner)
        first = first or found
    return inner, first


def _unpacked(walk: Walk, node: ast.expr, env: Env, fields: dict[str, Field], values: list[Type]) -> bool:
    """`{**other}`: its properties come in; False where their names are not known."""
    type_ = resolve(present(walk, node, walk.value(node, env)))
    match type_:
        case RecordType(fields=inner, rest=None):
            fields.update({each.name: each for each in inner})
            values.extend(each.type for each in inner)
            return True
        case DictType(value=value):
            values.append(value)
        case AnyType():
            values.append(ANY)
        case _:
            walk.reports.add(MISFIT, node, "Only an object is unpacked into a dict.")
    return False


def _key(walk: Walk, node: ast.expr, env: Env) -> None:
    type_ = walk.value(node, env)
    kinds = [resolve(each) for each in members_of(widened(type_))]
    if not all(each == STR or isinstance(each, AnyType | type(STR)) for each in kinds):
        text = walk.reports.text.text_of(node)
        fix = walk.reports.replacing(node, f"str({text})")
        walk.reports.add(MISFIT, node, "The keys of a dict are `str`.", hint=f"Convert it: `str({text})`.", fixes=[fix])


def _item_wanted(expected: Type | None) -> Type | None:
    for each in members_of(expected) if expected is not None else ():
        found = resolve(each)
        if isinstance(found, ListType):
            return found.item
    return None


def _value_wanted(expected: Type | None, name: str | None) -> Type | None:
    for each in members_of(expected) if expected is not None else ():
        match resolve(each):
            case DictType(value=value):
                return value
            case RecordType() as record if name is not None and name in record.by_name:
                return record.by_name[name].type
            case _:
                pass
    return None

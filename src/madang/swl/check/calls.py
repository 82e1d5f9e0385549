"""Calls: of operations, helpers, records, the workflow's words, built-in functions and methods."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from madang.swl.check.annotations import read_annotation
from madang.swl.check.arguments import Parameter, match_arguments, share
from madang.swl.check.builtins import check_builtin
from madang.swl.check.codes import (
    DEPRECATED,
    LOOP_FORM,
    MISFIT,
    NOT_CALLABLE,
    RAISE_FORM,
    UNKNOWN_METHOD,
    UNKNOWN_NAME,
    WAIT_IN_LOCK,
    WITH_FORM,
)
from madang.swl.check.effects import check_place
from madang.swl.check.env import Env
from madang.swl.check.facts import (
    BuiltinCall,
    FunctionSymbol,
    HelperCall,
    MethodCall,
    OperationCall,
    Record,
    RecordCall,
    WordCall,
)
from madang.swl.check.mutation import check_change
from madang.swl.check.operations import connector_of, find_operation
from madang.swl.check.paths import dotted
from madang.swl.check.properties import kind_of, present
from madang.swl.check.reports import name_span
from madang.swl.check.signatures import Signature, signature
from madang.swl.check.suggestions import nearest
from madang.swl.check.walking import Walk
from madang.swl.check.words import (
    BUILTINS,
    CHANGING_METHODS,
    CONSTRUCTORS,
    EFFECT_WORDS,
    ERRORS,
    FUNCTIONS,
    LOOP_WORDS,
    METHODS,
    MODULES,
    PROPERTIES,
    TYPE_NAMES,
    WAITING_WORDS,
    WORDS,
)
from madang.types.model import ANY, AnyType, DictType, ListType, RecordType, Type, resolve
from madang.types.printing import text_of
from madang.types.unions import members_of, union_of


def check_call(walk: Walk, node: ast.Call, env: Env, expected: Type | None) -> Type:
    """The type of a call."""
    match node.func:
        case ast.Name(id=name):
            return _named(walk, node, name, env, expected)
        case ast.Attribute() as func:
            return _dotted(walk, node, func, env)
        case _:
            walk.value(node.func, env)
            _arguments(walk, node, env)
            walk.reports.add(NOT_CALLABLE, node.func, "This is no function.")
            return ANY


def _named(walk: Walk, node: ast.Call, name: str, env: Env, expected: Type | None) -> Type:
    program = walk.program
    if name in env.bindings:
        type_ = walk.value(node.func, env)
        _arguments(walk, node, env)
        if not isinstance(resolve(type_), AnyType):
            walk.reports.add(NOT_CALLABLE, node.func, f"`{name}` is {text_of(type_)} and cannot be called.")
        return ANY
    if name in program.functions:
        return _helper(walk, node, program.functions[name], env)
    if name in program.records:
        return _record(walk, node, program.records[name], env)
    if name in program.words:
        walk.state.used.add(name)
        return _word(walk, node, name, env)
    if name in CONSTRUCTORS:
        walk.facts.calls[node] = BuiltinCall(name=name)
        return _by_signature(walk, node, signature(CONSTRUCTORS[name]), name, env)
    if name in BUILTINS:
        walk.facts.calls[node] = BuiltinCall(name=name)
        return check_builtin(walk, node, name, env, expected)
    _arguments(walk, node, env)
    if name not in program.unknown:
        _unknown(walk, node, name)
    return ANY


def _unknown(walk: Walk, node: ast.Call, name: str) -> None:
    program = walk.program
    if name in WORDS:
        hint = f"Import it: `from workflow import {name}`."
        walk.reports.add(UNKNOWN_NAME, node.func, f"`{name}` is not imported.", hint=hint)
        return
    if name in program.connectors:
        walk.reports.add(NOT_CALLABLE, node.func, f"`{name}` is a connector and cannot be called.")
        return
    known = [*program.functions, *program.records, *program.words, *BUILTINS, *CONSTRUCTORS]
    meant = nearest(name, known)
    fixes = [walk.reports.replacing(node.func, meant)] if meant else []
    hint = f"Did you mean `{meant}`?" if meant else "Write `log(...)` of `workflow`." if name == "print" else None
    walk.reports.add(UNKNOWN_NAME, node.func, f"There is no function `{name}`.", hint=hint, fixes=fixes)


def _dotted(walk: Walk, node: ast.Call, func: ast.Attribute, env: Env) -> Type:
    if connector_of(walk, func, env) is not None:
        return _operation(walk, node, func, env)
    segments = dotted(func)
    if segments is not None and segments[0] not in env.bindings and segments[0] in MODULES | TYPE_NAMES:
        return _of_module(walk, node, func, ".".join(segments), env)
    return _method(walk, node, func, env)


def _operation(walk: Walk, node: ast.Call, func: ast.Attribute, env: Env) -> Type:
    operation = find_operation(walk, func, env)
    if operation is None:
        _arguments(walk, node, env)
        return ANY
    check_place(walk, node, operation.label)
    if operation.is_deprecated:
        walk.reports.add(DEPRECATED, func, f"{operation.label} should not be used any more.")
    parameters = [
        Parameter(name=each.name, type=each.type, is_required=each.is_required, is_omittable=not each.is_required)
        for each in operation.parameters
    ]
    given = match_arguments(walk, node, parameters, operation.label, env, shares=True)
    walk.facts.calls[node] = OperationCall(operation=operation, arguments=given)
    return operation.result


def _helper(walk: Walk, node: ast.Call, function: FunctionSymbol, env: Env) -> Type:
    walk.state.used.add(function.name)
    if function.is_effectful:
        check_place(walk, node, f"`{function.name}`")
    parameters = [
        Parameter(name=each.name, type=each.type, is_required=each.default is None) for each in function.parameters
    ]
    given = match_arguments(walk, node, parameters, function.name, env, positional=len(parameters), shares=True)
    walk.facts.calls[node] = HelperCall(function=function, arguments=given)
    return function.result


def _record(walk: Walk, node: ast.Call, record: Record, env: Env) -> Type:
    walk.state.used.add(record.name)
    parameters = [
        Parameter(name=each.name, type=each.type, is_required=each.name not in record.defaults)
        for each in record.fields
    ]
    given = match_arguments(walk, node, parameters, record.name, env, shares=True)
    walk.facts.calls[node] = RecordCall(record=record, arguments=given)
    return walk.program.record_types.named(record.name)


def _word(walk: Walk, node: ast.Call, name: str, env: Env) -> Type:
    special: Mapping[str, Callable[[Walk, ast.Call, Env], Type]] = {
        "replace": _replace,
        "ask": _returning,
        "wait_event": _returning,
    }
    if name in EFFECT_WORDS:
        check_place(walk, node, f"`{name}`")
        if name in WAITING_WORDS and walk.state.locks:
            walk.reports.add(WAIT_IN_LOCK, node, f"`{name}` waits while a lock is held.")
    if name in special:
        return special[name](walk, node, env)
    text = EFFECT_WORDS.get(name)
    if text is not None:
        return _by_signature(walk, node, signature(text), name, env, word=name)
    _arguments(walk, node, env)
    if name in LOOP_WORDS:
        walk.reports.add(LOOP_FORM, node, f"`{name}` stands over a `for` only.", hint=f"Write `for x in {name}(...):`.")
    elif name == "lock":
        walk.reports.add(WITH_FORM, node, "`lock` stands in a `with` only.", hint='Write `with lock("name"):`.')
    elif name in ERRORS or name == "Fail":
        walk.reports.add(RAISE_FORM, node, f"`{name}` is an error and no value.")
    else:
        walk.reports.add(NOT_CALLABLE, node.func, f"`{name}` cannot be called.")
    return ANY


def _returning(walk: Walk, node: ast.Call, env: Env) -> Type:
    """`ask` and `wait_event`: what they give is the type that `returns=` names."""
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    result: Type = ANY
    rest = [each for each in node.keywords if each.arg != "returns"]
    for each in node.keywords:
        if each.arg == "returns":
            result = read_annotation(each.value, walk.program, walk.reports)
            walk.state.used |= {inner.id for inner in ast.walk(each.value) if isinstance(inner, ast.Name)}
    has_returns = len(rest) < len(node.keywords)
    if not has_returns:
        hint = "Name the type of the answer: `returns=str`."
        walk.reports.add(MISFIT, node.func, f"`{name}` wants the type that it gives.", hint=hint)
    first = signature(EFFECT_WORDS[name]).slots[0]
    other = ast.copy_location(ast.Call(func=node.func, args=node.args, keywords=rest), node)
    parameters = [Parameter(name=first.name, type=first.type, is_required=True)]
    given = match_arguments(walk, other, parameters, name, env, positional=1)
    walk.facts.calls[node] = WordCall(word=name, arguments=given, is_effect=True)
    return result


def _replace(walk: Walk, node: ast.Call, env: Env) -> Type:
    """`replace(record, field=...)`: the same record with some fields changed."""
    if len(node.args) != 1:
        walk.reports.add(
            MISFIT, node, "`replace` wants one record and then fields.", hint="Write `replace(record, field=...)`."
        )
        _arguments(walk, node, env)
        return ANY
    whole = present(walk, node.args[0], walk.value(node.args[0], env))
    found = resolve(whole)
    if not isinstance(found, RecordType):
        _arguments(walk, node, env)
        if not isinstance(found, AnyType):
            walk.reports.add(MISFIT, node.args[0], f"`replace` wants a record, not {text_of(whole)}.")
        return ANY
    parameters = [Parameter(name=each.name, type=each.type) for each in found.fields]
    rest = ast.copy_location(ast.Call(func=node.func, args=[], keywords=node.keywords), node)
    given = match_arguments(walk, rest, parameters, text_of(whole), env, shares=True)
    walk.facts.calls[node] = WordCall(word="replace", arguments=given, is_effect=False)
    return whole


def _of_module(walk: Walk, node: ast.Call, func: ast.Attribute, name: str, env: Env) -> Type:
    if name in FUNCTIONS:
        walk.facts.calls[node] = BuiltinCall(name=name)
        return _by_signature(walk, node, signature(FUNCTIONS[name]), name, env)
    _arguments(walk, node, env)
    owner = name.rpartition(".")[0]
    known = [each for each in FUNCTIONS if each.startswith(f"{owner}.")]
    meant = nearest(name, known)
    span = name_span(walk.reports.text, func, func.attr)
    if name in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}:
        hint = "Write `now()` of `workflow`: it is the same when a run is replayed."
        walk.reports.add(UNKNOWN_METHOD, span, f"A workflow has no clock of its own, so no `{name}`.", hint=hint)
        return ANY
    fixes = [walk.reports.replacing(span, meant.rpartition(".")[2])] if meant else []
    hint = f"Did you mean `{meant}`?" if meant else None
    walk.reports.add(UNKNOWN_METHOD, span, f"There is no `{name}`.", hint=hint, fixes=fixes)
    return ANY


def _method(walk: Walk, node: ast.Call, func: ast.Attribute, env: Env) -> Type:
    base = present(walk, func.value, walk.value(func.value, env))
    members = members_of(base)
    if any(isinstance(resolve(each), AnyType) for each in members):
        _arguments(walk, node, env)
        return ANY
    kinds = {kind_of(each) for each in members}
    kind = kinds.pop() if len(kinds) == 1 else None
    methods = METHODS.get(kind or "", {})
    if kind is None or func.attr not in methods:
        _arguments(walk, node, env)
        _no_method(walk, func, base, kind)
        return ANY
    walk.facts.calls[node] = MethodCall(owner=kind, method=func.attr)
    found = signature(methods[func.attr]).with_item(_inner(base))
    if func.attr in CHANGING_METHODS.get(kind, frozenset()):
        return check_change(walk, node, func, kind, base, found, env)
    result = _by_signature(walk, node, found, f"`{func.attr}`", env, quoted=True)
    if kind == "dict" and func.attr == "get":
        return _got(walk, node, base)
    return result


def _got(walk: Walk, node: ast.Call, base: Type) -> Type:
    """`d.get(key, default)`: without a default it may be `None`; the property's own type where the key is literal."""
    found = resolve(base)
    value = _inner(base)
    if isinstance(found, RecordType) and node.args and isinstance(node.args[0], ast.Constant):
        field = found.by_name.get(str(node.args[0].value))
        value = field.type if field else value
    defaults = [*node.args[1:], *(each.value for each in node.keywords)]
    if not defaults:
        return union_of([value, signature("() -> None").result])
    return union_of([value, walk.facts.types.get(defaults[0], ANY)])


def _no_method(walk: Walk, func: ast.Attribute, base: Type, kind: str | None) -> None:
    span = name_span(walk.reports.text, func, func.attr)
    found = resolve(base)
    if kind is not None:
        meant = nearest(func.attr, METHODS.get(kind, {}))
        if meant is None and func.attr in PROPERTIES.get(kind, {}):
            walk.reports.add(NOT_CALLABLE, span, f"`{func.attr}` of {kind} is no method.")
            return
        fixes = [walk.reports.replacing(span, meant)] if meant else []
        hint = f"Did you mean `{meant}`?" if meant else _other_way(func.attr)
        walk.reports.add(UNKNOWN_METHOD, span, f"{kind} has no method `{func.attr}`.", hint=hint, fixes=fixes)
        return
    if isinstance(found, RecordType) and func.attr in found.by_name:
        walk.reports.add(NOT_CALLABLE, span, f"`{func.attr}` is a property and cannot be called.")
        return
    hint = "Read its properties, as `x.name`." if isinstance(found, RecordType) else None
    walk.reports.add(UNKNOWN_METHOD, span, f"{text_of(base)} has no method `{func.attr}`.", hint=hint)


_OTHER_WAYS = {
    "sort": "Make a sorted list: `sorted(xs)`.",
    "reverse": "Make a reversed list: `xs[::-1]`.",
    "remove": "Make a list without it: `[x for x in xs if x != y]`.",
    "clear": "Bind an empty one to the name.",
    "update": "Make a new one: `{**a, **b}`.",
    "setdefault": "Ask with `in` and assign.",
    "translate": "Use `replace`.",
}


def _other_way(name: str) -> str | None:
    return _OTHER_WAYS.get(name)


def _inner(type_: Type) -> Type:
    found: list[Type] = []
    for each in members_of(type_):
        match resolve(each):
            case ListType(item=inner) | DictType(value=inner):
                found.append(inner)
            case RecordType(fields=fields):
                found += [field.type for field in fields]
            case _:
                found.append(ANY)
    return union_of(found)


def _by_signature(
    walk: Walk, node: ast.Call, found: Signature, label: str, env: Env, *, word: str = "", quoted: bool = False
) -> Type:
    """Check the arguments against a signature of the language, which may be given without names."""
    rest = next((each for each in found.slots if each.is_rest), None)
    if rest is not None:
        _arguments(walk, node, env)
        return found.result
    slots = [Parameter(name=each.name, type=each.type, is_required=each.is_required) for each in found.slots]
    slots = [each if each.is_required else _omittable(each) for each in slots]
    shown = label if quoted or word else f"`{label}`"
    given = match_arguments(walk, node, slots, f"`{word}`" if word else shown, env, positional=len(slots))
    if word:
        is_effect = word in EFFECT_WORDS
        walk.facts.calls[node] = WordCall(word=word, arguments=given, is_effect=is_effect)
    return found.result


def _omittable(parameter: Parameter) -> Parameter:
    return Parameter(name=parameter.name, type=parameter.type, is_omittable=True)


def _arguments(walk: Walk, node: ast.Call, env: Env) -> None:
    """Look into the arguments of a call of which nothing is known."""
    for each in node.args:
        value = each.value if isinstance(each, ast.Starred) else each
        walk.value(value, env)
        share(walk, value, env)
    for keyword in node.keywords:
        walk.value(keyword.value, env)
        share(walk, keyword.value, env)

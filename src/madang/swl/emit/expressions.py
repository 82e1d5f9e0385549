"""Expressions as the sandbox runs them. What is compound stands in parentheses; properties are read by their type."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from madang.swl.check.facts import (
    BuiltinCall,
    Checked,
    HelperCall,
    MethodCall,
    OperationCall,
    RecordCall,
    WordCall,
)
from madang.swl.check.operators import SIGNS
from madang.swl.check.paths import long_spine
from madang.swl.emit.lines import literal
from madang.types.connector import Operation
from madang.types.model import (
    ANY,
    AnyType,
    DateTimeType,
    DateType,
    DictType,
    ListType,
    LiteralType,
    NoneType,
    RecordType,
    Type,
    resolve,
)
from madang.types.unions import is_optional, members_of, without_none

_POWER = 3
_RANKS: dict[type[ast.operator], int] = {
    ast.Add: 1,
    ast.Sub: 1,
    ast.Mult: 2,
    ast.Div: 2,
    ast.FloorDiv: 2,
    ast.Mod: 2,
    ast.Pow: _POWER,
}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


class Expressions:
    """Writes the expressions of one function.

    Args:
        checked: What is known of the program.
        ids: The node id of each call that is an effect or a helper.
        path: Gives the name of the variable that has the path of the place that is written.
    """

    def __init__(self, checked: Checked, ids: Mapping[ast.AST, str], path: Callable[[], str]) -> None:
        self._facts = checked.facts
        self._words = checked.program.words
        self._functions = checked.program.functions
        self._ids = ids
        self._path = path
        self.doubt = "_d"
        self._ahead: dict[ast.expr, str] = {}

    def write(self, node: ast.expr) -> str:
        """One expression."""
        ahead = self._ahead.pop(node, None)
        if ahead is not None:
            return ahead
        for inner in reversed(long_spine(node)):
            self._ahead[inner] = self._RULES[type(inner)](self, inner)
        return self._RULES[type(node)](self, node)

    def iterable(self, node: ast.expr) -> str:
        """What a loop goes over; the text of dates becomes dates."""
        text = self.write(node)
        found = resolve(self.type_of(node))
        if isinstance(found, ListType):
            convert = _converter(found.item)
            return f"[{convert}(_x) for _x in {text}]" if convert else text
        return text

    def type_of(self, node: ast.expr) -> Type:
        """Its type, as far as it is known."""
        return self._facts.types.get(node, ANY)

    def target(self, node: ast.expr) -> str:
        """The names that a loop or comprehension binds."""
        if isinstance(node, ast.Tuple):
            return ", ".join(self.target(each) for each in node.elts)
        return self.write(node)

    def effect(self, node: ast.AST, operation: str, arguments: str) -> str:
        """A stop: the node, the path to it, what is to be done, and whether doubt about it is caught."""
        return (
            f"(await _fx({literal(self._ids[node])}, {self._path()}, {literal(operation)}, {arguments}, {self.doubt}))"
        )

    def arguments(self, given: Mapping[str, ast.expr], operation: Operation | None = None) -> str:
        """A dict of arguments; those that are `None` or `omit` are left out where the operation takes no null there."""
        parts = ", ".join(f"{literal(name)}: {self.write(value)}" for name, value in given.items())
        if operation is None:
            return f"{{{parts}}}"
        omitted = [name for name, value in given.items() if self._may_be_left_out(operation, name, value)]
        names = ", ".join(literal(name) for name in omitted)
        return f"_given({{{parts}}}, [{names}])" if omitted else f"{{{parts}}}"

    def _may_be_left_out(self, operation: Operation, name: str, value: ast.expr) -> bool:
        parameter = operation.by_name.get(name)
        if parameter is None or parameter.is_required or is_optional(parameter.type):
            return isinstance(value, ast.Name) and value.id == "omit"
        return is_optional(self.type_of(value)) or isinstance(resolve(self.type_of(value)), AnyType) or _has_omit(value)

    def _constant(self, node: ast.Constant) -> str:
        return literal(node.value)

    def _name(self, node: ast.Name) -> str:
        if node.id == "omit" and "omit" in self._words:
            return "_omit"
        return f"v_{node.id}"

    def _attribute(self, node: ast.Attribute) -> str:
        read = self._facts.reads.get(node)
        if read is None:
            return f"{node.value.id if isinstance(node.value, ast.Name) else self.write(node.value)}.{node.attr}"
        base = self.write(node.value)
        if not _is_object(self.type_of(node.value)):
            return f"{base}.{node.attr}"
        name = literal(node.attr)
        text = {"required": f"{base}[{name}]", "optional": f"{base}.get({name})"}.get(
            read.kind, f"_get({base}, {name})"
        )
        return _converted(text, read.form)

    def _subscript(self, node: ast.Subscript) -> str:
        base = self.write(node.value)
        if isinstance(node.slice, ast.Slice):
            part = node.slice
            bounds = [self.write(each) if each is not None else "" for each in (part.lower, part.upper, part.step)]
            return f"{base}[{':'.join(bounds if part.step is not None else bounds[:2])}]"
        read = self._facts.reads.get(node)
        index = self.write(node.slice)
        text = f"{base}.get({index})" if read is not None and read.kind == "optional" else f"{base}[{index}]"
        return _converted(text, read.form if read else None)

    def _binary(self, node: ast.BinOp) -> str:
        """A chain of one rank stands in one pair of parentheses, as parsers bound how deep these may nest."""
        left = self.write(node.left)
        if isinstance(node.left, ast.BinOp) and _RANKS[type(node.left.op)] == _RANKS[type(node.op)] < _POWER:
            left = left[1:-1]
        return f"({left} {SIGNS[type(node.op)]} {self.write(node.right)})"

    def _unary(self, node: ast.UnaryOp) -> str:
        sign = {ast.Not: "not ", ast.USub: "-", ast.UAdd: "+"}[type(node.op)]  # pyright: ignore[reportArgumentType]
        return f"({sign}{self.write(node.operand)})"

    def _boolean(self, node: ast.BoolOp) -> str:
        word = " and " if isinstance(node.op, ast.And) else " or "
        return f"({word.join(self.write(each) for each in node.values)})"

    def _compare(self, node: ast.Compare) -> str:
        operands = [node.left, *node.comparators]
        convert = next((found for each in operands if (found := _converter(self.type_of(each)))), None)
        texts = [self._compared(each, convert) for each in operands]
        rest = [f" {_COMPARE[type(sign)]} {text}" for sign, text in zip(node.ops, texts[1:], strict=True)]
        return f"({texts[0]}{''.join(rest)})"

    def _compared(self, node: ast.expr, convert: str | None) -> str:
        """A text that is compared with a date is a date."""
        text = self.write(node)
        is_text = isinstance(resolve(self.type_of(node)), LiteralType)
        return f"{convert}({text})" if convert and is_text else text

    def _conditional(self, node: ast.IfExp) -> str:
        return f"({self.write(node.body)} if {self.write(node.test)} else {self.write(node.orelse)})"

    def _joined(self, node: ast.JoinedStr) -> str:
        return f'"".join([{", ".join(self._piece(each) for each in node.values)}])'

    def _piece(self, node: ast.expr) -> str:
        if not isinstance(node, ast.FormattedValue):
            return self.write(node)
        value = self.write(node.value)
        if node.conversion in {ord("r"), ord("a")}:
            value = f"repr({value})"
        elif node.conversion == ord("s") or node.format_spec is None:
            value = f"str({value})"
        return f"_format({value}, {self.write(node.format_spec)})" if node.format_spec is not None else value

    def _list(self, node: ast.List) -> str:
        return f"[{', '.join(self._element(each) for each in node.elts)}]"

    def _element(self, node: ast.expr) -> str:
        return f"*{self.write(node.value)}" if isinstance(node, ast.Starred) else self.write(node)

    def _dict(self, node: ast.Dict) -> str:
        parts = [
            f"{self.write(key)}: {self.write(value)}" if key is not None else f"**{self.write(value)}"
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        text = f"{{{', '.join(parts)}}}"
        return f"_given({text}, [])" if any(_has_omit(each) for each in node.values) else text

    def _list_comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        return f"[{self.write(node.elt)}{self._generators(node.generators)}]"

    def _dict_comprehension(self, node: ast.DictComp) -> str:
        return f"{{{self.write(node.key)}: {self.write(node.value)}{self._generators(node.generators)}}}"

    def _generators(self, generators: Sequence[ast.comprehension]) -> str:
        text = ""
        for each in generators:
            tests = "".join(f" if {self.write(test)}" for test in each.ifs)
            text += f" for {self.target(each.target)} in {self.iterable(each.iter)}{tests}"
        return text

    def _lambda(self, node: ast.Lambda) -> str:
        return f"lambda {', '.join(f'v_{each.arg}' for each in node.args.args)}: {self.write(node.body)}"

    def _call(self, node: ast.Call) -> str:
        match self._facts.calls.get(node):
            case OperationCall(operation=operation, arguments=given):
                return self._typed(node, self.effect(node, operation.label, self.arguments(given, operation)))
            case HelperCall() as target:
                return self._helper(node, target)
            case RecordCall() as target:
                return self._record(target)
            case WordCall(word="replace", arguments=given):
                return f"{{**{self.write(node.args[0])}, {self.arguments(given)[1:]}"
            case WordCall(word="repeat", arguments=given):
                return f"range({self.write(given['limit'])})"
            case WordCall(word=word, arguments=given):
                return self._typed(node, self.effect(node, word, self.arguments(given)))
            case BuiltinCall(name=name):
                return f"{name}({self._plain_arguments(node)})"
            case MethodCall(owner=owner, method=method):
                return self._method(node, owner, method)
            case None:
                return self._pairs(node)

    def _typed(self, node: ast.expr, text: str) -> str:
        """An effect that gives a date gives its text."""
        convert = _converter(self.type_of(node))
        return f"{convert}({text})" if convert else text

    def _pairs(self, node: ast.Call) -> str:
        """`enumerate` and `zip` over a loop, `.items()`, and methods of what is not typed."""
        if isinstance(node.func, ast.Name):
            given = [self.iterable(each) for each in node.args]
            return f"{node.func.id}({', '.join([*given, *self._keywords(node)])})"
        assert isinstance(node.func, ast.Attribute)
        return f"{self.write(node.func.value)}.{node.func.attr}({self._plain_arguments(node)})"

    def _helper(self, node: ast.Call, target: HelperCall) -> str:
        function = target.function
        values = [target.arguments.get(each.name, each.default) for each in function.parameters]
        given = [self.write(each) for each in values if each is not None]
        if not function.is_effectful:
            return f"f_{function.name}({', '.join(given)})"
        path = f"{self._path()} + {literal('/' + self._ids[node])}"
        return f"(await f_{function.name}({', '.join([path, self.doubt, *given])}))"

    def _record(self, target: RecordCall) -> str:
        values = {**target.record.defaults, **target.arguments}
        parts = [
            f"{literal(each.name)}: {self.write(values[each.name])}"
            for each in target.record.fields
            if each.name in values
        ]
        return f"{{{', '.join(parts)}}}"

    def _method(self, node: ast.Call, owner: str, method: str) -> str:
        assert isinstance(node.func, ast.Attribute)
        text = f"{self.write(node.func.value)}.{method}({self._plain_arguments(node)})"
        return f"list({text})" if owner == "dict" and method in {"keys", "values"} else text

    def _plain_arguments(self, node: ast.Call) -> str:
        return ", ".join([*(self.write(each) for each in node.args), *self._keywords(node)])

    def _keywords(self, node: ast.Call) -> list[str]:
        return [f"{each.arg}={self._keyword(each.value)}" for each in node.keywords]

    def _keyword(self, node: ast.expr) -> str:
        """A key may be the name of a built-in function."""
        if (
            isinstance(node, ast.Name)
            and node.id in {"len", "str", "int", "float", "abs"}
            and node in self._facts.types
        ):
            return node.id
        return self.write(node)

    _RULES: Mapping[type[ast.expr], Callable[[Any, Any], str]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.BoolOp: _boolean,
        ast.Compare: _compare,
        ast.IfExp: _conditional,
        ast.JoinedStr: _joined,
        ast.List: _list,
        ast.Dict: _dict,
        ast.ListComp: _list_comprehension,
        ast.GeneratorExp: _list_comprehension,
        ast.DictComp: _dict_comprehension,
        ast.Lambda: _lambda,
        ast.Call: _call,
    }


def _converter(type_: Type) -> str | None:
    """What makes a date of its text where there is one for certain."""
    return None if is_optional(type_) else converter_of(type_)


def converter_of(type_: Type) -> str | None:
    """What makes a date of its text, and leaves `None` as it is; nothing where the type is no date."""
    kinds = {type(resolve(each)) for each in members_of(without_none(type_))}
    return "_dt" if kinds == {DateTimeType} else "_day" if kinds == {DateType} else None


def _converted(text: str, form: str | None) -> str:
    return f"_dt({text})" if form == "datetime" else f"_day({text})" if form == "date" else text


def _is_object(type_: Type) -> bool:
    """Whether its values are objects of JSON, whose properties are items."""
    kinds = [resolve(each) for each in members_of(type_)]
    return any(isinstance(each, RecordType | DictType | AnyType) for each in kinds if not isinstance(each, NoneType))


def _has_omit(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "omit" for each in ast.walk(node))

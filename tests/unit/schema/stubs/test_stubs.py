"""Connectors as types: every name is one, every shape is said, and no text of a document becomes code."""

from __future__ import annotations

import re

import pytest

from madang.kit.json import JsonValue
from madang.schema.functions import Function
from madang.schema.stubs import StubLanguage, type_names, write_stub
from madang.schema.stubs.words import docstring, jsdoc

Schemas = dict[str, JsonValue]


def _block(text: str, start: str) -> str:
    """From a line that holds `start` to the next empty line or line of the same depth."""
    lines = text.splitlines()
    first = next(index for index, line in enumerate(lines) if start in line)
    depth = len(lines[first]) - len(lines[first].lstrip())
    rest = lines[first + 1 :]
    end = next(
        (n for n, line in enumerate(rest) if line.strip() and len(line) - len(line.lstrip()) <= depth), len(rest)
    )
    return "\n".join(line[depth:] for line in [lines[first], *rest[:end]] if line.strip())


@pytest.fixture
def python(functions: list[Function], schemas: Schemas) -> str:
    return write_stub("shop", "A shop", functions, schemas, "py")


@pytest.fixture
def typescript(functions: list[Function], schemas: Schemas) -> str:
    return write_stub("shop", "A shop", functions, schemas, "ts")


def test_an_object_is_a_typed_dict_with_what_may_be_missing(python: str) -> None:
    assert _block(python, "class Tree") == "\n".join(
        [
            "class Tree(TypedDict):",
            '    """Ends a comment */ and a string \\"\\"\\" and \\\\ is no escape \\""""',
            "    value: int",
            '    """How much (integer from 1 to 9)"""',
            "    left: NotRequired[_types.Tree]",
            "    kids: NotRequired[_builtins.list[_types.Tree]]",
        ]
    )


def test_names_that_are_none_and_names_that_hide_others_take_the_functional_form(python: str) -> None:
    assert "    odd_names = _of_odd_names\n" in python
    assert _block(python, '_of_odd_names = TypedDict("_of_odd_names", {').splitlines()[1:] == [
        "    # (date and time as 2026-01-31T09:30:00Z)",
        '    "created-at": _builtins.str,',
        '    "class": NotRequired[_builtins.str],',
        '    "__typename": NotRequired[Literal["Odd"]],',
        '    "str": NotRequired[_builtins.str | None],',
        '    "types": NotRequired[_types.Tree],',
    ]


@pytest.mark.parametrize(
    "line",
    [
        "def list(*, limit: int | None = ...) -> _builtins.list[_types.Tree]:",
        "def get(*, from_: _builtins.str) -> _types.Tree:",
        "def str() -> _types.TreesLeavesStrResult:",
        "def delete(*, pet: _types.Pet) -> None:",
        "def more(*, file: _types.File) -> Any:",
        "type Json = _builtins.str | _builtins.list[_types.Json] | dict[_builtins.str, _types.Json] | None",
        "type Pet = _types.PetCat | _types.PetDog",
        "type list_ = _builtins.list[float]",
        'type delete_ = Literal["a", "b\\"", 3, True, None] | float',
        "class trees:",
        "class leaves:",
    ],
)
def test_python_says(python: str, line: str) -> None:
    assert line in python


@pytest.mark.parametrize(
    "line",
    [
        "list(args?: {",
        "delete(args: {",
        "str(): Promise<types.TreesLeavesStrResult>;",
        '"created-at": string;',
        "class?: string;",
        '__typename?: "Odd";',
        "str?: string | null;",
        "type Json = string | types.Json[] | { [key: string]: types.Json } | null;",
        "type list_ = number[];",
        'type delete_ = "a" | "b\\"" | 3 | true | null | number;',
        "pair?: [string, {",
        "readonly types: {",
        "/** `from`: Words */",
        "type Empty = { [key: string]: never };",
        "never?: never;",
        "/** @deprecated */",
    ],
)
def test_typescript_says(typescript: str, line: str) -> None:
    assert line in typescript


def test_a_branch_of_a_discriminated_union_has_the_tag_that_the_mapping_gives(python: str, typescript: str) -> None:
    tags = re.findall(r'kind\??: (?:NotRequired\[)?(?:Literal\[)?"(cat|dog)"', typescript + python)

    assert sorted(tags) == ["cat", "cat", "dog", "dog"]


def test_an_intersection_is_one_object(python: str) -> None:
    assert _block(python, "class Both").splitlines()[1:] == ["    kind: _builtins.str", "    age: int"]


@pytest.mark.parametrize("language", ["py", "ts"])
def test_what_no_function_reaches_is_left_out(
    functions: list[Function], schemas: Schemas, language: StubLanguage
) -> None:
    assert "Unreached" not in write_stub("shop", "A shop", functions, schemas, language)


@pytest.mark.parametrize("language", ["py", "ts"])
def test_no_functions_give_a_file_all_the_same(language: StubLanguage) -> None:
    assert "A shop" in write_stub("shop", "A shop", [], {}, language)


def test_names_of_types_are_identifiers_and_differ() -> None:
    names = type_names(["a-b", "a b", "a_b", "list", "class", "string", "1st", "__x", "이름", "types", "Promise"])

    assert len(set(names.values())) == len(names)
    assert all(name.isidentifier() and not name.startswith("__") for name in names.values())
    assert names["list"] == "list_"
    assert names["이름"] == "이름"


@pytest.mark.parametrize(
    "text", ['a """ b', 'ends in "', "back\\slash", "\\", '"', 'x\n"""\ny', "a\x00b\u2028c", "a\ud800b"]
)
def test_a_docstring_is_one_string_whatever_the_text(text: str) -> None:
    written = "\n".join(docstring(text, ""))

    value = eval(written)

    assert isinstance(value, str)
    assert value.strip().replace("\n", "") == re.sub("[\x00\u2028\ud800]", " ", text).strip().replace("\n", "")


@pytest.mark.parametrize("text", ["a */ b", "*/", "/* */ code(); /*", "x\n*/\ny"])
def test_a_comment_is_ended_by_nothing_in_the_text(text: str) -> None:
    written = "\n".join(jsdoc(text, ""))

    assert written.startswith("/**")
    assert written.index("*/") == len(written) - 2

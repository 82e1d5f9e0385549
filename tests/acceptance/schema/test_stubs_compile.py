"""Types of real connectors are accepted by the strictest compilers, and right and wrong calls are told apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = ROOT / ".setup" / "documents"
TOOLS = ROOT / "node_modules" / ".bin"
SMALL = ("holidays", "libretranslate", "tvmaze", "lufthansa", "traccar", "ticketmaster", "ynab", "tfl")

# A connector with what trips compilers: names of built-ins, keywords, recursion, tags, comments that end too early.
TRICKY = {
    "openapi": "3.1.0",
    "info": {"title": 'Tricky */ """', "version": "1"},
    "paths": {
        "/trees": {
            "get": {
                "operationId": "trees.list",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    {"name": "from", "in": "query", "required": True, "schema": {"enum": ["a", "b"]}},
                ],
                "responses": {"200": {"$ref": "#/components/responses/Trees"}},
            },
            "post": {
                "operationId": "trees.delete",
                "description": '*/ }; """ \\',
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {"200": {"$ref": "#/components/responses/Trees"}},
            },
        },
        "/str": {"get": {"operationId": "types.str", "responses": {"200": {"$ref": "#/components/responses/Odd"}}}},
    },
    "components": {
        "responses": {
            name: {"description": "", "content": {"application/json": {"schema": schema}}}
            for name, schema in {
                "Trees": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                "Odd": {"$ref": "#/components/schemas/odd-names"},
            }.items()
        },
        "schemas": {
            "Tree": {
                "type": "object",
                "properties": {
                    "size": {"type": "integer"},
                    "kids": {"$ref": "#/components/responses/Trees/content/application~1json/schema"},
                },
                "required": ["size"],
            },
            "odd-names": {
                "type": "object",
                "properties": {
                    "class": {"type": "string"},
                    "a-b": {"$ref": "#/components/schemas/odd-names"},
                    "str": {"type": "number"},
                },
                "required": ["class"],
            },
            "Cat": {
                "type": "object",
                "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
                "required": ["kind", "lives"],
            },
            "Dog": {
                "type": "object",
                "properties": {"kind": {"type": "string"}, "bark": {"type": "string"}},
                "required": ["kind", "bark"],
            },
            "Pet": {
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                "discriminator": {
                    "propertyName": "kind",
                    "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
                },
            },
        },
    },
}

PYTHON_USE = """
import tricky

trees = tricky.trees.list(from_="a", limit=None)
size: int = trees[0]["size"]
odd = tricky.types.str()
word: str = odd["class"]
tricky.trees.delete(body={"kind": "cat", "lives": 9})
tricky.trees.list(limit=5)  # WRONG: missing
tricky.trees.list(from_="c")  # WRONG: no option
tricky.trees.list("a")  # WRONG: by keyword only
tricky.trees.delete(body={"kind": "cat", "bark": "x"})  # WRONG: the other branch
wrong: int = odd["class"]  # WRONG: a text
"""

TYPESCRIPT_USE = """
import tricky from "./tricky.js";

async function use(): Promise<void> {
  const trees = await tricky.trees.list({ from_: "a" });
  const size: number = trees[0]!.size;
  const odd = await tricky.types.str();
  const word: string = odd.class;
  await tricky.trees.delete({ body: { kind: "cat", lives: 9 } });
  await tricky.trees.list({ limit: 5 }); // WRONG: missing
  await tricky.trees.list({ from_: "c" }); // WRONG: no option
  await tricky.trees.delete({ body: { kind: "cat", bark: "x" } }); // WRONG: the other branch
  const wrong: number = odd.class; // WRONG: a text
  void [size, word, wrong];
}
void use;
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The types of the small real documents and of the tricky one, as the command line writes them."""
    there = tmp_path_factory.mktemp("types")
    tricky = there / "tricky.json"
    tricky.write_text(json.dumps(TRICKY))
    documents = {name: DOCUMENTS / f"{name}.json" for name in SMALL} | {"tricky": tricky}
    for language, ending in (("py", "pyi"), ("ts", "d.ts")):
        for name, document in documents.items():
            _types(name, language, document, there / f"{name}.{ending}")
    return there


def _types(name: str, language: str, document: Path, output: Path) -> None:
    script = "import sys; from madang.cli.main import run; sys.exit(run(sys.argv[1:]))"
    arguments = ["connector", "types", name, "--lang", language, "--document", str(document), "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def _compile(folder: Path, tool: str, configuration: Mapping[str, object]) -> str:
    name = "tsconfig.json" if tool == "tsc" else "pyrightconfig.json"
    (folder / name).write_text(json.dumps(configuration))
    done = subprocess.run(
        [str(TOOLS / tool), "-p", str(folder / name)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return done.stdout + done.stderr


def _lines_told(told: str, file: str, *, separators: str) -> set[int]:
    """The lines of a file that a compiler complains of."""
    opening = separators[0]
    found: set[int] = set()
    for line in told.splitlines():
        _, there, rest = line.partition(file + opening)
        number = rest.split(separators[1], 1)[0]
        if there and number.isdecimal() and "error" in line:
            found.add(int(number))
    return found


def _wrong_lines(text: str) -> set[int]:
    return {number for number, line in enumerate(text.splitlines(), 1) if "WRONG" in line}


@pytest.mark.slow
def test_python_types_are_accepted_strictly_and_tell_right_calls_from_wrong_ones(folder: Path) -> None:
    (folder / "use.py").write_text(PYTHON_USE)

    told = _compile(folder, "pyright", {"typeCheckingMode": "strict", "reportMissingModuleSource": "none"})

    assert [line for line in told.splitlines() if ".pyi:" in line] == []
    assert _lines_told(told, "use.py", separators="::") == _wrong_lines(PYTHON_USE)


@pytest.mark.slow
def test_typescript_types_are_accepted_strictly_and_tell_right_calls_from_wrong_ones(folder: Path) -> None:
    (folder / "use.ts").write_text(TYPESCRIPT_USE)
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": False,
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022"],
        "types": [],
        "exactOptionalPropertyTypes": True,
    }
    files = [*(f"{name}.d.ts" for name in (*SMALL, "tricky")), "use.ts"]

    told = _compile(folder, "tsc", {"compilerOptions": options, "files": files})

    assert [line for line in told.splitlines() if ".d.ts(" in line] == []
    assert _lines_told(told, "use.ts", separators="(,") == _wrong_lines(TYPESCRIPT_USE)

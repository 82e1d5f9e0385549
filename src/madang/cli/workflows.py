"""`madang workflow`: what is wrong with a workflow, fixes, its graph; all of it works without a running Madang."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import click

from madang.cli.printing import note
from madang.cli.sources import read_source
from madang.kit.errors import MadangError, UsageError
from madang.kit.json import JsonValue
from madang.schema.connector import connector_value
from madang.schema.reading import read_functions
from madang.swl.check import check as check_parsed
from madang.swl.compiler import compile_source
from madang.swl.diagnostics import Diagnostic, apply_edits
from madang.swl.emit.mermaid import mermaid_of
from madang.swl.emit.outline import outline_of
from madang.swl.impact import impact as impact_of
from madang.swl.syntax import parse
from madang.types.connector import Connector

MOST_BYTES = 1_000_000
_MOST_FIXES = 1_000
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


_connectors = click.option(
    "--connector", "given", metavar="NAME=DOCUMENT", multiple=True, help="A connector, and the document it is made of."
)


@click.group(epilog="Example: madang workflow check digest.swl --connector shop=openapi.yaml")
def workflow() -> None:
    """Workflows: check, draw and tell them."""


@workflow.command(epilog="Example: madang workflow check digest.swl --connector shop=openapi.yaml")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_connectors
@click.option("--strict", "is_strict", is_flag=True, help="What may be None where it must not be is an error.")
@click.option("--fix", "is_fixing", is_flag=True, help="Apply the first fix of every diagnostic that has one.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def check(files: tuple[str, ...], given: tuple[str, ...], *, is_strict: bool, is_fixing: bool, is_json: bool) -> int:
    """Say what is wrong with each FILE, in the order of lines; - is stdin.

    Exit status: 0 there is no error, 1 there is one.
    """
    connectors = read_connectors(given)
    found: list[tuple[str, str, Sequence[Diagnostic]]] = []
    for name in files:
        source = _read(name)
        if is_fixing:
            source = _fixed(name, source, connectors, is_strict=is_strict)
        found.append((name, source, check_parsed(parse(source), connectors, is_strict=is_strict).diagnostics))
    _tell(found, is_json=is_json)
    return int(any(each.severity == "error" for _, _, diagnostics in found for each in diagnostics))


@workflow.command(epilog="Example: madang workflow graph digest.swl --connector shop=openapi.yaml --mermaid")
@click.argument("file", metavar="FILE")
@_connectors
@click.option("--mermaid", "is_mermaid", is_flag=True, help="Print a flow chart in Mermaid's language.")
def graph(file: str, given: tuple[str, ...], *, is_mermaid: bool) -> int:
    """Print the graph of FILE as JSON: nodes, nested as in the text, and the data that goes between them.

    There is a graph for every file, also for one with errors, which `check` tells.
    """
    found = compile_source(_read(file), read_connectors(given))
    if is_mermaid:
        click.echo(mermaid_of(found.program), nl=False)
    else:
        click.echo(json.dumps(found.graph, ensure_ascii=False, indent=2))
    errors = sum(each.severity == "error" for each in found.diagnostics)
    if errors:
        note(f"{file} has {errors} error{'s' * (errors != 1)}; madang workflow check shows them")
    return 0


@workflow.command(epilog="Example: madang workflow outline digest.swl --connector shop=openapi.yaml --language ko")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_connectors
@click.option("--language", type=click.Choice(["en", "ko"]), default="en", help="English or Korean.")
def outline(files: tuple[str, ...], given: tuple[str, ...], language: Literal["en", "ko"]) -> int:
    """Say in plain words what each FILE does, step by step."""
    connectors = read_connectors(given)
    for index, name in enumerate(files):
        if index:
            click.echo()
        click.echo(outline_of(compile_source(_read(name), connectors), language), nl=False)
    return 0


@workflow.command(epilog="Example: madang workflow impact digest.swl --connector shop=old.yaml --against shop=new.yaml")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--connector", "given", metavar="NAME=OLD", multiple=True, help="A connector as it was.")
@click.option("--against", metavar="NAME=NEW", multiple=True, help="The same connector in another version.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def impact(files: tuple[str, ...], given: tuple[str, ...], against: tuple[str, ...], *, is_json: bool) -> int:
    """Say what in each FILE no longer compiles when a connector changes its version.

    Exit status: 0 nothing breaks, 1 something does.
    """
    old = read_connectors(given)
    new = {**old, **read_connectors(against)}
    found: list[tuple[str, str, Sequence[Diagnostic]]] = []
    for name in files:
        source = _read(name)
        found.append((name, source, impact_of(source, old, new)))
    _tell(found, is_json=is_json)
    return int(any(each.severity == "error" for _, _, diagnostics in found for each in diagnostics))


def read_connectors(given: Sequence[str]) -> dict[str, Connector]:
    """The connectors of `NAME=DOCUMENT` options.

    Raises UsageError for one without a name, and what reading the document raises, with its name before it.
    """
    found: dict[str, Connector] = {}
    for each in given:
        name, equals, path = each.partition("=")
        if not equals or not name.isidentifier() or not path:
            raise UsageError(f"'{each}' is no connector: give NAME=DOCUMENT, as shop=openapi.yaml")
        source = read_source(path)
        if source.document is None:
            raise UsageError(f"{path} is an address; save the document to a file first")
        try:
            functions = read_functions(source.document.data)
        except MadangError as error:
            raise type(error)(f"{path}: {error}") from error
        found[name] = Connector(connector_value(name, functions))
    return found


def _read(name: str) -> str:
    if name == "-":
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        try:
            with Path(name).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{name} has more than {MOST_BYTES:,} bytes, which no workflow has")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no UTF-8 text: byte {error.start:,} is wrong") from error


def _fixed(name: str, source: str, connectors: Mapping[str, Connector], *, is_strict: bool) -> str:
    """The source after its fixes, one after the other, written back to its file."""
    before = source
    for _ in range(_MOST_FIXES):
        diagnostics = check_parsed(parse(source), connectors, is_strict=is_strict).diagnostics
        fix = next((each.fixes[0] for each in diagnostics if each.fixes), None)
        if fix is None:
            break
        source = apply_edits(source, fix.edits)
    if source != before and name != "-":
        try:
            Path(name).write_bytes(source.encode())
        except OSError as error:
            raise UsageError(f"{name} cannot be written: {error.strerror}") from error
    return source


def _tell(found: Sequence[tuple[str, str, Sequence[Diagnostic]]], *, is_json: bool) -> None:
    if is_json:
        _print_json(found)
        return
    for name, source, diagnostics in found:
        _print(name, source, diagnostics)
    _print_sum([each for _, _, diagnostics in found for each in diagnostics])


def _print_json(found: Sequence[tuple[str, str, Sequence[Diagnostic]]]) -> None:
    said: list[JsonValue] = []
    for name, _, diagnostics in found:
        where = {"file": name} if len(found) > 1 else {}
        said += [{**where, **each.to_json()} for each in diagnostics]
    click.echo(json.dumps({"diagnostics": said}, ensure_ascii=False, indent=2))


def _print(name: str, source: str, diagnostics: Sequence[Diagnostic]) -> None:
    lines = source.splitlines()
    for each in diagnostics:
        start, end = each.span.start, each.span.end
        head = click.style(f"{each.severity} {each.code}", fg=_COLOURS[each.severity], bold=True)
        click.echo(f"{name}:{start.line}:{start.column}: {head}: {each.message}")
        line = lines[start.line - 1] if start.line <= len(lines) else ""
        width = (end.column if end.line == start.line else len(line) + 1) - start.column
        if line.strip():
            click.echo(f"    {line}")
            click.echo(f"    {' ' * (start.column - 1)}{click.style('^' * max(1, width), fg=_COLOURS[each.severity])}")
        if each.hint:
            click.echo(f"    {each.hint}")


def _print_sum(diagnostics: Sequence[Diagnostic]) -> None:
    errors = sum(each.severity == "error" for each in diagnostics)
    warnings = sum(each.severity == "warning" for each in diagnostics)
    fixes = sum(bool(each.fixes) for each in diagnostics)
    if not diagnostics:
        click.echo("nothing is wrong")
        return
    mended = f"; --fix mends {fixes}" if fixes else ""
    click.echo(f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}{mended}")

"""`madang connector lint`: what an import of a document would lose and repair, and what an agent would miss."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from madang.cli.overlays import read_overlay_file
from madang.cli.printing import note, print_json
from madang.cli.sources import Source, read_source
from madang.kit.errors import InvalidError, TooLargeError, UsageError
from madang.schema.lint.linting import Linted, failed, lint_document
from madang.schema.lint.page import by_code, by_severity, report_page
from madang.schema.lint.values import Finding, Report
from madang.schema.overlay.values import Overlay
from madang.schema.overlay.writing import to_json

FIRST_PLACES = 10
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HEADINGS = {"refused": "lost operations", "loss": "lost parts", "advice": "poor for agents", "note": "repaired"}
_COLOURS = {"refused": "red", "loss": "red", "advice": "yellow", "note": "green"}


@click.command(epilog="Example: madang connector lint openapi.yaml --overlay repairs.json")
@click.argument("given", metavar="FILE")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.option("--html", "is_html", is_flag=True, help="Print a page of HTML.")
@click.option("--overlay", "out", metavar="OUT", help="Write the repairs as an OpenAPI Overlay to this file.")
@click.option("--moves", "is_moving", is_flag=True, help="Also repairs that move a part, which OUT then has a copy of.")
@click.option("--apply", "applied", metavar="FILE", help="Apply an overlay first.")
@click.option("--source-url", metavar="URL", help="Where the file came from: the base of its relative addresses.")
@click.option("--all", "is_all", is_flag=True, help="Show every place, not only the first 10 of each kind.")
def lint(
    given: str,
    out: str | None,
    applied: str | None,
    source_url: str | None,
    *,
    is_json: bool,
    is_html: bool,
    is_all: bool,
    is_moving: bool,
) -> int:
    """Say what an import of FILE would lose and repair, and what an agent would miss in it.

    FILE is an OpenAPI or Swagger document, or - for stdin; Madang need not run. Exit status: 0 it can be imported,
    1 it cannot.
    """
    if is_json and is_html:
        raise UsageError("give --json or --html, not both")
    if given.lower().startswith(("http://", "https://")):
        raise UsageError("lint reads a file and fetches nothing; save the document first, or pipe it in and give -")
    overlay = None if applied is None else read_overlay_file(applied)
    source = _source(given)
    if isinstance(source, Source):
        linted = lint_document(
            _data(source), source_url=source_url, overlay=overlay, repairs=out is not None, moves=is_moving
        )
    else:
        linted = source
    if out is not None:
        _write(linted.overlay, Path(out))
    if is_json:
        print_json(linted.report.to_json())
    elif is_html:
        click.echo(report_page(linted.report, given), nl=False)
    else:
        _print(linted.report, given, is_all=is_all)
    return 0 if linted.report.is_importable else 1


def _source(given: str) -> Source | Linted:
    """The document with its files, or the report on one that cannot be read."""
    try:
        return read_source(given)
    except (InvalidError, TooLargeError) as error:
        return Linted(report=failed(error, 0.0), overlay=None)


def _data(source: Source) -> bytes:
    _tell_left(source)
    return source.document.data if source.document is not None else b""


def _tell_left(source: Source) -> None:
    left = source.document.left if source.document is not None else ()
    if left:
        first = f"{left[0].ref} in {left[0].file}: {left[0].reason}"
        more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
        note(_clean(f"not bundled: {first}{more}"))


def _print(report: Report, label: str, *, is_all: bool) -> None:
    lost = report.operations - report.functions
    click.echo(click.style(_clean(f"{label}: {report.title or '(no title)'}"), bold=True))
    click.echo(
        f"{report.operations:,} operations: {report.functions:,} functions, {lost:,} lost; "
        f"score {report.score} of 100 ({report.seconds:.2f} s)"
    )
    for severity, found in by_severity([*report.losses, *report.repairs]):
        heading = f"{_HEADINGS[severity]} ({len(found):,})"
        click.echo("\n" + click.style(heading, fg=_COLOURS[severity], bold=True))
        for code, places in by_code(found).items():
            _print_places(code, places, is_all=is_all)
    if not report.is_importable:
        click.echo("\n" + click.style("it cannot be imported", fg="red", bold=True))


def _print_places(code: str, places: list[Finding], *, is_all: bool) -> None:
    shown = places if is_all else places[:FIRST_PLACES]
    click.echo(f"  {click.style(code, bold=True)}: {places[0].suggestion}")
    for finding in shown:
        covered = click.style(" (in the overlay)", fg="green") if finding.is_covered else ""
        place = click.style(_clean(finding.pointer) or "(the document)", fg="cyan")
        click.echo(f"    {place}  {_clean(finding.message)}{covered}")
    if len(shown) < len(places):
        click.echo(f"    and {len(places) - len(shown):,} more places: --all shows them")


def _clean(text: str) -> str:
    """Text from a document without what a terminal takes for a command."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _write(overlay: Overlay | None, path: Path) -> None:
    if overlay is None:
        note(f"there is no repair that an overlay could say; {path} was not written")
        return
    text = json.dumps(to_json(overlay), ensure_ascii=True, indent=2) + "\n"
    try:
        path.write_text(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error})") from None
    note(
        f"{len(overlay.actions):,} actions are written to {path}; `--overlay {path}` of `add` and `update` applies them"
    )

"""`madang connector types`: a connector as a file of types, for Python or TypeScript."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from madang.cli.answers import text
from madang.cli.lookup import get_connector, segment
from madang.cli.printing import note
from madang.cli.sources import read_source
from madang.kit.errors import UsageError
from madang.schema.names import snake
from madang.schema.reading import read_functions
from madang.schema.stubs import StubLanguage, write_stub
from madang.sdk.client import Client
from madang.settings import load_settings


@click.command(epilog="Example: madang connector types github --lang py --output github.pyi")
@click.argument("name", required=False)
@click.option("--lang", "language", type=click.Choice(("ts", "py")), required=True, help="TypeScript or Python.")
@click.option("--output", metavar="FILE", help="Write to FILE, not to stdout.")
@click.option("--document", metavar="FILE", help="Of an OpenAPI document; Madang need not run.")
@click.option("--source-url", metavar="URL", help="Where the document came from: the base of its relative addresses.")
def types(name: str | None, language: str, output: str | None, document: str | None, source_url: str | None) -> None:
    """The types of connector NAME: a `.d.ts` file with --lang ts, a `.pyi` file with --lang py.

    With --document the types are those of the file, whose functions are named as an import would name them first.
    """
    chosen = cast("StubLanguage", language)
    if document is not None:
        written = _of_document(document, name, chosen, source_url)
    elif name is None:
        raise UsageError("say which connector, as `madang connector types github --lang py`, or give --document FILE")
    else:
        with Client.from_settings(load_settings()) as client:
            identifier = text(get_connector(client, name), "id")
            written = b"".join(client.download(f"/api/connectors/{segment(identifier)}/types/{chosen}"))
    _give(written, output)


def _of_document(given: str, name: str | None, language: StubLanguage, source_url: str | None) -> bytes:
    if given.lower().startswith(("http://", "https://")):
        raise UsageError(
            "--document reads a file and fetches nothing; save the document first, or pipe it in and give -"
        )
    source = read_source(given)
    data = source.document.data if source.document is not None else b""
    found = read_functions(data, source_url=source_url)
    called = name or snake(found.title) or "connector"
    return write_stub(called, found.title, found.functions, found.schemas, language).encode()


def _give(written: bytes, output: str | None) -> None:
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        Path(output).write_bytes(written)
    except OSError as error:
        raise UsageError(f"{output} cannot be written ({error.strerror or error})") from None
    note(f"{len(written):,} bytes in {output}")

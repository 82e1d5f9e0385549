"""Types of a connector that is there, and of a document while nothing runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

DOCUMENT = """
openapi: 3.1.0
info: {title: Kites, version: '1'}
paths:
  /kites:
    get:
      operationId: kites.list
      responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {type: string}}}}}}
"""


def test_the_types_of_a_connector_are_printed_or_written_to_a_file(madang: Any, tmp_path: Path) -> None:
    printed = madang.run("connector", "types", "bbs", "--lang", "py")
    written = madang.run("connector", "types", "bbs", "--lang", "ts", "--output", str(tmp_path / "bbs.d.ts"))

    assert printed.returncode == 0, printed.stderr
    assert "class articles:" in printed.stdout
    assert "def search(*" in printed.stdout
    assert written.returncode == 0, written.stderr
    assert "readonly articles: {" in (tmp_path / "bbs.d.ts").read_text()


def test_an_unknown_connector_and_a_file_that_cannot_be_written_are_told_in_a_line(madang: Any, tmp_path: Path) -> None:
    unknown = madang.run("connector", "types", "nowhere", "--lang", "py")
    output = tmp_path / "no" / "bbs.pyi"
    unwritable = madang.run("connector", "types", "bbs", "--lang", "py", "--output", str(output))

    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (1, 1)
    assert (unwritable.returncode, len(unwritable.stderr.splitlines())) == (2, 1)
    assert "cannot be written" in unwritable.stderr


def test_the_types_of_a_document_are_those_of_its_connector(madang: Any, tmp_path: Path) -> None:
    document = tmp_path / "kites.yaml"
    document.write_text(DOCUMENT)
    madang.run("connector", "add", str(document), "--name", "kites")

    of_connector = madang.run("connector", "types", "kites", "--lang", "py")
    of_document = madang.run("connector", "types", "kites", "--lang", "py", "--document", str(document))
    madang.run("connector", "remove", "kites", "--yes")

    assert of_document.returncode == 0, of_document.stderr
    assert of_connector.stdout == of_document.stdout
    assert "def list() -> _builtins.list[str]:" in of_document.stdout

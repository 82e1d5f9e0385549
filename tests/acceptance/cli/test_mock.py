"""`madang serve mock` as a process: it needs no database, and answers a document with its files."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

Start = Callable[..., subprocess.Popen[bytes]]
Await = Callable[..., None]

pytestmark = pytest.mark.slow

_DOCUMENT = """
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      responses:
        '200':
          description: all
          content: {application/json: {schema: {type: array, items: {$ref: 'note.yaml#/Note'}}}}
"""


def test_a_mock_prints_its_free_port_and_answers_its_document(
    start: Start, eventually: Await, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "notes.yaml").write_text(_DOCUMENT)
    (tmp_path / "note.yaml").write_text("Note: {type: object, required: [id], properties: {id: {type: integer}}}")

    start("serve", "mock", str(tmp_path / "notes.yaml"), "--seed", "7")
    eventually(lambda: "mock: http://127.0.0.1:" in (tmp_path / "stdout").read_text(), "listening")

    url = (tmp_path / "stdout").read_text().split()[1]
    with urllib.request.urlopen(f"{url}/notes", timeout=10) as answer:
        assert [note["id"] for note in json.load(answer)] == [1, 2, 3]
    assert not (home / "data").exists()

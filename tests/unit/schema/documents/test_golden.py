"""Whole documents and the whole of what is read from them.

After a wanted change, write the expected files anew and read the difference before it is committed:
`MADANG_REWRITE_GOLDEN=1 pytest tests/unit/schema/documents/test_golden.py`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from madang.schema.reading import read_functions
from madang.schema.stored import from_json, to_json

CASES = Path(__file__).parents[3] / "golden" / "documents"
SOURCE_URL = "https://docs.example.com/apis/document.yaml"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if path.is_dir()))
def test_a_document_gives_the_functions_that_were_written_down_for_it(case: str) -> None:
    document = (CASES / case / "document.yaml").read_bytes()
    expected = CASES / case / "functions.json"

    function_set = read_functions(document, source_url=SOURCE_URL)

    text = json.dumps(to_json(function_set), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("MADANG_REWRITE_GOLDEN") == "1":
        expected.write_text(text)
    assert text == expected.read_text()
    assert from_json(json.loads(text)) == function_set

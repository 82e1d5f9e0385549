"""The examples of `docs/language/syntax.md` are read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from madang.swl.syntax import parse

PAGE = Path(__file__).parents[4] / "docs" / "language" / "syntax.md"
EXAMPLES = re.findall(r"^```swl ?(\w*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("code", "source"), EXAMPLES)
def test_an_example_gives_the_diagnostic_that_it_names_and_no_other(code: str, source: str) -> None:
    assert [one.code for one in parse(source).diagnostics] == ([code] if code else [])


def test_the_page_has_examples_of_both_kinds() -> None:
    kinds = {bool(code) for code, _source in EXAMPLES}
    assert (kinds, len(EXAMPLES) > 10) == ({True, False}, True)

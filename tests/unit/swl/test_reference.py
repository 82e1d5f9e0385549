"""The reference of the language: every example in it compiles without a word, and its tables are the language's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.swl.check.goldens import as_text, connectors

from madang.swl.check.words import EFFECT_WORDS, ERRORS, LOOP_WORDS
from madang.swl.compiler import compile_source
from madang.swl.emit.program import emit

REFERENCE = (Path(__file__).parents[3] / "docs" / "language" / "reference.md").read_text()
EXAMPLES = re.findall(r"^```swl\n(.*?)^```", REFERENCE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("source", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_compiles_without_a_word(source: str) -> None:
    found = compile_source(source, connectors(), is_strict=True)
    assert as_text(list(found.diagnostics)) == "\n"
    assert emit(found).text


@pytest.mark.parametrize("word", [*EFFECT_WORDS, *sorted(LOOP_WORDS), *ERRORS, "lock", "replace", "omit", "Fail"])
def test_every_word_of_the_language_is_in_the_reference(word: str) -> None:
    assert f"`{word}" in REFERENCE or f"`{word}(" in REFERENCE

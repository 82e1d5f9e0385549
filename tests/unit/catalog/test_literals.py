"""What is written as a tsvector is read back as far as a score needs it."""

from __future__ import annotations

from madang.catalog.literals import keys_of, read_terms, terms_literal
from madang.catalog.ranking import Terms

TERMS = Terms(
    fields={
        "name": ["create", "label"],
        "title": ["create", "a", "label"],
        "path": ["repo", "label", "저장소"],
        "text": ["label", "color", "repo", "hex"],
    },
    act="create",
    is_deprecated=True,
)
OWN = "'a':2B 'create':1A,1B 'label':2A,3B"


def test_each_token_stands_once_with_its_places_by_field() -> None:
    assert terms_literal(TERMS).split(" ") == [
        "'create':1A,1B",
        "'label':2A,3B,2C,1D",
        "'a':2B",
        "'repo':1C,3D",
        "'저장소':3C",
        "'color':2D",
        "'hex':4D",
    ]


def test_name_and_title_are_read_whole_and_of_the_rest_what_is_wanted() -> None:
    wanted = keys_of(["label", "repo", "hex", "absent", "ex"])
    found = read_terms(OWN, terms_literal(TERMS), wanted, "create", True)
    assert {field: sorted(tokens) for field, tokens in found.fields.items()} == {
        "name": ["create", "label"],
        "title": ["a", "create", "label"],
        "path": ["label", "repo"],
        "text": ["hex"],
    }
    assert (found.act, found.is_deprecated) == ("create", True)


def test_a_function_without_a_name_of_its_own_has_no_tokens_there() -> None:
    found = read_terms("", "'color':1D", keys_of(["color"]), None, False)
    assert found.fields == {"name": [], "title": [], "path": [], "text": ["color"]}

from __future__ import annotations

from pathlib import Path

from madang.schema.documents.places import Place
from madang.schema.documents.remark_codes import CODES, remark_codes, remarks_page
from madang.schema.documents.remarks import Remarks

PAGE = Path(__file__).parents[4] / "docs" / "import-remarks.md"


def test_every_code_has_a_meaning_and_no_other_has() -> None:
    assert list(CODES) == list(remark_codes())
    assert sorted(CODES) == list(CODES)


def test_the_page_lists_every_code_with_its_meaning() -> None:
    assert PAGE.read_text() == remarks_page()
    assert all(f"| `{code}` |" in remarks_page() for code in remark_codes())


def test_the_same_code_at_the_same_place_is_kept_once() -> None:
    remarks = Remarks()
    place = Place("").at("paths", "/a")

    remarks.note(place, "path-query", "one")
    remarks.note(place, "path-query", "two")
    remarks.loss(place, "wrong-type", "three")

    assert [(remark.severity, remark.code, remark.message) for remark in remarks.all()] == [
        ("note", "path-query", "one"),
        ("loss", "wrong-type", "three"),
    ]

"""`madang workflow check` on files: what it prints, what it mends, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.cli.main import run

SHOP = Path(__file__).parents[2] / "golden" / "swl" / "connectors" / "shop.yaml"
GOOD = """from connector import shop


def run(order_id: str) -> int:
    order = shop.orders.get(order_id=order_id)
    return order.total_minor
"""
TEN = """from connector import shop
from workflow import log, lock


def run(order_id: str, count: int) -> str:
    order = shop.orders.gett(order_id=order_id)
    one = shop.orders.get(order_id=count)
    log(one.custmer)
    log("n" + count)
    log(missing)
    page = shop.orders.list(limt=3, state="payd")
    log(page.data[0].total_minor == "x")
    import json
    return order.id
"""


def check(*arguments: str) -> int:
    return run(["workflow", "check", *arguments, "--connector", f"shop={SHOP}"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run.swl"


def test_a_good_workflow_ends_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD)
    assert check(str(file)) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"


def test_ten_mistakes_are_ten_diagnostics_in_the_order_of_lines_each_with_a_hint(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TEN)
    assert check(str(file), "--json") == 1
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    lines = [each["span"]["start"]["line"] for each in found]
    assert [each["code"] for each in found] == [
        *("W002", "N003", "T001", "N004", "T003", "N001", "A002", "T007", "T009", "L003")
    ]
    assert lines == sorted(lines)
    assert all(each["hint"] for each in found)


def test_fixes_are_applied_until_none_is_left(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(TEN)
    assert check(str(file), "--fix", "--json") == 1
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [each for each in found if each["fixes"]] == []
    assert "shop.orders.get(order_id=order_id)" in file.read_text()


def test_the_place_is_shown_under_its_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD.replace("total_minor", "totalMinor"))
    assert check(str(file)) == 1
    assert capsys.readouterr().out.splitlines()[:4] == [
        f"{file}:6:18: error N004: shop.types.Order has no property `totalMinor`.",
        "        return order.totalMinor",
        "                     ^^^^^^^^^^",
        "    Did you mean `total_minor`?",
    ]


def test_strict_ends_with_1_for_what_may_be_none(file: Path) -> None:
    file.write_text(GOOD.replace("return order.total_minor", "return len(order.note)"))
    assert check(str(file)) == 0
    assert check(str(file), "--strict") == 1


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["/nowhere.swl"], 2, "/nowhere.swl cannot be read: No such file or directory"),
        (["{file}", "--connector", "shop"], 2, "'shop' is no connector: give NAME=DOCUMENT, as shop=openapi.yaml"),
        (["{file}", "--connector", "x=/nowhere.yaml"], 2, "there is no file /nowhere.yaml"),
        (["{file}", "--connector", "x={file}"], 1, "run.swl: The document is not valid YAML at line 4"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    file.write_text(GOOD)
    assert run(["workflow", "check", *(each.format(file=file) for each in arguments)]) == status
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1


def test_a_file_that_is_no_text_is_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b"x = '\xff'")
    assert run(["workflow", "check", str(file)]) == 2
    assert "is no UTF-8 text: byte 5 is wrong" in capsys.readouterr().err


def test_a_graph_an_outline_and_an_impact_are_printed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD)
    shop = ("--connector", f"shop={SHOP}")
    assert run(["workflow", "graph", str(file), *shop]) == 0
    assert json.loads(capsys.readouterr().out)["operations"] == ["shop.orders.get"]
    assert run(["workflow", "graph", str(file), *shop, "--mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart TD\n")
    assert run(["workflow", "outline", str(file), *shop, "--language", "ko"]) == 0
    assert "결과: `order.total_minor`" in capsys.readouterr().out
    new = file.with_name("new.yaml")
    new.write_text(SHOP.read_text().replace("total_minor", "total_cents"))
    assert run(["workflow", "impact", str(file), *shop, "--against", f"shop={new}"]) == 1
    assert "error N004: shop.types.Order has no property `total_minor`." in capsys.readouterr().out
    assert run(["workflow", "impact", str(file), *shop, "--against", f"shop={SHOP}"]) == 0

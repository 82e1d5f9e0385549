from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from madang.cli import call
from madang.cli.call import parse_json, question, read_arguments, request_text, show, with_values
from madang.cli.call_values import give_value
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.sdk.client import Client


def test_arguments_come_from_the_option_a_file_or_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text('{"b": "마당"}')
    monkeypatch.setattr(call, "sys", SimpleNamespace(stdin=io.StringIO('{"c": 1}')))
    given = [read_arguments(each) for each in (None, '{"a": 1}', f"@{tmp_path}/a.json", "-")]
    assert given == [{}, {"a": 1}, {"b": "마당"}, {"c": 1}]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("[1]", "--json is no JSON object"),
        ("", "--json is no JSON at line 1, column 1"),
        ('{"password": "canary" "x"}', "--json is no JSON at line 1, column 23"),
        ('{"a": NaN}', "NaN is not JSON"),
        ("@/nowhere/a.json", "/nowhere/a.json cannot be read"),
    ],
)
def test_what_is_no_json_object_is_told_without_being_repeated(given: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_arguments(given)
    assert message in raised.value.detail
    assert "canary" not in raised.value.detail


def test_deep_nesting_is_told_and_does_not_end_the_command() -> None:
    with pytest.raises(UsageError, match="no JSON"):
        parse_json("[" * 100_000, "stdin")


def test_values_are_put_where_they_are_missing_and_nothing_else_changes() -> None:
    arguments: JsonObject = {"a": 1, "list": [{"b": 2}]}
    made = with_values(arguments, {"/password": "p", "/list/0/secret": "s", "/deep/er": "d"})
    assert made == {"a": 1, "list": [{"b": 2, "secret": "s"}], "password": "p", "deep": {"er": "d"}}
    assert arguments == {"a": 1, "list": [{"b": 2}]}


def test_a_request_is_shown_as_http_writes_it() -> None:
    request: JsonObject = {"method": "PUT", "url": "http://a/b?c=d", "headers": {"X": "1"}, "body": "가"}
    assert request_text(request) == "PUT http://a/b?c=d\nX: 1\n\n가"
    assert request_text({"method": "GET", "url": "http://a", "headers": {}}) == "GET http://a"
    multipart: JsonObject = {"method": "POST", "url": "u", "headers": {}, "body": [{"name": "f"}]}
    assert request_text(multipart).endswith('"name": "f"\n  }\n]')


def test_a_person_is_asked_with_class_target_and_arguments() -> None:
    proposed: JsonObject = {
        "function": "bbs.articles.create",
        "effect": "unsafe",
        "server_url": "http://127.0.0.1:8713",
        "arguments": {"password": "[hidden]"},
    }
    assert question(proposed) == (
        'bbs.articles.create (unsafe) at http://127.0.0.1:8713\n{\n  "password": "[hidden]"\n}'
    )


@pytest.mark.parametrize(
    ("state", "outcome", "status", "out", "err"),
    [
        ("done", {"status": 200, "value": {"글": 1}, "seconds": 0.5}, 0, '{\n  "글": 1\n}\n', "200 in 0.50 s\n"),
        ("done", {"value": None, "resolved_by": "usr"}, 0, "null\n", ""),
        (
            "failed",
            {"status": 403, "value": {"title": "no"}, "reason": "the API answered 403"},
            1,
            "",
            'madang: x.y.z failed: the API answered 403\n{\n  "title": "no"\n}\n',
        ),
        (
            "done",
            {"status": 200, "value": None, "not_kept": "the answer is too large", "seconds": 1},
            0,
            "null\n",
            "200 in 1.00 s\nthe answer is too large\n",
        ),
        (
            "done",
            {"value": 1, "drift": [{"path": f"/{n}", "expected": "text"} for n in range(10)]},
            0,
            "1\n",
            "".join(f"not as documented: /{n}: expected text\n" for n in range(8))
            + "not as documented: 2 places more; --full shows them\n",
        ),
        (
            "failed",
            {"status": 500, "stored": {"preview": ["<html>"]}, "reason": "the API answered 500"},
            1,
            "",
            'madang: x.y.z failed: the API answered 500\n[\n  "<html>"\n]\n',
        ),
        (
            "doubt",
            {"reason": "it broke off"},
            3,
            "",
            "madang: x.y.z may or may not have happened: it broke off\n"
            "  it did:     madang call --resolve scp_1 --happened JSON\n"
            "  it did not: madang call --resolve scp_1 --again\n",
        ),
        ("approval", None, 3, "", "madang: x.y.z is unsafe at http://a and was not sent: add --yes to agree\n"),
        ("declined", None, 1, "", "nothing was sent\n"),
        ("intent", None, 3, "", "madang: x.y.z is still under way; the call is scp_1\n"),
    ],
)
def test_each_end_of_a_call_has_its_words_and_its_exit_status(
    capsys: pytest.CaptureFixture[str], state: str, outcome: JsonObject | None, status: int, out: str, err: str
) -> None:
    answer: JsonObject = {
        "id": "scp_1",
        "state": state,
        "function": "x.y.z",
        "effect": "unsafe",
        "server_url": "http://a",
        "outcome": outcome,
    }
    client = Client("http://127.0.0.1:1", "no token")
    assert show(answer, partial(give_value, client, None), is_full=False) == status
    assert capsys.readouterr() == (out, err)

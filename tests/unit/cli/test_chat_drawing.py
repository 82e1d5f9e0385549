from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.cli.chat_drawing import JsonOutput, Output, TextOutput
from madang.cli.chat_reading import Reading
from madang.kit.json import JsonObject

RECORDED = Path(__file__).parent / "recorded"
POSTED = """\
found bbs.articles.create; also bbs.comments.create, bbs.articles.delete, bbs.articles.update
call bbs.articles.create: Post an article
  POST /articles at http://127.0.0.1:28813, over bbs/default; unsafe
  section  "general"  from the message
  writer   "sam"      from the message
  title    "Hello"    from the message
  body     "World"    from the message
  password  [hidden]  from a person
status 201, 0.11 s
{
  "id": "art_1",
  "section": "general",
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 100 places."""
    monkeypatch.setenv("COLUMNS", "100")


def recorded(name: str) -> list[JsonObject]:
    return [json.loads(line) for line in (RECORDED / f"{name}.jsonl").read_text().splitlines()]


def show(output: Output, events: list[JsonObject]) -> None:
    reading = Reading()
    for event in events:
        reading.add(event)
        output.show(event, reading)


def said(message: str, *deltas: str, is_cut: bool = False) -> list[JsonObject]:
    end: JsonObject = {"type": "TEXT_MESSAGE_END", "messageId": message, **({"isCut": True} if is_cut else {})}
    return [
        {"type": "TEXT_MESSAGE_START", "messageId": message, "role": "assistant", "turn": "trn_1"},
        *({"type": "TEXT_MESSAGE_CONTENT", "messageId": message, "delta": delta} for delta in deltas),
        end,
    ]


def test_the_answer_is_on_stdout_and_all_that_led_to_it_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show(TextOutput({"frame-1"}, is_terminal=False), recorded("post"))
    out, err = capsys.readouterr()
    assert out.startswith("Created **Hello** (`art_1`).\n\n- section: general\n")
    assert err.startswith(POSTED)
    assert "secret" not in err


def test_what_somebody_said_elsewhere_is_shown_and_what_was_typed_here_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(TextOutput(set(), is_terminal=False), recorded("post")[:5])
    show(TextOutput({"frame-1"}, is_terminal=False), recorded("post")[:5])
    assert capsys.readouterr().err == ('> Post an article titled "Hello" with body "World" by sam to section general\n')


def test_on_a_terminal_a_text_is_shown_as_it_comes(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[str] = []
    output, reading = TextOutput(set(), is_terminal=True), Reading()
    for event in said("msg_1", "Two ", "articles"):
        output.show(event, reading)
        shown.append(capsys.readouterr().out)
    assert shown == ["", "Two ", "articles", "\n"]


def test_elsewhere_a_text_that_was_cut_off_and_begun_anew_is_there_once(capsys: pytest.CaptureFixture[str]) -> None:
    show(
        TextOutput(set(), is_terminal=False),
        [*said("msg_1", "Two ar", is_cut=True), *said("msg_2", "Two ", "articles")],
    )
    assert capsys.readouterr() == ("Two articles\n", "")
    show(TextOutput(set(), is_terminal=True), [*said("msg_1", "Two ar", is_cut=True), *said("msg_2", "Two articles")])
    assert capsys.readouterr() == ("Two ar\nTwo articles\n", "(broken off)\n")


def test_a_remark_in_the_middle_of_a_text_has_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    output, reading = TextOutput(set(), is_terminal=True), Reading()
    for event in said("msg_1", "Two ")[:2]:
        output.show(event, reading)
    output.remark("the connection is lost")
    assert capsys.readouterr() == ("Two \n", "the connection is lost\n")


def test_nothing_that_models_and_apis_say_reaches_the_terminal_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    show(TextOutput(set(), is_terminal=True), said("msg_1", "a\x1b[31mb\x9bc\u202ed\r\n"))
    assert capsys.readouterr().out == "a�[31mb�c�d\n"
    events = recorded("post")
    result = next(event for event in events if event["type"] == "TOOL_CALL_RESULT")
    result["content"] = json.dumps({"value": "\x9b2J\x1b]0;x\x07", "status": 200}, ensure_ascii=False)
    show(TextOutput({"frame-1"}, is_terminal=True), events)
    assert '\n"�2J\\u001b]0;x\\u0007"\n' in capsys.readouterr().err


def test_events_are_shown_as_json_a_line_each_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    events = recorded("post")
    output = JsonOutput()
    show(output, events)
    output.remark("the connection is lost")
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == events
    assert err == "the connection is lost\n"


@pytest.mark.parametrize(
    ("state", "result", "line"),
    [
        ("failed", {"reason": "the API answered 403", "seconds": 0.5}, "x.y failed: the API answered 403, 0.50 s"),
        ("failed", {}, "x.y failed: no reason was given"),
        ("rejected", {"reason": "rejected"}, "x.y was not called"),
        ("rejected", {"reason": "stopped"}, "x.y was not called: stopped"),
        ("done", {"value": 1, "resolved_by": "usr_1"}, "done, as a person says\n1"),
        (
            "done",
            {"status": 200, "stored": {"bytes": 10_000_000, "preview": [1]}},
            "status 200\n[1]\n(the beginning of 10,000,000 bytes)",
        ),
    ],
)
def test_each_end_of_a_call_has_its_words(
    capsys: pytest.CaptureFixture[str], state: str, result: JsonObject, line: str
) -> None:
    begun = recorded("post")[:7]
    call = str(begun[-1]["toolCallId"])
    begun[-1]["toolCallName"] = "x.y"
    ended: JsonObject = {"type": "TOOL_CALL_RESULT", "toolCallId": call, "state": state, "content": json.dumps(result)}
    show(TextOutput({"frame-1"}, is_terminal=False), [*begun, ended])
    assert capsys.readouterr().err.endswith(f"unsafe\n{line}\n")


def test_what_a_model_got_wrong_what_it_cost_and_what_an_api_did_not_keep_to_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    values: list[tuple[str, JsonObject]] = [
        ("mended", {"attempt": 1, "errors": [{"message": "title: expected text, given 5"}]}),
        ("usage", {"model": "m", "input_tokens": 1200, "output_tokens": 30, "price": "0.01", "currency": "USD"}),
        ("drift", {"drift": [{"path": "/id", "expected": "integer"}]}),
        ("found", {"fits": False, "candidates": []}),
    ]
    show(TextOutput(set()), [{"type": "CUSTOM", "name": name, "value": value} for name, value in values])
    show(TextOutput(set()), [{"type": "RUN_ERROR", "code": "upstream", "message": "the model failed"}])
    assert capsys.readouterr().err.splitlines() == [
        "the model's arguments are wrong, attempt 1:",
        "  title: expected text, given 5",
        "m: 1,200 tokens read, 30 written, 0.01 USD",
        "not as documented: /id: expected integer",
        "found nothing that fits",
        "madang: the model failed",
    ]

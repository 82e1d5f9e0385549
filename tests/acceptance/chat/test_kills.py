"""Servers are killed while turns run, each at another stage: afterwards every conversation shows what happened, no call
was made twice, and what nobody knows is a question with two answers."""

from __future__ import annotations

import json
import random
import subprocess
import time
from typing import Any

import pytest
from tests.acceptance.chat.conftest import (
    CANARY,
    KEY,
    SAID,
    Madang,
    Notes,
    Talk,
    articles,
    await_back,
    hold,
    kill,
    pid_of,
    talk,
    unread_bytes,
)

from madang.fakes.llm.running import ScriptedModel
from madang.storage.postgres_files import tool
from madang.storage.postgres_tools import client_environment

pytestmark = pytest.mark.slow


def begin(madang: Madang, notes: Notes, name: str) -> dict[str, Talk]:
    """Three turns: one waits for its form, one for approval, and of one the call is under way."""
    talks = {stage: talk(madang, f"{name} {stage}") for stage in ("form", "approval", "performing")}
    for each in talks.values():
        each.to_form()
    for stage in ("approval", "performing"):
        talks[stage].to_approval()
    talks["performing"].approve()
    madang.await_(lambda: notes.taken[talks["performing"].words], "the call is under way")
    return talks


def end(notes: Notes, talks: dict[str, Talk], *, happened: bool) -> str:
    """Take all three to their end; `in_doubt` where the call that was under way was so, else `done`."""
    talks["form"].to_approval()
    for stage in ("form", "approval"):
        talks[stage].approve()
    performing = talks["performing"]
    seen = performing.until("in_doubt", "TOOL_CALL_RESULT")
    assert notes.taken[performing.words] == 1
    if is_doubt := seen["type"] == "CUSTOM":
        answer = {"happened": {"id": 7}} if happened else {"again": True}
        performing.say("in_doubt", call_id=seen["value"]["call_id"], **answer)
    for stage, each in talks.items():
        result = each.until("TOOL_CALL_RESULT")
        each.until("RUN_FINISHED")
        assert (stage, result["state"]) == (stage, "done")
        assert notes.taken[each.words] == (2 if each is performing and is_doubt and not happened else 1)
        check_events(each)
    return "in_doubt" if is_doubt else "done"


def check_events(found: Talk) -> None:
    events = found.events()
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
    names = found.names()
    assert [names.count(name) for name in ("RUN_STARTED", "RUN_FINISHED", "TOOL_CALL_START")] == [1, 1, 1]
    assert CANARY not in json.dumps(events)


@pytest.mark.parametrize(("number", "happened"), [(1, True), (2, False)])
def test_the_backend_is_killed(madang: Madang, notes: Notes, number: int, happened: bool) -> None:
    talks = begin(madang, notes, f"backend {number}")
    kill(madang, "backend")
    await_back(madang, "backend")
    assert end(notes, talks, happened=happened) == "in_doubt"


def test_the_proxy_is_killed(madang: Madang, notes: Notes) -> None:
    talks = begin(madang, notes, "proxy")
    kill(madang, "proxy")
    await_back(madang, "proxy")
    assert end(notes, talks, happened=False) == "in_doubt"


def test_the_server_behind_is_killed(madang: Madang, notes: Notes) -> None:
    talks = begin(madang, notes, "behind")
    notes.cut()
    assert end(notes, talks, happened=True) == "in_doubt"


def test_the_bulletin_board_is_killed(madang: Madang) -> None:
    """While it has a request and has not answered: held up, so that it is killed in between for certain."""
    asked = talk(madang, "general")
    asked.say("message", text='Post an article titled "Killed" with body "World" by sam to section general')
    asked.until("form")
    asked.to_approval()
    hold(madang, "bbs")
    asked.approve()
    madang.await_(lambda: unread_bytes(madang, "bbs") > 200, "the article is on its way")
    kill(madang, "bbs")
    await_back(madang, "bbs")
    doubt = asked.until("in_doubt")
    assert articles(madang, "Killed") == 0
    asked.say("in_doubt", call_id=doubt["value"]["call_id"], again=True)
    assert asked.until("TOOL_CALL_RESULT")["state"] == "done"
    asked.until("RUN_FINISHED")
    assert articles(madang, "Killed") == 1
    check_events(asked)


def test_the_backend_is_killed_at_moments_that_nobody_chose(madang: Madang, notes: Notes) -> None:
    """Turns that are answered as fast as can be, with kills in between: none is lost and none is done twice."""
    chance = random.Random(7)
    notes.seconds = 0.1
    talks = [talk(madang, f"chance {number}") for number in range(6)]
    for each in talks:
        each.say("message", text=f'create a note with text "{each.words}"')
        if chance.random() < 0.5:
            time.sleep(chance.random() * 0.3)
            kill(madang, chance.choice(["backend", "proxy"]))
            madang.await_(lambda: pid_of(madang, "backend") and pid_of(madang, "proxy"), "both are back")
        each.to_approval()
        each.approve()
    await_back(madang, "backend")
    for each in talks:
        if each.until("in_doubt", "TOOL_CALL_RESULT")["type"] == "CUSTOM":
            each.say("in_doubt", call_id=each.until("in_doubt")["value"]["call_id"], happened={"id": 7})
        each.until("RUN_FINISHED")
        assert notes.taken[each.words] <= 1
        check_events(each)
    notes.seconds = 1.0


def test_an_answer_of_a_model_that_was_cut_off_is_begun_anew(madang: Madang, script: ScriptedModel) -> None:
    await_back(madang, "proxy")  # which an earlier test may have killed at its end
    place = ("--url", f"{script.url}/v1", "--allow-host", script.url.removeprefix("http://"))
    added = madang.run("model", "add", "openai:gpt-5", *place, stdin=f"{KEY}\n")
    assert added.returncode == 0, added.stderr
    found = talk(madang, "model", model="openai:gpt-5")
    found.say("message", text="hello there")
    found.until("TEXT_MESSAGE_CONTENT", count=4)
    kill(madang, "backend")
    await_back(madang, "backend")
    found.until("RUN_FINISHED")
    ends = [each for each in found.events() if each["type"] == "TEXT_MESSAGE_END"]
    assert [each.get("isCut", False) for each in ends] == [False, True, False]
    whole = "".join(
        each["delta"]
        for each in found.events()
        if each["type"] == "TEXT_MESSAGE_CONTENT" and each["messageId"] == ends[-1]["messageId"]
    )
    assert whole == SAID


def test_the_password_and_the_key_are_nowhere(madang: Madang) -> None:
    """After all that: not in the database, not in a log, not in a file."""
    url = madang.run("db", "url").stdout.strip()
    dumped = subprocess.run([tool("pg_dump")], env=client_environment(url), capture_output=True, check=True)
    dump = dumped.stdout
    assert b"conversation_frame" in dump
    found: Any = {CANARY: CANARY.encode() in dump, KEY: KEY.encode() in dump}
    assert found == {CANARY: False, KEY: False}
    for text in (madang.printed(), madang.log()):
        assert CANARY not in text
        assert KEY not in text
    for path in (path for path in madang.home.rglob("*") if path.is_file() and "postgres" not in path.parts):
        data = path.read_bytes()
        assert CANARY.encode() not in data, path
        assert KEY.encode() not in data, path

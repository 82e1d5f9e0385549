"""`madang chat` with the real servers: from words to an article, in scripts and at a terminal, over kills and doubt."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from madang.fakes.llm.running import ScriptedModel

pytestmark = pytest.mark.slow

CANARY = "canary-c4a7-9921"
ENGLISH = 'Post an article titled "{}" with body "World" by sam to section general'
KOREAN = 'general 게시판에 제목 "{}", 본문 "World"로 sam 이름의 글을 올려 줘'
ARTICLE = {"title": "By a model", "body": "World", "writer": "sam", "section": "general"}
DOCUMENT = """
openapi: 3.1.0
info: {title: Kitchen, version: '1'}
paths:
  /kettle:
    get: {operationId: kettle.boil, summary: Boil the kettle, responses: {'200': {description: ok}}}
  /rent:
    post: {operationId: rent.pay, summary: Pay the teapot rent, responses: {'200': {description: ok}}}
"""


class Kitchen:
    """An API whose kettle takes until `is_hot`, and whose rent is taken without an answer."""

    def __init__(self) -> None:
        kitchen = self
        self.is_hot = threading.Event()
        self.asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kitchen.asked.append(self.path)
                kitchen.is_hot.wait(60)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b'{"degrees": 100}')

            def do_POST(self) -> None:
                kitchen.asked.append(self.path)
                self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
                """Nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    """Whoever asked was killed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self.is_hot.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def running_kitchen(madang: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    made = Kitchen()
    document = tmp_path_factory.mktemp("kitchen") / "openapi.yaml"
    document.write_text(DOCUMENT)
    added = madang.run(
        *("connector", "add", str(document), "--name", "kitchen"),
        *("--server", f"http://{made.host}", "--allow-host", made.host),
    )
    assert added.returncode == 0, added.stderr
    yield made
    made.close()


@pytest.fixture
def kitchen(running_kitchen: Kitchen) -> Kitchen:
    """The kitchen, cold."""
    running_kitchen.is_hot.clear()
    running_kitchen.asked.clear()
    return running_kitchen


def titles(madang: Any) -> list[str]:
    with urllib.request.urlopen(f"{madang.board}/articles?limit=200", timeout=10) as answer:
        return [each["title"] for each in json.load(answer)["data"]]


def conversation_in(text: str) -> str:
    """The conversation that the way to go on names."""
    (found,) = set(re.findall(r"--conversation (cnv_\w+)", text))
    return found


@pytest.mark.parametrize(("words", "title"), [(ENGLISH, "In English"), (KOREAN, "한국어로")])
def test_words_become_an_article_on_the_board(madang: Any, words: str, title: str) -> None:
    done = madang.run("chat", words.format(title), "--yes", "--answer", f"password={CANARY}")
    assert done.returncode == 0, done.stderr
    assert (title in done.stdout, titles(madang).count(title)) == (True, 1)
    assert "  password  [hidden]  from a person\n" in done.stderr
    assert "found bbs.articles.create" in done.stderr
    assert "status 201" in done.stderr
    assert CANARY not in done.stdout + done.stderr


def test_without_a_terminal_what_is_missing_is_told_and_given_later(madang: Any, tmp_path: Path) -> None:
    left = madang.run("chat", ENGLISH.format("Later"))
    assert (left.returncode, left.stdout) == (3, "")
    assert "madang: bbs.articles.create was not sent, as a person has to give password\n" in left.stderr
    here = conversation_in(left.stderr)
    (tmp_path / "password").write_text(f"{CANARY}\n")
    waiting = madang.run("chat", "--conversation", here, "--answer", f"password=@{tmp_path}/password")
    assert waiting.returncode == 3
    assert f"is unsafe at {madang.board} and was not sent: add --yes to agree\n" in waiting.stderr
    assert "Later" not in titles(madang)
    busy = madang.run("chat", "--conversation", here, "search the articles")
    assert (busy.returncode, "so nothing was said" in busy.stderr) == (3, True)
    done = madang.run("chat", "--conversation", here, "--yes", "--answer", "colour=red")
    assert (done.returncode, titles(madang).count("Later")) == (0, 1)
    assert done.stderr.endswith("--answer colour was not needed: nothing asked for it by this name\n")
    assert CANARY not in left.stderr + waiting.stderr + done.stderr + done.stdout


def test_with_json_each_event_is_a_line_and_there_is_nothing_else(madang: Any) -> None:
    done = madang.run("chat", "-", "--json", stdin="search the articles\n")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [events[0]["name"], events[-1]["type"]] == ["title", "RUN_FINISHED"]
    more = madang.run("chat", "--continue", "search the articles", "--json")
    assert json.loads(more.stdout.splitlines()[0])["seq"] == len(events) + 1


def test_at_a_terminal_the_password_is_asked_for_unseen_and_the_call_is_agreed_to(madang: Any) -> None:
    status, shown = madang.at_terminal(
        "chat", ENGLISH.format("Agreed"), answers={"password: ": CANARY, "Call it?": "y"}
    )
    assert (status, titles(madang).count("Agreed")) == (0, 1)
    assert CANARY not in shown


def test_a_call_that_is_not_agreed_to_is_not_made(madang: Any) -> None:
    status, shown = madang.at_terminal(
        "chat", ENGLISH.format("Refused"), answers={"password: ": CANARY, "Call it?": ""}
    )
    assert (status, "bbs.articles.create was not called" in shown, "Refused" in titles(madang)) == (1, True, False)


def test_an_interactive_chat_has_commands_and_a_history_without_what_was_typed_into_forms(madang: Any) -> None:
    answers = {
        "/help shows": ENGLISH.format("Typed"),
        "password: ": CANARY,
        "Call it?": "y",
        "updated at": "/list",
        "changed (UTC)": "/model",
        "the model is offline": "/open 1",
        "(cnv_": "/new",
        "the next words begin": "/nothing",
        "there is no /nothing": "\x04",
    }
    status, shown = madang.at_terminal("chat", answers=answers)
    assert (status, titles(madang).count("Typed")) == (0, 1)
    assert f"> {ENGLISH.format('Typed')}" in shown
    history = madang.home / "chat_history"
    assert (history.stat().st_mode & 0o777, CANARY in shown + history.read_text()) == (0o600, False)
    assert history.read_text().splitlines()[1:] == ["/list", "/model", "/open 1", "/new", "/nothing"]


def test_what_nothing_can_do_and_what_the_api_refuses_fail(madang: Any) -> None:
    nothing = madang.run("chat", "weather in Seoul tomorrow")
    assert (nothing.returncode, "found nothing that fits" in nothing.stderr, nothing.stdout != "") == (1, True, True)
    refused = madang.run("chat", "read article art_0")
    assert (refused.returncode, "bbs.articles.get failed: the API answered 4" in refused.stderr) == (1, True)


def test_a_backend_that_is_killed_is_followed_again_and_nothing_is_doubled(madang: Any, kitchen: Kitchen) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "madang.cli", "chat", "Boil the kettle", "--json"],
        env=madang.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    madang.await_(lambda: kitchen.asked, "the kettle")
    os.kill(backend_of(madang), signal.SIGKILL)
    kitchen.is_hot.set()
    out, err = process.communicate(timeout=100)
    events = [json.loads(line) for line in out.decode().splitlines()]
    assert process.returncode == 0, err
    assert err.decode() == "the connection to Madang is lost; trying again\nconnected again\n"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events].count("TOOL_CALL_RESULT") == 1


def test_ctrl_c_stops_the_turn(madang: Any, kitchen: Kitchen) -> None:
    done = madang.interrupted("chat", "Boil the kettle", when=lambda: kitchen.asked)
    assert (done.returncode, done.stderr.endswith("\nstopped\n")) == (130, True)
    newest = madang.json("chat", "--list", "--json")[0]["id"]
    again = madang.run("chat", "--conversation", newest)
    assert (again.returncode, again.stderr.endswith("\nstopped\n"), kitchen.asked) == (1, True, ["/kettle"])


def test_a_call_without_an_answer_waits_for_what_a_person_says(madang: Any, kitchen: Kitchen) -> None:
    left = madang.run("chat", "Pay the teapot rent", "--yes")
    assert (left.returncode, left.stdout) == (3, "")
    assert "madang: kitchen.rent.pay may or may not have happened: " in left.stderr
    here = conversation_in(left.stderr)
    again = madang.run("chat", "--conversation", here, "--again")
    assert (again.returncode, kitchen.asked) == (3, ["/rent", "/rent"])
    done = madang.run("chat", "--conversation", here, "--happened", '{"paid": true}')
    assert (done.returncode, kitchen.asked) == (0, ["/rent", "/rent"])
    assert "done, as a person says" in done.stderr


def test_a_model_that_errs_twice_gets_it_done_and_never_sees_the_password(madang: Any) -> None:
    call = {"call": "bbs-articles-create", "arguments": ARTICLE}
    turns = [{"say": [{**call, "fault": "wrong"}]}] * 2 + [{"say": [call]}, {"say": [{"text": "It is posted."}]}]
    with ScriptedModel({"turns": turns}) as model:
        host = model.url.removeprefix("http://")
        place = ("--url", f"{model.url}/v1", "--allow-host", host, "--no-key")
        assert madang.run("model", "add", "openai:gpt-5", "--name", "scripted", *place).returncode == 0
        given = ("--yes", "--answer", f"password={CANARY}")
        done = madang.run("chat", ENGLISH.format("By a model"), "--model", "scripted", *given)
        asked = [str(each) for each in model.requests()]
        assert madang.run("model", "remove", "scripted").returncode == 0
    assert (done.returncode, done.stdout) == (0, "It is posted.\n"), done.stderr
    assert [f"attempt {each}:" in done.stderr for each in (1, 2, 3)] == [True, True, False]
    assert titles(madang).count("By a model") == 1
    assert (len(asked), any(CANARY in each for each in asked)) == (4, False)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("chat",), 2, "TEXT is missing"),
        (("chat", " "), 2, "TEXT is empty"),
        (("chat", "x", "--continue", "--conversation", "cnv_1"), 2, "exclude each other"),
        (("chat", "x", "--conversation", "cnv_1"), 1, "there is no conversation 'cnv_1'"),
        (("chat", "x", "--model", "nobody"), 1, "there is no model 'nobody'"),
        (("chat", "x", "--answer", CANARY), 2, "NAME=VALUE"),
        (("chat", "x", "--happened", "null"), 2, "no TEXT"),
        (("chat", "--continue", "--happened", "{"), 2, "--happened is no JSON"),
    ],
)
def test_use_that_is_wrong_is_one_line(madang: Any, arguments: tuple[str, ...], status: int, told: str) -> None:
    done = madang.run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert told in done.stderr
    assert CANARY not in done.stderr


def test_a_password_stands_in_no_row_log_or_file(madang: Any) -> None:
    given = ("--yes", "--answer", f"password={CANARY}")
    assert madang.run("chat", ENGLISH.format("In the rows"), *given).returncode == 0
    url = madang.run("db", "url").stdout.strip()
    assert asyncio.run(rows_with(url, CANARY)) == []
    assert asyncio.run(rows_with(url, "In the rows")) != []
    assert CANARY not in madang.log() + madang.printed()
    kept = [path for path in madang.home.rglob("*") if path.is_file() and "postgres-18" not in path.parts]
    assert [path for path in kept if CANARY.encode() in path.read_bytes()] == []


def backend_of(madang: Any) -> int:
    """The process of the backend."""
    children = Path(f"/proc/{madang.process.pid}/task/{madang.process.pid}/children").read_text().split()
    (found,) = [child for child in children if b"serve\0backend\0" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return int(found)


async def rows_with(url: str, text: str) -> list[str]:
    """The tables that have a row in which the text stands."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        found: list[str] = []
        for table in tables:
            query = f"SELECT count(*) FROM {table['name']} AS t WHERE strpos(t::text, $1) > 0"
            if await connection.fetchval(query, text):
                found.append(table["name"])
        return found
    finally:
        await connection.close()

"""From a fresh start to an article on the bulletin board, from scripts and at a terminal."""

import asyncio
import json
import urllib.request
from typing import Any

import asyncpg
import pytest

pytestmark = pytest.mark.slow

CANARY = "canary-5f1d77"
SECOND_CANARY = "canary-90aa12"


def article(**changes: Any) -> str:
    words = {"section": "general", "writer": "sam", "title": "Hello", "body": "World", "password": CANARY}
    return json.dumps({**words, **changes})


def on_board(madang: Any, path: str) -> Any:
    with urllib.request.urlopen(madang.board + path, timeout=10) as answer:
        return json.load(answer)


def titles(madang: Any) -> list[str]:
    return [each["title"] for each in on_board(madang, "/articles?limit=200")["data"]]


@pytest.fixture(scope="module")
def posted(madang: Any) -> dict[str, Any]:
    """An article that was posted through a call."""
    return madang.json("call", "bbs.articles.create", "--json", article(), "--yes")


def test_the_board_is_the_first_connector_and_says_which_address_it_may_reach(madang: Any) -> None:
    host = madang.board.removeprefix("http://")
    assert f"its connection is allowed to reach {host}" in madang.printed()
    (connector,) = madang.json("connector", "list", "--json")
    (connection,) = madang.json("connection", "list", "bbs", "--json")
    assert (connector["name"], connector["functions"], connector["version"]["with_loss"]) == ("bbs", 10, 0)
    assert (connection["server_url"], connection["allowed_hosts"]) == (madang.board, [host])


def test_a_function_is_found_by_what_it_does(madang: Any) -> None:
    assert madang.run("connector", "wait", "bbs", "--indexed", "--timeout", "60").returncode == 0
    rows = madang.json("functions", "--search", "write an article", "--json")
    assert {tuple(row) for row in rows} == {("connector", "name", "method", "path", "summary", "score")}
    assert (rows[0]["connector"], rows[0]["name"], rows[0]["path"]) == ("bbs", "articles.create", "/articles")
    assert rows[0]["score"] > 0
    listed = madang.json("functions", "bbs", "--json")
    assert [(len(listed), row["score"]) for row in listed] == [(10, None)] * 10


def test_a_function_is_shown_with_what_only_a_person_gives(madang: Any) -> None:
    shown = madang.run("function", "bbs.articles.create").stdout
    (password,) = [line for line in shown.splitlines() if line.startswith("password")]
    assert "a person" in password
    assert "effect    unsafe: wants approval" in shown
    tool = madang.json("function", "bbs.articles.create", "--dialect", "openai")
    assert "articles_create" in json.dumps(tool)
    assert "password" not in json.dumps(tool["function"]["parameters"])


def test_a_call_that_changes_something_waits_for_a_yes(madang: Any) -> None:
    done = madang.run("call", "bbs.articles.create", "--json", article(title="Not yet"))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"madang: bbs.articles.create is unsafe at {madang.board} and was not sent: add --yes to agree\n"
    )
    assert "Not yet" not in titles(madang)


def test_a_call_with_a_yes_is_on_the_board(madang: Any, posted: dict[str, Any]) -> None:
    assert (posted["title"], posted["writer"]) == ("Hello", "sam")
    assert on_board(madang, f"/articles/{posted['id']}")["snapshots"][0]["body"] == "World"
    found = madang.json("call", "bbs.articles.search", "--json", '{"title": "hello"}')
    assert [each["id"] for each in found["data"]] == [posted["id"]]


def test_arguments_come_from_stdin_and_the_whole_call_is_shown_on_demand(madang: Any, posted: dict[str, Any]) -> None:
    done = madang.run("call", "bbs.articles.get", "--json", "-", "--full", stdin=json.dumps({"article_id": "none"}))
    told = json.loads(done.stdout)
    assert (done.returncode, told["state"], told["outcome"]["status"]) == (1, "failed", 404)
    assert told["outcome"]["value"]["type"] == "urn:madang:problem:not-found"


def test_a_dry_run_prints_the_request_without_the_secret_and_sends_nothing(madang: Any) -> None:
    done = madang.run("call", "bbs.articles.create", "--json", article(title="Dry"), "--dry-run")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == f"POST {madang.board}/articles"
    assert json.loads(lines[-1]) == json.loads(article(title="Dry", password="[hidden]"))
    assert CANARY not in done.stdout + done.stderr
    assert "Dry" not in titles(madang)


def test_each_wrong_argument_is_a_line_with_path_expected_and_given(madang: Any) -> None:
    wrong = json.dumps({"title": 5, "body": "b", "writer": "w", "password": f"{CANARY}\n", "colour": "red"})
    done = madang.run("call", "bbs.articles.create", "--json", wrong, "--yes")
    first, *lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout, first) == (1, "", "madang: bbs.articles.create: 4 arguments are wrong")
    by_path = {line.split(":")[0].strip(): line for line in lines}
    assert by_path.keys() == {"/section", "/title", "/password", "/colour"}
    assert by_path["/section"].endswith(", given nothing")
    assert "expected text of 1 to 200 characters" in by_path["/title"]
    assert by_path["/title"].endswith(", given 5")
    assert 'given "red"' in by_path["/colour"]
    assert CANARY not in done.stderr


def test_a_refusal_of_the_api_is_shown_with_status_and_body(madang: Any, posted: dict[str, Any]) -> None:
    changed = json.dumps({"article_id": posted["id"], "title": "T", "body": "B", "password": "wrong"})
    done = madang.run("call", "bbs.articles.update", "--json", changed, "--yes")
    first, _, body = done.stderr.partition("\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert first == "madang: bbs.articles.update failed: the API answered 403"
    assert json.loads(body)["errors"] == [
        {"pointer": "/password", "code": "wrong_password", "message": "does not match"}
    ]


def test_a_repeat_with_the_same_key_gives_the_first_answer(madang: Any) -> None:
    given = ("call", "bbs.articles.create", "--json", article(title="Once"), "--yes", "--key", "k1")
    first, second = madang.json(*given), madang.json(*given)
    assert first == second
    assert titles(madang).count("Once") == 1


def test_at_a_terminal_the_password_is_asked_for_unseen_and_the_call_agreed_to(madang: Any) -> None:
    words = json.dumps({"section": "general", "writer": "kim", "title": "터미널", "body": "b"})
    status, shown = madang.at_terminal(
        "call", "bbs.articles.create", "--json", words, answers={"password": SECOND_CANARY, "Call it?": "y"}
    )
    assert (status, "터미널" in titles(madang)) == (0, True)
    assert f"bbs.articles.create (unsafe) at {madang.board}" in shown
    assert '"password": "[hidden]"' in shown
    assert SECOND_CANARY not in shown


def test_at_a_terminal_a_no_sends_nothing(madang: Any) -> None:
    status, shown = madang.at_terminal(
        "call", "bbs.articles.create", "--json", article(title="No"), answers={"Call it?": "n"}
    )
    assert (status, "nothing was sent" in shown, "No" in titles(madang)) == (1, True, False)


def test_passwords_are_in_no_log_no_row_and_no_file(madang: Any, posted: dict[str, Any]) -> None:
    url = madang.run("db", "url").stdout.strip()
    rows = asyncio.run(rows_with(url, "canary-"))
    assert rows == []
    assert asyncio.run(rows_with(url, posted["id"])) != []
    assert "canary-" not in madang.log() + madang.printed()
    kept = [path for path in madang.home.rglob("*") if path.is_file() and "postgres-18" not in path.parts]
    assert [path for path in kept if b"canary-" in path.read_bytes()] == []


def test_use_that_is_wrong_is_one_line(madang: Any) -> None:
    ends = [
        madang.run(*arguments)
        for arguments in (
            ("call",),
            ("call", "bbs.articles.search", "--json", "{"),
            ("call", "bbs.nothing"),
            ("call", "bbs.articles.search", "--connection", "nothing"),
            ("call", "--resolve", "scp_00000000000000000000000000000000", "--again"),
            ("call", "--resolve", "scp_1"),
            ("function", "nothing"),
        )
    ]
    assert [end.returncode for end in ends] == [2, 2, 1, 1, 1, 2, 1]
    assert [end.stderr.count("\n") for end in ends] == [1] * len(ends)
    assert [end.stdout for end in ends] == [""] * len(ends)


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

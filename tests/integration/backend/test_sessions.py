from datetime import timedelta
from typing import Any

import httpx


async def test_without_a_proof_nobody_is_signed_in(served: Any) -> None:
    async with served.client() as nobody, served.client("mdg_nonsense") as stranger:
        refused = [await nobody.get("/api/session"), await stranger.get("/api/session")]
    assert [answer.status_code for answer in refused] == [401, 401]
    assert refused[0].headers["www-authenticate"] == "Bearer"
    assert "madang sign-in" in refused[0].json()["detail"]


async def test_a_session_says_who_is_signed_in_to_what(api: httpx.AsyncClient) -> None:
    session = (await api.get("/api/session")).json()
    assert session.pop("account")["id"].startswith("acc_")
    assert session.pop("user")["id"].startswith("usr_")
    assert session == {"roles": ["owner"], "mode": "local", "version": "0.1.0", "language": "auto"}


async def test_a_change_by_cookie_needs_the_header_of_our_pages(browser: httpx.AsyncClient) -> None:
    del browser.headers["madang-request"]
    refused = await browser.patch("/api/preferences", json={"theme": "dark"})
    assert refused.status_code == 403
    assert "Madang-Request: 1" in refused.json()["detail"]
    assert (await browser.get("/api/preferences")).json()["theme"] == "auto"
    browser.headers["madang-request"] = "1"
    assert (await browser.patch("/api/preferences", json={"theme": "dark"})).status_code == 200


async def test_a_change_by_key_needs_no_such_header(api: httpx.AsyncClient) -> None:
    assert (await api.patch("/api/preferences", json={"theme": "dark"})).status_code == 200


async def test_signing_out_ends_the_session_and_takes_the_cookie(browser: httpx.AsyncClient) -> None:
    cookie = dict(browser.cookies)
    answer = await browser.delete("/api/session")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    browser.cookies.update(cookie)
    assert (await browser.get("/api/session")).status_code == 401


async def test_a_key_has_no_session_to_end(api: httpx.AsyncClient) -> None:
    assert (await api.delete("/api/session")).status_code == 409


async def test_sessions_are_listed_and_any_of_them_can_be_ended(
    served: Any, api: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    async with served.client(**{"user-agent": "the other browser"}) as other:
        await other.get((await api.post("/api/sign-in-links")).json()["url"])
        listed = (await browser.get("/api/sessions")).json()["data"]
        assert [(item["user_agent"], item["is_current"]) for item in listed] == [
            ("the other browser", False),
            (browser.headers["user-agent"], True),
        ]
        assert (await browser.delete(f"/api/sessions/{listed[0]['id']}")).status_code == 204
        assert (await other.get("/api/session")).status_code == 401
    assert (await browser.get("/api/session")).status_code == 200
    assert (await browser.delete(f"/api/sessions/{listed[0]['id']}")).status_code == 404


async def test_a_session_that_is_not_used_ends_after_thirty_days(served: Any, browser: httpx.AsyncClient) -> None:
    served.clock.ahead = timedelta(days=30, seconds=1)
    assert (await browser.get("/api/session")).status_code == 401


async def test_use_makes_a_session_live_on(served: Any, browser: httpx.AsyncClient) -> None:
    for days in (20, 40, 60):
        served.clock.ahead = timedelta(days=days)
        assert (await browser.get("/api/session")).status_code == 200


async def test_lists_come_in_pages_in_the_order_asked_for(served: Any, api: httpx.AsyncClient) -> None:
    for number in range(5):
        await api.post("/api/api-keys", json={"name": f"key {number}"})
    newest: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await api.get("/api/api-keys", params=query)).json()
        newest += [item["name"] for item in page["data"]]
        assert len(page["data"]) <= 2
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert newest == ["key 4", "key 3", "key 2", "key 1", "key 0", "command line"]
    oldest = (await api.get("/api/api-keys", params={"sort": "created_at"})).json()["data"]
    assert [item["name"] for item in oldest] == newest[::-1]


async def test_a_list_refuses_what_it_does_not_know(api: httpx.AsyncClient) -> None:
    for query, pointer in (
        ({"limit": 0}, "/limit"),
        ({"limit": 201}, "/limit"),
        ({"cursor": "nonsense"}, "/cursor"),
        ({"cursor": "WzFd"}, "/cursor"),
        ({"sort": "name"}, "/sort"),
        ({"colour": "red"}, "/colour"),
    ):
        answer = await api.get("/api/api-keys", params=query)
        assert answer.status_code == 422, query
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await api.get("/api/session", params={"colour": "red"})).status_code == 422


def operations_under_api(served: Any) -> list[tuple[str, str]]:
    paths = served.app.openapi()["paths"]
    return [(method, path) for path, item in paths.items() for method in item if path.startswith("/api/")]


async def test_no_operation_answers_who_is_not_signed_in(served: Any) -> None:
    async with served.client() as nobody:
        answers = {
            (method, path): (await nobody.request(method, path)).status_code
            for method, path in operations_under_api(served)
        }
    assert len(answers) >= 12
    assert set(answers.values()) == {401}, answers


async def test_no_change_by_cookie_is_made_without_the_header_of_our_pages(
    served: Any, browser: httpx.AsyncClient
) -> None:
    del browser.headers["madang-request"]
    answers = {
        (method, path): (await browser.request(method, path)).status_code
        for method, path in operations_under_api(served)
        if method != "get"
    }
    assert set(answers.values()) == {403}, answers

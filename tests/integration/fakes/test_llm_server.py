"""The scripted model over real HTTP, asked by a client that knows nothing of it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from madang.fakes.llm.app import LlmConfig, create_app
from madang.fakes.llm.running import ScriptedModel
from madang.kit.errors import InvalidError, UsageError
from madang.settings import load_settings

ASKED = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
PATHS = pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
TEXT = {"turns": [{"say": [{"text": "one two three"}]}]}
CANARY = "canary-5f1d77aa-9912"


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as model:
        yield model


@pytest.fixture
def client(model: ScriptedModel) -> Iterator[httpx.Client]:
    headers = {"anthropic-version": "2023-06-01", "authorization": f"Bearer {CANARY}"}
    with httpx.Client(base_url=model.url, headers=headers, trust_env=False) as client:
        yield client


def ask(client: httpx.Client, path: str, **more: Any) -> httpx.Response:
    return client.post(path, json=ASKED | {"max_tokens": 50} | more)


@PATHS
def test_the_agent_answers_where_no_script_is_given(client: httpx.Client, path: str) -> None:
    answer = ask(client, path)
    assert answer.status_code == 200
    assert "You said: Hello" in answer.text


@PATHS
def test_a_stream_comes_piece_by_piece(model: ScriptedModel, client: httpx.Client, path: str) -> None:
    model.play({"turns": [{"say": [{"text": "one two", "pause_seconds": 0.3}]}]})
    seen: dict[str, float] = {}
    with client.stream("POST", path, json=ASKED | {"max_tokens": 50, "stream": True}) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        for line in answer.iter_lines():
            for word in ("one", "two"):
                if word in line:
                    seen[word] = time.monotonic()
    assert seen["two"] - seen["one"] > 0.2


@PATHS
@pytest.mark.parametrize("stream", [True, False])
def test_a_cut_answer_is_an_incomplete_body(
    model: ScriptedModel, client: httpx.Client, path: str, stream: bool
) -> None:
    model.play({"turns": [TEXT["turns"][0] | {"cut_after": 2}]})
    with client.stream("POST", path, json=ASKED | {"max_tokens": 50, "stream": stream}) as answer:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            answer.read()
        assert answer.status_code == 200


@PATHS
def test_a_cut_stream_ends_after_its_pieces(model: ScriptedModel, client: httpx.Client, path: str) -> None:
    model.play({"turns": [TEXT["turns"][0] | {"cut_after": 2}]})
    received: list[str] = []
    with client.stream("POST", path, json=ASKED | {"max_tokens": 50, "stream": True}) as answer:
        with pytest.raises(httpx.RemoteProtocolError):
            received.extend(answer.iter_lines())
        text = "\n".join(received)
    assert "two" in text
    assert "three" not in text


@PATHS
def test_a_hang_lasts_until_the_client_goes_and_the_server_goes_on(
    model: ScriptedModel, client: httpx.Client, path: str
) -> None:
    model.play({"turns": [{"say": [{"hang": "forever"}]}], "otherwise": "agent"})
    with pytest.raises(httpx.ReadTimeout):
        client.post(path, json=ASKED | {"max_tokens": 50}, timeout=0.2)
    assert ask(client, path).status_code == 200
    assert [received.status for received in model.requests()] == [None, 200]


def test_a_server_ends_at_once_while_a_request_hangs() -> None:
    with ScriptedModel({"turns": [{"say": [{"text": "a"}, {"hang": "forever"}]}]}) as model:
        client = httpx.Client(trust_env=False)
        request = client.build_request("POST", f"{model.url}/v1/chat/completions", json=ASKED | {"stream": True})
        answer = client.send(request, stream=True)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    with pytest.raises(httpx.RemoteProtocolError):
        answer.read()
    client.close()


@PATHS
def test_a_fault_is_followed_by_the_next_turn(model: ScriptedModel, client: httpx.Client, path: str) -> None:
    model.play({"turns": [{"say": [{"fail": 429, "retry_after": 1}]}, {"say": [{"fail": 500}]}, TEXT["turns"][0]]})
    answers = [ask(client, path) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 500, 200, 400]
    assert answers[0].headers["retry-after"] == "1"
    assert "no turn left" in answers[3].json()["error"]["message"]


@PATHS
def test_a_body_that_is_no_json_and_one_without_messages_are_refused_and_noted(
    model: ScriptedModel, client: httpx.Client, path: str
) -> None:
    answers = [client.post(path, content=b"{no"), client.post(path, json={"model": "m", "max_tokens": 1})]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert "not JSON" in answers[0].json()["error"]["message"]
    assert model.requests()[0].body == b"{no"


def test_a_script_is_put_and_requests_are_shown_and_forgotten(client: httpx.Client) -> None:
    assert client.put("/-/script", content=json.dumps(TEXT)).status_code == 204
    answer = ask(client, "/v1/chat/completions?x=1")
    assert answer.json()["choices"][0]["message"]["content"] == "one two three"
    shown = client.get("/-/requests")
    assert CANARY not in shown.text
    (request,) = shown.json()["requests"]
    assert (shown.json()["unused"], request["query"], request["turn"], request["status"]) == (0, "x=1", 0, 200)
    assert (request["has_key"], request["key_end"]) == (True, CANARY[-4:])
    assert request["body"] == ASKED | {"max_tokens": 50}
    assert request["headers"]["anthropic-version"] == "2023-06-01"
    assert client.delete("/-/requests").status_code == 204
    assert client.get("/-/requests").json()["requests"] == []


def test_a_wrong_script_is_refused_and_the_one_before_plays_on(model: ScriptedModel, client: httpx.Client) -> None:
    model.play(TEXT)
    answer = client.put("/-/script", content=b'{"turns": [{"say": [{}]}]}')
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/turns/0/say/0"
    assert ask(client, "/v1/messages").json()["content"][0]["text"] == "one two three"


def test_models_are_listed_in_both_ways(client: httpx.Client) -> None:
    anthropic = client.get("/v1/models").json()
    del client.headers["anthropic-version"]
    openai = client.get("/v1/models").json()
    assert (openai["object"], [(m["id"], m["object"]) for m in openai["data"]]) == ("list", [("scripted-1", "model")])
    assert (anthropic["has_more"], [(m["id"], m["type"]) for m in anthropic["data"]]) == (
        False,
        [("scripted-1", "model")],
    )


def test_one_key_lets_in_and_no_other() -> None:
    with ScriptedModel(config=LlmConfig(key="right")) as model, httpx.Client(base_url=model.url) as client:
        version = {"anthropic-version": "2023-06-01"}
        right = [
            ask_with(client, "/v1/chat/completions", {"authorization": "Bearer right"}),
            ask_with(client, "/v1/messages", version | {"x-api-key": "right"}),
        ]
        wrong = [
            ask_with(client, "/v1/chat/completions", {"authorization": "Bearer wrong"}),
            ask_with(client, "/v1/chat/completions", {}),
            ask_with(client, "/v1/messages", version | {"x-api-key": "wrong"}),
            client.get("/v1/models"),
        ]
    assert [answer.status_code for answer in right] == [200, 200]
    assert [answer.status_code for answer in wrong] == [401] * 4
    assert wrong[0].json()["error"]["code"] == "invalid_api_key"
    assert wrong[2].json()["error"] == {"type": "authentication_error", "message": "invalid x-api-key"}


def ask_with(client: httpx.Client, path: str, headers: dict[str, str]) -> httpx.Response:
    return client.post(path, json=ASKED | {"max_tokens": 5}, headers=headers)


def test_a_foreign_host_is_refused(client: httpx.Client) -> None:
    assert client.get("/-/requests", headers={"host": "evil.example"}).status_code == 400


def test_all_that_the_model_heard_is_one_text(model: ScriptedModel, client: httpx.Client) -> None:
    ask(client, "/v1/chat/completions", system="first")
    ask(client, "/v1/messages", system="second")
    assert "first" in model.heard
    assert "second" in model.heard
    assert CANARY not in model.heard
    model.forget()
    assert (model.heard, model.requests()) == ("", [])


async def test_a_model_serves_a_test_that_awaits() -> None:
    with ScriptedModel(TEXT) as model:
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{model.url}/v1/chat/completions", json=ASKED)
        assert model.unused == 0
    assert answer.json()["choices"][0]["message"]["content"] == "one two three"


def test_a_wrong_script_does_not_start() -> None:
    with pytest.raises(InvalidError, match="/turns"):
        ScriptedModel({"turns": 1})


@pytest.mark.parametrize("mode", ["local", "test"])
def test_the_server_is_made_of_settings(mode: str, tmp_path: Any) -> None:
    app = create_app(load_settings({"MADANG_HOME": str(tmp_path)}, {"mode": mode}))
    assert {"/v1/messages", "/v1/chat/completions"} <= {getattr(route, "path", "") for route in app.routes}


def test_real_mode_refuses_the_server(tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="MADANG_MODE=real"):
        create_app(load_settings({"MADANG_HOME": str(tmp_path)}, {"mode": "real"}))

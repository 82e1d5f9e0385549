"""Models from the command line and from the settings, asked through the proxy of real processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel

pytestmark = pytest.mark.slow
KEY = "sk-canary-acceptance-1"


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedModel]:
    with ScriptedModel(config=LlmConfig(key=KEY)) as running:
        yield running


def host_of(script: ScriptedModel) -> str:
    return script.url.removeprefix("http://")


def test_a_model_is_added_tried_made_the_default_and_removed(madang: Any, script: ScriptedModel) -> None:
    assert "there is no model" in madang.run("model", "list").stdout
    place = ("--url", f"{script.url}/v1", "--allow-host", host_of(script))
    added = madang.run("model", "add", "openai:gpt-5", *place, stdin=f"{KEY}\n")
    assert (added.returncode, ["default", "yes"] in [line.split() for line in added.stdout.splitlines()]) == (0, True)
    named = madang.run("model", "add", "anthropic:claude-sonnet-5", "--name", "claude", *place, stdin="sk-wrong-1")
    assert named.returncode == 0, named.stderr
    tried = madang.run("model", "test", "openai:gpt-5")
    assert (tried.returncode, "asked for the tool as it was told" in tried.stdout) == (0, True), tried
    assert "USD 0.0" in tried.stdout
    refused = madang.run("model", "test", "claude")
    assert (refused.returncode, "refuses the key (401)" in refused.stdout) == (1, True)
    assert madang.run("model", "key", "claude", stdin=KEY).stdout == "the key of claude is set\n"
    assert madang.run("model", "test", "claude").returncode == 0
    assert madang.run("model", "default", "claude").stdout == "claude is the default\n"
    listed = madang.json("model", "list", "--json")
    assert [(each["name"], each["is_default"]) for each in listed] == [("openai:gpt-5", False), ("claude", True)]
    assert madang.run("model", "remove", "claude").returncode == 0
    assert madang.run("model", "test", "claude").returncode == 1
    assert madang.run("connector", "list").stdout.count("madang_models") == 0


def test_a_wrong_word_is_told_with_what_to_do(madang: Any) -> None:
    wrong = madang.run("model", "add", "nobody:gpt-5")
    assert (wrong.returncode, "one of openai, anthropic" in wrong.stderr) == (1, True)
    short = madang.run("model", "add", "gpt-5")
    assert "write provider:model" in short.stderr or "there is no provider" in short.stderr
    needs = madang.run("model", "add", "compatible:qwen3", "--no-key")
    assert "needs the URL of its server" in needs.stderr


def test_the_model_of_the_settings_is_the_default_once_and_its_key_is_nowhere_but_at_the_proxy(
    madang: Any, script: ScriptedModel
) -> None:
    assert madang.down() == 0
    madang.environment |= {
        "MADANG_MODEL": "compatible:tiny-1",
        "MADANG_MODEL_URL": f"{script.url}/v1",
        "MADANG_MODEL_KEY": KEY,
    }
    madang.up()
    madang.await_(lambda: "conversations ask compatible:tiny-1" in madang.printed(), "the first model")
    assert [each["name"] for each in madang.json("model", "list", "--json") if each["is_default"]] == [
        "compatible:tiny-1"
    ]
    assert madang.run("model", "test", "compatible:tiny-1").returncode == 0
    assert madang.run("model", "remove", "compatible:tiny-1").returncode == 0
    assert madang.down() == 0
    madang.up()
    assert "compatible:tiny-1" not in madang.run("model", "list").stdout
    assert madang.printed().count("conversations ask") == 1
    shown = madang.run("config").stdout
    assert KEY not in shown + madang.printed() + madang.log()
    for path in madang.home.rglob("*"):
        if path.is_file() and "postgres" not in path.parts:
            assert KEY.encode() not in path.read_bytes(), path

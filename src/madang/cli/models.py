"""`madang model`: which models conversations may ask. Their keys go to the proxy and are never shown again."""

from __future__ import annotations

import click

from madang.agent.model_providers import PROVIDERS, split_setting
from madang.cli.answers import object_of, text, texts
from madang.cli.connections import read_secret
from madang.cli.lookup import PAGE, segment
from madang.cli.printing import print_facts, print_json, print_table
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.sdk.client import Client
from madang.settings import load_settings

TEST_SECONDS = 90.0
_MICRO = 1_000_000
_KEYLESS = ("ollama",)

_json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON.")


@click.group(epilog="Example: madang model add openai:gpt-5")
def model() -> None:
    """Models that conversations may ask. Without one, the agent works by words alone."""


@model.command("list", epilog="Example: madang model list")
@_json_option
def list_(*, is_json: bool) -> None:
    """All models, oldest first."""
    with Client.from_settings(load_settings()) as client:
        found = list(client.pages("/api/models", params={"limit": PAGE}))
    if is_json:
        print_json([*found])
        return
    if not found:
        click.echo("there is no model; the agent works by words alone (madang model add openai:gpt-5)")
        return
    print_table(
        ("model", "is", "server", "key", "default"),
        [
            (
                text(each, "name"),
                f"{text(each, 'provider')}:{text(each, 'model')}",
                text(each, "base_url"),
                "set" if each.get("has_key") else "",
                "yes" if each.get("is_default") else "",
            )
            for each in found
        ],
    )


@model.command("add", epilog="Example: madang model add compatible:qwen3 --url http://127.0.0.1:8000/v1 --no-key")
@click.argument("what", metavar="PROVIDER:MODEL")
@click.option("--name", help="What it is called; by default as it is written here.")
@click.option("--url", metavar="URL", help="Where it is, if not where its provider says.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST:PORT", help="An address of this machine or network."
)
@click.option("--no-key", is_flag=True, help="It wants no API key.")
@click.option("--default", "is_default", is_flag=True, help="Make it the default; the first one is it anyway.")
@_json_option
def add(
    what: str,
    name: str | None,
    url: str | None,
    hosts: tuple[str, ...],
    *,
    no_key: bool,
    is_default: bool,
    is_json: bool,
) -> None:
    """Add a model.

    PROVIDER is openai, anthropic, google, openrouter, groq, mistral, deepseek, xai, together, fireworks, cerebras,
    ollama, or compatible for any server that speaks as OpenAI does. The API key is asked for without being shown, or
    read from stdin where that is no terminal.
    """
    provider, called = split_setting(what)
    wanted: JsonObject = {"name": name or what, "provider": provider, "model": called, "allowed_hosts": [*hosts]}
    if url is not None:
        wanted["base_url"] = url
    with Client.from_settings(load_settings()) as client:
        if not no_key and provider not in _KEYLESS:
            wanted["api_key"] = read_secret(f"API key of {PROVIDERS[provider].title}")
        made = object_of(client.post("/api/models", json=wanted))
        if is_default and not made.get("is_default"):
            made = object_of(client.patch(_path(text(made, "id")), json={"is_default": True}))
    _print(made, is_json=is_json)


@model.command("test", epilog="Example: madang model test openai:gpt-5")
@click.argument("name")
@_json_option
def test(name: str, *, is_json: bool) -> int:
    """Ask the model NAME for one tiny thing, and say whether it is good for conversations."""
    with Client.from_settings(load_settings()) as client:
        verdict = object_of(client.post(f"{_path(name)}/test", timeout_seconds=TEST_SECONDS))
    if is_json:
        print_json(verdict)
    else:
        click.echo(f"{text(verdict, 'verdict')}{_price(verdict)}")
    return 0 if verdict.get("ok") else 1


@model.command("default", epilog="Example: madang model default openai:gpt-5")
@click.argument("name")
def default(name: str) -> None:
    """Have conversations ask the model NAME where they have chosen no other."""
    with Client.from_settings(load_settings()) as client:
        changed = object_of(client.patch(_path(name), json={"is_default": True}))
    click.echo(f"{text(changed, 'name')} is the default")


@model.command("key", epilog="Example: madang model key openai:gpt-5")
@click.argument("name")
@click.option("--remove", "is_removed", is_flag=True, help="Forget the key.")
def key(name: str, *, is_removed: bool) -> None:
    """Set another API key of the model NAME: asked for without being shown, or read from stdin."""
    with Client.from_settings(load_settings()) as client:
        found = object_of(client.get(_path(name)))
        given = None if is_removed else read_secret("API key")
        client.patch(_path(text(found, "id")), json={"api_key": given})
    click.echo(f"the key of {text(found, 'name')} is {'forgotten' if is_removed else 'set'}")


@model.command("remove", epilog="Example: madang model remove openai:gpt-5")
@click.argument("name")
def remove(name: str) -> None:
    """Remove the model NAME with its connection and its key."""
    with Client.from_settings(load_settings()) as client:
        client.delete(_path(name))
    click.echo(f"{name} is removed")


def _path(name: str) -> str:
    if not name.strip():
        raise UsageError("the name of the model is empty; `madang model list` shows all")
    return f"/api/models/{segment(name)}"


def _price(verdict: JsonObject) -> str:
    price = verdict.get("price_micro")
    if not isinstance(price, int):
        return ""
    tokens = f"{text(verdict, 'input_tokens')} tokens in, {text(verdict, 'output_tokens')} out"
    return f" ({tokens}, {text(verdict, 'currency')} {price / _MICRO:.6f})"


def _print(made: JsonObject, *, is_json: bool) -> None:
    if is_json:
        print_json(made)
        return
    print_facts(
        {
            "model": text(made, "name"),
            "id": text(made, "id"),
            "is": f"{text(made, 'provider')}:{text(made, 'model')}",
            "server": text(made, "base_url"),
            "may reach": ", ".join(texts(made, "allowed_hosts")),
            "key": "set" if made.get("has_key") else "none",
            "default": "yes" if made.get("is_default") else "no",
        }
    )
    click.echo(f"try it: madang model test {text(made, 'name')}")

"""Conversations as the API has them: made, found, listed; and which model they ask."""

from __future__ import annotations

from itertools import islice

import click
from click.shell_completion import CompletionItem

from madang.cli.answers import object_of, text
from madang.cli.lookup import segment
from madang.kit.errors import MadangError, NotFoundError
from madang.kit.json import JsonObject
from madang.sdk.client import Client
from madang.settings import load_settings

OFFLINE = "offline"
LISTED = 20
HEAD = ("conversation", "title", "model", "changed (UTC)")


def newest(client: Client, count: int = LISTED) -> list[JsonObject]:
    """The newest conversations."""
    return list(islice(client.pages("/api/conversations", params={"limit": count}), count))


def get_newest(client: Client) -> str:
    """The id of the newest one. Raises NotFoundError where there is none."""
    found = newest(client, 1)
    if not found:
        raise NotFoundError("there is no conversation yet to go on with; `madang chat TEXT` begins one")
    return text(found[0], "id")


def get_conversation(client: Client, identifier: str) -> JsonObject:
    """One by its id. Raises ApiError with what to do where there is none."""
    return object_of(client.get(f"/api/conversations/{segment(identifier)}"))


def begin(client: Client, model: str | None) -> str:
    """The id of a new one that asks a model, `offline`, or without a name the default."""
    body: JsonObject = {} if model is None else {"model": model_id(client, model)}
    return text(object_of(client.post("/api/conversations", json=body)), "id")


def choose_model(client: Client, identifier: str, model: str | None) -> None:
    """Have a conversation ask another model from its next turn on; without a name the default."""
    chosen = None if model is None else model_id(client, model)
    client.patch(f"/api/conversations/{segment(identifier)}", json={"model": chosen})


def model_id(client: Client, name: str) -> str:
    """The id of a model by its name. Raises ApiError with what to do where there is none."""
    return OFFLINE if name == OFFLINE else text(object_of(client.get(f"/api/models/{segment(name)}")), "id")


def model_text(client: Client, model: str | None) -> str:
    """Which model is asked, as people call it."""
    if model == OFFLINE:
        return "offline, without a model"
    for each in client.pages("/api/models"):
        if model in {text(each, "id"), text(each, "name")} or (model is None and each.get("is_default") is True):
            return f"{text(each, 'name')} ({text(each, 'model')})"
    return "offline, as there is no model" if model is None else model


def rows(client: Client, conversations: list[JsonObject]) -> list[tuple[str, ...]]:
    """A line of the list for each."""
    names = {text(each, "id"): text(each, "name") for each in client.pages("/api/models")}
    return [
        (
            text(each, "id"),
            text(each, "title"),
            names.get(text(each, "model"), text(each, "model")),
            text(each, "updated_at")[:16].replace("T", " "),
        )
        for each in conversations
    ]


def complete_conversation(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """For the shell: ids with titles; none where Madang does not run."""
    try:
        with Client.from_settings(load_settings()) as client:
            found = newest(client)
    except MadangError:
        return []
    ids = [each for each in found if text(each, "id").startswith(begun)]
    return [CompletionItem(text(each, "id"), help=text(each, "title")) for each in ids]


def complete_model(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """For the shell: the names of models."""
    try:
        with Client.from_settings(load_settings()) as client:
            names = [text(each, "name") for each in client.pages("/api/models")]
    except MadangError:
        names = []
    return [CompletionItem(name) for name in [*names, OFFLINE] if name.startswith(begun)]

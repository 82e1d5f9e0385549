"""Finding a connection by what people write: its id, `connector/label`, a label, or its connector's name."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from madang.cli.answers import items, object_of, text
from madang.kit.errors import NotFoundError, UsageError
from madang.kit.ids import is_id
from madang.kit.json import JsonObject
from madang.sdk.client import ApiError, Client

PAGE = 200


def get_connector(client: Client, name: str) -> JsonObject:
    """A connector by its name or id. Raises ApiError with what to do where there is none."""
    return object_of(client.get(f"/api/connectors/{segment(name)}"))


def find_connector(client: Client, name: str) -> JsonObject | None:
    """A connector by its name or id, or None."""
    try:
        return get_connector(client, name)
    except ApiError as error:
        if error.http_status == 404:
            return None
        raise


def connections_of(client: Client, connector: str | None = None) -> list[JsonObject]:
    """The connections of one connector or of all, oldest first."""
    return list(client.pages("/api/connections", params={"connector": connector, "limit": PAGE}))


def get_connection(client: Client, said: str) -> JsonObject:
    """The connection that is meant. Raises NotFoundError for none, UsageError for more than one."""
    if is_id(said, "cxn"):
        return object_of(client.get(f"/api/connections/{said}"))
    identifier = text(choose_connection(said, connections_of(client)), "id")
    return object_of(client.get(f"/api/connections/{identifier}"))


def choose_connection(said: str, connections: Sequence[JsonObject]) -> JsonObject:
    """The one of `connections` that is meant."""
    for meant in (
        [each for each in connections if connection_name(each) == said],
        [each for each in connections if text(each, "connector") == said],
        [each for each in connections if text(each, "label") == said],
    ):
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise UsageError(f"{said!r} is more than one connection: {', '.join(map(connection_name, meant))}")
    raise NotFoundError(f"there is no connection {said!r}; `madang connection list` shows all")


def connection_name(connection: JsonObject) -> str:
    """How people write a connection: its connector's name and its label."""
    return f"{text(connection, 'connector')}/{text(connection, 'label')}"


def schemes_of(connector: JsonObject) -> list[JsonObject]:
    """The security schemes of a connector's current version."""
    version = connector.get("version")
    return items(version, "security_schemes") if isinstance(version, dict) else []


def segment(name: str) -> str:
    """A name as one segment of a path."""
    return quote(name, safe="") or "%20"

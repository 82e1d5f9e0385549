"""`madang connection`: ways to an API's server, and the credentials that go with them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import click

from madang.cli.answers import items, object_of, text, texts
from madang.cli.lookup import connection_name, connections_of, get_connection, get_connector, segment
from madang.cli.printing import is_asking, note, print_facts, print_json, print_table
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.sdk.client import Client
from madang.settings import load_settings

WAITING = 3
_MOST_SECRET_BYTES = 64 * 1024
_SECRET_WORDS: Mapping[str, str] = {
    "apiKey": "API key",
    "basic": "password",
    "bearer": "token",
    "openIdConnect": "token",
    "oauth2": "client secret",
}
_PLACES = ("header", "query", "cookie")
_scheme_option = click.option(
    "--scheme",
    "schemes",
    multiple=True,
    metavar="SCHEME",
    help="bearer, basic or apiKey:header:NAME: for a document that asks for no credential.",
)
_json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON.")


@click.group(epilog="Example: madang connection show bbs/default")
def connection() -> None:
    """Connections: where a connector's functions are called, and with which credentials.

    A connection is named by its id, as CONNECTOR/LABEL, or by its connector alone where that has only one.
    """


@connection.command("list", epilog="Example: madang connection list bbs")
@click.argument("connector", required=False)
@_json_option
def list_(connector: str | None, *, is_json: bool) -> None:
    """All connections, or those of CONNECTOR; the oldest is used where a call names none."""
    with Client.from_settings(load_settings()) as client:
        wanted = text(get_connector(client, connector), "id") if connector else None
        found = connections_of(client, wanted)
        if is_json:
            print_json([*found])
            return
    print_table(
        ("connection", "server", "may reach", "id"),
        [
            (
                connection_name(each),
                text(each, "server_url"),
                ", ".join(texts(each, "allowed_hosts")),
                text(each, "id"),
            )
            for each in found
        ],
    )


@connection.command("add", epilog="Example: madang connection add shop --label test --server https://test.example/v1")
@click.argument("connector")
@click.option("--label", default="default", show_default=True, help="What it is called.")
@click.option("--server", metavar="URL", help="Where the API is; by default where the document says.")
@click.option("--variable", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the server's URL.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST:PORT", help="An address of this machine or network."
)
@click.option("--effect", "effects", multiple=True, metavar="FUNCTION=CLASS", help="Another class of a function.")
@_scheme_option
@_json_option
def add(
    connector: str,
    label: str,
    server: str | None,
    variables: tuple[str, ...],
    hosts: tuple[str, ...],
    effects: tuple[str, ...],
    schemes: tuple[str, ...],
    *,
    is_json: bool,
) -> None:
    """Make a connection to CONNECTOR."""
    wanted: JsonObject = {"label": label, **_changes(None, server, variables, hosts, effects, schemes)}
    with Client.from_settings(load_settings()) as client:
        wanted["connector"] = connector
        made = object_of(client.post("/api/connections", json=wanted))
        _print(client, text(made, "id"), is_json=is_json)


@connection.command("show", epilog="Example: madang connection show bbs/default")
@click.argument("name", metavar="CONNECTION")
@_json_option
def show(name: str, *, is_json: bool) -> None:
    """CONNECTION: its server, the addresses that it may reach, which credentials are set. Secrets are never shown."""
    with Client.from_settings(load_settings()) as client:
        _print(client, text(get_connection(client, name), "id"), is_json=is_json)


@connection.command("update", epilog="Example: madang connection update shop/test --server https://new.example/v1")
@click.argument("name", metavar="CONNECTION")
@click.option("--label", help="What it is called.")
@click.option("--server", metavar="URL", help="Where the API is.")
@click.option("--variable", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the server's URL.")
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST:PORT", help="In place of those allowed so far.")
@click.option("--no-hosts", is_flag=True, help="Allow no address of this machine or network.")
@click.option("--effect", "effects", multiple=True, metavar="FUNCTION=CLASS", help="Another class of a function.")
@_scheme_option
@click.option("--no-schemes", is_flag=True, help="Declare no scheme.")
@_json_option
def update(
    name: str,
    label: str | None,
    server: str | None,
    variables: tuple[str, ...],
    hosts: tuple[str, ...],
    effects: tuple[str, ...],
    schemes: tuple[str, ...],
    *,
    no_hosts: bool,
    no_schemes: bool,
    is_json: bool,
) -> None:
    """Change what is given of CONNECTION.

    A --scheme is for a document that asks for no credential: bearer, basic, or apiKey:header:NAME (query and cookie
    too), all of them in place of those declared so far. `madang connection credential` then gives the secret.
    """
    if no_hosts and hosts:
        raise UsageError("--no-hosts and --allow-host exclude each other; give one of them")
    if no_schemes and schemes:
        raise UsageError("--no-schemes and --scheme exclude each other; give one of them")
    changes = _changes(label, server, variables, hosts, effects, schemes)
    if no_hosts:
        changes["allowed_hosts"] = []
    if no_schemes:
        changes["security_schemes"] = []
    if not changes:
        raise UsageError("nothing is to be changed; `madang connection update --help` shows what can be")
    with Client.from_settings(load_settings()) as client:
        current = get_connection(client, name)
        for kept in ("variables", "effects"):
            before, now = current.get(kept), changes.get(kept)
            if isinstance(before, dict) and isinstance(now, dict):
                changes[kept] = {**before, **now}
        changed = client.patch(f"/api/connections/{text(current, 'id')}", json=changes)
        _print(client, text(object_of(changed), "id"), is_json=is_json)


@connection.command("remove", epilog="Example: madang connection remove shop/test --yes")
@click.argument("name", metavar="CONNECTION")
@click.option("--yes", "is_agreed", is_flag=True, help="Do not ask.")
def remove(name: str, *, is_agreed: bool) -> int:
    """Remove CONNECTION and its credentials."""
    with Client.from_settings(load_settings()) as client:
        current = get_connection(client, name)
        what = f"the connection {text(current, 'label')} to {text(current, 'server_url')}"
        if not is_agreed and not is_asking():
            note(f"madang: this removes {what} and its credentials: add --yes to agree")
            return WAITING
        if not is_agreed and not click.confirm(f"Remove {what} and its credentials?", err=True):
            note("nothing was removed")
            return 1
        client.delete(f"/api/connections/{text(current, 'id')}")
    click.echo(f"{what} is removed")
    return 0


@connection.command("credential", epilog="Example: pass show shop | madang connection credential shop api_key")
@click.argument("name", metavar="CONNECTION")
@click.argument("scheme")
@click.option("--username", help="For a scheme of kind basic.")
@click.option("--client-id", help="For a scheme of kind oauth2.")
@click.option("--token-url", metavar="URL", help="For oauth2, if not where the document says.")
@click.option("--scope", "scopes", multiple=True, help="For oauth2: what is asked for, once for each.")
@click.option("--remove", "is_removed", is_flag=True, help="Forget the credential.")
def credential(
    name: str,
    scheme: str,
    username: str | None,
    client_id: str | None,
    token_url: str | None,
    scopes: tuple[str, ...],
    *,
    is_removed: bool,
) -> None:
    """Give CONNECTION the credential of one security SCHEME of its document, or of its own.

    The secret is asked for without being shown, or read from stdin where that is no terminal; it is never an argument,
    as those stand in histories and lists of processes. It goes to the proxy, which alone can read it.
    """
    with Client.from_settings(load_settings()) as client:
        current = get_connection(client, name)
        path = f"/api/connections/{text(current, 'id')}/credentials/{segment(scheme)}"
        if is_removed:
            client.delete(path)
            click.echo(f"the credential {scheme} is forgotten")
            return
        kind = kind_of_scheme(items(current, "credentials"), scheme)
        username = _asked(username, "username", "--username") if kind == "basic" else None
        client_id = _asked(client_id, "client id", "--client-id") if kind == "oauth2" else None
        options: JsonObject = {"token_url": token_url, "scopes": [*scopes] or None} if kind == "oauth2" else {}
        body = credential_body(kind, read_secret(_SECRET_WORDS[kind]), username=username, client_id=client_id)
        client.put(path, json=body | {key: value for key, value in options.items() if value is not None})
    click.echo(f"the credential {scheme} is set")


def kind_of_scheme(schemes: Sequence[JsonObject], name: str) -> str:
    """The kind of a scheme. Raises UsageError for one that is not there, and for one without a secret."""
    for scheme in schemes:
        if text(scheme, "scheme") == name:
            kind = text(scheme, "kind")
            if kind not in _SECRET_WORDS:
                raise UsageError(f"{name} is of kind {kind}, which cannot be given as a secret")
            return kind
    there = ", ".join(text(scheme, "scheme") for scheme in schemes)
    if there:
        raise UsageError(f"there is no security scheme {name!r}; there is {there}")
    raise UsageError(
        f"there is no security scheme {name!r}, as the document has none; the connection can declare one: "
        "`madang connection update CONNECTION --scheme bearer`"
    )


def read_scheme(written: str) -> JsonObject:
    """A scheme as `--scheme` writes it: `[NAME=]bearer`, `[NAME=]basic` or `[NAME=]apiKey:PLACE:PARAMETER`.

    Without NAME it is called as its kind, an apiKey as its parameter. Raises UsageError.
    """
    name, sign, form = written.rpartition("=")
    kind, *rest = form.split(":", 2)
    if kind in ("bearer", "basic") and not rest and (name or not sign):
        return {"name": name or kind, "kind": kind}
    if kind == "apiKey" and len(rest) == 2 and rest[0] in _PLACES and rest[1] and (name or not sign):
        return {"name": name or rest[1], "kind": kind, "location": rest[0], "parameter": rest[1]}
    raise UsageError(f"--scheme {written!r} must be bearer, basic or apiKey:header:NAME (or query, or cookie)")


def credential_body(kind: str, secret: str, *, username: str | None, client_id: str | None) -> JsonObject:
    """What is sent for a scheme of a kind."""
    if kind == "apiKey":
        return {"value": secret}
    if kind == "basic":
        return {"username": username, "password": secret}
    if kind == "oauth2":
        return {"client_id": client_id, "client_secret": secret}
    return {"token": secret}


def _asked(given: str | None, what: str, option: str) -> str:
    if given is not None:
        return given
    if not is_asking():
        raise UsageError(f"the {what} is not given: add {option}")
    return str(click.prompt(what, err=True))


def read_secret(what: str) -> str:
    """A secret as it is typed without being shown, or from stdin where that is no terminal. Raises UsageError."""
    if is_asking():
        return str(click.prompt(what, hide_input=True, err=True))
    raw = sys.stdin.buffer.read(_MOST_SECRET_BYTES + 1)
    if len(raw) > _MOST_SECRET_BYTES:
        raise UsageError(f"stdin has more than {_MOST_SECRET_BYTES:,} bytes; a {what} is shorter")
    try:
        secret = raw.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(f"the {what} on stdin is not UTF-8 text") from None
    if not secret:
        raise UsageError(f"stdin is empty; write the {what} to it")
    return secret


def _changes(
    label: str | None,
    server: str | None,
    variables: Sequence[str],
    hosts: Sequence[str],
    effects: Sequence[str],
    schemes: Sequence[str],
) -> JsonObject:
    said: JsonObject = {
        "label": label,
        "server_url": server,
        "variables": {**pairs(variables, "--variable")} or None,
        "allowed_hosts": [*hosts] or None,
        "effects": {**pairs(effects, "--effect")} or None,
        "security_schemes": [read_scheme(each) for each in schemes] or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """`NAME=VALUE` as a mapping. Raises UsageError for one without `=`."""
    found: dict[str, str] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise UsageError(f"{option} {each!r} must be written NAME=VALUE")
        found[name] = value
    return found


def _print(client: Client, identifier: str, *, is_json: bool) -> None:
    current = get_connection(client, identifier)
    if is_json:
        print_json(current)
        return
    print_facts(
        {
            "connection": connection_name(current),
            "id": text(current, "id"),
            "server": text(current, "server_url"),
            "variables": _pairs_text(current, "variables"),
            "may reach": ", ".join(texts(current, "allowed_hosts")),
            "effects": _pairs_text(current, "effects"),
        }
    )
    for each in items(current, "credentials"):
        state = f"set {text(each, 'set_at')}" if each.get("is_set") else "not set"
        own = ", the connection's own" if each.get("is_own") else ""
        click.echo(f"credential {text(each, 'scheme')} ({text(each, 'kind')}{own}): {state}")


def _pairs_text(current: JsonObject, name: str) -> str:
    value = current.get(name)
    return ", ".join(f"{key}={member}" for key, member in value.items()) if isinstance(value, dict) else ""

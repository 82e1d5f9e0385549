"""`madang sign-in`: a link that signs a browser in, once."""

from __future__ import annotations

import json

import click

from madang.kit.errors import UsageError
from madang.sdk.client import Client
from madang.settings import Settings, load_settings


@click.command("sign-in", epilog="Example: madang sign-in")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@click.option("--open", "is_opening", is_flag=True, help="Open the link in a browser.")
def sign_in(*, is_json: bool, is_opening: bool) -> None:
    """Print a fresh link that signs a browser in. It works once and for a few minutes."""
    made = new_link(load_settings())
    click.echo(json.dumps(made, indent=2) if is_json else made["url"])
    if is_opening:
        click.launch(made["url"])


def new_link(settings: Settings) -> dict[str, str]:
    """A fresh link as `{url, expires_at}`. Raises UsageError in real mode, and where Madang is not running."""
    if settings.mode == "real":
        raise UsageError(
            "MADANG_MODE=real has no sign-in link, as whoever can read it is signed in: use an API key (`madang "
            "account create`), or set MADANG_MODE=local for a machine of your own"
        )
    with Client.from_settings(settings) as client:
        made = client.post("/api/sign-in-links")
    if not isinstance(made, dict):
        raise UsageError(f"{client.base_url} answered a sign-in link that is none: is it another program?")
    return {"url": str(made["url"]), "expires_at": str(made["expires_at"])}


def fresh_link(settings: Settings) -> str:
    """The address of a fresh link."""
    return new_link(settings)["url"]

"""`madang account`: accounts made by whoever runs the installation, straight in its database.

Real mode begins with it: there is no account yet, nobody to be asked over the API, and no sign-in link.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from madang.cli.printing import note, print_json, print_table
from madang.kit.clock import SystemClock, iso
from madang.kit.errors import UsageError
from madang.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from madang.accounts.operating import FirstKey

Result = TypeVar("Result")
_json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON.")
_save_option = click.option(
    "--save", "is_saved", is_flag=True, help="Write the key to MADANG_HOME/token, where the commands here read it."
)


@click.group(epilog="Example: MADANG_MODE=real madang account create shop --user Sam --save")
def account() -> None:
    """Accounts: the first one and its key in real mode.

    These commands work on the database itself, whether Madang runs or not.
    """


@account.command("create", epilog="Example: madang account create shop --user Sam")
@click.argument("name")
@click.option("--user", "user_name", help="What its owner is called; by default as the account.")
@click.option("--another", "is_another", is_flag=True, help="Make it although there is an account already.")
@_save_option
@_json_option
def create(name: str, user_name: str | None, *, is_another: bool, is_saved: bool, is_json: bool) -> None:
    """Make the account NAME with its owner, and print an API key of the owner, once."""
    from madang.accounts.operating import open_account

    settings = load_settings()
    _refuse_token(settings, is_saved=is_saved)
    made = _work(
        settings,
        lambda db: open_account(
            db, name=name, user_name=user_name or name, is_another=is_another, now=SystemClock().now()
        ),
    )
    _show(settings, made, is_saved=is_saved, is_json=is_json)


@account.command("key", epilog="Example: madang account key shop")
@click.argument("name")
@_save_option
@_json_option
def key(name: str, *, is_saved: bool, is_json: bool) -> None:
    """Print a new API key of the owner of the account NAME, as where the first one was lost."""
    from madang.accounts.operating import give_key

    settings = load_settings()
    _refuse_token(settings, is_saved=is_saved)
    made = _work(settings, lambda db: give_key(db, name, now=SystemClock().now()))
    _show(settings, made, is_saved=is_saved, is_json=is_json)


@account.command("list", epilog="Example: madang account list")
@_json_option
def list_(*, is_json: bool) -> None:
    """All accounts of this installation and their owners."""
    from madang.accounts.operating import list_accounts

    found = _work(load_settings(), list_accounts)
    if is_json:
        print_json(
            [
                {"id": each.id, "name": each.name, "owner": each.owner, "created_at": iso(each.created_at)}
                for each in found
            ]
        )
        return
    rows = [(each.name, each.owner, iso(each.created_at), each.id) for each in found]
    print_table(("account", "owner", "since", "id"), rows)


def _work(settings: Settings, do: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """One transaction on the database with its newest tables."""
    from madang.storage.embedded import open_database_url
    from madang.storage.engine import Database
    from madang.storage.migrate import migrate

    async def run(url: str) -> Result:
        await migrate(url, ("core",))
        database = Database(url, pooled=False)
        try:
            async with database.begin() as db:
                return await do(db)
        finally:
            await database.close()

    with open_database_url(settings) as url:
        return asyncio.run(run(url))


def _show(settings: Settings, made: FirstKey, *, is_saved: bool, is_json: bool) -> None:
    from madang.accounts.local import save_token

    if is_saved:
        save_token(settings.home, made.secret)
    if is_json:
        shown = {} if is_saved else {"key": made.secret}
        print_json({"account": made.account, "id": made.actor.account, "user": made.user, **shown})
        return
    note(f"{made.user} owns the account {made.account}")
    if is_saved:
        note(f"the key is in {settings.home / 'token'}; the commands here use it")
        return
    click.echo(made.secret)
    note("This key is shown once. Send it as `Authorization: Bearer KEY`, and keep it as a password.")


def _refuse_token(settings: Settings, *, is_saved: bool) -> None:
    path = settings.home / "token"
    if is_saved and path.exists():
        raise UsageError(f"{path} holds a key already; move it away, or leave out --save")

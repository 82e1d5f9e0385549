"""`madang db`: the address of the database, a shell on it, backup and restore."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

import click

from madang.cli.preparing import single_up
from madang.cli.printing import ProgressLine, note, print_json
from madang.kit.clock import SystemClock
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject
from madang.net.signals import on_signals
from madang.settings import Settings, load_settings

if TYPE_CHECKING:
    from madang.storage.archive import Manifest


@click.group(epilog="Example: madang db backup madang.tar.gz")
def db() -> None:
    """The database: its address, a shell, backup and restore."""


@db.command(epilog="Example: psql $(madang db url)")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def url(*, is_json: bool) -> None:
    """Print the URL of the database, with its password."""
    found = _running_url(load_settings())
    if is_json:
        print_json({"url": found})
    else:
        click.echo(found)


@db.command(
    epilog="Example: madang db shell -- -c 'SELECT count(*) FROM madang.account'",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(arguments: tuple[str, ...]) -> int:
    """Open psql on the database; ARGUMENTS go to psql. The embedded PostgreSQL is started for it if it does not run."""
    from madang.storage.embedded import open_database_url
    from madang.storage.postgres_files import tool
    from madang.storage.postgres_tools import client_environment

    with open_database_url(load_settings()) as found:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is psql's: it ends a query, not the shell
        try:
            return subprocess.run([tool("psql"), *arguments], env=client_environment(found), check=False).returncode
        finally:
            signal.signal(signal.SIGINT, before)


@db.command(epilog="Example: madang db backup madang-2026-01-31.tar.gz")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", "is_forced", is_flag=True, help="Replace FILE if it exists.")
@click.option("--json", "is_json", is_flag=True, help="Print what the backup holds as JSON.")
def backup(file: Path, *, is_forced: bool, is_json: bool) -> None:
    """Write database and objects to FILE, a .tar.gz, while Madang runs or not. It holds no keys."""
    from madang.storage.backup import backup as write
    from madang.storage.embedded import open_database_url

    settings = load_settings()
    _refuse_other_ending(file)
    _refuse_no_data(settings)
    if file.exists() and not is_forced:
        raise UsageError(f"{file} exists; choose another name, or use --force to replace it")
    with open_database_url(settings) as found:
        manifest = _run(write(settings, found, file.absolute(), SystemClock()))
    if is_json:
        print_json({"file": str(file), **manifest.to_json()})
        return
    click.echo(f"{file}: {sum(manifest.rows.values())} rows, {len(manifest.objects)} objects, {_size(file)}")
    note(f"Credentials in it open only with the keys of {settings.keys}, which it does not hold: keep them apart.")


@db.command(epilog="Example: madang db restore madang-2026-01-31.tar.gz")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", "is_forced", is_flag=True, help="Replace a database that is not empty.")
@click.option("--json", "is_json", is_flag=True, help="Print what was restored as JSON.")
def restore(file: Path, *, is_forced: bool, is_json: bool) -> None:
    """Replace database and objects by those of FILE. Madang must not run. If it fails, all stays as it was."""
    from madang.storage.embedded import open_database_url
    from madang.storage.restore import restore as bring_back

    settings = load_settings()
    with single_up(settings.home), open_database_url(settings) as found:
        manifest = _run(bring_back(settings, found, file.absolute(), is_forced=is_forced))
    restored: JsonObject = {"rows": sum(manifest.rows.values()), "objects": len(manifest.objects)}
    if is_json:
        print_json({"file": str(file), "created_at": manifest.created_at, **restored})
        return
    click.echo(f"Restored {restored['rows']} rows and {restored['objects']} objects of {manifest.created_at}.")
    note(
        "A backup holds no keys: credentials open only with those of the old home. Copy credential_key, grant_key and "
        f"journal_key of its keys/ to {settings.keys} if this is another home."
    )


def _run(work: Coroutine[object, object, Manifest]) -> Manifest:
    """Run to the end; SIGTERM ends it as Ctrl-C does, so that nothing half-done is left."""

    async def watched() -> Manifest:
        task = asyncio.ensure_future(work)

        def end() -> None:
            task.cancel()

        with on_signals(end, (signal.SIGTERM,)):
            return await task

    line = ProgressLine()
    line.show("working; this may take minutes")
    try:
        return asyncio.run(watched())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        line.clear()


def _running_url(settings: Settings) -> str:
    from madang.storage.embedded import find_running_url

    found = settings.database_url or find_running_url(settings.home)
    if found is None:
        raise UsageError(
            f"PostgreSQL does not run for {settings.home}; start Madang with `madang up`, or use `madang db shell`"
        )
    return found


def _refuse_no_data(settings: Settings) -> None:
    """Where the home has no data there is nothing to back up, and no server is made for it."""
    from madang.storage.postgres_files import Places

    data = Places(home=settings.home).data
    if settings.database_url is None and not data.is_symlink() and not data.exists():
        raise UsageError(f"there is no data in {settings.home}; set MADANG_HOME to the folder that Madang works in")


def _refuse_other_ending(file: Path) -> None:
    if not file.name.endswith((".tar.gz", ".tgz")):
        raise UsageError(f"a backup is a .tar.gz: call it {file.name}.tar.gz")


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"

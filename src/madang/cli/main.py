"""The command `madang`: a table of commands, each loaded when it is called, and one translation of errors.

Nothing heavy is imported here, so that `--help`, `--version` and `status` answer at once.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from madang import __version__
from madang.kit.errors import MadangError

INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A command of the table: where it is written, as `module:attribute`, and its line in `madang --help`."""

    target: str
    about: str


COMMANDS: Mapping[str, Entry] = {
    "up": Entry(target="madang.cli.up:up", about="start all servers and watch over them"),
    "serve": Entry(target="madang.cli.serve:serve", about="run one server in the foreground"),
    "status": Entry(target="madang.cli.status:status", about="which servers run, where, and how they are"),
    "config": Entry(target="madang.cli.config:config", about="every setting, its value and where it comes from"),
    "sign-in": Entry(target="madang.cli.sign_in:sign_in", about="a fresh link that signs a browser in, once"),
    "account": Entry(
        target="madang.cli.accounts:account", about="accounts, made in the database: the first in real mode"
    ),
    "db": Entry(target="madang.cli.db:db", about="the database: its address, a shell, backup and restore"),
    "connector": Entry(target="madang.cli.connectors:connector", about="documents of APIs: add, update, list, remove"),
    "connection": Entry(target="madang.cli.connections:connection", about="where an API is called, with which secrets"),
    "functions": Entry(target="madang.cli.functions:functions", about="what can be called, found by words"),
    "function": Entry(target="madang.cli.functions:function", about="one function: what it takes and gives"),
    "call": Entry(target="madang.cli.call:call", about="call a function"),
    "chat": Entry(target="madang.cli.chat:chat", about="ask in words; the agent finds, fills in and calls functions"),
    "model": Entry(target="madang.cli.models:model", about="models that conversations may ask: add, test, default"),
    "workflow": Entry(target="madang.cli.workflows:workflow", about="workflows: what is wrong with one, and its graph"),
    "completion": Entry(target="madang.cli.completion:completion", about="a script that completes commands in a shell"),
}


class CommandTable(click.Group):
    """A group whose commands are imported when they are called; one whose module is not there is left out."""

    def __init__(self, entries: Mapping[str, Entry], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return [name for name, entry in self._entries.items() if is_there(entry.target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command by name, imported now."""
        entry = self._entries.get(cmd_name)
        if entry is None or not is_there(entry.target):
            return None
        module, attribute = entry.target.split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lines of `--help`, from the table alone."""
        rows = [(name, self._entries[name].about) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def is_there(target: str) -> bool:
    """Whether the module of a `module:attribute` can be found; imports its packages, not the module itself."""
    try:
        return find_spec(target.split(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def _print_version(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"madang {__version__}")
        ctx.exit()


def _print_help() -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


madang = CommandTable(
    COMMANDS,
    name="madang",
    help="An agent-and-connector hub: it turns APIs into functions that an agent finds, fills in and calls.",
    epilog="Example: madang up",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Print the version.",
        )
    ],
    no_args_is_help=False,
    invoke_without_command=True,
    callback=_print_help,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """Run the command that the process was started with, and end the process with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], group: click.Group = madang) -> int:
    """Run one command and give its exit status: 0 done, 1 failed, 2 wrong use, 3 waiting, 130 interrupted.

    What fails is one line on stderr; the traceback of a fault of our own is shown with MADANG_DEBUG=1.
    """
    try:
        result = group.main(list(arguments), prog_name="madang", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.ClickException as error:
        _complain(_explain(error))
        return 2
    except MadangError as error:
        _show_traceback_if_asked()
        _complain(error.detail, *(f"  {field.pointer or '/'}: {field.message}" for field in error.errors))
        return error.exit_status
    except OSError as error:
        if error.errno == errno.EPIPE:
            return _leave_quietly()
        return _report_fault(error)
    except Exception as error:  # noqa: BLE001 - the boundary: a person sees one line, never a traceback
        return _report_fault(error)


def _explain(error: click.ClickException) -> str:
    """What click found wrong, with the command whose `--help` says how it is right."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.format_message().rstrip(".")
    return f"{message}; see `{context.command_path} --help`" if context else message


def _report_fault(error: BaseException) -> int:
    _show_traceback_if_asked()
    what = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
    _complain(f"something failed inside Madang: {what} (MADANG_DEBUG=1 shows where)")
    return 1


def _show_traceback_if_asked() -> None:
    if os.environ.get("MADANG_DEBUG") == "1":
        import traceback

        traceback.print_exc()


def _complain(line: str, *more: str) -> None:
    click.echo("\n".join([f"madang: {line}", *more]), err=True)


def _leave_quietly() -> int:
    """The reader of our output has gone, as in `madang functions | head`; nothing more can be written to it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1

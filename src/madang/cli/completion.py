"""`madang completion SHELL`: the script that completes commands and options."""

from __future__ import annotations

from typing import Literal

import click
from click.shell_completion import get_completion_class

Shell = Literal["bash", "zsh", "fish"]


@click.command(epilog="Example: madang completion bash > ~/.local/share/bash-completion/completions/madang")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: Shell) -> None:
    """Print the script that completes commands in SHELL; load it in the shell's start-up file."""
    from madang.cli.main import madang

    maker = get_completion_class(shell)
    assert maker is not None
    click.echo(maker(madang, {}, "madang", "_MADANG_COMPLETE").source())

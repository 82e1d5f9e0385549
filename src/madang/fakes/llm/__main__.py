"""`python -m madang.fakes.llm [--port N] [--script FILE] [--key KEY]`: the model server in the foreground."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import click

from madang.fakes.llm.app import config_of, create_app
from madang.fakes.llm.reading import read_script_text
from madang.fakes.llm.script import DEFAULT_SCRIPT
from madang.kit.errors import MadangError
from madang.net.serving import serve_asgi
from madang.settings import load_settings


@click.command(epilog="Example: python -m madang.fakes.llm --port 8720 --script turns.json")
@click.option("--host", help="The address to listen on.")
@click.option("--port", default=0, help="The port to listen on; 0 is any free one, which is printed.")
@click.option("--script", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A script, as JSON.")
@click.option("--key", help="The only key that is let in; any by default.")
def main(host: str | None, port: int, script: Path | None, key: str | None) -> None:
    """Run the scripted model until Ctrl-C."""
    try:
        found = read_script_text(script.read_bytes()) if script else DEFAULT_SCRIPT
        settings = load_settings(overrides={"host": host} if host else {})
        app = create_app(replace(config_of(settings), script=found, key=key))
        asyncio.run(
            serve_asgi(
                app,
                host=settings.host,
                port=port,
                server_name="llm",
                ready=lambda url: click.echo(f"llm: {url}"),
            )
        )
    except MadangError as error:
        click.echo(error.detail, err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()

"""`madang config`: every setting with its value and where that comes from."""

from __future__ import annotations

import json

import click

from madang.cli.environment import as_text
from madang.cli.tables import render_table
from madang.kit.json import JsonObject
from madang.settings import FILE_NAME, SETTINGS, Settings, load_settings


@click.command(epilog="Example: madang config --json")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def config(*, is_json: bool) -> None:
    """Every setting, its value and where it comes from; secrets are masked."""
    settings = load_settings()
    if is_json:
        click.echo(json.dumps(to_json(settings), ensure_ascii=False, indent=2))
        return
    rows = [(row["name"], row["value"], row["origin"], row["variable"], row["about"]) for row in _rows(settings)]
    click.echo(render_table(("setting", "value", "origin", "variable", "about"), rows))
    click.echo()
    click.echo(render_table(("path", ""), list(_paths(settings).items())))


def to_json(settings: Settings) -> JsonObject:
    """What `madang config --json` prints."""
    return {"settings": [dict(row) for row in _rows(settings)], "paths": dict(_paths(settings))}


def _rows(settings: Settings) -> list[dict[str, str]]:
    home = {
        "name": "home",
        "value": str(settings.home),
        "origin": settings.origins["home"],
        "variable": "MADANG_HOME",
        "about": "the folder of all that Madang keeps",
    }
    return [home] + [
        {
            "name": setting.name,
            "value": _shown(as_text(getattr(settings, setting.name)), is_secret=setting.secret),
            "origin": settings.origins[setting.name],
            "variable": setting.variable,
            "about": setting.about,
        }
        for setting in SETTINGS
    ]


def _shown(text: str, *, is_secret: bool) -> str:
    return "(set)" if is_secret and text else text


def _paths(settings: Settings) -> dict[str, str]:
    return {
        "settings": str(settings.home / FILE_NAME),
        "token": str(settings.home / "token"),
        "keys": str(settings.keys),
        "data": str(settings.data),
    }

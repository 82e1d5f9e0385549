"""Write the generated parts of docs/: settings, the command line, what imports say. Usage: docs.py [--check]"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from madang.cli.main import madang
from madang.schema.documents.remark_codes import remarks_page
from madang.settings import SETTINGS

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> int:
    """Write, or with --check compare; the exit status is 1 where a file is out of date."""
    pages = {
        DOCS / "settings.md": settings_page(),
        DOCS / "command-line.md": commands_page(),
        DOCS / "import-remarks.md": remarks_page(),
    }
    if "--check" not in sys.argv[1:]:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in pages.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"docs/{path.name} is out of date: run `make docs`")
    return 1 if stale else 0


def settings_page() -> str:
    """The table of settings."""
    lines = [
        "# Settings",
        "",
        "From the environment or `MADANG_HOME/madang.toml`; `madang config` shows each with its origin. `MADANG_HOME`",
        "itself is `~/.madang` by default. Written by `make docs`.",
        "",
        "| variable | in `madang.toml` | default | what it is |",
        "|---|---|---|---|",
    ]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else ""
        lines.append(f"| `{setting.variable}` | `{setting.name}` | {default} | {setting.about} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its help."""
    parts = ["# The command line\n\nWritten by `make docs` from the commands themselves.\n"]
    parts += [f"## {path}\n\n```\n{text}\n```\n" for path, text in helps(madang, "madang")]
    return "\n".join(parts)


def helps(command: click.Command, path: str, parent: click.Context | None = None) -> list[tuple[str, str]]:
    """The help texts of a command and all below it, in order."""
    context = click.Context(command, info_name=path.rpartition(" ")[2], parent=parent, terminal_width=100)
    found = [(path, command.get_help(context))]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                found += helps(below, f"{path} {name}", context)
    return found


if __name__ == "__main__":
    sys.exit(main())

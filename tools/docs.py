"""Write the generated parts of docs/: settings, the command line, what imports say, the rules of model vendors.

Usage: docs.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from madang.cli.main import madang
from madang.schema.dialects import RULES
from madang.schema.documents.remark_codes import remarks_page
from madang.settings import SETTINGS
from madang.swl.code_page import diagnostics_page

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> int:
    """Write, or with --check compare; the exit status is 1 where a file is out of date."""
    pages = {
        DOCS / "settings.md": settings_page(),
        DOCS / "command-line.md": commands_page(),
        DOCS / "import-remarks.md": remarks_page(),
        DOCS / "dialects.md": dialects_page(),
        DOCS / "language" / "diagnostics.md": diagnostics_page(),
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


ABOUT_DIALECTS = """\
# Dialects: functions as tools of each vendor's models

Written by `make docs` from `madang.schema.dialects.rules`. `check_tool(dialect, tool)` checks every rule;
`tests/benchmarks/bench_dialects.py` checks every function of a folder of documents in every dialect.

- What a dialect has no word for (a format, a bound, a default) goes into the description, which is fitted to the limit
  without cutting a word.
- What it has no form for (a map, any value, a circle without references, too deep, too many) is asked for as JSON in a
  text; coercion reads it back, because the function's own schema wants an object or a list there.
- Circles stay references where a dialect has them. Gemini has none: a definition is unfolded until it meets itself, at
  most 8 levels and 600 schemas.
- In some documents every entity leads to every other. A tool shows the nearest 150 shared schemas, or as many as hold
  3,000 schemas; further ones are named in words. The function's whole schema still checks what is written.
- A person's share is in no tool.

Origin: *published* on the page named, *observed* in the API's own messages, *own* where the vendor names no figure.
"""


def dialects_page() -> str:
    """The rules of each dialect, with what says so."""
    parts = [ABOUT_DIALECTS]
    for name, rules in RULES.items():
        rows = [f"| `{each.code}` | {each.says} | {each.origin} | {each.source} |" for each in rules.rules]
        parts.append("\n".join([f"## `{name}`", "", "| rule | says | origin | page |", "|---|---|---|---|", *rows, ""]))
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

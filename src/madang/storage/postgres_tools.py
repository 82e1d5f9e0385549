"""The client programs of PostgreSQL on a URL: psql, pg_dump, pg_restore. A password never stands in an argument."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from madang.kit.errors import UnavailableError
from madang.storage.postgres_files import tool


def client_environment(url: str) -> dict[str, str]:
    """The environment in which a client program reaches `url`: ours, with the variables of libpq set by the URL."""
    parts = urlsplit(url)
    wanted = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.removeprefix("/")),
        **{f"PG{name.upper()}": value for name, value in parse_qsl(parts.query) if name.startswith("ssl")},
    }
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {name: value for name, value in wanted.items() if value}


def dump(url: str, schemas: Sequence[str], snapshot: str, file: Path) -> None:
    """Write the schemas as they are in a snapshot to a file in PostgreSQL's custom format."""
    wanted = [f"--schema={schema}" for schema in schemas]
    options = ["--format=custom", "--compress=none", "--no-owner", "--no-acl", f"--snapshot={snapshot}"]
    _run("pg_dump", [*options, *wanted, f"--file={file}"], url)


def to_script(dumped: Path, script: Path) -> None:
    """Turn a dump into a script for psql."""
    _run("pg_restore", ["--no-owner", "--no-acl", f"--file={script}", str(dumped)], None)


def run_scripts(url: str, scripts: Sequence[Path]) -> None:
    """Run scripts in one transaction: all of them, or nothing."""
    files = [f"--file={script}" for script in scripts]
    _run("psql", ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files], url)


def _run(program: str, arguments: Sequence[str], url: str | None) -> None:
    done = subprocess.run(
        [tool(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=client_environment(url) if url else None,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace")
        if "No space left on device" in said:
            raise UnavailableError(f"{program} failed as the disk is full; free some space and try again")
        raise UnavailableError(f"{program} failed: {_reason(said)}")


def _reason(said: str) -> str:
    """The first line that tells of an error, without the place in the script."""
    for line in said.splitlines():
        for mark in ("ERROR:", "FATAL:", "error:"):
            if mark in line:
                return line.partition(mark)[2].strip()
    return said.strip().splitlines()[-1] if said.strip() else "it said nothing"

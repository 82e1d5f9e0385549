"""Set up all that a fresh clone lacks; quick and silent where nothing changed. Standard library only.

Usage: python3 tools/setup.py [--tests]     --tests: the browser of the end-to-end tests too
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = ROOT / ".setup"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
UV = "uv==0.13.9"
NPM = "npm@11"
WEB_SOURCES = ("web", "sdk/typescript")
WEB_OUTPUT = ROOT / "src" / "madang" / "backend" / "static"
CHROMIUM = Path("/usr/bin/chromium")


class SetupError(Exception):
    """One line for a person: what is missing and what to do."""


def main() -> int:
    """Run every step that is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also what the end-to-end tests need")
    options = parser.parse_args()
    try:
        check_versions()
        step("python", [ROOT / "requirements.lock", ROOT / "pyproject.toml"], install_python, made=BIN / "madang")
        step("node", [ROOT / "package-lock.json"], install_node, made=ROOT / "node_modules")
        if (ROOT / "web" / "app").is_dir():
            step("web", web_sources(), build_web, made=WEB_OUTPUT / "index.html")
        if options.tests:
            install_chromium()
            tests = ROOT / "tests"
            lists = [tests / "requests" / "documents.json", tests / "acceptance" / "documents" / "odd.json"]
            step("real documents", lists, fetch_documents, made=STAMPS / "documents")
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"setup: `{' '.join(map(str, error.cmd))}` failed with status {error.returncode}", file=sys.stderr)
        return 1
    return 0


def check_versions() -> None:
    """Raise SetupError unless Python and Node are new enough."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python is started with
        raise SetupError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; set PYTHON=python3.12")
    node = shutil.which("node")
    if node is None:
        raise SetupError("Node.js 20 or newer is needed, and `node` is not on the PATH")
    if not (VENV / "node-version").is_file():
        version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout.strip()
        if int(version.lstrip("v").split(".")[0]) < 20:
            raise SetupError(f"Node.js 20 or newer is needed, this is {version}")


def step(name: str, sources: Iterable[Path], run: object, *, made: Path) -> None:
    """Run a step unless its sources are what they were when it last ran and what it made is there."""
    digest = fingerprint(sources)
    stamp = STAMPS / name
    if made.exists() and stamp.is_file() and stamp.read_text() == digest:
        return
    print(f"setup: {name}", flush=True)
    assert callable(run)
    run()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(digest)


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash over names and contents, and over the place of the clone, as an environment cannot be moved."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in sorted(paths):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def web_sources() -> list[Path]:
    """All files that the web app is built from."""
    skipped = {"node_modules", "dist"}
    found = [ROOT / "package-lock.json"]
    for top in WEB_SOURCES:
        for folder, folders, files in os.walk(ROOT / top):
            folders[:] = [name for name in folders if name not in skipped]
            found += [Path(folder, name) for name in files if not name.endswith(".tsbuildinfo")]
    return found


def install_python() -> None:
    """The virtual environment with every locked package, each checked by its hash, and Madang itself."""
    if not (BIN / "python").exists():
        run(
            [sys.executable, "-m", "venv", str(VENV)], "python3 has no venv module; on Debian: apt install python3-venv"
        )
    python = str(BIN / "python")
    run([python, "-m", "pip", "install", "--quiet", UV])
    uv = [str(BIN / "uv"), "pip"]
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    run([*uv, "install", "--quiet", "--require-hashes", "-r", "requirements.lock"], env=environment)
    run([*uv, "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", "."], env=environment)


def npm() -> list[str]:
    """The npm to use: the machine's, or version 11 beside the environment where it is older (it misses binaries)."""
    version = subprocess.run(["npm", "--version"], check=True, capture_output=True, text=True, cwd=VENV).stdout
    if int(version.split(".")[0]) >= 11:
        return ["npm"]
    own = VENV / "npm" / "node_modules" / ".bin" / "npm"
    if not own.exists():
        run(["npm", "install", "--silent", "--prefix", str(VENV / "npm"), NPM])
    return [str(own)]


def install_node() -> None:
    """The packages of the web workspaces and of the checks, as locked."""
    run([*npm(), "ci", "--silent"])


def fetch_documents() -> None:
    """The real documents of the tests, out of npm packages of 800 MB."""
    run([str(BIN / "python"), "tests/benchmarks/request_documents.py"])


def build_web() -> None:
    """The web app, into the folder that the backend serves."""
    run([*npm(), "run", "--silent", "build", "--workspace", "web/app"])


def install_chromium() -> None:
    """Chromium for the end-to-end tests: MADANG_CHROMIUM, or Debian's, installed by apt where that is allowed."""
    given = os.environ.get("MADANG_CHROMIUM")
    if given:
        if not Path(given).is_file():
            raise SetupError(f"MADANG_CHROMIUM names {given}, which is not a file")
        return
    if CHROMIUM.exists():
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("setup: chromium", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"], env=quiet)
        return
    raise SetupError("the end-to-end tests need Chromium: install it, or set MADANG_CHROMIUM to its path")


def run(command: list[str], hint: str = "", env: dict[str, str] | None = None) -> None:
    """Run a command in the clone; its output is shown only where it fails."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr + (f"setup: {hint}\n" if hint else ""))
        done.check_returncode()


if __name__ == "__main__":
    sys.exit(main())

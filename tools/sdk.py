"""Write the generated part of the TypeScript client from our own OpenAPI document. Usage: sdk.py [--check]

With --check nothing is written; the exit status is 1 where what is there is not what would be written.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from madang.backend.app import create_app
from madang.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "sdk" / "typescript" / "generated"
GENERATOR = ROOT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
DOCUMENT = "openapi.json"
TYPES = "api.ts"


def main() -> int:
    """Write both files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    is_checking = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        new = generate(Path(folder))
    stale = [name for name, text in new.items() if _read(GENERATED / name) != text]
    if is_checking:
        if stale:
            print(f"stale: {', '.join(stale)} in sdk/typescript/generated; run `.venv/bin/python tools/sdk.py`")
        return 1 if stale else 0
    GENERATED.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (GENERATED / name).write_text(new[name], encoding="utf-8")
    return 0


def generate(folder: Path) -> dict[str, str]:
    """The document and its TypeScript types, by file name."""
    settings = load_settings({"MADANG_HOME": str(folder / "home")})
    document = folder / DOCUMENT
    text = json.dumps(create_app(settings).openapi(), indent=2, ensure_ascii=False) + "\n"
    document.write_text(text, encoding="utf-8")
    output = folder / TYPES
    command = [
        "node",
        str(GENERATOR),
        str(document),
        "--output",
        str(output),
        "--default-non-nullable=false",
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {DOCUMENT: text, TYPES: output.read_text(encoding="utf-8")}


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())

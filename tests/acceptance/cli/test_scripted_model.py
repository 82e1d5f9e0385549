"""`madang serve llm` as a process: it needs no database, and says what its script says."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

Start = Callable[..., subprocess.Popen[bytes]]
Await = Callable[..., None]

pytestmark = pytest.mark.slow


def test_the_scripted_model_prints_its_free_port_and_plays_its_file(
    start: Start, eventually: Await, tmp_path: Path, home: Path
) -> None:
    script = tmp_path / "turns.json"
    script.write_text(json.dumps({"turns": [{"say": [{"text": "From the file."}]}]}))

    start("serve", "llm", "--script", str(script))
    eventually(lambda: "llm: http://127.0.0.1:" in (tmp_path / "stdout").read_text(), "listening")

    url = (tmp_path / "stdout").read_text().split()[1]
    body = json.dumps({"model": "scripted-1", "messages": [{"role": "user", "content": "hello"}]}).encode()
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        said = json.load(answer)
    assert said["choices"][0]["message"]["content"] == "From the file."
    assert not (home / "data").exists()

"""Real MCP servers for tests, each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports import free_ports


@dataclass(frozen=True, kw_only=True)
class McpPeer:
    """A server that runs: its endpoint, and the `host:port` that the guard has to be told of."""

    url: str
    host: str

    def did(self) -> list[dict[str, Any]]:
        """What its tools were asked to do, in order."""
        with urllib.request.urlopen(f"http://{self.host}/did", timeout=10) as answer:
            return json.load(answer)


@contextmanager
def mcp_peer(*options: str, port: int = 0) -> Iterator[McpPeer]:
    """A server with the options of `tests/mcp_peer.py`, while the block runs; on a port of its own by default."""
    port = port or free_ports(1)[0]
    program = str(Path(__file__).with_name("mcp_peer.py"))
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", program, str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            yield McpPeer(url=f"http://127.0.0.1:{port}/mcp", host=f"127.0.0.1:{port}")
        finally:
            process.kill()

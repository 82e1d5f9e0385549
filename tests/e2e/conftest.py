"""A real Madang and a real Chromium. One of each serves all journeys; every test has a browser profile of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
MADANG = Path(sys.executable).with_name("madang")
CHROMIUM = os.environ.get("MADANG_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 90
STOP_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class RunningMadang:
    """`madang up`, and how to reach it."""

    url: str
    environment: dict[str, str]

    def token(self) -> str:
        """The API key of the command line."""
        return (Path(self.environment["MADANG_HOME"]) / "token").read_text().strip()

    def sign_in_link(self) -> str:
        """A new link, by the same command that a person would use."""
        done = subprocess.run(
            [MADANG, "sign-in"], env=self.environment, check=True, capture_output=True, text=True, timeout=30
        )
        return next(word for word in done.stdout.split() if "/sign-in?token=" in word)


@pytest.fixture(scope="session")
def madang() -> Iterator[RunningMadang]:
    """All servers on free ports, with a home that goes with them."""
    home = Path(tempfile.mkdtemp(prefix="mdg-", dir="/tmp"))
    home.chmod(0o711)
    ports = free_ports(3)
    names = ("BACKEND", "PROXY", "BBS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MADANG_")}
    environment["MADANG_HOME"] = str(home / "home")
    environment |= {f"MADANG_{name}_PORT": str(port) for name, port in zip(names, ports, strict=True)}
    log = home / "log"
    with log.open("wb") as stderr, (home / "out").open("wb") as stdout:
        process = subprocess.Popen([MADANG, "up"], env=environment, stdout=stdout, stderr=stderr)
    try:
        _wait_for_link(process, home / "out", log)
        yield RunningMadang(url=f"http://127.0.0.1:{ports[0]}", environment=environment)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    arguments = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Parts of messages that the consoles of the test's pages may hold. Any other error there fails the test."""
    return []


@pytest.fixture(autouse=True)
def same_preferences(madang: RunningMadang) -> None:
    """Every test begins with what the browser and the system say."""
    headers = {"Authorization": f"Bearer {madang.token()}"}
    choice = {"language": "auto", "theme": "auto"}
    httpx.patch(f"{madang.url}/api/preferences", headers=headers, json=choice).raise_for_status()


@pytest.fixture
def open_page(madang: RunningMadang, browser: Browser, expected_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """`open_page(width=, height=, theme=, locale=, signed_in=)`: a page in a browser profile of its own."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        *,
        width: int = 1440,
        height: int = 900,
        theme: Literal["light", "dark"] = "light",
        locale: str = "en-US",
        signed_in: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=madang.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale=locale,
            has_touch=width < 600,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        if signed_in:
            page.goto(madang.sign_in_link())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(part in text for part in expected_errors)] == []


@pytest.fixture
def sign_in_link(madang: RunningMadang) -> Callable[[], str]:
    """Make a new sign-in link."""
    return madang.sign_in_link


def _wait_for_link(process: subprocess.Popen[bytes], out: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "/sign-in?token=" not in out.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"`madang up` did not start:\n{out.read_text()}\n{log.read_text()}")
        time.sleep(0.1)

"""Every page at both widths and in both themes: nothing unnamed, nothing unreadable, nothing wider than the window.

The screenshots are in test-results/screens afterwards, for eyes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

HERE = Path(__file__).resolve().parent
CHECKS = (HERE / "page_checks.js").read_text(encoding="utf-8")
SCREENS = HERE.parents[1] / "test-results" / "screens"
PAGES = {
    "home": "/",
    "general": "/settings/general",
    "api-keys": "/settings/api-keys",
    "new-key": "/settings/api-keys#new",
    "models": "/settings/models",
    "new-model": "/settings/models#new",
    "browsers": "/settings/browsers",
    "installation": "/settings/installation",
    "audit": "/settings/audit",
    "not-found": "/no/such/page",
}
LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "locale": "en-US"}, id="wide-light-en"),
    pytest.param({"width": 1440, "theme": "dark", "locale": "ko-KR"}, id="wide-dark-ko"),
    pytest.param({"width": 390, "height": 844, "theme": "light", "locale": "ko-KR"}, id="phone-light-ko"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "locale": "en-US"}, id="phone-dark-en"),
]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page], look: dict[str, object], request: pytest.FixtureRequest
) -> None:
    page = open_page(**look)
    found: dict[str, object] = {}
    for name, path in PAGES.items():
        page.goto(path)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("main")).to_have_count(1)
        found[name] = examine(page, f"{name}-{request.node.callspec.id}")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_what_opens_over_a_page_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page], look: dict[str, object], request: pytest.FixtureRequest
) -> None:
    page = open_page(**look)
    found: dict[str, object] = {}
    look_name = request.node.callspec.id
    expect(page.locator("h1")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("listbox")).to_be_visible()
    found["palette"] = examine(page, f"palette-{look_name}")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    found["help"] = examine(page, f"help-{look_name}")
    page.keyboard.press("Escape")
    if look["width"] == 390:
        page.get_by_role("button", name="메뉴 열기" if look["locale"] == "ko-KR" else "Open navigation").click()
        found["drawer"] = examine(page, f"drawer-{look_name}")
    page.get_by_role("button", name="local").click()
    expect(page.get_by_role("menu")).to_be_visible()
    found["menu"] = examine(page, f"menu-{look_name}")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_signed_out_page_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page], expected_errors: list[str], look: dict[str, object], request: pytest.FixtureRequest
) -> None:
    expected_errors.append("401")
    page = open_page(**look, signed_in=False)
    page.goto("/")
    expect(page.get_by_text("madang sign-in")).to_be_visible()
    assert examine(page, f"signed-out-{request.node.callspec.id}") == []


def examine(page: Page, name: str) -> object:
    """A screenshot, and what is wrong with the page."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)  # transitions of colour, which the check of contrast would see halfway
    page.screenshot(path=SCREENS / f"{name}.png")
    return page.evaluate(CHECKS)

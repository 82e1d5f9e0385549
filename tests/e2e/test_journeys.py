"""Whole ways through the web app, as a person goes them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect


def test_a_link_signs_a_browser_in_once(
    open_page: Callable[..., Page], sign_in_link: Callable[[], str], expected_errors: list[str]
) -> None:
    expected_errors.append("403")
    link = sign_in_link()
    first = open_page(signed_in=False)
    first.goto(link)
    expect(first.get_by_role("heading", level=1)).to_have_text("Madang is running")
    expect(first).to_have_url(link.split("/sign-in")[0] + "/")
    second = open_page(signed_in=False)
    second.goto(link)
    expect(second.get_by_role("heading", level=1)).to_contain_text("no good")


def test_home_shows_every_server_and_that_this_one_is_ready(open_page: Callable[..., Page]) -> None:
    page = open_page()
    servers = page.get_by_role("region", name="Servers").get_by_role("listitem")
    for name in ("backend", "proxy", "bbs"):
        expect(servers.filter(has_text=name).first).to_be_visible()
    expect(page.get_by_role("region", name="Servers").get_by_text("ready", exact=True)).to_be_visible()


def test_an_api_key_is_made_used_and_revoked(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_role("link", name="Create a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Create a key").click()
    expect(dialog.get_by_text("A name is needed.")).to_be_visible()
    dialog.get_by_label("Name").fill("nightly import")
    dialog.get_by_label("Works for").select_option("30")
    dialog.get_by_role("button", name="Create a key").click()
    secret = page.get_by_label("API key", exact=True).input_value()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Copy the key").click()
    expect(dialog.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    assert status_with(page, secret) == 200
    dialog.get_by_role("button", name="I have copied it").click()

    row = page.get_by_role("row").filter(has_text="nightly import")
    expect(row).to_contain_text(secret[-4:])
    expect(page.get_by_text(secret)).to_have_count(0)
    row.get_by_role("button", name="Revoke nightly import").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("“nightly import” is revoked")).to_be_visible()
    expect(row).to_have_count(0)
    assert status_with(page, secret) == 401


def test_language_and_theme_hold_after_a_reload_and_in_another_browser(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/settings/general")
    page.get_by_text("한국어").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("설정")
    with page.expect_response(lambda response: response.request.method == "PATCH"):
        page.get_by_text("어둡게", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("radio", name="어둡게")).to_be_checked()

    other = open_page()
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.get_by_role("heading", level=1)).to_have_text("Madang이 실행 중입니다")
    other.goto("/settings/general")
    other.get_by_text("브라우저 설정", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Settings")


def test_no_page_flashes_in_the_wrong_theme(open_page: Callable[..., Page], expected_errors: list[str]) -> None:
    expected_errors.append("ERR_FAILED")
    page = open_page(theme="light")
    page.evaluate("""localStorage.setItem("madang.appearance", '{"theme":"dark","language":"ko"}')""")
    page.route("**/assets/*.js", lambda route: route.abort())
    page.goto("/", wait_until="domcontentloaded")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "ko"


def test_signing_out_leads_to_the_way_in_and_a_new_link_back(
    open_page: Callable[..., Page], sign_in_link: Callable[[], str], expected_errors: list[str]
) -> None:
    expected_errors.append("401")
    page = open_page()
    page.get_by_role("button", name="Account menu of local").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("madang sign-in")).to_be_visible()
    page.goto(sign_in_link())
    expect(page.get_by_role("heading", level=1)).to_have_text("Madang is running")


def test_a_browser_that_was_signed_out_elsewhere_notices(
    open_page: Callable[..., Page], expected_errors: list[str]
) -> None:
    expected_errors.append("401")
    lost, mine = open_page(), open_page()
    expect(lost.get_by_role("heading", level=1)).to_have_text("Madang is running")
    mine.goto("/settings/browsers")
    expect(mine.get_by_role("row").filter(has_text="this one")).to_be_visible()
    others = mine.get_by_role("row").filter(has_not_text="this one").filter(has_text="Sign out")
    while others.count() > 0:
        before = others.count()
        others.first.get_by_role("button").click()
        mine.get_by_role("dialog").get_by_role("button", name="Sign out").click()
        expect(others).to_have_count(before - 1)
    lost.goto("/settings/audit")
    expect(lost.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_server_that_does_not_answer_is_said_and_asked_again(
    open_page: Callable[..., Page], expected_errors: list[str]
) -> None:
    expected_errors.append("ERR_INTERNET_DISCONNECTED")
    page = open_page()
    expect(page.get_by_role("heading", level=1)).to_have_text("Madang is running")
    with page.expect_response("**/assets/installation-*.js"):  # the other pages are fetched ahead
        page.reload()
    page.context.set_offline(True)
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="API keys").click()
    expect(page.get_by_text("Madang does not answer").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Madang does not answer")).to_have_count(0, timeout=15_000)
    expect(page.get_by_role("row").filter(has_text="command line")).to_be_visible()


def test_the_keyboard_is_enough(open_page: Callable[..., Page]) -> None:
    page = open_page()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url("/settings/general")
    page.keyboard.press("Control+k")
    page.keyboard.type("audit")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/settings/audit")
    expect(page.get_by_role("table", name="Audit trail")).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("button", name="Expand sidebar")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_the_audit_trail_shows_what_was_done(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/settings/audit")
    row = page.get_by_role("row").filter(has_text="session.create").first
    row.get_by_role("button", name="Show the detail").click()
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem").filter(has_text="user_agent")).to_be_visible()
    expect(tree).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(tree.get_by_role("treeitem")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(tree).to_have_count(0)


def status_with(page: Page, key: str) -> int:
    """The status of a call with an API key."""
    url = page.url.split("/settings")[0]
    return httpx.get(f"{url}/api/session", headers={"Authorization": f"Bearer {key}"}).status_code

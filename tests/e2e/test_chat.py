"""Conversations in the browser: words become a call, and every tab and every reload shows the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import RunningMadang
from tests.e2e.test_pages import LOOKS, examine

PASSWORD = "canary-7Tq2-password"
ENGLISH = 'Post an article titled "{}" with body "World" by sam to section general'
KOREAN = 'general 게시판에 제목 "{}", 본문 "World"로 sam 이름의 글을 올려 줘'


def test_words_become_an_article(open_page: Callable[..., Page], madang: RunningMadang) -> None:
    page = open_page()
    begin(page, ENGLISH.format("Hello"))
    give_password(page, "Continue")
    approval = page.get_by_role("region", name="Post an article: shall this go out?")
    expect(approval).to_contain_text("It changes something; sent twice, it happens twice.")
    expect(approval.locator("dd").filter(has_text="from your message")).to_have_count(4)
    approval.get_by_role("button", name="Approve").click()
    card = page.get_by_role("article", name="Post an article")
    expect(card).to_contain_text("201")
    expect(card.get_by_text("done", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("Created Hello")
    assert posted(madang, "Hello") == [("general", "sam", "World")]
    assert PASSWORD not in page.content()


def test_korean_words_become_an_article(open_page: Callable[..., Page], madang: RunningMadang) -> None:
    page = open_page(width=390, height=844, theme="dark", locale="ko-KR")
    begin(page, KOREAN.format("안녕"))
    give_password(page, "계속")
    page.get_by_role("button", name="승인", exact=True).click()
    expect(page.get_by_text("완료", exact=True)).to_be_visible()
    assert posted(madang, "안녕") == [("general", "sam", "World")]


def test_arguments_are_changed_while_approving(open_page: Callable[..., Page], madang: RunningMadang) -> None:
    page = open_page()
    begin(page, ENGLISH.format("Before"))
    give_password(page, "Continue")
    approval = page.get_by_role("region", name="shall this go out?")
    approval.get_by_role("button", name="Change arguments").click()
    expect(approval.get_by_role("textbox", name="password")).to_have_count(0)
    approval.get_by_role("textbox", name="title").fill("After")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article").get_by_text("done", exact=True)).to_be_visible()
    assert posted(madang, "Before") == []
    assert posted(madang, "After") == [("general", "sam", "World")]


def test_a_rejected_call_is_not_made(open_page: Callable[..., Page], madang: RunningMadang) -> None:
    page = open_page()
    begin(page, ENGLISH.format("Never"))
    give_password(page, "Continue")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("article").get_by_text("rejected", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert posted(madang, "Never") == []


def test_a_reload_and_a_second_tab_show_the_same(open_page: Callable[..., Page]) -> None:
    page = open_page()
    begin(page, ENGLISH.format("Twice seen"))
    expect(password(page)).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    expect(password(other)).to_be_visible()
    assert shown(other) == shown(page)
    give_password(other, "Continue")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    for tab in (page, other):
        expect(tab.get_by_text("done", exact=True)).to_be_visible()
        expect(tab.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    before = shown(page)
    assert shown(other) == before
    page.reload()
    expect(page.get_by_text("done", exact=True)).to_be_visible()
    assert shown(page) == before


def test_a_session_that_was_lost_goes_on(open_page: Callable[..., Page], expected_errors: list[str]) -> None:
    expected_errors += ["ERR_INTERNET_DISCONNECTED", "WebSocket"]
    page = open_page()
    begin(page, ENGLISH.format("Lost and found"))
    expect(password(page)).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    expect(password(other)).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    composer(page).fill("List the articles of section general")
    composer(page).press("Enter")
    page.context.set_offline(False)
    expect(page.get_by_text("queued, after the one before")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("List the articles of section general")).to_have_count(1)


def test_a_message_that_comes_meanwhile_is_queued_and_escape_stops_both(open_page: Callable[..., Page]) -> None:
    page = open_page()
    begin(page, ENGLISH.format("Stopped"))
    expect(password(page)).to_be_focused()
    composer(page).fill("List the articles of section general")
    composer(page).press("Enter")
    expect(page.get_by_text("queued, after the one before")).to_be_visible()
    composer(page).press("Escape")
    expect(page.get_by_text("Stopped.", exact=True).last).to_be_visible()
    expect(password(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)


def test_the_composer_keeps_a_syllable_a_new_line_and_what_was_said(open_page: Callable[..., Page]) -> None:
    page = open_page()
    begin(page, "List the articles of section general")
    expect(page.get_by_text("done", exact=True)).to_be_visible()
    field = composer(page)
    field.press("ArrowUp")
    expect(field).to_have_value("List the articles of section general")
    field.press("ArrowDown")
    expect(field).to_have_value("")
    devtools: Any = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "한", "selectionStart": 1, "selectionEnd": 1})
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    devtools.send("Input.insertText", {"text": "한"})
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(field).to_have_value("한")
    field.press("Shift+Enter")
    field.press_sequentially("글")
    expect(field).to_have_value("한\n글")
    page.reload()
    expect(composer(page)).to_have_value("한\n글")


def test_conversations_are_found_renamed_and_deleted(open_page: Callable[..., Page]) -> None:
    page = open_page()
    begin(page, "List the articles of section zebra")
    rows = page.get_by_role("navigation", name="Conversations").get_by_role("listitem")
    expect(page.get_by_role("heading", level=1)).to_have_text("List the articles of section zebra")
    page.locator("h1 + button").click()
    page.get_by_role("menuitem", name="Rename").click()
    dialog = page.get_by_role("dialog", name="Rename the conversation")
    dialog.get_by_label("Name").fill("Zebra crossing")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zebra crossing")
    page.get_by_label("Search conversations").fill("crossing")
    expect(rows).to_have_count(1)
    rows.first.hover()
    rows.first.get_by_role("button", name="Actions for Zebra crossing").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Zebra crossing” is deleted")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/chat$"))
    expect(page.get_by_text("No conversation has these words.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such conversation")


@pytest.mark.parametrize("look", LOOKS)
def test_chat_can_be_read_and_used_by_everybody(
    open_page: Callable[..., Page], look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page = open_page(**look)
    is_korean = look["locale"] == "ko-KR"
    name = request.node.callspec.id
    page.goto("/chat")
    expect(composer(page)).to_be_visible()
    found = {"new": examine(page, f"chat-new-{name}")}
    begin(page, (KOREAN if is_korean else ENGLISH).format(f"Look {name}"))
    expect(password(page)).to_be_visible()
    found["form"] = examine(page, f"chat-form-{name}")
    give_password(page, "계속" if is_korean else "Continue")
    approve = page.get_by_role("button", name="승인" if is_korean else "Approve", exact=True)
    expect(approve).to_be_visible()
    found["approval"] = examine(page, f"chat-approval-{name}")
    approve.click()
    expect(page.get_by_text("완료" if is_korean else "done", exact=True)).to_be_visible()
    found["result"] = examine(page, f"chat-result-{name}")
    if look["width"] == 390:
        page.get_by_role("button", name="대화 목록 열기" if is_korean else "Open conversations").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found["drawer"] = examine(page, f"chat-drawer-{name}")
    assert {part: wrong for part, wrong in found.items() if wrong} == {}


def begin(page: Page, text: str) -> None:
    """Say something in a new conversation."""
    page.goto("/chat")
    composer(page).fill(text)
    composer(page).press("Enter")
    expect(page).to_have_url(re.compile(r"/chat/cnv_"))


def composer(page: Page) -> Locator:
    """Where a person writes."""
    return page.locator("textarea[data-composer]")


def password(page: Page) -> Locator:
    """The one thing that the form asks for."""
    return page.locator("input[type=password]")


def give_password(page: Page, button: str) -> None:
    """Answer the form, which has no other field."""
    form = page.locator("form").filter(has=password(page))
    expect(form.locator("input, textarea, select")).to_have_count(1)
    password(page).fill(PASSWORD)
    form.get_by_role("button", name=button).click()


def shown(page: Page) -> str:
    """All that the conversation shows."""
    return page.locator("[role=region] ol").first.inner_text()


def posted(madang: RunningMadang, title: str) -> list[tuple[str, str, str]]:
    """The articles of the bulletin board that have this title, as (section, writer, excerpt)."""
    url = f"http://127.0.0.1:{madang.environment['MADANG_BBS_PORT']}/articles"
    data = httpx.get(url, params={"limit": 100}).raise_for_status().json()["data"]
    return [(each["section"], each["writer"], each["excerpt"]) for each in data if each["title"] == title]

"""Calls that an open application runs, as the chat page shows them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.conftest import RunningMadang
from tests.e2e.test_chat import composer
from tests.e2e.test_pages import LOOKS, examine

from madang.schema.application import HUMAN, bind
from madang.sdk.live import LiveSession

PIN = "4711"
WORDS = 'reserve the meeting room with title "Retrospective"'


class Rooms:
    """The application: rooms that are reserved."""

    def __init__(self) -> None:
        self.reserved: list[tuple[str, str]] = []

    def reserve(self, title: str, pin: Annotated[str, HUMAN, "Your PIN"]) -> dict[str, str]:
        """Reserve a meeting room."""
        if title == "Retrospective" and self.reserved:
            raise RuntimeError("it is reserved already")
        self.reserved.append((title, pin))
        return {"room": "Garden", "title": title}


@contextmanager
def lending(madang: RunningMadang, conversation: str, rooms: Rooms) -> Iterator[None]:
    """The application, open while the block runs; in a thread, as the browser library has the loop of this one."""
    is_lent, is_over = threading.Event(), threading.Event()

    async def lend() -> None:
        async with LiveSession(madang.url, madang.token(), conversation, name="rooms") as session:
            await session.lend(bind(rooms.reserve, title="Reserve a meeting room"))
            is_lent.set()
            while not is_over.is_set():
                await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: asyncio.run(lend()))
    thread.start()
    assert is_lent.wait(20)
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def begin_lent(madang: RunningMadang) -> str:
    """A new conversation without a model."""
    headers = {"Authorization": f"Bearer {madang.token()}"}
    made = httpx.post(f"{madang.url}/api/conversations", json={"model": "offline"}, headers=headers)
    return str(made.raise_for_status().json()["id"])


def reserve(page: Page, conversation: str) -> Locator:
    """Ask for a room; the card of the call."""
    page.goto(f"/chat/{conversation}")
    composer(page).fill(WORDS)
    composer(page).press("Enter")
    return page.get_by_role("article", name="Reserve a meeting room").last


def give_pin(card: Locator) -> None:
    """Answer the form, which asks for nothing else."""
    form = card.locator("form")
    form.locator("input").fill(PIN)
    form.locator("button[type=submit]").click()


def test_a_lent_function_is_a_card_like_any_other(open_page: Callable[..., Page], madang: RunningMadang) -> None:
    page, conversation, rooms = open_page(), begin_lent(madang), Rooms()
    with lending(madang, conversation, rooms):
        card = reserve(page, conversation)
        expect(card).to_contain_text("CALL reserve")
        expect(card).to_contain_text("Run by an open application: rooms")
        give_pin(card)
        card.get_by_role("button", name="Approve", exact=True).click()
        expect(card.get_by_text("done", exact=True)).to_be_visible(timeout=10_000)
        expect(card).to_contain_text("Garden")
        again = reserve(page, conversation)
        give_pin(again)
        again.get_by_role("button", name="Approve", exact=True).click()
        expect(again).to_contain_text("the application said: RuntimeError: it is reserved already", timeout=10_000)
    assert rooms.reserved == [("Retrospective", PIN)]
    assert PIN not in page.content()


@pytest.mark.parametrize("look", LOOKS)
def test_a_call_of_an_application_can_be_read_and_decided_by_everybody(
    open_page: Callable[..., Page], madang: RunningMadang, look: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page, conversation = open_page(**look), begin_lent(madang)
    with lending(madang, conversation, Rooms()):
        card = reserve(page, conversation)
        give_pin(card)
        approve = card.get_by_role("button", name="승인" if look["locale"] == "ko-KR" else "Approve", exact=True)
        expect(approve).to_be_visible()
        assert examine(page, f"chat-lent-{request.node.callspec.id}") == []

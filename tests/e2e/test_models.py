"""Models in the settings: added with an address that has to be allowed, tried, changed, removed; at both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from madang.fakes.llm.app import LlmConfig
from madang.fakes.llm.running import ScriptedModel

HERE = Path(__file__).resolve().parent
CHECKS = (HERE / "page_checks.js").read_text(encoding="utf-8")
SCREENS = HERE.parents[1] / "test-results" / "screens"
KEY = "sk-canary-browser-1"
LOOKS = [
    pytest.param({"width": 1440, "theme": "light", "locale": "en-US"}, "en", id="wide-light-en"),
    pytest.param({"width": 1440, "theme": "dark", "locale": "ko-KR"}, "ko", id="wide-dark-ko"),
    pytest.param({"width": 390, "height": 844, "theme": "light", "locale": "ko-KR"}, "ko", id="phone-light-ko"),
    pytest.param({"width": 390, "height": 844, "theme": "dark", "locale": "en-US"}, "en", id="phone-dark-en"),
]
WORDS = {
    "en": [
        "Add a model",
        "Provider",
        "Model",
        "URL",
        "API key",
        "Allow ",
        "Test",
        "Change",
        "Save",
        "Remove",
        "as it was told",
    ],
    "ko": [
        "모델 추가",
        "제공자",
        "모델",
        "서버 주소(URL)",
        "API 키",
        " 허용",
        "테스트",
        "변경",
        "저장",
        "삭제",
        "시킨 대로",
    ],
}


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedModel]:
    with ScriptedModel(config=LlmConfig(key=KEY)) as running:
        yield running


@pytest.mark.parametrize(("look", "language"), LOOKS)
def test_a_model_is_added_tried_changed_and_removed(
    open_page: Callable[..., Page],
    script: ScriptedModel,
    look: dict[str, object],
    language: str,
    request: pytest.FixtureRequest,
) -> None:
    add, provider, model, url, key, allow, test, change, save, remove, told = WORDS[language]
    page, name = open_page(**look), request.node.callspec.id
    page.goto("/settings/models")
    page.get_by_role("button", name=add).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(provider).select_option("compatible")
    dialog.get_by_label(model, exact=True).fill("tiny-1")
    dialog.get_by_label(url).fill(f"{script.url}/v1")
    dialog.get_by_label(key).fill(KEY)
    examine(page, f"model-adding-{name}")
    dialog.get_by_role("button", name=allow).click()
    dialog.get_by_role("button", name=add).click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name=test).click()
    expect(page.get_by_text(told)).to_be_visible(timeout=60_000)
    examine(page, f"models-works-{name}")
    page.get_by_role("button", name=change).click()
    expect(dialog.get_by_label(key)).to_have_value("")
    dialog.get_by_label(key).fill("sk-wrong-12345")
    dialog.get_by_role("button", name=save).click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name=test).click()
    expect(page.get_by_text("refuses the key")).to_be_visible(timeout=60_000)
    examine(page, f"models-fails-{name}")
    assert KEY not in page.content()
    page.get_by_role("button", name=remove).click()
    dialog.get_by_role("button", name=remove).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name=test)).to_have_count(0)


def test_what_is_missing_is_said_beside_its_field(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/settings/models#new")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Provider").select_option("compatible")
    dialog.get_by_role("button", name="Add a model").click()
    expect(dialog.get_by_text("Which model?")).to_be_visible()
    expect(dialog.get_by_text("This provider needs the URL of its server.")).to_be_visible()


def examine(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
    assert page.evaluate(CHECKS) == []

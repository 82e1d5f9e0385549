"""Twenty odd documents of the world, added through the page: their reports account for every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.benchmarks.request_documents import odd_documents
from tests.e2e.conftest import RunningMadang

from madang.schema.reading import read_functions

NAMES = (
    "adyen.com-CheckoutService-v71",
    "amazonaws.com-s3",
    "amazonaws.com-sqs",
    "apache.org-airflow",
    "bitbucket.org",
    "box.com",
    "digitalocean.com",
    "docusign.net",
    "evetech.net",
    "gitea.io",
    "gitlab.com",
    "httpbin.org",
    "kubernetes.io",
    "mastodon.local",
    "netbox.dev",
    "notion.com",
    "plaid.com",
    "sendgrid.com",
    "trello.com",
    "zoom.us",
)


@pytest.fixture
def added(madang: RunningMadang) -> Iterator[list[str]]:
    """The connectors that a test adds; they are removed when it is over."""
    names: list[str] = []
    yield names
    headers = {"authorization": f"Bearer {madang.token()}"}
    for name in names:
        httpx.delete(f"{madang.url}/api/connectors/{name}", headers=headers, timeout=30).raise_for_status()


@pytest.mark.parametrize("document", NAMES)
def test_a_document_is_added_by_its_file_and_its_report_accounts_for_all_of_it(
    open_page: Callable[..., Page], added: list[str], document: str
) -> None:
    place = next(each.place for each in odd_documents() if each.name == document)
    found = read_functions(place.read_bytes())
    name = "".join(each if each.isalnum() else "_" for each in document.lower())
    page = open_page()
    page.goto("/connectors/-/new")
    page.get_by_text("File", exact=True).click()
    page.get_by_label("Document file").set_input_files(place)
    page.get_by_text("More settings").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name=f"{name} is imported")).to_be_visible(timeout=30_000)
    added.append(name)
    page.get_by_role("link", name="Read the report").click()
    counts = page.locator("dl > div")
    refused = found.found - len(found.functions)
    for label, count in (("found", found.found), ("imported", len(found.functions)), ("refused", refused)):
        expect(counts.filter(has_text=label).first).to_contain_text(f"{count:,}")
    if found.remarks:
        expect(page.get_by_role("table", name="Report").get_by_role("row").nth(1)).to_be_visible()
    else:
        expect(page.get_by_text("Nothing to remark")).to_be_visible()

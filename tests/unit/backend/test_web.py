from pathlib import Path

import httpx
import pytest

from madang.backend.http.boundary import Boundary
from madang.backend.http.web import WebApp, accepted_encodings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "static"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>app</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "app-1a2b.js").write_text("plain")
    (root / "assets" / "app-1a2b.js.gz").write_bytes(b"packed")
    (tmp_path / "secret.txt").write_text("hunter2")
    return root


def client(root: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=Boundary(WebApp(root)))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers={"accept-encoding": "identity"})


async def test_a_page_of_the_app_is_drawn_by_the_app(root: Path) -> None:
    async with client(root) as web:
        pages = [await web.get(path) for path in ("/", "/connectors/ctr_1", "/index.html")]
    assert {page.text for page in pages} == {"<!doctype html><title>app</title>"}
    assert {page.headers["cache-control"] for page in pages} == {"no-cache"}
    assert "script-src" not in pages[0].headers["content-security-policy"]
    assert "default-src 'self'" in pages[0].headers["content-security-policy"]


async def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(root: Path) -> None:
    async with client(root) as web:
        asset = await web.get("/assets/app-1a2b.js")
        icon = await web.get("/favicon.svg")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")
    assert (icon.headers["cache-control"], icon.headers["content-type"]) == ("no-cache", "image/svg+xml")


async def test_a_packed_file_goes_to_who_can_unpack_it(root: Path) -> None:
    async with (
        client(root) as web,
        web.stream("GET", "/assets/app-1a2b.js", headers={"accept-encoding": "br, gzip"}) as answer,
    ):
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        headers = answer.headers
    assert (raw, headers["content-encoding"], headers["vary"]) == (b"packed", "gzip", "Accept-Encoding")
    assert headers["content-type"].startswith("text/javascript")


async def test_a_file_that_the_browser_has_is_not_sent_again(root: Path) -> None:
    async with client(root) as web:
        first = await web.get("/")
        again = await web.get("/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_missing_asset_is_missing_and_not_a_page(root: Path) -> None:
    async with client(root) as web:
        assert (await web.get("/assets/gone.js")).status_code == 404
        assert (await web.get("/api/gone")).status_code == 404
        assert (await web.get("/api")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/hostname", "/..%5csecret.txt"],
)
async def test_no_path_leads_out_of_the_folder(root: Path, path: str) -> None:
    async with client(root) as web:
        answer = await web.get(f"http://localhost{path}")
    assert "hunter2" not in answer.text
    assert answer.text.startswith("<!doctype html>") or answer.status_code == 404


async def test_a_link_out_of_the_folder_is_not_followed(root: Path) -> None:
    (root / "link.txt").symlink_to(root.parent / "secret.txt")
    async with client(root) as web:
        assert "hunter2" not in (await web.get("/link.txt")).text


async def test_pages_are_only_read(root: Path) -> None:
    async with client(root) as web:
        head = await web.head("/")
        refused = await web.post("/")
    assert (head.status_code, head.content) == (200, b"")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_without_a_build_the_page_says_how_to_get_one(tmp_path: Path) -> None:
    async with client(tmp_path) as web:
        answer = await web.get("/connectors")
    assert answer.status_code == 503
    assert "make setup" in answer.text


def test_a_coding_with_weight_nought_is_not_accepted() -> None:
    assert accepted_encodings("gzip;q=0, br; q=0.5,deflate") == {"br", "deflate"}

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from madang.backend.http.guard import Guard, check_request, is_own_host, is_own_origin, own_hosts
from madang.kit.errors import ForbiddenError
from madang.settings import load_settings

HOSTS = own_hosts(load_settings({"MADANG_HOST": "::1", "MADANG_PUBLIC_HOSTS": "Madang.Example, 10.0.0.5"}))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8700",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8700",
        "madang.example",
        "madang.example.:443",
        "10.0.0.5",
    ],
)
def test_our_own_names_are_known_on_any_port(host: str) -> None:
    assert is_own_host(host, HOSTS)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        ":8700",
        "evil.example",
        "evil.example:8700",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example/localhost",
        "localhost:evil",
        "127.0.0.1.nip.example",
        "[::2]:8700",
        "::1",
        "localhost:",
        "localhost#",
    ],
)
def test_a_name_that_was_rebound_to_us_is_foreign(host: str | None) -> None:
    assert not is_own_host(host, HOSTS)


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        (None, "localhost:8700", "http"),
        ("http://localhost:8700", "localhost:8700", "http"),
        ("http://LOCALHOST:8700", "localhost:8700", "http"),
        ("https://madang.example", "madang.example", "http"),
        ("https://madang.example", "madang.example:443", "https"),
        ("http://localhost:8700", "localhost:8700", "ws"),
        ("http://[::1]:8700", "[::1]:8700", "ws"),
        ("http://madang.example", "madang.example:80", "http"),
    ],
)
def test_our_own_pages_may_change_things(origin: str | None, host: str, scheme: str) -> None:
    assert is_own_origin(origin, host, scheme)


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("null", "localhost:8700", "http"),
        ("", "localhost:8700", "http"),
        ("http://evil.example", "localhost:8700", "http"),
        ("http://localhost:8713", "localhost:8700", "http"),
        ("http://localhost", "localhost:8700", "http"),
        ("http://127.0.0.1:8700", "localhost:8700", "http"),
        ("http://madang.example", "madang.example", "https"),
        ("http://localhost:8700", "localhost:8700", "wss"),
        ("file://localhost:8700", "localhost:8700", "http"),
        ("http://localhost:8700/", "localhost:8700", "http"),
        ("http://localhost:8700@evil.example", "localhost:8700", "http"),
        ("http://[::1", "localhost:8700", "http"),
    ],
)
def test_pages_of_others_may_not(origin: str, host: str, scheme: str) -> None:
    assert not is_own_origin(origin, host, scheme)


def scope_of(kind: str = "http", method: str = "POST", *headers: tuple[str, str]) -> Scope:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    scheme = "ws" if kind == "websocket" else "http"
    return {"type": kind, "method": method, "scheme": scheme, "headers": raw, "path": "/api/x"}


def check(scope: Scope) -> None:
    check_request(Headers(scope=scope), scope, HOSTS)


def test_a_read_by_a_foreign_page_is_left_to_the_browser_which_shows_it_nothing() -> None:
    check(scope_of("http", "GET", ("host", "localhost"), ("origin", "http://evil.example")))


def test_a_websocket_of_a_foreign_page_is_refused_though_it_is_a_get() -> None:
    with pytest.raises(ForbiddenError, match="another site"):
        check(scope_of("websocket", "GET", ("host", "localhost"), ("origin", "http://evil.example")))
    check(scope_of("websocket", "GET", ("host", "localhost:1"), ("origin", "http://localhost:1")))


def test_two_host_headers_are_refused() -> None:
    with pytest.raises(ForbiddenError, match="Host"):
        check(scope_of("http", "GET", ("host", "localhost"), ("host", "evil.example")))


def test_two_origins_must_both_be_ours() -> None:
    with pytest.raises(ForbiddenError):
        check(
            scope_of(
                "http", "POST", ("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://evil.example")
            )
        )


async def test_what_is_foreign_does_not_reach_the_application() -> None:
    reached: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["type"])

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    guard = Guard(app, hosts=HOSTS)
    with pytest.raises(ForbiddenError):
        await guard(scope_of("websocket", "GET", ("host", "evil.example")), receive, send)
    await guard({"type": "lifespan"}, receive, send)
    assert reached == ["lifespan"]

import time

import pytest

from madang.proxy.connections import FunctionView
from madang.proxy.matching import Routes

TEMPLATES = [
    "/", "/users", "/users/", "/users/{id}", "/users/me", "/users/{id}/posts/{post}",
    "/repos/{o}/{r}/compare/{a}...{b}",
    "/files/{name}.json", "/files/{name}", "/files/{name}.{kind}.json", "/jobs/{id}:cancel", "/a b/{x}",
    "/deep/{x}/y", "/deep/z/{w}",
]  # fmt: skip


def _routes() -> Routes:
    return Routes(FunctionView(id=template, method="GET", path=template) for template in TEMPLATES)


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "/"), ("/users", "/users"), ("/users/", "/users/"), ("/users/7", "/users/{id}"),
        ("/users/me", "/users/me"),
        ("/users/m%65", "/users/me"), ("/users/a%2Fb", "/users/{id}"), ("/users/7/posts/9", "/users/{id}/posts/{post}"),
        ("/repos/o/r/compare/main...dev", "/repos/{o}/{r}/compare/{a}...{b}"),
        ("/repos/o/r/compare/a...b...c", "/repos/{o}/{r}/compare/{a}...{b}"),
        ("/repos/o/r/compare/...dev", None), ("/repos/o/r/compare/main...", None), ("/repos/o/r/compare/main", None),
        ("/files/a.json", "/files/{name}.json"), ("/files/.json", "/files/{name}"), ("/files/a.txt", "/files/{name}"),
        ("/files/a.b.json", "/files/{name}.{kind}.json"), ("/jobs/7:cancel", "/jobs/{id}:cancel"), ("/jobs/7", None),
        ("/a%20b/1", "/a b/{x}"), ("/deep/z/y", "/deep/z/{w}"), ("/deep/q/y", "/deep/{x}/y"), ("/deep/z", None),
        ("/nothing", None), ("/users/7/posts", None), ("/Users", None), ("/x" * 200, None),
    ],
)  # fmt: skip
def test_the_most_literal_template_wins(path: str, template: str | None) -> None:
    found = _routes().find(b"GET", path.encode())
    assert (found.id if found else None) == template


def test_a_method_is_part_of_the_match_and_the_search_goes_on_without_it() -> None:
    routes = Routes(
        [FunctionView(id="a", method="get", path="/users/me"), FunctionView(id="b", method="PUT", path="/users/{id}")]
    )
    found = [routes.find(method, b"/users/me") for method in (b"GET", b"PUT", b"POST")]
    assert [function and function.id for function in found] == ["a", "b", None]


def test_a_document_cannot_make_matching_slow() -> None:
    many = [FunctionView(id=str(n), method="GET", path=f"/{{a}}/{{b}}/r{n}/{{c}}x{{d}}y{{e}}") for n in range(2_000)]
    routes = Routes(many)
    started = time.perf_counter()
    for n in range(200):
        assert routes.find(b"GET", f"/1/2/r{n}/{'x' * 2_000}".encode()) is None
        assert routes.find(b"GET", f"/1/2/r{n}/1x2y3".encode())
    # Backtracking would take minutes; the bound is wide, as a busy machine is no fault.
    assert time.perf_counter() - started < 10

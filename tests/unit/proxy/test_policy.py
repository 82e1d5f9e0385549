import pytest

from madang.kit.errors import NotFoundError
from madang.net.grants import Grant
from madang.net.http1 import Header
from madang.proxy.policy import (
    Epochs,
    check_host,
    check_path,
    find_bearer,
    find_health,
    find_trace,
    split_target,
)
from madang.proxy.problems import BadRequestError, StaleEpochError


def test_a_target_is_a_connection_a_path_and_a_query() -> None:
    target = split_target(b"/cxn_1/a/b%2Fc?x=/../&y")
    assert (target.connection, target.path, target.query) == ("cxn_1", b"/a/b%2Fc", b"x=/../&y")
    assert split_target(b"/cxn_1").path == b"/"


@pytest.mark.parametrize(
    "target",
    [b"", b"*", b"http://a/", b"//a", b"/cxn_1/a b", b"/cxn_1/\xc3", b"/cxn_1/a#b", b"/cxn_1/" + b"a" * 20_000],
)
def test_a_target_of_another_form_is_refused(target: bytes) -> None:
    with pytest.raises((BadRequestError, NotFoundError)):
        split_target(target)


@pytest.mark.parametrize("target", [b"/", b"/x/y", b"/cxn_/y", b"/CXN_1/y", b"/cxn_1%2fx/y", b"/cxn_a.b/"])
def test_a_target_without_a_connection_id_is_not_found(target: bytes) -> None:
    with pytest.raises(NotFoundError):
        split_target(target)


@pytest.mark.parametrize(
    "path",
    [
        b"/..",
        b"/a/../b",
        b"/.",
        b"/%2e%2e",
        b"/.%2e/",
        b"/%252e%252e",
        b"/a%2f..",
        b"/a%5c..%5cb",
        b"/..;a/b",
        b"/a//b",
        b"/%00",
        b"/..%20/x",
    ],
)
def test_a_path_with_a_dot_segment_in_any_disguise_is_refused(path: bytes) -> None:
    with pytest.raises(BadRequestError):
        check_path(path)


@pytest.mark.parametrize(
    "path", [b"/", b"/a", b"/a/", b"/...", b"/a..b", b"/v1.2", b"/a%2Fb.c", b"/.well-known", b"/100%25"]
)
def test_a_path_without_one_is_fine(path: bytes) -> None:
    check_path(path)


@pytest.mark.parametrize("host", [b"127.0.0.1", b"127.0.0.1:8701", b"LOCALHOST:1", b"[::1]:8701", b"proxy.intern:80"])
def test_our_names_are_known(host: bytes) -> None:
    check_host([(b"Host", host)], "1.1", {"proxy.intern"})


@pytest.mark.parametrize(
    "host", [b"", b"evil.example", b"127.0.0.1.evil.example", b"localhost@evil", b"[::2]", b"evil:127.0.0.1"]
)
def test_other_names_are_not(host: bytes) -> None:
    with pytest.raises(BadRequestError):
        check_host([(b"Host", host)], "1.1", {"proxy.intern"})


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ([(b"Authorization", b"Bearer abc")], "abc"),
        ([(b"authorization", b"bearer  abc ")], "abc"),
        ([(b"Authorization", b"Basic abc")], None),
        ([(b"Authorization", b"Bearer a"), (b"Authorization", b"Bearer a")], None),
        ([], None),
    ],
)
def test_a_bearer_token_is_found(headers: list[Header], token: str | None) -> None:
    assert find_bearer(headers) == token


def test_a_trace_is_found_where_its_form_is_right() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    assert find_trace([(b"Traceparent", f"00-{trace}-b7ad6b7169203331-01".encode())]) == trace
    assert find_trace([(b"Traceparent", b"nonsense")]) is None


def test_health_is_asked_for_by_get_alone() -> None:
    assert [find_health(b"GET", b"/healthz"), find_health(b"HEAD", b"/-/readyz?x")] == ["healthz", "readyz"]
    assert [find_health(b"POST", b"/healthz"), find_health(b"GET", b"/cxn_1/healthz")] == [None, None]


def _grant(run: str | None, epoch: int | None) -> Grant:
    return Grant(
        account="a", actor="u", connection="c", functions=None, purpose="run", run=run, epoch=epoch,
        id="j", issuer="w", expires_at=0, key_id="k",
    )  # fmt: skip


def test_an_epoch_counts_for_its_run_alone_and_the_memory_of_runs_is_bounded() -> None:
    epochs = Epochs(most=2)
    for grant in (_grant("r1", 2), _grant("r2", 1), _grant("r1", 3), _grant(None, 1), _grant("r1", 3)):
        epochs.check(grant)
    with pytest.raises(StaleEpochError):
        epochs.check(_grant("r1", 2))
    with pytest.raises(StaleEpochError):
        epochs.check(_grant("r1", 2))
    epochs.check(_grant("r3", 1))
    epochs.check(_grant("r2", 0))

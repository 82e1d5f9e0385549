import gzip
import zlib

import pytest

from madang.kit.errors import InvalidError, TooLargeError, UpstreamError
from madang.net.decoding import Bound, decoder_for
from madang.net.http1 import (
    CHUNKED,
    NO_BODY,
    Framing,
    FramingError,
    Header,
    answer_framing,
    check_header,
    request_framing,
    without_hop_by_hop,
)

TE = (b"Transfer-Encoding", b"chunked")
CL = (b"content-length", b"3")


@pytest.mark.parametrize(
    ("headers", "framing"),
    [([], NO_BODY), ([TE], CHUNKED), ([CL], Framing(length=3)), ([(b"Transfer-Encoding", b"Chunked")], CHUNKED)],
)
def test_a_request_says_its_length(headers: list[Header], framing: Framing) -> None:
    assert request_framing(headers, "1.1") == framing


@pytest.mark.parametrize(
    ("headers", "version"),
    [
        ([TE, CL], "1.1"), ([CL, CL], "1.1"), ([TE, TE], "1.1"), ([TE], "1.0"),
        ([(b"Content-Length", b"3,3")], "1.1"), ([(b"Content-Length", b"")], "1.1"),
        ([(b"Content-Length", b"\xb2")], "1.1"), ([(b"Content-Length", b"1" * 19)], "1.1"),
        ([(b"Transfer-Encoding", b"gzip, chunked")], "1.1"), ([(b"Transfer-Encoding", b"")], "1.1"),
    ],
)  # fmt: skip
def test_a_length_that_is_stated_oddly_is_no_length(headers: list[Header], version: str) -> None:
    with pytest.raises(FramingError):
        request_framing(headers, version)
    with pytest.raises(FramingError):
        answer_framing(b"GET", 200, headers, version)


@pytest.mark.parametrize(
    ("method", "status", "headers", "framing"),
    [
        (b"GET", 200, [], Framing(is_until_close=True)),
        (b"GET", 200, [CL], Framing(length=3)),
        (b"HEAD", 200, [CL], NO_BODY),
        (b"GET", 204, [], NO_BODY),
        (b"GET", 304, [CL], NO_BODY),
        (b"GET", 103, [], NO_BODY),
    ],
)
def test_an_answer_says_its_length(method: bytes, status: int, headers: list[Header], framing: Framing) -> None:
    assert answer_framing(method, status, headers, "1.1") == framing


def test_headers_of_one_connection_do_not_go_on() -> None:
    headers = [(b"Connection", b"close, X-Mine"), (b"x-mine", b"1"), (b"TE", b"x"), (b"Kept", b"1"), (b"Cookie", b"1")]
    assert without_hop_by_hop(headers, frozenset({b"cookie"})) == [(b"Kept", b"1")]


@pytest.mark.parametrize(
    ("name", "value"), [("", "a"), ("a b", "c"), ("a", "b\r\nc"), ("a", "b\0"), ("ä", "b"), ("a", "€")]
)
def test_a_header_that_would_break_the_head_is_invalid(name: str, value: str) -> None:
    with pytest.raises(InvalidError):
        check_header(name, value)


TEXT = b"words and words " * 10_000


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        (b"gzip", gzip.compress(TEXT)),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", zlib.compress(TEXT, wbits=-15)),
        (None, TEXT),
    ],
    ids=["gzip", "zlib", "raw deflate", "none"],
)
@pytest.mark.parametrize("size", [1, 777, 1_000_000])
def test_codings_are_undone_however_they_are_cut(coding: bytes | None, coded: bytes, size: int) -> None:
    decoder = decoder_for(coding)
    parts = [part for at in range(0, len(coded), size) for part in decoder.feed(coded[at : at + size])]
    decoder.check_whole()
    assert b"".join(parts) == TEXT


def test_a_bomb_is_stopped_after_its_limit() -> None:
    bound, taken = Bound(1_000_000, "the answer"), 0

    def take_all() -> None:
        nonlocal taken
        for part in decoder_for(b"gzip").feed(gzip.compress(bytes(50_000_000))):
            taken += len(part)
            bound.take(len(part))

    with pytest.raises(TooLargeError, match="the answer is larger than 1,000,000 bytes"):
        take_all()
    assert taken < 1_200_000


def test_codings_that_are_broken_cut_or_not_asked_for_are_the_other_servers_failure() -> None:
    with pytest.raises(UpstreamError, match="cannot be decompressed"):
        list(decoder_for(b"gzip").feed(b"\x1f\x8bnonsense"))
    cut = decoder_for(b"gzip")
    list(cut.feed(gzip.compress(TEXT)[:50]))
    with pytest.raises(UpstreamError, match="broke off"):
        cut.check_whole()
    with pytest.raises(UpstreamError, match="'br'"):
        decoder_for(b"br")

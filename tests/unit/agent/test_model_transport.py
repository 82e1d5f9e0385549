from madang.agent.model_transport import EventSize


def sizes(*parts: bytes) -> list[tuple[int, int]]:
    size, found = EventSize(), list[tuple[int, int]]()
    for part in parts:
        size.add(part)
        found.append((size.bytes, size.lines))
    return found


def test_an_event_grows_until_a_blank_line_ends_it() -> None:
    assert sizes(b"data: a\n", b"data: b\n", b"\ndata: c") == [(8, 1), (16, 2), (7, 0)]


def test_a_blank_line_ends_an_event_in_either_writing_and_in_pieces() -> None:
    assert sizes(b"a\r\n\r\nb") == [(1, 0)]
    assert sizes(b"a\r", b"\n\r", b"\nbc") == [(2, 0), (4, 1), (2, 0)]
    assert sizes(b"a\n", b"\n", b"b\n") == [(2, 1), (0, 0), (2, 1)]


def test_only_the_last_event_counts() -> None:
    assert sizes(b"a\n\n" * 100 + b"rest\n") == [(5, 1)]

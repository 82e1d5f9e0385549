import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from madang.cli.health import Health, probe, probe_all


@contextmanager
def answering(answers: dict[bytes, bytes]) -> Iterator[str]:
    """A server that knows one answer for each path, and closes the connection without one for any other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def work() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(answers.get(connection.recv(4096).split()[1], b""))

        Thread(target=work, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def http(status: int, body: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({b"/readyz": http(200, '{"version": "1.2"}')}, Health(state="up", version="1.2")),
        ({b"/readyz": http(200, "fine")}, Health(state="up")),
        (
            {b"/readyz": http(503, '{"detail": "no database"}'), b"/healthz": http(200, '{"version": "1.2"}')},
            Health(state="starting", version="1.2", detail="no database"),
        ),
        (
            {b"/readyz": http(404), b"/healthz": http(404)},
            Health(state="down", detail="another program answers there (status 404)"),
        ),
        ({b"/readyz": b"SSH-2.0-x\r\n"}, Health(state="down", detail="no answer (no HTTP server)")),
    ],
)
def test_what_a_server_answers_is_its_state(answers: dict[bytes, bytes], expected: Health) -> None:
    with answering(answers) as url:
        assert probe(url) == expected


def test_the_prefix_of_a_server_comes_before_its_paths() -> None:
    with answering({b"/-/readyz": http(200)}) as url:
        assert probe(url, "/-").state == "up"


def test_a_server_that_does_not_answer_is_down_and_stops_nobody_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, answering({b"/readyz": http(200)}) as url:
        hanging = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = probe_all([(hanging, ""), (url, "")], timeout_seconds=0.3)
    assert [health.state for health in found] == ["down", "up"]
    assert found[0].detail == "no answer within 0.3 s"


def test_a_port_without_a_server_is_down(unused_port: Callable[[], int]) -> None:
    assert probe(f"http://127.0.0.1:{unused_port()}") == Health(state="down", detail="nothing listens there")


@pytest.fixture
def unused_port() -> Callable[[], int]:
    def find() -> int:
        with socket.create_server(("127.0.0.1", 0)) as sock:
            return sock.getsockname()[1]

    return find

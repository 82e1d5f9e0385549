"""Lines of a program that is being written, with their indentation, and literals that are the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Lines:
    """Gathers lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def add(self, text: str) -> None:
        """One line at the depth that we are at."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def inside(self, head: str) -> Iterator[None]:
        """A head, and what is added meanwhile below it; `pass` where that is nothing."""
        self.add(head)
        self._depth += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.add("pass")
        self._depth -= 1

    def text(self) -> str:
        """All of them."""
        return "".join(f"{line}\n" for line in self._lines)


def literal(value: object) -> str:
    """A constant as source, of ASCII alone, the same on every version."""
    match value:
        case str():
            return '"' + "".join(_character(each) for each in value) + '"'
        case bool() | None:
            return str(value)
        case int():
            return str(value) if value.bit_length() < 4096 else hex(value)
        case float():
            text = repr(value)
            return "1e999" if text == "inf" else text
        case bytes():
            return 'b"' + "".join(f"\\x{each:02x}" for each in value) + '"'
        case _:
            raise AssertionError(type(value).__name__)


def _character(each: str) -> str:
    code = ord(each)
    if each in {'"', "\\"}:
        return "\\" + each
    if 32 <= code < 127:
        return each
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"

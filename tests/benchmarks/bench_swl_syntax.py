"""How long the front end takes, in CPU time: a good file, one with a mistake, and 10,000 statements."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable

from madang.swl.syntax import parse

FUNCTION = """def announce(section: str, since: datetime, channel: str = "general") -> Digest:
    page = bbs.articles.search(section=section, created_after=since, limit=20)
    fresh = [a for a in page.data if a.deleted_at is None]  # only those that stand
    if not fresh:
        return Digest(title="nothing new", count=0)
    return slack.chat.post_message(channel=channel, text=f"{article.title} by {article.writer}")
"""
GOOD = FUNCTION * 33
SPOILT = FUNCTION * 32 + FUNCTION.replace("is None]", "is ]")
LONG = "def f():\n" + "    x = f(a=1, b=y)\n" * 10_000
LONG_SPOILT = LONG.replace("b=y)\n" + "    x = f(a=1, b=y)\n" * 99, "b=y\n" + "    x = f(a=1, b=y)\n" * 99)


def main() -> None:
    """Print the least of several runs, in ms."""
    show("198 statements", lambda: parse(GOOD), 20)
    show("  of which the interpreter's parser", lambda: ast.parse(GOOD), 20)
    show("198 statements, one with a mistake", lambda: parse(SPOILT), 20)
    show("10,000 statements", lambda: parse(LONG), 3)
    show("10,000 statements, 100 with a bracket open", lambda: parse(LONG_SPOILT), 3)


def show(name: str, run: Callable[[], object], times: int) -> None:
    """One line."""
    took: list[float] = []
    for _ in range(times):
        started = time.process_time()
        run()
        took.append(time.process_time() - started)
    print(f"{name:45} {min(took) * 1000:8.1f} ms  first {took[0] * 1000:8.1f} ms")


if __name__ == "__main__":
    main()

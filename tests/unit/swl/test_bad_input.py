"""Texts that no one writes: each is answered by diagnostics, none by an exception, in time linear in its length."""

from __future__ import annotations

import time

import pytest
from tests.unit.swl.check.goldens import connectors

from madang.swl.compiler import Compilation, compile_source
from madang.swl.emit.mermaid import mermaid_of
from madang.swl.emit.outline import outline_of
from madang.swl.emit.program import emit

HEAD = "from connector import shop\n\n\ndef run(x: int) -> int:\n"
DEEP = "".join("    " * (depth + 1) + f"for a{depth} in range(x):\n" for depth in range(19))
BROKEN = {
    "a megabyte of brackets": "[" * 1_000_000,
    "20,000 unary minuses": HEAD + "    y = " + "-" * 20_000 + "x\n    return y\n",
    "a null byte": HEAD + "    y = 1\x00\n",
    "tabs": HEAD + "\ty = 1\n",
    "a byte order mark": "\ufeff" + HEAD + "    return 1\n",
    "look-alikes": HEAD + "    ﬁ = 1\n    return fi\n",
    "lone surrogates": HEAD + "    y = '\ud800'\n    return 1\n",
    "500 nested blocks": HEAD + "".join("    " * (depth + 1) + "if x:\n" for depth in range(500)),
    "nothing": "",
}
LONG = {
    "a chain of elif": HEAD
    + "    if x == 0:\n        return 0\n"
    + "".join(f"    elif x == {number}:\n        return {number}\n" for number in range(450))
    + "    return 1\n",
    "a chain of plus": HEAD + "    return " + " + ".join(["x"] * 499) + "\n",
    "a chain of or": HEAD + "    return 1 if " + " or ".join(f"x == {n}" for n in range(240)) + " else 2\n",
    "a chain of properties": "class R:\n    a: R\n\n\ndef run(r: R) -> R:\n    return r" + ".a" * 400 + "\n",
    "nested calls": HEAD + "    return " + "abs(" * 60 + "x" + ")" * 60 + "\n",
    "a list in a list in each round": HEAD + "    y = [0]\n" + DEEP + "    " * 20 + "y = [y[0]]\n    return y[0]\n",
    "types without end": "".join(f"class R{n}:\n    a: R{n + 1}\n    b: list[R{n}]\n\n\n" for n in range(300))
    + "class R300:\n    a: R0 | None\n\n\ndef run(r: R0) -> R0:\n    return r.a.b[0].a.b[0]\n".replace(
        ".a.b[0].a.b[0]", ""
    ),
    "1,000 helpers": "".join(f"def _h{n}(x: int) -> int:\n    return _h{n + 1}(x)\n\n\n" for n in range(1000))
    + "def _h1000(x: int) -> int:\n    return x\n\n\ndef run(x: int) -> int:\n    return _h0(x)\n",
    "2,000 statements": HEAD + "".join(f"    x = x + {n}\n" for n in range(2000)) + "    return x\n",
}


def compiled(source: str) -> Compilation:
    found = compile_source(source, connectors())
    assert outline_of(found)
    assert mermaid_of(found.program)
    return found


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_has_a_diagnostic(name: str) -> None:
    found = compiled(BROKEN[name])
    assert [each for each in found.diagnostics if each.severity == "error"]
    assert not found.is_runnable


@pytest.mark.parametrize("name", LONG)
def test_what_is_long_or_deep_compiles(name: str) -> None:
    found = compiled(LONG[name])
    assert [each.message for each in found.diagnostics if each.severity == "error"] == []
    compile(emit(found).text, "program", "exec", flags=0x2000)  # top-level await, as the interpreter takes it


def test_time_grows_with_the_length() -> None:
    def seconds(count: int) -> float:
        source = HEAD + "".join(f"    a{n} = x + {n}\n" for n in range(count)) + "    return x\n"
        started = time.process_time()
        compile_source(source, connectors())
        return time.process_time() - started

    seconds(100)
    assert seconds(3000) < 30 * max(seconds(300), 0.005)

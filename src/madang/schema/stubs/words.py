"""Text of documents as documentation in source code: it ends no comment, no string and no line that it should not."""

from __future__ import annotations

import re

_WIDTH = 110
_LINES = 60
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def lines_of(text: str) -> list[str]:
    """The lines of a text, without control characters, marks of direction and half characters; at most some dozens."""
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    found = [line.rstrip() for line in plain.strip().split("\n")]
    return found if len(found) <= _LINES else [*found[:_LINES], "…"]


def docstring(text: str, indent: str) -> list[str]:
    """A Python string of documentation; nothing in the text ends it or is an escape."""
    lines = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in lines_of(text)]
    if not any(lines):
        return []
    if len(lines) == 1 and len(lines[0]) < _WIDTH:
        only = lines[0]
        return [f'{indent}"""{only[:-1]}\\"' + '"""' if only.endswith('"') else f'{indent}"""{only}"""']
    return [f'{indent}"""{lines[0]}', *((indent + line).rstrip() for line in lines[1:]), f'{indent}"""']


def comment(text: str, indent: str) -> list[str]:
    """Python comment lines."""
    lines = lines_of(text)
    return [f"{indent}# {line}".rstrip() for line in lines] if any(lines) else []


def jsdoc(text: str, indent: str, *, is_deprecated: bool = False) -> list[str]:
    """A documentation comment of TypeScript; nothing in the text ends it."""
    lines = [line.replace("*/", "*\\/") for line in lines_of(text)]
    lines = lines if any(lines) else []
    lines += ["@deprecated"] if is_deprecated else []
    if not lines:
        return []
    if len(lines) == 1 and len(lines[0]) < _WIDTH:
        return [f"{indent}/** {lines[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]

"""Blocks in braces, as other languages write them: read as if they began with `:`."""

from __future__ import annotations

import re

from madang.swl.syntax import codes
from madang.swl.syntax.draft import Draft, Places
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.scan import scan

_OPENS = re.compile(
    r"^[ ]*(?:if|elif|else|for|while|def|class|try|except|finally|with|match|case|switch|function|catch)\b"
    r"(?:[^{}\r\n]*[\w)\]\"'])?(?<!\bin)(?P<blank>[ ]*)(?P<brace>\{)[ ]*\r?$"
    r"|^[ ]*(?P<close>\})[ ]*;?[ ]*\r?$",
    re.MULTILINE,
)


def read_braces(draft: Draft) -> None:
    """Give headers that end with `{` a colon, and leave out the line of the matching `}`; each pair is one mistake."""
    if "{" not in draft.work:
        return
    places = Places(draft.scan)
    open_at: list[tuple[int, int]] = []
    characters: list[str] | None = None
    for match in _OPENS.finditer(draft.work):
        brace, close = match.start("brace"), match.start("close")
        if brace >= 0 and places.is_code(brace):
            open_at.append((match.start("blank"), brace))
            characters = characters or list(draft.work)
            characters[brace] = ":"
        elif close >= 0 and open_at and characters is not None and places.is_code(close):
            characters[close] = " "
            _report(draft, *open_at.pop(), close)
    for blank, brace in open_at:
        _report(draft, blank, brace, None)
    if characters is not None:
        draft.work = "".join(characters)
        draft.scan = scan(draft.work)


def _report(draft: Draft, blank: int, brace: int, close: int | None) -> None:
    edits = [Replacement(blank, brace + 1, ":")]
    if close is not None:
        edits.append(Replacement(close, close + 1, ""))
    message = "A block begins with `:` and is indented; braces are for dicts."
    draft.report(codes.BRACE_BLOCK, brace, brace + 1, message, title="Write `:`", edits=edits)

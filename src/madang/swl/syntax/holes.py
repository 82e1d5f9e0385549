"""What stands for a statement that cannot be read: as much of it as can be kept, and `...` for the rest."""

from __future__ import annotations

import re

from madang.swl.syntax.draft import Draft, Mark
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.proposals import KEYWORDS
from madang.swl.syntax.statements import Statement, reads_alone
from madang.swl.syntax.tokens import words

_NAME = r"[^\W\d]\w*"
_TARGET = re.compile(
    rf"(?P<target>{_NAME}(?:\.{_NAME})*(?:\[[^\[\]\r\n]*\])?[ ]*(?::[^=\r\n]*)?)(?<![=!<>+*/%-])=(?!=)"
)
_FOR = re.compile(rf"for\s+({_NAME}(?:\s*,\s*{_NAME})*)\s+in\b")
_AS = re.compile(rf"\bas\s+({_NAME})")
_DECLARED = re.compile(rf"(?:async\s+)?(def|class)\s+({_NAME})")
_PARAMETER = re.compile(rf"(?:\(|,)\s*({_NAME})\s*(?=[:,=)]|$)")
_IMPORT = re.compile(rf"from\s+({_NAME}(?:\.{_NAME})*)\s+import\b")
_KEPT = frozenset({"return", "raise", "assert", "del", "yield"})


def stand_in(draft: Draft, statement: Statement) -> None:
    """Let a hole take the place of a statement; what its first words say plainly is kept."""
    text, at = _best(draft.work, statement)
    replacement = Replacement(statement.start, statement.end, text)
    statement.edits = [replacement]
    mark = Mark(statement.start, statement.end, replacement, max(at, 0), is_value=at >= 0)
    draft.marks.append(mark)


def _best(work: str, statement: Statement) -> tuple[str, int]:
    """The text that stands in, and where its `...` is, -1 where it has none."""
    original = work[statement.start : statement.end]
    suffix = ": ..." if statement.is_inline else ":"
    for head in _heads(original, statement):
        text = head + suffix if statement.is_header or statement.is_inline else head
        keyword = statement.keyword
        if reads_alone(text, keyword, is_header=statement.is_header):
            return text, head.find("...")
    if statement.is_header:
        statement.keyword = (
            "if" if statement.keyword not in ("elif", "else", "except", "finally") else statement.keyword
        )
        return ("if ...:" if statement.keyword == "if" else f"{statement.keyword}:"), (
            3 if statement.keyword == "if" else -1
        )
    return "...", 0


def _heads(original: str, statement: Statement) -> list[str]:
    """What may stand in, the most telling first; headers without their colon."""
    keyword = statement.keyword
    if statement.is_header or statement.is_inline:
        return _header_heads(original, keyword)
    found: list[str] = []
    target = _TARGET.match(original)
    if target is not None:
        found.append(f"{target.group('target').rstrip()} = ...")
    if keyword in _KEPT:
        found.append(f"{keyword} ...")
    if keyword in ("pass", "break", "continue"):
        found.append(keyword)
    imported = _IMPORT.match(original)
    if imported is not None:
        names = [word for word in _names(original[imported.end() :]) if word.isidentifier()]
        if names:
            found.append(f"from {imported.group(1)} import {', '.join(names)}")
    return found


def _header_heads(original: str, keyword: str) -> list[str]:
    name = _AS.search(original)
    if keyword in ("if", "elif", "while", "match"):
        return [f"{keyword} ..."]
    if keyword in ("else", "try", "finally"):
        return [keyword]
    if keyword == "for":
        target = _FOR.match(original)
        return [f"for {target.group(1) if target else '_'} in ...", "for _ in ..."]
    if keyword == "with":
        return [f"with ... as {name.group(1)}" if name else "with ...", "with ..."]
    if keyword == "except":
        return [f"except ... as {name.group(1)}" if name else "except ...", "except ..."]
    if keyword == "case":
        return ["case _ if ..."]
    declared = _DECLARED.match(original)
    if declared is not None and declared.group(1) == "class":
        return [f"class {declared.group(2)}"]
    if declared is not None:
        parameters = dict.fromkeys(_PARAMETER.findall(original))
        return [f"def {declared.group(2)}({', '.join(one for one in parameters if one not in KEYWORDS)})"]
    return []


def names_in(work: str, start: int, end: int) -> tuple[str, ...]:
    """The names in a broken text, sorted."""
    return tuple(sorted(set(_names(work[start:end]))))


def _names(text: str) -> list[str]:
    found = (word.text for word in words(text, 0, len(text)) if word.kind == "name" and word.text not in KEYWORDS)
    return list(dict.fromkeys(found))

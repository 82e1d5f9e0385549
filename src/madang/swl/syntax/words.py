"""Keywords that a first word is meant to be: those of other languages, and misspelled ones."""

from __future__ import annotations

import re
from functools import lru_cache

from madang.swl.syntax.proposals import KEYWORDS

_FOREIGN = {
    "function": "def",
    "func": "def",
    "fun": "def",
    "fn": "def",
    "procedure": "def",
    "foreach": "for",
    "switch": "match",
    "when": "case",
    "catch": "except",
    "throw": "raise",
    "include": "import",
    "require": "import",
    "struct": "class",
    "record": "class",
}
_WORDS = tuple(
    re.findall(
        r"\w+",
        """break case class continue def elif else except finally for from if import match pass raise return try while
        with""",
    )
)
_SIMPLE = ("break", "continue", "from", "import", "pass", "raise", "return")
END_WORDS = frozenset({"fi", "end", "endif", "endfor", "endwhile", "done", "esac", "}", "};"})


@lru_cache(maxsize=1024)
def similar_keyword(word: str, *, is_header: bool) -> tuple[str, bool]:
    """The keyword that a word is taken for, '' where there is none, and whether it is one of another language.

    Where the line is no header, only words of simple statements are thought of.
    """
    if word in KEYWORDS or len(word) > 12:
        return "", False
    lowered = word.lower()
    if lowered in _FOREIGN:
        return _FOREIGN[lowered], True
    words = _WORDS if is_header else _SIMPLE
    if lowered in words and lowered != word:
        return lowered, False
    best = min(((_distance(lowered, one), one) for one in words), default=(9, ""))
    allowed = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
    return (best[1], False) if best[0] <= allowed and word not in _WORDS else ("", False)


def similar_words(word: str) -> list[str]:
    """The keywords between values that a word is one letter away from."""
    inner = ("and", "as", "else", "for", "if", "in", "is", "not in", "or")
    return [one for one in inner if len(word) <= 5 and _distance(word.lower(), one) == 1]


def _distance(one: str, other: str) -> int:
    """How many letters to add, leave out, change or swap with their neighbour (optimal string alignment)."""
    if abs(len(one) - len(other)) > 2:
        return 9
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        before_that, before, row = before, row, [index]
        for column, wanted in enumerate(other, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != wanted))
            swapped = index > 1 and column > 1 and letter == other[column - 2] and one[index - 2] == wanted
            row.append(min(cost, before_that[column - 2] + 1) if swapped else cost)
    return row[-1]

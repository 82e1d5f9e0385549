"""Strings: their prefixes, their escapes, and the braces of f-strings."""

from __future__ import annotations

import re

from madang.swl.diagnostics import Code
from madang.swl.syntax import codes
from madang.swl.syntax.draft import Draft, Mark
from madang.swl.syntax.fstrings import FProblem, FProblemKind, read_fields
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.scan import Scan, scan

_PREFIXES = frozenset({"r", "b", "f", "u", "rb", "br", "rf", "fr"})
_ESCAPE = re.compile(
    r"\\(?:(?P<good>\r\n|[\r\n'\"\\abfnrtv]|[0-3]?[0-7]{1,2}|x[0-9a-fA-F]{2})|"
    r"(?P<wide>u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|U00(?:0[1-9a-fA-F]|10)[0-9a-fA-F]{4}"
    r"|U0000(?![dD][89a-fA-F])[0-9a-fA-F]{4})|[\s\S]|\Z)"
)
_WIDE = re.compile(r"[^\x00-\x7f]")
_ENDS = 8

_FSTRINGS: dict[FProblemKind, tuple[Code, str]] = {
    "quotes": (codes.FSTRING_QUOTES, "The braces hold the quote that the string is written with."),
    "backslash": (codes.FSTRING_FORM, "A backslash stands inside the braces of an f-string."),
    "comment": (codes.FSTRING_FORM, "A `#` stands inside the braces of an f-string."),
    "newline": (codes.FSTRING_FORM, "The line breaks inside the braces of an f-string."),
    "nested": (codes.FSTRING_FORM, "The braces of an f-string are nested too deep."),
    "debug": (codes.FSTRING_FORM, "`=` after a value in the braces of an f-string is not in the language."),
    "conversion": (
        codes.FSTRING_FORM,
        "After `!` in the braces of an f-string stands `r`, `s` or `a`, then `:` or `}`.",
    ),
    "form": (codes.FSTRING_FORM, "A `*` or a bare `for` stands in the braces of an f-string."),
    "unclosed": (codes.FSTRING_OPEN, "A brace of an f-string is not closed, or a bracket inside it is not."),
    "stray": (codes.FSTRING_OPEN, "A `}` of an f-string has no opening brace."),
    "empty": (codes.FSTRING_EMPTY, "The braces of an f-string are empty."),
}


def are_fit(source: str, found: Scan) -> bool:
    """Whether all strings are well formed: the way of good programs."""
    has_backslash = "\\" in source
    for prefix, quote, end, _closed in found.strings:
        if (prefix != quote or has_backslash) and not is_fit(source, prefix, quote, end):
            return False
    return True


def is_fit(source: str, prefix: int, quote: int, end: int) -> bool:
    """Whether a closed string is well formed, for every interpreter alike."""
    letters = source[prefix:quote].lower()
    if letters and letters not in _PREFIXES:
        return False
    if "f" in letters and read_fields(source, quote, end, raw="r" in letters)[1] is not None:
        return False
    if "b" in letters and _WIDE.search(source, quote, end):
        return False
    return "r" in letters or not _bad_escapes(source, quote, end, letters)


def swap_inner_quotes(draft: Draft) -> None:
    """An f-string whose braces hold its own quotes is read as newer interpreters do, and put right if that is plain.

    The quotes inside become the other ones, so that no offset moves.
    """
    characters: list[str] | None = None
    done = -1
    for prefix, quote, end, closed in draft.scan.strings:
        letters = draft.work[prefix:quote].lower()
        if "f" not in letters or letters not in _PREFIXES or prefix < done:
            continue
        problem = read_fields(draft.work, quote, end if closed else end + 1, raw="r" in letters)[1]
        if problem is None or problem.kind != "unclosed" or draft.work[quote] * 3 == draft.work[quote : quote + 3]:
            continue
        found = _true_end(draft, quote, raw="r" in letters)
        if found is None:
            continue
        done, spans = found
        characters = characters or list(draft.work)
        edits = _swap(draft.work, draft.work[quote], spans)
        for one in edits:
            characters[one.start] = one.text
        code, message = _FSTRINGS["quotes"]
        draft.report(code, problem.at, spans[0][1], message, title="Use the other quote inside", edits=edits)
    if characters is not None:
        draft.work = "".join(characters)
        draft.scan = scan(draft.work)


def _true_end(draft: Draft, quote: int, *, raw: bool) -> tuple[int, list[tuple[int, int]]] | None:
    """Where the f-string ends if its braces may hold its own quote, looked for on its line."""
    work, delimiter = draft.work, draft.work[quote]
    limit = draft.text.line_end(draft.text.line_of(quote))
    other = "'" if delimiter == '"' else '"'
    at = quote + 1
    for _try in range(_ENDS):
        at = work.find(delimiter, at, limit) + 1
        if at <= 0:
            return None
        spans, problem = read_fields(work, quote, at, raw=raw)
        held = [span for span in spans if delimiter in work[span[0] : span[1]]]
        if problem is None and held and all(other not in work[start:end] for start, end in held):
            return at, held
    return None


def _swap(work: str, delimiter: str, spans: list[tuple[int, int]]) -> list[Replacement]:
    other = "'" if delimiter == '"' else '"'
    places = {at for start, end in spans for at in range(start, end) if work[at] == delimiter}
    return [Replacement(at, at + 1, other) for at in sorted(places)]


def check_strings(draft: Draft) -> None:
    """Report all that is wrong in strings, and let plain ones stand for those that cannot be read alike everywhere."""
    for prefix, quote, end, closed in draft.scan.strings:
        letters = draft.work[prefix:quote].lower()
        if letters and letters not in _PREFIXES and closed:
            _prefix(draft, prefix, quote, letters)
            letters = "f" if "t" in letters else ""
        if not closed:
            draft.fatal.append(quote)
        elif "f" in letters and (problem := read_fields(draft.work, quote, end, raw="r" in letters)[1]):
            _fstring(draft, prefix, quote, end, problem)
        elif "b" in letters and (wide := _WIDE.search(draft.work, quote, end)):
            message = "A bytes string holds a character beyond ASCII."
            draft.report(codes.UNKNOWN_CHARACTER, wide.start(), wide.end(), message)
            _stand_in(draft, prefix, end)
        elif "r" not in letters:
            _escapes(draft, quote, end, letters)


def _prefix(draft: Draft, prefix: int, quote: int, letters: str) -> None:
    is_template = set(letters) <= set("trTR")
    code = codes.NEWER_SYNTAX if is_template else codes.STRING_PREFIX
    message = (
        "Template strings (`t`) are not in the language; f-strings are."
        if is_template
        else f"`{draft.work[prefix:quote]}` cannot stand before a string."
    )
    edits = [Replacement(prefix, quote, "f" if "f" in letters or is_template else "")]
    draft.report(code, prefix, quote, message, title="Write an f-string" if edits[0].text else "Remove it", edits=edits)
    draft.mend(edits)


def _fstring(draft: Draft, prefix: int, quote: int, end: int, problem: FProblem) -> None:
    code, message = _FSTRINGS[problem.kind]
    edits: list[Replacement] = []
    title = ""
    if problem.kind == "stray":
        title, edits = "Double the brace", [Replacement(problem.at, problem.at + 1, "}}")]
    elif problem.kind == "debug":
        title, edits = "Remove `=`", [Replacement(problem.at, problem.at + 1, "")]
    elif problem.kind == "empty":
        close = draft.work.find("}", problem.at, end)
        title, edits = "Remove the braces", [Replacement(problem.at, close + 1, "")] if close > 0 else []
    draft.report(code, problem.at, problem.at + 1, message, title=title, edits=edits)
    _stand_in(draft, prefix, end)


def _stand_in(draft: Draft, start: int, end: int) -> None:
    """A plain string takes the place of one that cannot be read."""
    replacement = Replacement(start, end, '""')
    draft.mend([replacement])
    draft.marks.append(Mark(start, end, replacement))


def _escapes(draft: Draft, quote: int, end: int, letters: str) -> None:
    bad = _bad_escapes(draft.work, quote, end, letters)
    if not bad:
        return
    start, stop = bad[0]
    edits = [Replacement(at, at, "\\") for at, _stop in bad]
    shown = draft.work[start:stop]
    hint = "Write the character itself, or `\\u` with its four digits." if shown.endswith("N") else None
    message = f"`{shown}` is no escape that every version knows."
    draft.report(codes.ESCAPE, start, stop, message, hint=hint, title="Double the backslash", edits=edits)
    draft.mend(edits)


def _bad_escapes(source: str, quote: int, end: int, letters: str) -> list[tuple[int, int]]:
    """The spans of all escapes that are unknown, or that not every interpreter takes alike."""
    bad: list[tuple[int, int]] = []
    at = source.find("\\", quote, end)
    while at >= 0:
        match = _ESCAPE.match(source, at, end)
        if match is None:
            break
        if match.group("good") is None and (match.group("wide") is None or "b" in letters):
            bad.append(match.span())
        at = source.find("\\", max(match.end(), at + 1), end)
    return bad

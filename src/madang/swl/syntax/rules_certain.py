"""Rules that need no trial: what they find has no other meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from madang.swl.syntax import codes
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.proposals import CLOSERS, KEYWORDS, OPENERS, VALUES, Proposal, Suspect, is_name
from madang.swl.syntax.statements import HEADERS

_OPERATORS = {"&&": "and", "||": "or", "===": "==", "!==": "!=", "<>": "!="}
_ELSE_IF = re.compile(r"else\s+if\b|elseif\b|elsif\b")
_NUMBER_WORD = re.compile(r"(?:and|else|for|if|in|is|not|or)\b")
_THEN = frozenset({"then", "do"})
_DECLARES = frozenset({"var", "let", "const"})

Rule = Callable[[Suspect], Iterator[Proposal]]


def operators(suspect: Suspect) -> Iterator[Proposal]:
    """`&&`, `||`, `===` and their like."""
    for index, token in enumerate(suspect.tokens):
        plain = _OPERATORS.get(token.text) if token.kind == "op" else None
        text = plain
        if plain is None and token.text == "!" and token.kind == "op" and index + 1 < len(suspect.tokens):
            plain, text = "not", "not "
        if plain is None or text is None:
            continue
        spaced = token.text in ("&&", "||")
        work = suspect.work
        before = " " if spaced and token.start and work[token.start - 1] not in " (\n" else ""
        after = " " if spaced and work[token.end : token.end + 1] not in (" ", "\n", "") else ""
        edit = Replacement(token.start, token.end, before + text + after)
        message = f"`{token.text}` is not an operator here; `{plain}` is."
        yield Proposal(codes.FOREIGN_OPERATOR, token.start, token.end, message, f"Write `{plain}`", (edit,))


def else_if(suspect: Suspect) -> Iterator[Proposal]:
    """`else if` and its like."""
    found = _ELSE_IF.match(suspect.work, suspect.statement.start)
    if found is not None and suspect.statement.keyword in ("elif", "if"):
        edit = Replacement(*found.span(), "elif")
        message = f"`{found.group()}` is written `elif`."
        yield Proposal(codes.FOREIGN_KEYWORD, *found.span(), message, "Write `elif`", (edit,))


def conditions(suspect: Suspect) -> Iterator[Proposal]:
    """`=` where a condition compares."""
    if suspect.statement.keyword not in ("if", "elif", "while"):
        return
    for token, depth in zip(suspect.tokens, suspect.depths, strict=True):
        if token.text == "=" and token.kind == "op" and depth == 0:
            edit = Replacement(token.start, token.end, "==")
            message = "`=` assigns; a condition compares with `==`."
            yield Proposal(codes.ASSIGNMENT_IN_CONDITION, token.start, token.end, message, "Write `==`", (edit,))


def colon(suspect: Suspect) -> Iterator[Proposal]:
    """A header without its colon."""
    statement, last = suspect.statement, suspect.tokens[-1]
    if not statement.is_header or statement.keyword not in HEADERS | {"match", "case"}:
        return
    if last.text == ":" or (last.text == "{" and last.kind == "op") or not _ends_plainly(suspect):
        return
    start = end = statement.end
    if last.text in _THEN and len(suspect.tokens) > 2:
        start = suspect.tokens[-2].end
    message = f"The header of `{statement.keyword}` does not end with `:`."
    edit = Replacement(start, end, ":")
    yield Proposal(codes.MISSING_COLON, max(start - 1, statement.start), end, message, "Add `:`", (edit,))


def _ends_plainly(suspect: Suspect) -> bool:
    """Whether the last word stands outside brackets, or brackets are so broken that it does not matter."""
    problems = suspect.statement.line.problems
    return not problems or all(one.kind not in ("unclosed", "string", "triple") for one in problems)


def numbers(suspect: Suspect) -> Iterator[Proposal]:
    """`1if x`: a number that runs into a word."""
    for token, following in zip(suspect.tokens, suspect.tokens[1:], strict=False):
        joined = token.kind == "number" and following.kind == "name" and token.end == following.start
        if joined and not token.text.endswith("."):
            edit = Replacement(token.end, token.end, " ")
            is_word = _NUMBER_WORD.match(suspect.work, following.start) is not None
            yield Proposal(
                codes.NUMBER_JOINED,
                token.start,
                following.end,
                f"The number `{token.text}` runs into `{following.text}`.",
                "Put a space between" if is_word else "",
                (edit,) if is_word else (),
            )


def declarations(suspect: Suspect) -> Iterator[Proposal]:
    """`let x = 1`."""
    tokens = suspect.tokens
    if len(tokens) > 2 and tokens[0].text in _DECLARES and is_name(tokens[1]):
        edit = Replacement(tokens[0].start, tokens[1].start, "")
        message = f"`{tokens[0].text}` is not in the language: a name is assigned without it."
        yield Proposal(
            codes.FOREIGN_KEYWORD, tokens[0].start, tokens[0].end, message, f"Remove `{tokens[0].text}`", (edit,)
        )


def keywords_as_names(suspect: Suspect) -> Iterator[Proposal]:
    """`x.class`, `f(from=1)`, `class = 3`."""
    tokens = suspect.tokens
    for index, token in enumerate(tokens):
        if token.kind != "name" or token.text not in KEYWORDS - VALUES:
            continue
        before = tokens[index - 1].text if index else ""
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        after_dot = before == "." and tokens[index - 1].end == token.start
        as_argument = following == "=" and (index == 0 or before in ("(", ","))
        if after_dot or as_argument:
            edit = Replacement(token.end, token.end, "_")
            message = f"`{token.text}` is a keyword and cannot be a name; names that clash end with `_`."
            yield Proposal(codes.KEYWORD_AS_NAME, token.start, token.end, message, f"Write `{token.text}_`", (edit,))


def excepts(suspect: Suspect) -> Iterator[Proposal]:
    """`except A, B:` and `except*`."""
    tokens = suspect.tokens
    if suspect.statement.keyword != "except" or len(tokens) < 2:
        return
    if tokens[1].text == "*":
        edit = Replacement(tokens[1].start, tokens[1].end, "")
        message = "`except*` is not in the language."
        yield Proposal(codes.EXCEPT_GROUP, tokens[1].start, tokens[1].end, message, "Remove `*`", (edit,))
    stops = [
        index
        for index, token in enumerate(tokens)
        if index and suspect.depths[index] == 0 and token.text in ("as", ":") and token.kind in ("op", "name")
    ]
    last = stops[0] if stops else len(tokens)
    first = 2 if tokens[1].text == "*" else 1
    commas = [index for index in range(first, last) if tokens[index].text == "," and suspect.depths[index] == 0]
    if commas and first < last - 1:
        start, end = tokens[first].start, tokens[last - 1].end
        edits = (Replacement(start, start, "("), Replacement(end, end, ")"))
        message = "Several errors after `except` stand in parentheses."
        yield Proposal(codes.EXCEPT_PARENTHESES, start, end, message, "Put them in parentheses", edits)


def type_parameters(suspect: Suspect) -> Iterator[Proposal]:
    """`def f[T]()`, `class A[T]`, `type X = int`."""
    tokens = suspect.tokens
    if len(tokens) < 3 or tokens[0].kind != "name":
        return
    for index in range(len(tokens) - 2):
        begins = index == 0 or tokens[index - 1].text in (":", ";")
        if (
            begins
            and tokens[index].text == "type"
            and is_name(tokens[index + 1])
            and tokens[index + 2].text in ("=", "[")
        ):
            message = "Type aliases (`type`) are not in the language."
            yield Proposal(codes.NEWER_SYNTAX, tokens[index].start, tokens[index].end, message)
    at = 1 if tokens[0].text == "async" else 0
    if len(tokens) > at + 2 and tokens[at].text in ("def", "class") and tokens[at + 2].text == "[":
        end = _matching(suspect, at + 2)
        edits = (Replacement(tokens[at + 2].start, tokens[end].end, ""),) if end else ()
        start = tokens[at + 2].start
        message = "Type parameters are not in the language."
        yield Proposal(codes.NEWER_SYNTAX, start, start + 1, message, "Remove them", edits)


def _matching(suspect: Suspect, opener: int) -> int:
    """The index of the closer of a bracket, 0 where there is none."""
    for index in range(opener + 1, len(suspect.tokens)):
        if suspect.depths[index] == suspect.depths[opener] and suspect.tokens[index].text in CLOSERS:
            return index if OPENERS[suspect.tokens[opener].text] == suspect.tokens[index].text else 0
    return 0


CERTAIN: tuple[Rule, ...] = (
    operators,
    else_if,
    conditions,
    colon,
    numbers,
    declarations,
    keywords_as_names,
    excepts,
    type_parameters,
)

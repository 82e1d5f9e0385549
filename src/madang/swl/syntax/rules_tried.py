"""Rules that guess: a guess counts only if the statement can be read with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from madang.swl.syntax import codes
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.proposals import (
    CLOSERS,
    KEYWORDS,
    OPENERS,
    VALUES,
    Proposal,
    Suspect,
    begins_value,
    ends_value,
    is_name,
    shown,
)
from madang.swl.syntax.statements import HEADERS
from madang.swl.syntax.strings import is_fit
from madang.swl.syntax.tokens import Token
from madang.swl.syntax.words import similar_keyword, similar_words

Guess = tuple[Proposal, ...]
Rule = Callable[[Suspect], Iterator[Guess]]

_TAIL = re.compile(r"[)\]}:, ]*\Z")
_ASSIGNS = frozenset(re.findall(r"\S+", "= += -= *= /= //= %= **= @= &= |= ^= >>= <<= :="))
_BINARY = frozenset(re.findall(r"\S+", "== != <= >= < > / // % @ & | ^ << >> and or in is"))
_NEEDS = _ASSIGNS | _BINARY | frozenset(re.findall(r"\S+", "+ - * ** ~ -> not if elif while else for"))
_CANNOT_BEGIN = _ASSIGNS | _BINARY | frozenset(re.findall(r"\S+", "-> if else for as , : ) ] } ."))


def brackets(suspect: Suspect) -> Iterator[Guess]:
    """Brackets that are not closed, closed by another kind, or closed without being open."""
    problems = suspect.statement.line.problems
    if not problems or all(one.kind in ("string", "triple", "backslash") for one in problems):
        return
    statement, tokens = suspect.statement, suspect.tokens
    last = tokens[-1]
    if last.text == "{" and statement.keyword in HEADERS and len(tokens) > 1:
        edit = Replacement(tokens[-2].end, last.end, ":")
        message = "A block begins with `:` and is indented; braces are for dicts."
        yield (Proposal(codes.BRACE_BLOCK, last.start, last.end, message, "Write `:`", (edit,)),)
    inner, open_at = _balance(tokens)
    for tail in _tails(suspect, open_at):
        edits = list(inner)
        if open_at:
            closers = "".join(OPENERS[tokens[index].text] for index in reversed(open_at))
            edits.append(Replacement(tail, tail, closers))
        if edits:
            yield (_bracket_proposal(suspect, edits, open_at),)


def _balance(tokens: list[Token]) -> tuple[list[Replacement], list[int]]:
    """The edits that balance all brackets up to the end, and the openers that are open there."""
    stack: list[int] = []
    edits: list[Replacement] = []
    for index, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text in OPENERS:
            stack.append(index)
        elif token.text in CLOSERS:
            wanted = [OPENERS[tokens[one].text] for one in stack]
            if token.text in wanted:
                while stack and OPENERS[tokens[stack[-1]].text] != token.text:
                    edits.append(Replacement(token.start, token.start, OPENERS[tokens[stack.pop()].text]))
                stack.pop()
            elif stack:
                edits.append(Replacement(token.start, token.end, OPENERS[tokens[stack.pop()].text]))
            else:
                edits.append(Replacement(token.start, token.end, ""))
    return edits, stack


def _tails(suspect: Suspect, open_at: list[int]) -> list[int]:
    """Where the missing closers may stand."""
    tokens, end = suspect.tokens, suspect.statement.end
    if not open_at:
        return [end]
    places: list[int] = []
    for index, token in enumerate(tokens):
        if token.text == "->" and index > open_at[0]:
            places.append(tokens[index - 1].end)
    if tokens[-1].text == ":" and len(tokens) > 1:
        places.append(tokens[-2].end)
    return [*places, end]


def _bracket_proposal(suspect: Suspect, edits: list[Replacement], open_at: list[int]) -> Proposal:
    tokens, first = suspect.tokens, edits[0]
    wrong = suspect.work[first.start : first.end]
    if wrong and first.text:
        message = f"`{wrong}` closes a bracket that `{first.text}` should close."
        return Proposal(codes.MISMATCHED, first.start, first.end, message, f"Write `{first.text}`", tuple(edits))
    if wrong:
        message = f"`{wrong}` closes no bracket."
        return Proposal(codes.STRAY_BRACKET, first.start, first.end, message, f"Remove `{wrong}`", tuple(edits))
    problems = suspect.statement.line.problems or []
    opener = next((token for token in tokens if any(one.at == token.start for one in problems)), None)
    if opener is None or opener.text not in OPENERS:
        opener = tokens[open_at[-1]] if open_at else tokens[0]
    message = f"`{opener.text}` is not closed."
    title = f"Add `{''.join(edit.text for edit in edits)}`"
    return Proposal(codes.UNCLOSED, opener.start, opener.end, message, title, tuple(edits))


def open_strings(suspect: Suspect) -> Iterator[Guess]:
    """A string without its closing quote: it may end before the brackets that close at the end of its line."""
    work = suspect.work
    for problem in suspect.statement.line.problems or ():
        if problem.kind not in ("string", "triple"):
            continue
        quote = work[problem.at] * (3 if problem.kind == "triple" else 1)
        string = next((one for one in suspect.scan.strings if one[1] == problem.at), None)
        if string is None:
            return
        end = min(string[2], suspect.statement.end)
        end -= len(work[problem.at : end]) - len(work[problem.at : end].rstrip())
        tail = _TAIL.search(work, problem.at + len(quote), end)
        first = tail.start() if tail else end
        code = codes.STRING_OPEN if len(quote) == 1 else codes.TRIPLE_OPEN
        message = "This string is not closed on its line." if len(quote) == 1 else "This string is not closed."
        for at in sorted({*range(first, min(end, first + 6) + 1), end}):
            edit = Replacement(at, at, quote)
            closed = work[string[0] : at] + quote
            if not is_fit(closed, 0, string[1] - string[0], len(closed)):
                continue
            yield (Proposal(code, problem.at, end, message, f"Add `{quote}`", (edit,)),)
        return


def misspelled(suspect: Suspect) -> Iterator[Guess]:
    """A keyword that is misspelled or that of another language."""
    token = suspect.tokens[0]
    word, is_foreign = similar_keyword(token.text, is_header=suspect.tokens[-1].text == ":")
    if not word or token.kind != "name":
        return
    edit = Replacement(token.start, token.end, word)
    code = codes.FOREIGN_KEYWORD if is_foreign else codes.MISSPELLED_KEYWORD
    message = f"`{token.text}` is written `{word}`." if is_foreign else f"`{token.text}` is no keyword; `{word}` is."
    proposal = Proposal(code, token.start, token.end, message, f"Write `{word}`", (edit,))
    if suspect.tokens[-1].text != ":" and word in HEADERS and suspect.statement.is_header:
        end = suspect.statement.end
        missing = f"The header of `{word}` does not end with `:`."
        yield (proposal, Proposal(codes.MISSING_COLON, end - 1, end, missing, "Add `:`", (Replacement(end, end, ":"),)))
    yield (proposal,)


def inner_words(suspect: Suspect) -> Iterator[Guess]:
    """A misspelled `in`, `if`, `else`, `and`, `or`, `for`, `is` or `as` between two values."""
    for token, following in zip(suspect.tokens, suspect.tokens[1:], strict=False):
        if ends_value(token) and is_name(following):
            for word in similar_words(following.text):
                edit = Replacement(following.start, following.end, word)
                message = f"`{following.text}` is no keyword; `{word}` is."
                yield (
                    Proposal(
                        codes.MISSPELLED_KEYWORD, following.start, following.end, message, f"Write `{word}`", (edit,)
                    ),
                )
            return


def print_statement(suspect: Suspect) -> Iterator[Guess]:
    """`print x`."""
    tokens = suspect.tokens
    if tokens[0].text == "print" and len(tokens) > 1:
        end = suspect.statement.end
        edits = (Replacement(tokens[0].start, tokens[1].start, "log("), Replacement(end, end, ")"))
        message = "`print` is not in the language; `log(...)` notes something in the run."
        yield (Proposal(codes.PRINT_STATEMENT, tokens[0].start, tokens[0].end, message, "Write `log(...)`", edits),)


def missing_commas(suspect: Suspect) -> Iterator[Guess]:
    """Values side by side in brackets."""
    found: list[Proposal] = []
    for index, (token, following) in enumerate(zip(suspect.tokens, suspect.tokens[1:], strict=False)):
        begins = begins_value(following) or (following.text in ("[", "(") and token.text in CLOSERS)
        both_strings = token.kind == following.kind == "string"
        in_list = suspect.depths[index + 1] > 0 or suspect.statement.keyword == "from"
        if in_list and ends_value(token) and begins and not both_strings:
            edit = Replacement(token.end, token.end, ",")
            message = f"A comma is missing between `{shown(token)}` and `{shown(following)}`."
            found.append(Proposal(codes.MISSING_COMMA, token.start, following.end, message, "Add `,`", (edit,)))
    if found:
        yield tuple(found)


def extra_commas(suspect: Suspect) -> Iterator[Guess]:
    """`[1,, 2]`, `f(, a)`."""
    found: list[Proposal] = []
    for token, following in zip(suspect.tokens, suspect.tokens[1:], strict=False):
        if (
            following.text == ","
            and following.kind == "op"
            and token.kind == "op"
            and token.text in ("(", "[", "{", ",")
        ):
            edit = Replacement(following.start, following.end, "")
            message = "This comma has no value before it."
            found.append(Proposal(codes.EXTRA_COMMA, following.start, following.end, message, "Remove `,`", (edit,)))
    if found:
        yield tuple(found)


def missing_values(suspect: Suspect) -> Iterator[Guess]:
    """An operator, `=`, `return if` or a dot with nothing after it."""
    tokens = suspect.tokens
    found: list[Proposal] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        blank = following is None or (following.kind != "string" and following.text in _CANNOT_BEGIN)
        needs = token.kind in ("op", "name") and token.text in _NEEDS and blank
        opens = token.kind == "op" and token.text in OPENERS and following is not None and _is_binary(following)
        if needs or opens:
            in_call = token.text == "=" and suspect.depths[index] > 0
            found.append(_value_after(token, "..." if in_call else " ..."))
        elif token.text == "." and token.kind == "op" and (following is None or not _is_member(token, following)):
            found.append(_name_after(suspect, index))
    if found:
        yield tuple(found)


def _is_member(dot: Token, following: Token) -> bool:
    """Whether a word after a dot is a name, or a keyword written as one."""
    return is_name(following) or (following.kind == "name" and dot.end == following.start)


def _is_binary(token: Token) -> bool:
    return (
        token.kind in ("op", "name") and token.text in _CANNOT_BEGIN and token.text not in CLOSERS | {",", ":", "for"}
    )


def _value_after(token: Token, text: str) -> Proposal:
    edit = Replacement(token.end, token.end, text)
    message = f"A value is missing after `{token.text}`."
    return Proposal(codes.MISSING_VALUE, token.start, token.end, message, "Put `...` for it", (edit,), (edit,))


def _name_after(suspect: Suspect, dot: int) -> Proposal:
    """A dot without a name after it: all that stands before it is not known to be a value."""
    tokens, depths = suspect.tokens, suspect.depths
    index = dot - 1
    while index >= 0 and ends_value(tokens[index]):
        if tokens[index].text in CLOSERS:
            depth = depths[index]
            while index > 0 and not (tokens[index].text in OPENERS and depths[index] == depth):
                index -= 1
            if index and not ends_value(tokens[index - 1]):
                break
            index -= 1
        elif index and tokens[index - 1].text == ".":
            index -= 2
        else:
            break
    start = tokens[max(index, 0)].start
    edit = Replacement(start, tokens[dot].end, "...")
    message = "A name is missing after `.`."
    return Proposal(
        codes.MISSING_VALUE,
        tokens[dot].start,
        tokens[dot].end,
        message,
        mends=(edit,),
        values=(edit,),
        hint="Write the name of a property or an operation after the dot.",
    )


def foreign_comments(suspect: Suspect) -> Iterator[Guess]:
    """`x = 1 // a note`."""
    for token in suspect.tokens[1:]:
        if token.text == "//" and suspect.work[token.start - 1] in " \t":
            message = "A comment begins with `#`."
            cut = Replacement(token.start, suspect.statement.end, "")
            if "\n" in suspect.work[cut.start : cut.end]:
                return
            fix = (Replacement(token.start, token.end, "#"),)
            yield (Proposal(codes.FOREIGN_COMMENT, token.start, token.end, message, "Write `#`", fix, mends=(cut,)),)
            return


def other_words(suspect: Suspect) -> Iterator[Guess]:
    """`def f:`, `for x of xs`, `x++`, `x := 1`, `a => b`."""
    tokens = suspect.tokens
    texts = [token.text for token in tokens]
    end = suspect.statement.end
    if texts[0] in ("def", "async") and "(" not in texts and len(texts) > 1:
        name = tokens[2 if texts[0] == "async" and len(texts) > 2 else 1]
        edit = Replacement(name.end, name.end, "()")
        message = f"The function `{name.text}` is declared without parentheses."
        yield (Proposal(codes.MISSING_PARENTHESES, name.start, name.end, message, "Add `()`", (edit,)),)
    if texts[0] == "def" and len(texts) > 3 and ")" in texts and "(" not in texts[:3] and is_name(tokens[1]):
        edit = Replacement(tokens[1].end, tokens[2].start, "(")
        message = f"The parameters of `{texts[1]}` have no opening parenthesis."
        yield (Proposal(codes.MISSING_PARENTHESES, tokens[1].start, tokens[1].end, message, "Add `(`", (edit,)),)
    if texts[0] == "for" and "in" not in texts and len(texts) > 3 and is_name(tokens[1]) and begins_value(tokens[2]):
        edit = Replacement(tokens[1].end, tokens[1].end, " in")
        message = "A loop is written `for NAME in LIST:`."
        yield (Proposal(codes.MISSING_WORD, tokens[1].start, tokens[2].end, message, "Add `in`", (edit,)),)
    if texts[0] == "for" and "in" not in texts and len(texts) > 3 and texts[2] in ("of", ":", "="):
        edit = Replacement(tokens[2].start, tokens[2].end, "in" if texts[2] == "of" else " in ")
        message = "A loop is written `for NAME in LIST:`."
        yield (Proposal(codes.FOREIGN_KEYWORD, tokens[2].start, tokens[2].end, message, "Write `in`", (edit,)),)
    if len(texts) > 2 and texts[-1] == texts[-2] and texts[-1] in "+-":
        start = tokens[-2].start
        edit = Replacement(start, end, f" {texts[-1]}= 1")
        message = f"`{texts[-1] * 2}` is not in the language."
        yield (Proposal(codes.FOREIGN_OPERATOR, start, end, message, f"Write `{texts[-1]}= 1`", (edit,)),)
    for wrong, right in ((":=", "="), ("=>", ">="), ("->", ":")):
        places = [token for token in tokens if token.text == wrong and token.kind == "op"]
        if places:
            edits = tuple(Replacement(token.start, token.end, right) for token in places)
            message = f"`{wrong}` cannot stand here."
            first = places[0]
            yield (Proposal(codes.FOREIGN_OPERATOR, first.start, first.end, message, f"Write `{right}`", edits),)


def keyword_targets(suspect: Suspect) -> Iterator[Guess]:
    """A keyword where a name is declared: a parameter, the target of a loop, an imported name."""
    found: list[Proposal] = []
    for index, token in enumerate(suspect.tokens):
        if (
            index
            and token.kind == "name"
            and token.text in KEYWORDS - VALUES
            and not ends_value(suspect.tokens[index - 1])
        ):
            following = suspect.tokens[index + 1].text if index + 1 < len(suspect.tokens) else ""
            if following in ("", ",", ")", ":", "in", "=", "]", "("):
                edit = Replacement(token.end, token.end, "_")
                message = f"`{token.text}` is a keyword and cannot be a name; names that clash end with `_`."
                title = f"Write `{token.text}_`"
                found.append(Proposal(codes.KEYWORD_AS_NAME, token.start, token.end, message, title, (edit,)))
    if found:
        yield tuple(found)


TRIED: tuple[Rule, ...] = (
    brackets,
    open_strings,
    misspelled,
    inner_words,
    print_statement,
    foreign_comments,
    missing_commas,
    extra_commas,
    other_words,
    missing_values,
    keyword_targets,
)

"""The way through the front end: good programs by one scan and one parse, all others through `recovery`."""

from __future__ import annotations

import ast
import re

from madang.swl.syntax import codes, gates
from madang.swl.syntax.characters import is_clean
from madang.swl.syntax.limits import BLOCKS, BRACKETS, CHAIN, SOURCE_BYTES, chain_depth
from madang.swl.syntax.recovery import recover
from madang.swl.syntax.scan import Scan, scan
from madang.swl.syntax.statements import HEADERS, read, silence
from madang.swl.syntax.strings import are_fit
from madang.swl.syntax.tokens import deep_tokens_of
from madang.swl.syntax.tree import settle_strings
from madang.swl.syntax.values import Comment, Parsed
from madang.swl.text import Text

_SURE_CHAIN = CHAIN - 200
_SURE_ELIFS = 100
_WORD = re.compile(r"[a-z]+")


def parse(source: str) -> Parsed:
    """The tree of a source and all that is wrong with it. Never raises, for any text, and takes linear time."""
    text = Text(source)
    if len(source) > SOURCE_BYTES or len(source.encode("utf-8", "surrogatepass")) > SOURCE_BYTES:
        diagnostic = codes.TOO_LARGE.at(text.line_span(1), "This file is larger than 256 kB.")
        return Parsed(
            text=text, tree=ast.Module(body=[], type_ignores=[]), holes=(), comments=(), diagnostics=(diagnostic,)
        )
    found = scan(source)
    with silence():
        tree = read(source) if _is_plain(source, found) else None
        if tree is None:
            return recover(text, found)
    settle_strings(tree, _fstring_lines(text, found))
    return Parsed(text=text, tree=tree, holes=(), comments=comments_of(text, found), diagnostics=())


def comments_of(text: Text, found: Scan) -> tuple[Comment, ...]:
    """All comments, in order."""
    return tuple(Comment(span=text.span(start, end), text=text.source[start:end]) for start, end in found.comments)


def _fstring_lines(text: Text, found: Scan) -> set[int]:
    source = text.source
    return {
        text.line_of(prefix)
        for prefix, quote, _end, _closed in found.strings
        if prefix != quote and "f" in source[prefix:quote].lower()
    }


def _is_plain(source: str, found: Scan) -> bool:
    """Whether nothing stands in the way of giving the source to the interpreter's parser as it is."""
    if found.is_broken or not is_clean(source, found) or not are_fit(source, found) or gates.NUMBERS.search(source):
        return False
    if source.count("elif") > _SURE_ELIFS:
        return False
    for line in found.lines:
        if line.indent > BLOCKS or line.depth >= BRACKETS or line.semicolons is not None:
            return False
        if gates.HEAD.match(source, line.start):
            return False
        if 0 <= line.colon < line.end - 1 and _is_header(source, line.start):
            return False
        if line.end - line.start > _SURE_CHAIN and chain_depth(deep_tokens_of(source, found, line)) > _SURE_CHAIN:
            return False
    return True


def _is_header(source: str, start: int) -> bool:
    word = _WORD.match(source, start)
    return word is not None and (word.group() in HEADERS or word.group() == "case")

"""Limits on what is given to the interpreter's parser and to recursive code, the same everywhere.

A nesting that one interpreter reads ends another (FINDINGS of the design: brackets 250 deep end a browser's worker).
"""

from __future__ import annotations

from collections.abc import Iterable

from madang.swl.syntax.tokens import Token

SOURCE_BYTES = 256 * 1024
BRACKETS = 64
BLOCKS = 32
CHAIN = 500
NUMBER = 300

_WORDS = frozenset({"and", "or", "not", "if", "else", "in", "is", "lambda", "await", "yield", "from", "for"})
_OPENERS = frozenset("([{")
_CLOSERS = frozenset(")]}")
_BREAKS = frozenset(",;")


def chain_depth(tokens: Iterable[Token]) -> int:
    """An upper bound of how deep the tree of a statement is: operators, attributes, calls, and the brackets around.

    Elements between commas stand beside each other, so they count apart; all other words count one upon the other.
    """
    frames: list[list[int]] = [[0, 0, 0]]
    for token in tokens:
        text, frame = token.text, frames[-1]
        if token.kind == "op":
            if text in _OPENERS:
                frame[0] += 1
                frames.append([0, 0, 0])
            elif text in _CLOSERS:
                if len(frames) > 1:
                    frames.pop()
                    frames[-1][1] = max(frames[-1][1], _depth(frame))
            elif text in _BREAKS:
                frame[:] = (0, 0, _depth(frame))
            else:
                frame[0] += 1
        elif text in _WORDS or token.kind == "string":
            frame[0] += 1
    depth = 0
    while frames:
        frame = frames.pop()
        frame[1] = max(frame[1], depth)
        depth = _depth(frame)
    return depth


def _depth(frame: list[int]) -> int:
    """The deepest of a bracket's elements: its operators on top of the deepest bracket inside, or an element before."""
    operators, inside, before = frame
    return max(before, operators + inside)

"""The way through the front end."""

from __future__ import annotations

import ast
import warnings

from madang.swl.syntax.values import Parsed
from madang.swl.text import Text


def parse(source: str) -> Parsed:
    """The tree of a source and all that is wrong with it."""
    text = Text(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    return Parsed(text=text, tree=tree, holes=(), comments=(), diagnostics=())

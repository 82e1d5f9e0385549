"""From a source text to a tree and the list of all that is wrong with it. Never raises, takes linear time.

`parse` is the way in; `dump` is the tree as text, equal on every interpreter; `gaps` reads what lies between nodes.
"""

from madang.swl.syntax.dump import dump
from madang.swl.syntax.parsing import parse
from madang.swl.syntax.values import Comment, Hole, Parsed

__all__ = ["Comment", "Hole", "Parsed", "dump", "parse"]

"""What is wished of generated values, where the schema leaves it open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How full values are, and what they are made of.

    `optional` is the chance of each member that need not be there; below `depth` levels, and once there are `nodes`
    values, only what is required is made. `prefers_examples`: declared examples and defaults come before made values.
    `is_filled`: texts and lists have something in them where the schema allows it, for places that cannot say "empty".
    `completes`: an object that is given gets more of its members, though it fits as it is.
    `files`: as the form of `schema.values`, or as plain text, as JSON has them.
    """

    prefers_examples: bool = False
    is_filled: bool = False
    completes: bool = False
    optional: float = 0.5
    nulls: float = 0.0
    most_items: int = 3
    depth: int = 5
    nodes: int = 300
    files: Literal["form", "text"] = "form"


STANDARD = Wishes()
EXAMPLES = Wishes(prefers_examples=True, optional=0.8, files="text")
"""For answers that people look at: full, and as the document shows them."""

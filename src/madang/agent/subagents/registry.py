"""The sub-agents by name. A turn without a model uses those that need none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from madang.agent.subagents.composer_words import compose_words
from madang.agent.subagents.finder_search import find_by_search
from madang.agent.subagents.ports import Composer, Finder

FINDERS: Final[Mapping[str, Finder]] = {"search": find_by_search}
COMPOSERS: Final[Mapping[str, Composer]] = {"words": compose_words}

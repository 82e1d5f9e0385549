"""The sub-agents by name: each name makes one, with the model that the turn has, if it needs one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from madang.agent.subagents.composer_model import ModelComposer
from madang.agent.subagents.composer_words import compose_words
from madang.agent.subagents.finder_model import ModelFinder
from madang.agent.subagents.finder_search import find_by_search
from madang.agent.subagents.ports import Composer, Finder
from madang.agent.thinking import Model

OFFLINE_FINDERS: Final[Mapping[str, Finder]] = {"search": find_by_search}
OFFLINE_COMPOSERS: Final[Mapping[str, Composer]] = {"words": compose_words}

MODEL_FINDERS: Final[Mapping[str, Callable[[Model, Finder], Finder]]] = {"choice": ModelFinder}
MODEL_COMPOSERS: Final[Mapping[str, Callable[[Model], Composer]]] = {"completion": ModelComposer}

"""The composer without a model. (To be replaced by the full one.)"""

from __future__ import annotations

from madang.agent.subagents.ports import ComposerInput, Composition, Context


async def compose_words(asked: ComposerInput, context: Context) -> Composition:
    """Nothing is taken from words yet: all is asked for."""
    del asked, context
    return Composition(arguments={})

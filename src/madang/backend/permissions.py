"""Who may change what, where it is more than being signed in."""

from __future__ import annotations

from collections.abc import Iterable

from madang.kit.actor import Actor
from madang.settings import Settings


def require_editor(actor: Actor) -> None:
    """Raise ForbiddenError for who may only look."""
    actor.require("owner", "administrator", "member")


def require_for_hosts(actor: Actor, settings: Settings, hosts: Iterable[str], known: Iterable[str] = ()) -> None:
    """Raise ForbiddenError where hosts inside the network are allowed anew by who may not.

    In real mode that is for owners and administrators: the network is not a member's own machine.
    """
    if settings.mode == "real" and not set(hosts) <= set(known):
        actor.require("owner", "administrator")

"""Hosts inside the network that a connector or a connection may reach, as people write them."""

from __future__ import annotations

from collections.abc import Iterable

from madang.kit.errors import FieldError, InvalidError
from madang.net.guard import is_allow_pair


def host_errors(hosts: Iterable[str]) -> list[FieldError]:
    """What is wrong with a field `allowed_hosts`: everything that the address guard would never match."""
    message = "a host and a port, as 127.0.0.1:8713 or [::1]:8713"
    return [
        FieldError(pointer=f"/allowed_hosts/{index}", code="host", message=message)
        for index, host in enumerate(hosts)
        if not is_allow_pair(host)
    ]


def check_hosts(hosts: Iterable[str]) -> None:
    """Raise InvalidError unless all are `host:port`."""
    if errors := host_errors(hosts):
        raise InvalidError(f"{errors[0].pointer[1:]}: {errors[0].message}", errors=errors)

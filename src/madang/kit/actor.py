"""Who acts: the first argument of every service and repository function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from madang.kit.errors import ForbiddenError

Role = Literal["owner", "administrator", "member", "viewer"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A user acting for an account. Every row that is read or written belongs to `account`."""

    account: str
    user: str
    roles: frozenset[Role] = field(default_factory=frozenset[Role])

    def require(self, *roles: Role) -> None:
        """Raise ForbiddenError unless the actor has one of `roles`."""
        if self.roles.isdisjoint(roles):
            raise ForbiddenError(f"this needs the role {' or '.join(roles)}; ask the owner of the account")

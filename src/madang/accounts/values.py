"""What this room gives to its callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from madang.kit.actor import Actor, Role

CredentialKind = Literal["session", "api_key"]
ApiKeyKind = Literal["user", "command_line"]
Language = Literal["auto", "ko", "en"]
Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is signed in, and by what: the kind and identifier of the credential that proved it."""

    actor: Actor
    kind: CredentialKind
    credential: str


@dataclass(frozen=True, kw_only=True)
class Names:
    """How an account and its user are called."""

    account: str
    user: str


@dataclass(frozen=True, kw_only=True)
class SignInToken:
    """A one-time token as it is shown, once."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class BrowserSession:
    """A browser that is signed in."""

    id: str
    user: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """An API key without its secret, of which `hint` is the last four characters."""

    id: str
    user: str
    kind: ApiKeyKind
    name: str
    hint: str
    roles: frozenset[Role]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What a user chose for the pages; `revision` is 0 until the first choice."""

    language: Language = "auto"
    theme: Theme = "auto"
    revision: int = 0

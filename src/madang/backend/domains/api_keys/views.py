"""What the API takes and shows of API keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from madang.accounts.values import ApiKey, ApiKeyKind
from madang.backend.http.models import Body, Time, View
from madang.kit.actor import Role


class ApiKeyBody(Body):
    """A key that is wanted."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["nightly import"])]
    roles: Annotated[
        list[Role] | None,
        Field(min_length=1, max_length=4, description="At most those of the caller, which are the default."),
    ] = None
    expires_at: Annotated[
        AwareDatetime | None,
        Field(description="When it stops working; never where it is absent.", examples=["2027-01-01T00:00:00Z"]),
    ] = None


class ApiKeyView(View):
    """An API key without its secret."""

    id: Annotated[str, Field(examples=["key_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    user: Annotated[str, Field(description="Whose key it is.", examples=["usr_0192f0c1e9f77cc2b1e1d0a7c5f0e3ab"])]
    kind: Annotated[ApiKeyKind, Field(description="`command_line` is the key in the token file of this machine.")]
    name: str
    hint: Annotated[str, Field(description="The last four characters of the key.", examples=["x7Qa"])]
    roles: list[Role]
    created_at: Time
    last_used_at: Annotated[Time | None, Field(description="To the minute; null where it never was.")]
    expires_at: Time | None


class NewApiKeyView(ApiKeyView):
    """A key that was just made, with its secret."""

    secret: Annotated[str, Field(description="Shown this once; it is not kept.", examples=["mdg_..."])]


class ApiKeyPage(View):
    """A page of API keys."""

    data: list[ApiKeyView]
    next: str | None


def api_key_view(key: ApiKey) -> ApiKeyView:
    """A key as the API shows it."""
    return ApiKeyView(
        id=key.id,
        user=key.user,
        kind=key.kind,
        name=key.name,
        hint=key.hint,
        roles=sorted(key.roles),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
    )

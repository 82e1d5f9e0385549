"""/api/api-keys."""

from __future__ import annotations

from madang.accounts.api_keys import list_api_keys
from madang.backend.domains.api_keys import service
from madang.backend.domains.api_keys.views import ApiKeyBody, ApiKeyPage, NewApiKeyView, api_key_view
from madang.backend.http.models import CreatedListQuery
from madang.backend.http.routes import SignedCall, api_router

router = api_router("/api-keys", tag="api_keys")


@router.get("", operation_id="api_keys.list")
async def list_keys(call: SignedCall, query: CreatedListQuery) -> ApiKeyPage:
    """List the keys that work: all of the account for its owner and administrators, else the user's own."""
    found = await list_api_keys(call.actor, call.db, query.page, newest_first=query.newest_first)
    return ApiKeyPage(data=[api_key_view(key) for key in found.data], next=found.next)


@router.post("", operation_id="api_keys.create", status_code=201)
async def create_key(call: SignedCall, body: ApiKeyBody) -> NewApiKeyView:
    """Make a key. Its secret is in this answer and nowhere else."""
    key, secret = await service.create(call.actor, call.db, body, now=call.now)
    return NewApiKeyView(**dict(api_key_view(key)), secret=secret)


@router.delete("/{key_id}", operation_id="api_keys.delete", status_code=204)
async def delete_key(call: SignedCall, key_id: str) -> None:
    """Revoke a key. It stops working at once."""
    await service.revoke(call.actor, call.db, key_id, now=call.now)

"""What a person gives for a call, sealed in the frame's row until the call is over: no event, log or journal has it.

The arguments of a call that a client is asked to make hold it too, and are sealed in the row of that call.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from madang.effects.outcomes import json_text
from madang.kit.json import JsonObject
from madang.storage.keys import KEY_BYTES, KeyRing
from madang.storage.vault import Place, Vault

_SEALING, _TELLING_APART, _CALLS = b"madang frames", b"madang frames: repeats", b"madang lent calls"

_GIVEN = text(
    """
    SELECT id, conversation_id, sealed, kind FROM madang.conversation_frame
    WHERE turn_id = :turn AND call_id = :call AND account_id = :account AND sealed IS NOT NULL ORDER BY position
    """
)

_FORGET = text(
    """
    UPDATE madang.conversation_frame SET sealed = NULL
    WHERE turn_id = :turn AND account_id = :account AND sealed IS NOT NULL
      AND (CAST(:call AS text) IS NULL OR call_id = :call)
    """
)


# A client that has not been told of it by now is not told any more.
_FORGET_CALLS = text(
    """
    UPDATE madang.lent_call
    SET sealed = NULL, answer = NULL, state = CASE state WHEN 'asked' THEN 'withdrawn' ELSE state END
    WHERE scope_id = :turn AND account_id = :account AND (sealed IS NOT NULL OR answer IS NOT NULL)
      AND (CAST(:call AS text) IS NULL OR key = :call)
    """
)


class FrameVault:
    """Seals with keys that are derived from those of the journal, for this use alone."""

    def __init__(self, journal_keys: KeyRing) -> None:
        keys = {kid: _derived(key, _SEALING) for kid, key in journal_keys.keys.items()}
        self._vault = Vault(KeyRing(current=journal_keys.current, keys=keys))
        self._digest_key = _derived(journal_keys.current_key, _TELLING_APART)

    def digest(self, frame_id: str, content: str) -> str:
        """What tells a repeat from another frame; keyed, as forms hold passwords that could be guessed."""
        return hmac.new(self._digest_key, f"{frame_id}\0{content}".encode(), hashlib.sha256).hexdigest()

    def seal(self, account: str, conversation_id: str, frame_id: str, value: JsonObject) -> str:
        """The sealed form, bound to its row."""
        return self._vault.encrypt(json_text(value).encode(), _place(account, conversation_id, frame_id))

    async def given(self, account: str, db: AsyncSession, turn_id: str, call_id: str) -> list[tuple[str, JsonObject]]:
        """What was given for a call in the order in which it came, each with the kind of its frame."""
        rows = await db.execute(_GIVEN, {"turn": turn_id, "call": call_id, "account": account})
        return [
            (
                str(row.kind),
                json.loads(self._vault.decrypt(row.sealed, _place(account, row.conversation_id, row.id))),
            )
            for row in rows
        ]


class CallVault:
    """Seals the arguments of calls that clients are asked to make, with keys for this use alone."""

    def __init__(self, journal_keys: KeyRing) -> None:
        keys = {kid: _derived(key, _CALLS) for kid, key in journal_keys.keys.items()}
        self._vault = Vault(KeyRing(current=journal_keys.current, keys=keys))

    def seal(self, account: str, scope_id: str, key: str, arguments: JsonObject) -> str:
        """The sealed form, bound to the call's row."""
        return self._vault.encrypt(json_text(arguments).encode(), _place_of_call(account, scope_id, key))

    def open(self, account: str, scope_id: str, key: str, sealed: str) -> JsonObject:
        """The arguments again."""
        return json.loads(self._vault.decrypt(sealed, _place_of_call(account, scope_id, key)))


async def forget(account: str, db: AsyncSession, turn_id: str, call_id: str | None = None) -> None:
    """Drop what was given for a call, or for all of a turn."""
    place = {"turn": turn_id, "call": call_id, "account": account}
    await db.execute(_FORGET, place)
    await db.execute(_FORGET_CALLS, place)


def _place(account: str, conversation_id: str, frame_id: str) -> Place:
    return Place(table="conversation_frame", row=f"{conversation_id}/{frame_id}", account=account)


def _place_of_call(account: str, scope_id: str, key: str) -> Place:
    return Place(table="lent_call", row=f"{scope_id}/{key}", account=account)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)

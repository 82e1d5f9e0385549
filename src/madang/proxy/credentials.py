"""Credentials at rest: sealed in the database, opened only here, and only for a call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Protocol

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from madang.kit.clock import Clock
from madang.kit.errors import FieldError, InvalidError, NotFoundError
from madang.kit.json import pointer
from madang.net.guard import parse_url
from madang.net.http1 import is_header_value
from madang.proxy.injection import Credential, CredentialKind
from madang.proxy.problems import CredentialError
from madang.proxy.rows import CredentialRow
from madang.storage.engine import Database
from madang.storage.vault import Place, Vault

CACHE_SECONDS = 5.0
"""How long an opened credential is kept. Another process learns of a change within this time."""

_MOST_CACHED = 10_000
_REF = re.compile(r"[A-Za-z0-9_.-]{1,128}")


@dataclass(frozen=True, kw_only=True)
class CredentialStatus:
    """What may be shown of a credential."""

    ref: str
    kind: CredentialKind
    created_at: datetime
    updated_at: datetime


class Credentials(Protocol):
    """Where credentials are kept, by account and reference."""

    async def put(self, account: str, ref: str, credential: Credential) -> bool:
        """Keep a credential; True where it is new, False where it replaced one."""
        ...

    async def find_status(self, account: str, ref: str) -> CredentialStatus | None:
        """What may be shown of a credential, or None."""
        ...

    async def delete(self, account: str, ref: str) -> bool:
        """Forget a credential; False where there was none."""
        ...

    async def get(self, account: str, ref: str) -> Credential:
        """The opened credential. Raises CredentialError where there is none."""
        ...


class StoredCredentials:
    """Credentials in the table of this room."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._opened: dict[tuple[str, str], tuple[float, Credential]] = {}

    async def put(self, account: str, ref: str, credential: Credential) -> bool:
        """Keep a credential; True where it is new. Raises NotFoundError where there is no such account."""
        now = self._clock.now()
        sealed = self._vault.encrypt(orjson.dumps(dict(credential.values)), _place(account, ref))
        values = {"kind": credential.kind, "sealed": sealed, "updated_at": now}
        statement = insert(CredentialRow).values(account_id=account, ref=ref, created_at=now, **values)
        upsert = statement.on_conflict_do_update(
            index_elements=[CredentialRow.account_id, CredentialRow.ref], set_=values
        ).returning(CredentialRow.created_at)
        try:
            async with self._database.begin() as db:
                created_at = (await db.execute(upsert)).scalar_one()
        except IntegrityError:
            raise NotFoundError("there is no such account") from None
        self._opened.pop((account, ref), None)
        return created_at == now

    async def find_status(self, account: str, ref: str) -> CredentialStatus | None:
        """What may be shown of a credential, or None."""
        row = await self._find(account, ref)
        if row is None:
            return None
        return CredentialStatus(ref=row.ref, kind=_kind(row.kind), created_at=row.created_at, updated_at=row.updated_at)

    async def delete(self, account: str, ref: str) -> bool:
        """Forget a credential; False where there was none."""
        query = delete(CredentialRow).where(CredentialRow.account_id == account, CredentialRow.ref == ref)
        async with self._database.begin() as db:
            gone = (await db.scalars(query.returning(CredentialRow.ref))).all()
        self._opened.pop((account, ref), None)
        return bool(gone)

    async def get(self, account: str, ref: str) -> Credential:
        """The opened credential. Raises CredentialError where there is none, VaultError where it cannot be opened."""
        now = self._clock.now().timestamp()
        cached = self._opened.get((account, ref))
        if cached and 0 <= now - cached[0] < CACHE_SECONDS:
            return cached[1]
        row = await self._find(account, ref)
        if row is None:
            self._opened.pop((account, ref), None)
            raise CredentialError("the connection's credential is not stored any more; enter it anew")
        values = orjson.loads(self._vault.decrypt(row.sealed, _place(account, ref)))
        credential = Credential(kind=_kind(row.kind), values=values)
        if len(self._opened) >= _MOST_CACHED:
            self._opened.clear()
        self._opened[(account, ref)] = (now, credential)
        return credential

    async def _find(self, account: str, ref: str) -> CredentialRow | None:
        query = select(CredentialRow).where(CredentialRow.account_id == account, CredentialRow.ref == ref)
        async with self._database.begin() as db:
            return (await db.scalars(query)).one_or_none()


def check_ref(ref: str) -> None:
    """Raise InvalidError for a reference that cannot be one."""
    if not _REF.fullmatch(ref):
        raise InvalidError("a credential reference is 1 to 128 of A-Z, a-z, 0-9, '_', '.' and '-'")


def read_credential(body: bytes) -> Credential:
    """The credential in the body of a PUT. Raises InvalidError that says where, and never repeats a value."""
    try:
        parsed = _AnyCredential.model_validate_json(body).root
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidError(
            "the body is not a credential",
            errors=[
                FieldError(pointer=pointer(*entry["loc"][1:]), code=entry["type"], message=entry["msg"])
                for entry in found
            ],
        ) from None
    values = parsed.model_dump(exclude={"kind"}, exclude_none=True)
    return Credential(kind=parsed.kind, values=values)


def _place(account: str, ref: str) -> Place:
    return Place(table="credential", row=ref, account=account)


def _kind(text: str) -> CredentialKind:
    kinds: dict[str, CredentialKind] = {"apiKey": "apiKey", "basic": "basic", "bearer": "bearer", "oauth2": "oauth2"}
    return kinds[text]


def _sendable(value: str) -> str:
    if not is_header_value(value) or value != value.strip():
        raise ValueError("must be one line without blanks around it, of characters that a header can hold")
    return value


def _plain(value: str) -> str:
    if any(character < " " or character == "\x7f" for character in value):
        raise ValueError("must not hold control characters")
    return value


def _user_name(value: str) -> str:
    if ":" in value:
        raise ValueError("must not hold a colon")
    return _plain(value)


def _url(value: str) -> str:
    try:
        return parse_url(value).url
    except InvalidError as error:
        raise ValueError(error.detail) from None


_Sendable = Annotated[str, Field(min_length=1, max_length=16_384), AfterValidator(_sendable)]
_Plain = Annotated[str, Field(max_length=4_096), AfterValidator(_plain)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _ApiKey(_Body):
    kind: Literal["apiKey"]
    value: _Sendable


class _Basic(_Body):
    kind: Literal["basic"]
    username: Annotated[str, Field(max_length=4_096), AfterValidator(_user_name)]
    password: _Plain


class _Bearer(_Body):
    kind: Literal["bearer"]
    token: _Sendable


class _OAuth2(_Body):
    kind: Literal["oauth2"]
    client_id: Annotated[str, Field(min_length=1, max_length=4_096), AfterValidator(_plain)]
    client_secret: _Plain
    token_url: Annotated[str, AfterValidator(_url)] | None = None
    scope: _Plain | None = None
    client_auth: Literal["basic", "body"] = "basic"


class _AnyCredential(RootModel[Annotated[_ApiKey | _Basic | _Bearer | _OAuth2, Field(discriminator="kind")]]):
    pass

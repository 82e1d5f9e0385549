"""Conversations of a user: made, listed, named, deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from madang.agent.event_log import add_events
from madang.agent.rows import ConversationRow
from madang.agent.values import Conversation, Draft
from madang.kit.actor import Actor
from madang.kit.errors import FieldError, InvalidError, NotFoundError, PreconditionError
from madang.kit.ids import new_id
from madang.kit.pages import Page, PageRequest
from madang.storage.listing import page_by_id

LONGEST_TITLE = 120
UNTITLED = ""


async def create_conversation(
    actor: Actor, db: AsyncSession, *, title: str | None, model: str | None, now: datetime
) -> Conversation:
    """Begin a conversation without events. Without a title it gets that of its first message."""
    row = ConversationRow(
        id=new_id("cnv"),
        account_id=actor.account,
        user_id=actor.user,
        title=_checked(title) if title is not None else UNTITLED,
        is_titled=title is not None,
        model=model,
        last_seq=0,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    db.add(row)
    await db.flush()
    return _value(row)


async def get_conversation(actor: Actor, db: AsyncSession, conversation_id: str, *, lock: bool = False) -> Conversation:
    """A conversation of the actor; with `lock`, nobody adds events until the transaction ends. Raises NotFoundError."""
    return _value(await _row(actor, db, conversation_id, lock=lock))


async def list_conversations(
    actor: Actor, db: AsyncSession, page: PageRequest, *, containing: str = ""
) -> Page[Conversation]:
    """The actor's conversations, newest first; `containing` filters by title."""
    query = select(ConversationRow).where(
        ConversationRow.account_id == actor.account, ConversationRow.user_id == actor.user
    )
    if containing:
        query = query.where(ConversationRow.title.icontains(containing, autoescape=True))
    found = await page_by_id(db, query, ConversationRow.id, page)
    return Page(data=[_value(row) for row in found.data], next=found.next)


async def change_conversation(
    actor: Actor,
    db: AsyncSession,
    conversation_id: str,
    *,
    title: str | None = None,
    model: str | None = None,
    sets_model: bool = False,
    now: datetime,
    if_revision: int | None = None,
) -> Conversation:
    """Change the title where one is given, and the model where `sets_model`. Raises PreconditionError."""
    row = await _row(actor, db, conversation_id, lock=True)
    if if_revision is not None and if_revision != row.revision:
        raise PreconditionError("the conversation has changed meanwhile; load it again")
    if sets_model:
        row.model = model
    row.revision += 1
    row.updated_at = now
    if title is not None:
        row.title, row.is_titled = _checked(title), True
        await db.flush()
        await add_events(actor.account, db, row.id, [title_event(row.title)], now=now)
        await db.refresh(row)
    return _value(row)


async def name_conversation(actor: Actor, db: AsyncSession, conversation_id: str, text: str) -> str | None:
    """Give the title of its first words to a conversation that has none; the title, or None where nothing changed."""
    row = await _row(actor, db, conversation_id, lock=True)
    if row.is_titled:
        return None
    row.title, row.is_titled = _title_of(text), True
    await db.flush()
    return row.title


async def delete_conversation(actor: Actor, db: AsyncSession, conversation_id: str) -> None:
    """Delete a conversation with its events, frames and turns. The journal of its effects stays."""
    row = await _row(actor, db, conversation_id, lock=True)
    await db.execute(delete(ConversationRow).where(ConversationRow.id == row.id))


def title_event(title: str) -> Draft:
    """The event that tells a title."""
    return Draft(type="CUSTOM", body={"name": "title", "value": {"title": title}})


def _title_of(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"


def _checked(title: str) -> str:
    kept = " ".join(title.split())
    if not 1 <= len(kept) <= LONGEST_TITLE:
        error = FieldError(pointer="/title", code="length", message=f"1 to {LONGEST_TITLE} characters")
        raise InvalidError(f"the title has to have 1 to {LONGEST_TITLE} characters", errors=[error])
    return kept


async def _row(actor: Actor, db: AsyncSession, conversation_id: str, *, lock: bool = False) -> ConversationRow:
    query = select(ConversationRow).where(
        ConversationRow.account_id == actor.account,
        ConversationRow.user_id == actor.user,
        ConversationRow.id == conversation_id,
    )
    row = (await db.scalars(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFoundError(f"there is no conversation {conversation_id!r}; `madang chat --list` shows all")
    return row


def _value(row: ConversationRow) -> Conversation:
    return Conversation(
        id=row.id,
        user=row.user_id,
        title=row.title,
        model=row.model,
        last_seq=row.last_seq,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )

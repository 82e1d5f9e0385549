"""What the API takes and shows of calls."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from madang.backend.http.models import Body, Time, View
from madang.effects.proposals import Proposal
from madang.effects.results import StoredKind
from madang.effects.values import Entry
from madang.types.effects import EffectClass

CallState = Literal["dry_run", "approval", "intent", "done", "failed", "doubt"]


class CallBody(Body):
    """A call that is wanted."""

    function: Annotated[
        str,
        Field(min_length=1, max_length=200, description="An id, or `connector.group.operation`."),
    ]
    arguments: Annotated[
        dict[str, Any] | str,
        Field(description="By name; or text that is read leniently, as models write JSON."),
    ]
    connection: Annotated[
        str | None, Field(description="Its id; the connector's first where it is absent.", examples=["cxn_0192f0c1"])
    ] = None
    approved: Annotated[bool, Field(description="Whether a person has agreed to a call that is not safe.")] = False
    dry_run: Annotated[bool, Field(description="Check everything and show the HTTP request; send nothing.")] = False


class ResolveBody(Body):
    """What a person says of a call in doubt: either of the two."""

    happened: Annotated[Any, Field(description="It happened; this is its result.")] = None
    again: Annotated[bool, Field(description="It did not happen: do it again.")] = False
    arguments: Annotated[
        dict[str, Any] | None,
        Field(description="With `again`: the arguments that are not kept, as passwords."),
    ] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.again == ("happened" in self.model_fields_set):
            raise ValueError("give either `happened` or `again: true`")
        return self


class StoredView(View):
    """A large value that is kept by reference."""

    id: Annotated[str, Field(examples=["res_0192f0c1e9f77cc2b1e1d0a7c5f0e3aa"])]
    bytes: int
    kind: StoredKind
    items: Annotated[int | None, Field(description="How many items an array, or keys an object has.")]
    preview: Annotated[Any, Field(description="The value cut down: first items and keys, long texts cut.")]
    media_type: str
    name: Annotated[str | None, Field(description="The name of a file.")]


class OutcomeView(View):
    """How a call ended."""

    status: Annotated[int | None, Field(description="The HTTP status of the answer, if there was one.")] = None
    media_type: str | None = None
    value: Any = None
    stored: Annotated[StoredView | None, Field(description="In place of a value that is large: see `results.get`.")] = (
        None
    )
    not_kept: Annotated[str | None, Field(description="Why there is neither `value` nor `stored`.")] = None
    seconds: float | None = None
    drift: Annotated[
        tuple[dict[str, Any], ...], Field(description="Where the answer is not what its document says.")
    ] = ()
    reason: Annotated[str | None, Field(description="Why it failed or is in doubt.")] = None
    call: Annotated[str | None, Field(description="The id of the proxy's call record.")] = None
    is_assumed: Annotated[bool, Field(description="Concluded from a repeat, not from an answer of success.")] = False
    checked_by: Annotated[
        str | None, Field(description="The read that shows that it happened, after its answer was lost.")
    ] = None
    resolved_by: Annotated[str | None, Field(description="The user who said what happened.")] = None


class CallView(View):
    """A call. `arguments` have a marker in place of what only a person gives."""

    id: Annotated[str | None, Field(description="None where nothing was begun (`dry_run`, `approval`).")]
    state: CallState
    function: str
    connection: str
    effect: EffectClass
    arguments: dict[str, Any]
    server_url: Annotated[str | None, Field(description="Where it goes; only before it is begun.")] = None
    request: Annotated[dict[str, Any] | None, Field(description="The HTTP request, only for `dry_run`.")] = None
    attempt: int | None = None
    outcome: OutcomeView | None = None
    started_at: Time | None = None
    finished_at: Time | None = None


def proposal_view(proposal: Proposal, state: CallState, *, request: dict[str, Any] | None = None) -> CallView:
    """A call that was not begun."""
    return CallView(
        id=None,
        state=state,
        function=proposal.function.full_name,
        connection=proposal.connection.id,
        effect=proposal.effect,
        arguments=proposal.shown,
        server_url=proposal.connection.server_url,
        request=request,
    )


def entry_view(entry: Entry) -> CallView:
    """A call as its journal has it."""
    outcome: dict[str, Any] = dict(entry.outcome or {})
    outcome["is_assumed"] = outcome.pop("assumed", False)
    return CallView(
        id=entry.scope,
        state=entry.state,
        function=entry.function,
        connection=entry.connection,
        effect=entry.effect,
        arguments=entry.shown,
        attempt=entry.attempt,
        outcome=OutcomeView(**outcome) if entry.outcome is not None else None,
        started_at=entry.started_at,
        finished_at=entry.finished_at,
    )

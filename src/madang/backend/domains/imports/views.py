"""What the API takes and shows of imports."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from madang.backend.http.models import Body, Time, View
from madang.catalog.importing import ImportKind, ImportRequest
from madang.storage.jobs import Job, JobState

Url = Annotated[str, Field(max_length=2_000, examples=["https://api.example.com/openapi.json"])]


class ImportBody(Body):
    """A document that is to become a connector, or a new version of one."""

    kind: Annotated[
        ImportKind,
        Field(description="`mcp`: the tools of the MCP server at `url`. An update is of the connector's own kind."),
    ] = "openapi"
    url: Annotated[Url | None, Field(description="Where the document is; fetched by the server, guarded.")] = None
    document: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", description="The id of an uploaded document.")] = (
        None
    )
    source_url: Annotated[
        Url | None, Field(description="The base of relative servers and references of an uploaded document.")
    ] = None
    name: Annotated[str | None, Field(max_length=100, description="Of the connector; else after the document.")] = None
    connector: Annotated[str | None, Field(description="The id or name of a connector that gets a new version.")] = None
    server: Annotated[Url | None, Field(description="Of the first connection; else the document's.")] = None
    label: Annotated[str, Field(min_length=1, max_length=80, description="Of the first connection.")] = "default"
    allowed_hosts: Annotated[
        list[str],
        Field(max_length=50, description="`host:port` pairs inside the network that may be reached, for this import."),
    ] = []  # noqa: RUF012 - pydantic copies it
    other_origins: Annotated[bool, Field(description="Fetch references to other origins too.")] = False
    overlay: Annotated[
        str | None,
        Field(
            pattern="^[0-9a-f]{64}$",
            description="The id of an uploaded OpenAPI Overlay, applied to the document now and at each update.",
        ),
    ] = None
    keeps_overlay: Annotated[
        bool, Field(description="Apply the overlay that the connector has, where no other is given.")
    ] = True

    def to_request(self) -> ImportRequest:
        """The same for the catalogue."""
        return ImportRequest(**self.model_dump())


class ProgressView(View):
    """How far an import is: bytes while fetching and reading, tools while listing, functions while storing."""

    stage: str
    done: int
    total: int | None


class IdleActionView(View):
    """An action of an overlay that did nothing, or not at every place that its target selects."""

    position: Annotated[int, Field(description="Its index in the overlay.")]
    target: str
    matched: Annotated[int, Field(description="How many places its target selects.")]
    changed: int
    problem: Annotated[str, Field(description="Why places were not changed; empty where the target selects nothing.")]


class OverlayReportView(View):
    """What an overlay did to the document."""

    actions: int
    applied: Annotated[int, Field(description="Actions that changed something.")]
    idle: Annotated[list[IdleActionView], Field(description="The first 100 that did nothing or not all.")]


class ReportView(View):
    """What an import came to: every operation found is imported or refused."""

    found: int
    imported: int
    with_loss: Annotated[int, Field(description="Imported, but something of them is lost; the remarks say what.")]
    refused: int
    overlay: Annotated[OverlayReportView | None, Field(description="Null where no overlay was applied.")] = None


class NamedView(View):
    """A connector by id and name."""

    id: str
    name: str


class ImportView(View):
    """An import as it stands."""

    id: str
    kind: Annotated[ImportKind, Field(description="What was asked for; an update is of its connector's kind.")]
    state: JobState
    progress: ProgressView | None
    connector: NamedView | None
    version: int | None
    connection: Annotated[str | None, Field(description="The connection that was made, if one was.")]
    server_url: str | None
    allowed_hosts: list[str]
    report: ReportView | None
    error: Annotated[dict[str, Any] | None, Field(description="A problem, when it failed.")]
    created_at: Time
    updated_at: Time


class ImportPage(View):
    """A page of imports."""

    data: list[ImportView]
    next: str | None


def import_view(job: Job) -> ImportView:
    """An import as the API shows it."""
    result: dict[str, Any] = dict(job.result or {})
    return ImportView(
        id=job.id,
        kind=result.get("kind") or dict[str, Any](job.input).get("kind", "openapi"),
        state=job.state,
        progress=ProgressView(**dict[str, Any](job.progress)) if job.progress else None,
        connector=NamedView(**result["connector"]) if "connector" in result else None,
        version=result.get("version"),
        connection=result.get("connection"),
        server_url=result.get("server_url"),
        allowed_hosts=result.get("allowed_hosts", []),
        report=ReportView(**result["report"]) if "report" in result else None,
        error=job.error,
        created_at=job.created_at,
        updated_at=job.updated_at,
    )

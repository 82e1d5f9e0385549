"""What the API shows of functions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from madang.backend.http.models import ListParameters, View
from madang.catalog.values import CatalogFunction, FunctionSummary
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import compile_arguments
from madang.schema.references import reachable
from madang.types.effects import EffectClass


class FunctionParameters(ListParameters):
    """A list of functions: `search` ranks them for a request, `containing` filters them."""

    connector: Annotated[str | None, Field(description="Only those of a connector, by id or name.")] = None
    search: Annotated[
        str | None,
        Field(max_length=2_000, description="A request in English or Korean; gives one page, best first."),
    ] = None
    containing: Annotated[str, Field(max_length=200, description="Only what has this text in name, path or title.")] = (
        ""
    )


class FunctionRowView(View):
    """A function in a list."""

    id: str
    connector: str
    name: Annotated[str, Field(description="`group.operation`.", examples=["issues.list_for_repo"])]
    full_name: Annotated[str, Field(description="With the connector before it.")]
    model_name: Annotated[str, Field(description="As models get it.")]
    method: str
    path: str
    title: str
    effect: EffectClass
    is_deprecated: bool
    score: Annotated[float | None, Field(description="Only in answers to `search`; higher is better.")]


class FunctionPage(View):
    """A page of functions."""

    data: list[FunctionRowView]
    next: str | None


class FunctionView(View):
    """A function whole."""

    id: str
    connector: str
    version: int
    name: str
    full_name: str
    model_name: str
    method: str
    path: str
    title: str
    description: str
    effect: EffectClass
    is_deprecated: bool
    tags: list[str]
    arguments: Annotated[dict[str, Any], Field(description="JSON Schema 2020-12 of all arguments, flat.")]
    human: Annotated[dict[str, Any], Field(description="The share of them that only a person gives.")]
    result: Annotated[Any, Field(description="JSON Schema of the answer of success.")]
    answers: list[dict[str, Any]]
    security: list[dict[str, list[str]]]
    security_schemes: list[dict[str, Any]]
    servers: list[dict[str, Any]]
    source: Annotated[str, Field(description="Where it stands in the document, as a JSON pointer.")]


def row_view(row: FunctionSummary, score: float | None = None) -> FunctionRowView:
    """A function of a list as the API shows it."""
    return FunctionRowView(
        id=row.id,
        connector=row.connector,
        name=row.name,
        full_name=row.full_name,
        model_name=row.model_name,
        method=row.method,
        path=row.path,
        title=row.title,
        effect=row.effect,
        is_deprecated=row.is_deprecated,
        score=score,
    )


def function_view(found: CatalogFunction) -> FunctionView:
    """A function as the API shows it."""
    function = found.function
    compiled = compile_arguments(function, found.schemas)
    return FunctionView(
        id=found.id,
        connector=found.connector,
        version=found.version,
        name=function.name,
        full_name=found.full_name,
        model_name=function.model_name,
        method=function.method,
        path=function.path,
        title=function.title,
        description=function.description,
        effect=function.effect,
        is_deprecated=function.is_deprecated,
        tags=list(function.tags),
        arguments=compiled.schema,
        human=compiled.shares.human_schema() if compiled.shares.has_human else {},
        result=_self_contained(function.result, found),
        answers=[
            {"status": each.status, "description": each.description, "media_type": each.media_type}
            for each in function.answers
        ],
        security=[{name: list(scopes) for name, scopes in each.items()} for each in function.security],
        security_schemes=[asdict(scheme) for scheme in found.security_schemes],
        servers=[asdict(server) for server in function.servers or found.servers],
        source=function.source,
    )


def _self_contained(schema: JsonValue, found: CatalogFunction) -> JsonValue:
    definitions = reachable([schema], found.schemas)
    if not definitions or not isinstance(schema, dict):
        return schema
    whole: JsonObject = {**schema, "$defs": definitions}
    return whole

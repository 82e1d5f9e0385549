"""The backend as an ASGI application: what a request passes, and which nouns there are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from madang import __version__
from madang.accounts.local import ensure_local, ensure_token_file
from madang.backend.domains.api_keys.endpoints import router as api_keys
from madang.backend.domains.audit.endpoints import router as audit_entries
from madang.backend.domains.calls.endpoints import router as calls
from madang.backend.domains.connections.endpoints import router as connections
from madang.backend.domains.connections.endpoints import with_proxy as connections_at_proxy
from madang.backend.domains.connectors.endpoints import removing as connectors_removing
from madang.backend.domains.connectors.endpoints import router as connectors
from madang.backend.domains.connectors.stubs import router as connector_types
from madang.backend.domains.conversations.endpoints import router as conversations
from madang.backend.domains.conversations.endpoints import speaking as conversations_speaking
from madang.backend.domains.conversations.socket import router as conversations_session
from madang.backend.domains.documents.endpoints import router as documents
from madang.backend.domains.functions.endpoints import router as functions
from madang.backend.domains.imports.endpoints import router as imports
from madang.backend.domains.imports.endpoints import watching as imports_watching
from madang.backend.domains.learning.endpoints import router as learning
from madang.backend.domains.models.endpoints import providers as model_providers
from madang.backend.domains.models.endpoints import router as models
from madang.backend.domains.models.endpoints import with_proxy as models_with_proxy
from madang.backend.domains.preferences.endpoints import router as preferences
from madang.backend.domains.results.endpoints import router as results
from madang.backend.domains.session.endpoints import current as session
from madang.backend.domains.session.endpoints import router as sessions
from madang.backend.domains.sign_in.endpoints import page as sign_in_page
from madang.backend.domains.sign_in.endpoints import router as sign_in_links
from madang.backend.domains.system.endpoints import health
from madang.backend.domains.system.endpoints import router as system
from madang.backend.http.body_limit import BODY_LIMIT, BodyLimit
from madang.backend.http.boundary import Boundary, respond
from madang.backend.http.document import install_document
from madang.backend.http.guard import Guard, own_hosts
from madang.backend.http.web import WebApp
from madang.backend.starting import background_work, opened_parts
from madang.catalog.importing import MAX_DOCUMENT_BYTES
from madang.kit.clock import Clock, SystemClock
from madang.kit.errors import UsageError
from madang.settings import Settings
from madang.storage.engine import Database

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health,
    sign_in_page,
    sign_in_links,
    session,
    sessions,
    api_keys,
    preferences,
    audit_entries,
    documents,
    imports,
    imports_watching,
    connectors,
    connectors_removing,
    connector_types,
    learning,
    functions,
    connections,
    connections_at_proxy,
    models,
    models_with_proxy,
    model_providers,
    calls,
    results,
    conversations,
    conversations_speaking,
    conversations_session,
    system,
)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    routers: Sequence[APIRouter] = ROUTERS,
    body_limit: int = BODY_LIMIT,
) -> FastAPI:
    """The application of one server process. Its lifespan opens the database, and in local and test mode makes sure
    that there is the account `local` and the token file of the command line.
    """
    app = FastAPI(
        title="Madang",
        version=__version__,
        summary="Connectors, conversations and workflows",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan_of(settings, clock or SystemClock()),
        middleware=[
            Middleware(Boundary),
            Middleware(Guard, hosts=own_hosts(settings)),
            Middleware(BodyLimit, limit=body_limit, larger={"/api/documents": MAX_DOCUMENT_BYTES}),
        ],
        exception_handlers={HTTPException: respond, RequestValidationError: respond},
    )
    for router in routers:
        app.include_router(router)
    app.router.default = WebApp()
    install_document(app, settings)
    return app


def _lifespan_of(settings: Settings, clock: Clock) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.database_url is None:
            raise UsageError("the backend needs MADANG_DATABASE_URL; `madang serve backend` gives it the embedded one")
        database = Database(settings.database_url)
        try:
            if settings.mode != "real":
                owner = await ensure_local(database, clock)
                await ensure_token_file(database, clock, owner, settings.home)
            async with opened_parts(settings, database, clock) as parts, background_work(parts):
                app.state.parts = parts
                yield
        finally:
            await database.close()

    return lifespan

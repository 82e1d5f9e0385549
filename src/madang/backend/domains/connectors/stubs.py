"""/api/connectors/{connector}/types: a connector as a file of types."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

from fastapi import Response

from madang.backend.http.routes import SignedCall, api_router
from madang.catalog.connectors import get_connector
from madang.catalog.contents import read_contents
from madang.catalog.versions import get_version
from madang.schema.stubs import write_stub

router = api_router("/connectors", tag="connectors")

Language = Literal["ts", "py"]
_ENDINGS: Final = {"ts": "d.ts", "py": "pyi"}


@router.get("/{connector}/types/{language}", operation_id="connectors.types", response_class=Response)
async def get_its_types(call: SignedCall, connector: str, language: Language) -> Response:
    """Get the types of all functions of the current version: a `.d.ts` file for `ts`, a `.pyi` file for `py`."""
    found = await get_connector(call.actor, call.db, connector)
    version = await get_version(call.actor, call.db, found.id)
    contents = await read_contents(call.actor, call.db, version.id)
    written = await asyncio.to_thread(
        write_stub, found.name, found.title, contents.functions, contents.schemas, language
    )
    # Text of a foreign document: a browser saves it and shows nothing of it.
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.{_ENDINGS[language]}"'}
    return Response(written.encode(), media_type="application/octet-stream", headers=headers)

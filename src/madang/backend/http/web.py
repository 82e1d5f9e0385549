"""The files of the web app. A path that is no file is a page of the app, which draws it: it gets index.html."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import Receive, Scope, Send

STATIC: Final = Path(__file__).parent.parent / "static"
ASSETS: Final = "assets/"
"""The folder whose file names carry a hash of their content."""

_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_FRESH: Final = "no-cache"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_NOT_BUILT: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Madang</title></head>
<body><h1>Madang</h1>
<p>The API is running, but the web app is not built yet. Run <code>make setup</code>, then load this page again.</p>
<p lang="ko">API 서버는 실행 중이지만 웹 앱이 아직 빌드되지 않았습니다. <code>make setup</code>을 실행한 뒤 이 페이지를
다시 여세요.</p>
</body></html>
"""


class WebApp:
    """An ASGI application: files below `root`, index.html for the pages of the app, a hint where it is not built."""

    def __init__(self, root: Path = STATIC) -> None:
        self._root = root.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": "there is nothing at this path"})
            return
        if scope["path"] == "/api" or scope["path"].startswith("/api/"):
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response = await run_in_threadpool(self._find, Request(scope))
        await response(scope, receive, send)

    def _find(self, request: Request) -> Response:
        path = request.scope["path"].lstrip("/")
        file = self._file(path)
        if file is not None and path != "index.html":
            return _send(file, request.headers, _IMMUTABLE if path.startswith(ASSETS) else _FRESH)
        if path.startswith(ASSETS):
            raise HTTPException(404)
        index = self._file("index.html")
        if index is None:
            return HTMLResponse(_NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
        return _send(index, request.headers, _FRESH)

    def _file(self, path: str) -> Path | None:
        """The file at a path; None where there is none, and for a path that leads out of the folder."""
        if not path or "\\" in path or "\x00" in path:
            return None
        file = (self._root / path).resolve()
        return file if file.is_relative_to(self._root) and file.is_file() else None


def _send(file: Path, headers: Headers, cache: str) -> Response:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    answer = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    for encoding, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in accepted_encodings(headers.get("accept-encoding", "")) and packed.is_file():
            file, answer = packed, {**answer, "Content-Encoding": encoding}
            break
    response = FileResponse(file, media_type=media_type, headers=answer, stat_result=file.stat())
    if headers.get("if-none-match") == response.headers["etag"]:
        kept = {name: response.headers[name] for name in ("etag", "cache-control", "vary")}
        return Response(status_code=304, headers=kept)
    return response


def accepted_encodings(header: str) -> frozenset[str]:
    """The codings that an Accept-Encoding header names and does not rule out by `q=0`."""
    found: set[str] = set()
    for part in header.split(","):
        name, _, parameters = part.strip().partition(";")
        if parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            found.add(name.strip().lower())
    return frozenset(found)

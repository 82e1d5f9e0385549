"""A synchronous client of the REST API (docs/wire.md): problems become errors, lists are followed to their end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from madang.kit.errors import FieldError, MadangError, UsageError
from madang.kit.json import JsonObject, JsonValue
from madang.net.running import url_of_server
from madang.settings import Settings

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 60.0
UPLOAD_PIECE = 256 * 1024
Params = Mapping[str, "str | int | bool | None"]
Sent = Callable[[int, int], None]
"""Told the bytes that were sent so far, and how many there are."""


class ApiError(MadangError):
    """The API refused: `http_status` and `problem` are what it answered, `errors` the wrong places of the input."""

    code = "refused"
    title = "The API refused"

    def __init__(self, http_status: int, problem: JsonObject) -> None:
        detail = str(problem.get("detail") or problem.get("title") or f"the API answered {http_status}")
        super().__init__(detail, errors=_field_errors(problem.get("errors")))
        self.http_status = http_status
        self.problem = problem


class ConnectionLostError(UsageError):
    """Nobody answers, or not to the end: what was asked may or may not have been done."""

    code = "connection-lost"
    title = "The connection was lost"


class Client:
    """Calls the API at `base_url` as whoever `token` belongs to. A context manager; not for several threads."""

    def __init__(self, base_url: str, token: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        import httpx

        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout_seconds,
            trust_env=False,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """A client of the backend on this machine, with the token of MADANG_HOME. Raises UsageError without one."""
        return cls(url_of(settings), read_token(settings))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def get(self, path: str, *, params: Params | None = None) -> JsonValue:
        """GET a path under the base URL; the body, parsed."""
        return self._ask("GET", path, params=params)

    def post(
        self,
        path: str,
        *,
        json: JsonValue = None,
        params: Params | None = None,
        idempotency_key: str | None = None,
        timeout_seconds: float | None = None,
    ) -> JsonValue:
        """POST; a key makes a repeated call answer the same, a fresh one is sent by default."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self._ask("POST", path, params=params, json=json, headers=headers, timeout_seconds=timeout_seconds)

    def upload(self, path: str, data: bytes, *, sent: Sent | None = None) -> JsonValue:
        """POST bytes, in pieces of which `sent` is told."""

        def pieces() -> Iterator[bytes]:
            for start in range(0, len(data), UPLOAD_PIECE):
                yield data[start : start + UPLOAD_PIECE]
                if sent:
                    sent(min(start + UPLOAD_PIECE, len(data)), len(data))

        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(len(data))}
        return self._ask("POST", path, content=pieces(), headers=headers)

    def put(self, path: str, *, json: JsonValue = None, params: Params | None = None) -> JsonValue:
        """PUT a body to a path."""
        return self._ask("PUT", path, params=params, json=json)

    def patch(self, path: str, *, json: JsonValue = None, params: Params | None = None) -> JsonValue:
        """PATCH: merge a body into what stands at a path."""
        return self._ask("PATCH", path, params=params, json=json)

    def delete(self, path: str, *, params: Params | None = None) -> JsonValue:
        """DELETE a path."""
        return self._ask("DELETE", path, params=params)

    def download(self, path: str) -> Iterator[bytes]:
        """GET the bytes of a file, in pieces as they come in."""
        with self._failures("GET", path), self._http.stream("GET", path) as answer:
            if not answer.is_success:
                answer.read()
                _read(answer)
            yield from answer.iter_bytes()

    def lines(self, path: str, *, accept: str, params: Params | None = None, quiet_seconds: float) -> Iterator[bytes]:
        """GET a text that goes on: each line, without its end, as soon as it is whole. Ends where the server ends it.

        Raises ConnectionLostError where nothing comes for `quiet_seconds`.
        """
        import httpx

        timeout = httpx.Timeout(TIMEOUT_SECONDS, read=quiet_seconds)
        asking = self._http.stream("GET", path, params=params, headers={"Accept": accept}, timeout=timeout)
        with self._failures("GET", path), asking as answer:
            if not answer.is_success:
                answer.read()
                _read(answer)
            rest = b""
            for piece in answer.iter_bytes():
                *whole, rest = (rest + piece).split(b"\n")
                yield from (line.removesuffix(b"\r") for line in whole)

    def pages(self, path: str, *, params: Params | None = None) -> Iterator[JsonObject]:
        """Every member of a list `{data, next}`, page after page, fetched as they are asked for."""
        cursor: str | None = None
        while True:
            page = self.get(path, params={**(params or {}), **({"cursor": cursor} if cursor else {})})
            if not isinstance(page, dict) or not isinstance(page.get("data"), list):
                raise UsageError(f"{path} is not a list")
            yield from cast("list[JsonObject]", page["data"])
            following = page.get("next")
            if not isinstance(following, str) or following == cursor:
                return
            cursor = following

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: JsonValue = None,
        content: Iterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> JsonValue:
        import httpx

        given = {name: value for name, value in (params or {}).items() if value is not None}
        timeout = httpx.USE_CLIENT_DEFAULT if timeout_seconds is None else timeout_seconds
        with self._failures(method, path):
            answer = self._http.request(
                method, path, params=given, json=json, content=content, headers=headers, timeout=timeout
            )
        return _read(answer)

    @contextmanager
    def _failures(self, method: str, path: str) -> Iterator[None]:
        """What HTTP itself raises, as one line that says what to do."""
        import httpx

        try:
            yield
        except httpx.ConnectError:
            raise _not_running(self.base_url) from None
        except httpx.TimeoutException:
            raise ConnectionLostError(f"{self.base_url} did not answer {method} {path} in time") from None
        except httpx.HTTPError as error:
            raise ConnectionLostError(f"{self.base_url} broke off while answering {method} {path} ({error})") from None


def url_of(settings: Settings) -> str:
    """The address of the backend on this machine."""
    return url_of_server(settings, "backend")


def read_token(settings: Settings) -> str:
    """The token of MADANG_HOME. Raises UsageError where there is none, as Madang has never run there."""
    path = settings.home / "token"
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise _not_running(url_of(settings)) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from None


def _read(answer: httpx.Response) -> JsonValue:
    if not answer.content and answer.is_success:
        return None
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
        if answer.is_success:
            raise UsageError(f"{answer.request.url.copy_with(query=None)} answered no JSON: another program?") from None
    if not answer.is_success:
        raise ApiError(answer.status_code, cast("JsonObject", body) if isinstance(body, dict) else {})
    return cast("JsonValue", body)


def _field_errors(value: JsonValue) -> tuple[FieldError, ...]:
    members = [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []
    return tuple(
        FieldError(
            pointer=str(member.get("pointer", "")),
            code=str(member.get("code", "")),
            message=str(member.get("message", "")),
        )
        for member in members
    )


def _not_running(url: str) -> ConnectionLostError:
    return ConnectionLostError(f"Madang is not running at {url}: start it with `madang up`")

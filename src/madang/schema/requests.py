"""A function and its arguments become the one HTTP request that they mean.

The request never leaves its template: a path value that is empty, a dot segment or contains one is refused, header
values take no line breaks, and the headers that frame a message are no arguments. Credentials are not here: the proxy
puts them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import JsonObject, JsonValue, pointer
from madang.schema.encoding import (
    Pair,
    encode,
    form_pairs,
    header_value,
    path_value,
    query_pairs,
    to_json_text,
    to_text,
)
from madang.schema.functions import Argument, Body, Function
from madang.schema.multipart import Load, Multipart, build_multipart, file_bytes, file_summary
from madang.schema.tool_calls import tool_arguments
from madang.schema.values import FileValue, find_file

Content = bytes | Multipart | FileValue | None

_VARIABLE = re.compile(r"\{([^{}/]*)\}")
_SEPARATORS = re.compile(r"[/\\]")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
FRAMING_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that frame a message: the transport writes them."""
_TEXT_SHOWN = 10_000


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request ready to send, but for credentials. `content` is what the body is made of."""

    method: str
    url: str
    headers: tuple[Pair, ...]
    content: Content = None

    def chunks(self, load: Load | None = None) -> Iterator[bytes]:
        """The bytes of the body; `load` gives those of files that are in the object store."""
        if isinstance(self.content, bytes):
            yield self.content
        elif isinstance(self.content, Multipart):
            yield from self.content.chunks(load)
        elif isinstance(self.content, FileValue):
            yield file_bytes(self.content, load)

    def body(self, load: Load | None = None) -> bytes:
        """The whole body; empty where there is none."""
        return b"".join(self.chunks(load))

    def to_json(self) -> JsonObject:
        """For people, as `--dry-run` prints it: the body as JSON or text, files by name and size.

        To print without secrets, build the request from redacted arguments (`Shares.redact`).
        """
        shown: JsonObject = {"method": self.method, "url": self.url, "headers": dict(self.headers)}
        if self.content is not None:
            shown["body"] = _show(self.content, dict(self.headers).get("Content-Type", ""))
        return shown


def _show(content: bytes | Multipart | FileValue, media_type: str) -> JsonValue:
    if isinstance(content, Multipart):
        return [part.to_json() for part in content.parts]
    if isinstance(content, FileValue):
        return file_summary(content)
    text = content[:_TEXT_SHOWN].decode("utf-8", "replace")
    return text + ("…" if len(content) > _TEXT_SHOWN else "")


def build_request(function: Function, arguments: JsonObject, *, server_url: str) -> Request:
    """The request for arguments that are valid.

    An absent argument is not sent; null is sent in a JSON body only. Raises InvalidError, with the argument's pointer,
    where a value cannot stand where it belongs, a path value is missing or an argument is not the function's.
    """
    known = {argument.name: argument for argument in function.arguments}
    unknown = [name for name in arguments if name not in known]
    if unknown:
        raise _refuse(unknown[0], "unknown", f"{function.name} has no argument {unknown[0]}")
    if function.kind == "mcp":
        return _tool_request(function, arguments, server_url)
    given = [(argument, arguments[name]) for name, argument in known.items() if name in arguments]
    url = _join(server_url, _path(function.path, given), _query(given))
    media_type, content = _body(function.body, [(arg, value) for arg, value in given if arg.location == "body"])
    headers = _headers(function, given, media_type)
    return Request(method=function.method.upper(), url=url, headers=headers, content=content)


def _tool_request(function: Function, arguments: JsonObject, server_url: str) -> Request:
    """A call of a tool as the message that it is; who sends it numbers it and adds the headers of the protocol."""
    params: JsonObject = {"name": function.operation_id, "arguments": tool_arguments(function, arguments)}
    message: JsonObject = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = (("Accept", "application/json, text/event-stream"), ("Content-Type", "application/json"))
    return Request(method="POST", url=server_url, headers=headers, content=to_json_text(message).encode())


def _refuse(name: str, code: str, message: str) -> InvalidError:
    return InvalidError(message, errors=[FieldError(pointer=pointer(name), code=code, message=message)])


def _path(template: str, given: Iterable[tuple[Argument, JsonValue]]) -> str:
    values = {argument.wire: (argument, value) for argument, value in given if argument.location == "path"}
    segments = [_segment(segment, values) for segment in template.split("/")]
    return "/".join(segments)


def _segment(template: str, values: Mapping[str, tuple[Argument, JsonValue]]) -> str:
    """One segment of the template with its variables filled in."""
    used: list[Argument] = []

    def fill(match: re.Match[str]) -> str:
        wire = match.group(1)
        if wire not in values:
            raise _refuse(wire, "required", f"the path value {wire} is missing")
        argument, value = values[wire]
        used.append(argument)
        return _path_text(argument, value)

    segment = _VARIABLE.sub(fill, template)
    if used and segment in ("", ".", ".."):
        raise _refuse(used[0].name, "path", f"{used[0].name}: a path value must not be empty, '.' or '..'")
    return segment


def _path_text(argument: Argument, value: JsonValue) -> str:
    if argument.content_type is not None:
        text = encode(to_json_text(value))
    else:
        text = path_value(argument.wire, value, argument.style, argument.explode)
    if not text:
        raise _refuse(argument.name, "path", f"{argument.name}: a path value must not be empty")
    # Servers decode %2F and then resolve dot segments.
    if any(part in (".", "..") for part in _SEPARATORS.split(unquote(text))):
        message = f"{argument.name}: a path value must not contain the segment '.' or '..'"
        raise _refuse(argument.name, "path", message)
    return text


def _query(given: Iterable[tuple[Argument, JsonValue]]) -> str:
    pairs: list[Pair] = []
    for argument, value in given:
        if argument.location != "query":
            continue
        if argument.content_type is not None:
            pairs.append((encode(argument.wire), encode(to_json_text(value))))
        else:
            style = "form" if argument.style == "simple" else argument.style
            pairs += query_pairs(argument.wire, value, style, argument.explode, argument.allow_reserved)
    return "&".join(f"{name}={text}" for name, text in pairs)


def _join(server_url: str, path: str, query: str) -> str:
    """Server, path and query; queries in the server's URL and in the template stay in front."""
    base, _, server_query = server_url.partition("#")[0].partition("?")
    path, _, path_query = path.partition("#")[0].partition("?")
    slash = "" if path.startswith("/") or not path else "/"
    whole_query = "&".join(part for part in (server_query, path_query, query) if part)
    return base.rstrip("/") + slash + path + (f"?{whole_query}" if whole_query else "")


def _headers(function: Function, given: list[tuple[Argument, JsonValue]], media_type: str | None) -> tuple[Pair, ...]:
    headers: dict[str, Pair] = {"accept": ("Accept", accept(function))}
    if media_type is not None:
        headers["content-type"] = ("Content-Type", media_type)
    for argument, value in given:
        name = argument.wire.lower()
        # OpenAPI leaves Content-Type to the body; an Accept of one's own is honoured.
        if argument.location == "header" and value is not None and name != "content-type":
            headers[name] = (argument.wire, _header_text(argument, value))
    cookies = [pair for argument, value in given if argument.location == "cookie" for pair in _cookie(argument, value)]
    if cookies:
        headers["cookie"] = ("Cookie", "; ".join(f"{name}={text}" for name, text in cookies))
    return tuple(headers.values())


def _header_text(argument: Argument, value: JsonValue) -> str:
    if argument.wire.lower() in FRAMING_HEADERS or not _TOKEN.match(argument.wire):
        raise _refuse(argument.name, "header", f"{argument.name}: the header {argument.wire!r} cannot be an argument")
    text = to_json_text(value) if argument.content_type is not None else header_value(value, argument.explode)
    if not (text.isascii() and (text.isprintable() or text.replace("\t", " ").isprintable())):
        message = f"{argument.name}: a header takes printable ASCII only, no line breaks"
        raise _refuse(argument.name, "header", message)
    return text.strip()


def _cookie(argument: Argument, value: JsonValue) -> list[Pair]:
    if argument.content_type is not None:
        return [(encode(argument.wire), encode(to_json_text(value)))]
    return query_pairs(argument.wire, value, "form", argument.explode)


def accept(function: Function) -> str:
    """The media types of the declared answers of success, and anything else after them."""
    declared = [
        answer.media_type
        for answer in function.answers
        if answer.media_type and (answer.status[:1] == "2" or answer.status == "default")
    ]
    kinds = [kind for kind in dict.fromkeys(declared) if kind.isascii() and kind.isprintable() and kind != "*/*"]
    return ", ".join([*(kinds or ["application/json"]), "*/*;q=0.1"])


def _body(body: Body | None, given: list[tuple[Argument, JsonValue]]) -> tuple[str | None, Content]:
    """The media type and the content."""
    if body is None:
        return None, None
    if not given and not (body.is_required and body.is_flat):
        return None, None
    value: JsonValue
    value = {argument.wire: item for argument, item in given} if body.is_flat else given[0][1]
    encodings = {name: rules for name, rules in body.encoding.items() if isinstance(rules, dict)}
    if body.form in ("urlencoded", "multipart") and isinstance(value, dict):
        if body.form == "multipart":
            parts = build_multipart(value, encodings)
            return parts.media_type, parts
        pairs = form_pairs(value, encodings)
        return body.media_type, "&".join(f"{name}={text}" for name, text in pairs).encode("ascii")
    if body.form == "multipart" and find_file(value) is None:
        name = given[0][0].name
        raise _refuse(name, "body", f"{name}: a body of {body.media_type} is an object with its parts by name")
    if body.form == "json":
        return body.media_type, to_json_text(_inline_files(value)).encode("utf-8", "replace")
    return _raw(body, value)


def _raw(body: Body, value: JsonValue) -> tuple[str | None, Content]:
    """A text or binary body: a file as it is, a text in UTF-8, anything else as JSON."""
    file = find_file(value)
    if file is not None:
        declared = file.media_type if "*" in body.media_type or body.media_type == "application/octet-stream" else None
        is_safe = declared is not None and declared.isascii() and declared.isprintable()
        return declared if is_safe else body.media_type.replace("*/*", "application/octet-stream"), file
    return body.media_type, (b"" if value is None else to_text(value).encode("utf-8", "replace"))


def _inline_files(value: JsonValue, depth: int = 0) -> JsonValue:
    """JSON has no files: the bytes go as base64 text."""
    if depth > 128:
        return value
    file = find_file(value)
    if file is not None and file.data is not None:
        members = file.to_json()["$file"]
        return members.get("data") if isinstance(members, dict) else None
    if isinstance(value, dict):
        return {key: _inline_files(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_inline_files(item, depth + 1) for item in value]
    return value

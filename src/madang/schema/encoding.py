"""Values as text in a URL, a header or a form, by the styles of OpenAPI (RFC 6570 beneath it, RFC 3986 below that).

Null is absent everywhere, as in RFC 6570, and so is a list or object without members. What is nested deeper than a
style can say is written as JSON. Reserved characters that would end the place they stand in (`&`, `=`, `+`, `#`,
brackets) are encoded even where `allowReserved` is set.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote

from madang.kit.json import JsonObject, JsonValue
from madang.schema.functions import Style
from madang.schema.values import find_file

Pair = tuple[str, str]
Encode = Callable[[str], str]

_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C", "simple": ","}
_RESERVED_KEPT = ":/?@!$'()*,;"


def encode(text: str) -> str:
    """Percent-encodes all but the unreserved characters of RFC 3986."""
    return quote(text, safe="~", errors="replace")


def encode_reserved(text: str) -> str:
    """Leaves reserved characters as they are, but for those that would end a query parameter."""
    return quote(text, safe="~" + _RESERVED_KEPT, errors="replace")


def to_json_text(value: JsonValue) -> str:
    """Compact JSON as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_text(value: JsonValue) -> str:
    """A scalar as text: `true`, `5`, a float without fraction as an integer; a file as its text, or in base64 where it
    is none; an object or list as JSON."""
    if isinstance(value, str):
        return value
    file = find_file(value)
    if file is not None and file.data is not None:
        return _file_text(file.data)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return to_json_text(value)


def _file_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return b64encode(data).decode("ascii")


def path_value(wire: str, value: JsonValue, style: Style, explode: bool) -> str:
    """What stands in a path for `{wire}`; empty for null and for nothing."""
    if style == "matrix":
        return _matrix(wire, value, explode)
    if style == "label":
        words = _words(value, explode, encode)
        return "".join(f".{word}" for word in words) if explode else ("." + ",".join(words) if words else "")
    return ",".join(_words(value, explode, encode))


def _matrix(wire: str, value: JsonValue, explode: bool) -> str:
    name = encode(wire)
    if not explode:
        words = _words(value, explode, encode)
        return f";{name}={','.join(words)}" if words else ""
    if isinstance(value, dict):
        return "".join(f";{word}" for word in _words(value, explode, encode))
    return "".join(f";{name}={word}" for word in _words(value, explode, encode))


def header_value(value: JsonValue, explode: bool) -> str:
    """A header's value in the simple style, the only one; headers are not percent-encoded."""
    return ",".join(_words(value, explode, str))


def _words(value: JsonValue, explode: bool, encode_word: Encode) -> list[str]:
    """The encoded words of a value: of an object `key=value` each if exploded, else keys and values in turn."""
    if value is None:
        return []
    if isinstance(value, list):
        return [encode_word(to_text(item)) for item in value if item is not None]
    if isinstance(value, dict) and find_file(value) is None:
        pairs = [(encode_word(key), encode_word(to_text(item))) for key, item in value.items() if item is not None]
        return [f"{key}={item}" for key, item in pairs] if explode else [word for pair in pairs for word in pair]
    return [encode_word(to_text(value))]


def query_pairs(wire: str, value: JsonValue, style: Style, explode: bool, allow_reserved: bool = False) -> list[Pair]:
    """The encoded `name=value` pairs of one query or cookie parameter or form field."""
    encode_word = encode_reserved if allow_reserved else encode
    if value is None:
        return []
    if style == "deepObject":
        return [(encode(name), encode_word(text)) for name, text in _deep_pairs(wire, value)]
    if explode and isinstance(value, list):
        return [(encode(wire), encode_word(to_text(item))) for item in value if item is not None]
    if explode and isinstance(value, dict) and find_file(value) is None:
        return [(encode(key), encode_word(to_text(item))) for key, item in value.items() if item is not None]
    words = _words(value, False, encode_word)
    if not words:
        return []
    return [(encode(wire), _DELIMITERS.get(style, ",").join(words))]


def _deep_pairs(wire: str, value: JsonValue) -> list[Pair]:
    """`filter[owner][name]=x`; items of lists by index, which all readers of brackets understand."""
    pairs: list[Pair] = []
    waiting: list[tuple[str, JsonValue]] = [(wire, value)]
    while waiting:
        name, current = waiting.pop()
        if isinstance(current, dict) and find_file(current) is None:
            waiting += [(f"{name}[{key}]", item) for key, item in reversed(current.items())]
        elif isinstance(current, list):
            waiting += [(f"{name}[{index}]", item) for index, item in reversed(list(enumerate(current)))]
        elif current is not None:
            pairs.append((name, to_text(current)))
    return pairs


def form_pairs(body: JsonObject, encodings: dict[str, JsonObject]) -> list[Pair]:
    """The fields of an `application/x-www-form-urlencoded` body, each by its own encoding if it has one.

    Without one, lists repeat the field and objects are JSON, as OpenAPI's default media types say.
    """
    pairs: list[Pair] = []
    for name, value in body.items():
        rules = encodings.get(name, {})
        style = find_style(rules)
        media_type = rules.get("contentType")
        is_json = isinstance(media_type, str) and "json" in media_type
        if style is not None:
            explode = rules.get("explode", style in ("form", "deepObject")) is True
            pairs += query_pairs(name, value, style, explode, rules.get("allowReserved") is True)
        elif is_json or (isinstance(value, dict) and find_file(value) is None):
            pairs.append((encode(name), encode(to_json_text(value))))
        else:
            pairs += query_pairs(name, value, "form", True)
    return pairs


def find_style(rules: JsonObject) -> Style | None:
    """The style of an encoding object, where it names one that a form can have."""
    style = rules.get("style")
    for known in ("form", "spaceDelimited", "pipeDelimited", "deepObject"):
        if style == known:
            return known
    if style is None and ("explode" in rules or "allowReserved" in rules):
        return "form"
    return None

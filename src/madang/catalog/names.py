"""Names of connectors: what people write before the dot, so an identifier in lower case."""

from __future__ import annotations

import keyword
import re
import unicodedata

from madang.kit.errors import FieldError, InvalidError

MAX_NAME = 40
RESERVED = frozenset({"connector", "workflow", "types"})

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_name(name: str) -> str:
    """The name, if a connector may have it. Raises InvalidError otherwise."""
    if _NAME.fullmatch(name) and len(name) <= MAX_NAME and not keyword.iskeyword(name) and name not in RESERVED:
        return name
    rule = f"1 to {MAX_NAME} of a-z, 0-9 and _, beginning with a letter, and no word of the workflow language"
    raise InvalidError(
        f"{name!r} cannot be the name of a connector: it must be {rule}",
        errors=[FieldError(pointer="/name", code="name", message=rule)],
    )


def suggest_name(title: str, host: str | None) -> str:
    """A name for a document that was given none: the words of its title, else of its host, else `api`."""
    for text in (title, (host or "").removeprefix("www.").removeprefix("api.").partition(".")[0]):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _FILLERS]
        name = "_".join(words[:3])[:MAX_NAME].strip("_")
        if _NAME.fullmatch(name) and not keyword.iskeyword(name) and name not in RESERVED:
            return name
    return "api"


_FILLERS = frozenset({"api", "apis", "rest", "the", "openapi", "swagger", "specification", "spec", "v1", "v2", "v3"})

"""Whether a request brings the credentials that its operation asks for. Any credential of the right form will do."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus

from madang.schema.functions import Function, SecurityScheme
from madang.schema.mock.wire import Incoming


def missing_credential(function: Function, schemes: Sequence[SecurityScheme], incoming: Incoming) -> str | None:
    """What is missing, in words, of the first alternative; None where one alternative is complete or none is asked."""
    known = {scheme.name: scheme for scheme in schemes}
    lacking: list[str] = []
    for alternative in function.security:
        wanted = [known[name] for name in alternative if name in known]
        missing = [scheme for scheme in wanted if not _is_there(scheme, incoming)]
        if not missing:
            return None
        lacking.append(" and ".join(map(_said, missing)))
    return lacking[0] if lacking else None


def challenge(function: Function, schemes: Sequence[SecurityScheme]) -> str:
    """The `WWW-Authenticate` of a refusal."""
    kinds = {scheme.name: scheme.kind for scheme in schemes}
    first = next((kinds.get(name) for alternative in function.security for name in alternative), None)
    return {"basic": 'Basic realm="mock"', "apiKey": 'ApiKey realm="mock"'}.get(first or "", 'Bearer realm="mock"')


def _is_there(scheme: SecurityScheme, incoming: Incoming) -> bool:
    if scheme.kind == "mutualTLS":
        return True
    if scheme.kind == "apiKey":
        name = scheme.parameter or ""
        if scheme.location == "header":
            return bool(incoming.header(name))
        pairs = incoming.query_pairs() if scheme.location == "query" else incoming.cookie_pairs()
        return any(unquote_plus(key) == name and text for key, text in pairs)
    word, _, token = (incoming.header("authorization") or "").partition(" ")
    if scheme.kind == "basic":
        return word.lower() == "basic" and bool(token.strip())
    return word.lower() in ("bearer", "token") and bool(token.strip())


def _said(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return f"the key '{scheme.parameter}' in the {scheme.location}"
    return f"an Authorization header of the kind {'Basic' if scheme.kind == 'basic' else 'Bearer'}"

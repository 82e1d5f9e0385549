"""What went wrong with a model, in a sentence for a person. Never repeats what was sent, nor a word about a key."""

from __future__ import annotations

from typing import cast

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    UnexpectedModelBehavior,
)

from madang.agent.thinking import FailureKind, ModelFailedError

_OWN = "madang-sent"
_LONGEST = 300
_KIND_OF_PROBLEM: dict[int, FailureKind] = {402: "limited", 403: "refused", 429: "limited", 504: "timeout"}


def failure_of(error: Exception, label: str) -> ModelFailedError:
    """The failure that an error of the library means. `label` names the model as a person knows it."""
    if isinstance(error, ModelHTTPError) and error.headers and _OWN in error.headers:
        return _own_failure(error, label)
    if isinstance(error, ModelTimeoutError | TimeoutError):
        return ModelFailedError(f"{label} said nothing for too long; try again", kind="timeout")
    if isinstance(error, ModelConnectionError):
        return _connection_failure(error, label)
    if isinstance(error, ModelAPIError):
        return _failure(error, label)
    return ModelFailedError(f"{label} answered what makes no sense ({type(error).__name__})", kind="invalid")


def _own_failure(error: ModelHTTPError, label: str) -> ModelFailedError:
    """The proxy itself answered."""
    detail = _line(_member(error.body, "detail")) or f"the proxy answered {error.status_code}"
    kind = _KIND_OF_PROBLEM.get(error.status_code, "unreachable")
    return ModelFailedError(
        f"{label} cannot be asked: {detail}",
        kind=kind,
        retry_after_seconds=error.retry_after if kind == "limited" else None,
    )


def _connection_failure(error: ModelConnectionError, label: str) -> ModelFailedError:
    if error.phase == "read" or error.in_stream or error.phase is None:
        return ModelFailedError(f"the answer of {label} broke off; try again", kind="cut")
    return ModelFailedError(
        f"the proxy cannot be reached, so {label} cannot be asked; is it running?", kind="unreachable"
    )


def _failure(error: ModelAPIError, label: str) -> ModelFailedError:
    status = f" ({error.status_code})" if isinstance(error, ModelHTTPError) else ""
    match error:
        case ModelAuthenticationError():
            text = f"{label}: the endpoint refuses the key{status}; give the model another one in the settings"
            return ModelFailedError(text, kind="refused")
        case ModelNotFoundError():
            text = f"{label}: the endpoint knows no such model, or its URL is wrong{status}"
            return ModelFailedError(text, kind="refused")
        case ModelContextWindowExceededError():
            return ModelFailedError(f"{label}: the conversation is longer than the model can read", kind="refused")
        case ModelQuotaExceededError():
            return ModelFailedError(f"{label}: the account at the endpoint has no credit left{status}", kind="limited")
        case ModelRateLimitError():
            wait = f"; it asks to wait {error.retry_after:g} s" if error.retry_after else "; try again in a while"
            text = f"{label}: too many requests to the endpoint{status}{wait}"
            return ModelFailedError(text, kind="limited", retry_after_seconds=error.retry_after)
        case ModelRequestRejectedError():
            return ModelFailedError(f"{label}: the endpoint refuses the request{status}{_said(error)}", kind="refused")
        case ModelUnavailableError() | ModelServerError():
            text = f"{label}: the endpoint failed{status}{_said(error)}; try again"
            return ModelFailedError(text, kind="unreachable", retry_after_seconds=error.retry_after)
        case _:
            return _other(error, label)


def _other(error: ModelAPIError, label: str) -> ModelFailedError:
    if isinstance(error, ModelHTTPError):
        return ModelFailedError(f"{label}: the endpoint answered {error.status_code}{_said(error)}", kind="refused")
    if "without a `finish_reason`" in error.message:
        return ModelFailedError(f"the answer of {label} broke off; try again", kind="cut")
    return ModelFailedError(f"{label} answered what makes no sense{_said(error)}", kind="invalid")


def _said(error: ModelAPIError) -> str:
    """What the endpoint says itself, where it says so in its usual place."""
    text = _line(_member(_member(error.body, "error") or error.body, "message"))
    return f": {text}" if text else ""


def _member(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None


def _line(text: object) -> str:
    """A text in one line that is not too long."""
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


KNOWN = (ModelAPIError, UnexpectedModelBehavior, TimeoutError)
"""What the library raises on purpose. Everything else comes of an answer that nobody thought of."""

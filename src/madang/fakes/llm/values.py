"""What a request asks and what a reply says, in words of neither vendor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from madang.kit.json import JsonObject

Finish = Literal["stop", "length", "calls", "refused"]
"""Why the model ended: it was done, out of tokens, wants results of calls, or would not answer."""


def _nothing() -> JsonObject:
    return {}


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool that the request offers; `parameters` is its JSON Schema."""

    name: str
    description: str = ""
    parameters: JsonObject = field(default_factory=_nothing)


@dataclass(frozen=True, kw_only=True)
class ToolChoice:
    """Whether the model may call a tool, and which one it must call."""

    kind: Literal["auto", "none", "required"] = "auto"
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """One request to the model. `results` are the texts of tool results after the last text of the user."""

    model: str
    user_text: str = ""
    system_text: str = ""
    tools: tuple[Tool, ...] = ()
    choice: ToolChoice = ToolChoice()
    results: tuple[str, ...] = ()
    output_schema: JsonObject | None = None
    wants_json: bool = False
    is_stream: bool = False
    wants_usage: bool = False
    input_tokens: int = 1


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text in the pieces in which it is streamed, with a pause before each."""

    pieces: tuple[str, ...]
    pause_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool call; the pieces are the text of its arguments, which need not be JSON. No id: one is made."""

    name: str
    pieces: tuple[str, ...]
    id: str | None = None
    pause_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Hang:
    """Silence for some seconds, or until the client goes away."""

    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fail:
    """An error of the vendor: an HTTP status before the first piece, an error in the stream after it."""

    status: int
    message: str
    retry_after: str | None = None


Part: TypeAlias = Text | Call | Hang | Fail


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens that the vendor counts."""

    input: int
    output: int


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the model says. The connection is cut after `cut_after` pieces; nothing given: it ends as it should."""

    parts: tuple[Part, ...] = ()
    finish: Finish | None = None
    usage: Usage | None = None
    cut_after: int | None = None

    def get_finish(self) -> Finish:
        """The reason that is told: the one given, or the one that follows from the parts."""
        if self.finish is not None:
            return self.finish
        return "calls" if any(isinstance(part, Call) for part in self.parts) else "stop"

    def get_usage(self, request: ModelRequest) -> Usage:
        """The tokens given, or a count of four characters a token."""
        return self.usage or Usage(input=request.input_tokens, output=tokens_of("".join(pieces_of(self.parts))))


def pieces_of(parts: tuple[Part, ...]) -> list[str]:
    """All pieces of text and arguments, in order."""
    return [piece for part in parts if isinstance(part, Text | Call) for piece in part.pieces]


def tokens_of(text: str) -> int:
    """A size in tokens: a quarter of the characters, at least one. Made up, but the same for the same text."""
    return max(1, -(-len(text) // 4))

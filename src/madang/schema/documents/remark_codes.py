"""Every code that an import says something under: a closed list, since programs and people look codes up.

`docs/import-remarks.md` is written from this table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from madang.schema.functions import Severity

RemarkCode = Literal[
    "allof-conflict",
    "answer-repaired",
    "answers-missing",
    "body-as-text",
    "body-empty",
    "body-flat",
    "body-schemaless",
    "body-twice",
    "callbacks",
    "collection-format",
    "credential-needed",
    "effect-invalid",
    "effect-kept",
    "enum-empty",
    "enum-repaired",
    "extension-invalid",
    "header-ignored",
    "host-repaired",
    "keyword-invalid",
    "method-repaired",
    "method-unknown",
    "no-tools",
    "null-ignored",
    "operation-id-twice",
    "operation-invalid",
    "overlay-unfit",
    "overlay-unmatched",
    "parameter-invalid",
    "parameter-is-credential",
    "parameter-is-idempotency-key",
    "parameter-location",
    "parameter-location-repaired",
    "parameter-nameless",
    "parameter-querystring",
    "parameter-schema",
    "parameter-schemaless",
    "parameter-twice",
    "path-fragment",
    "path-parameter-missing",
    "path-parameter-repaired",
    "path-parameter-unused",
    "path-query",
    "path-repaired",
    "paths-alike",
    "pattern-repaired",
    "ref-cycle",
    "ref-dangling",
    "ref-repaired",
    "ref-siblings",
    "ref-unreachable",
    "required-moved",
    "schema-circle",
    "schema-missing",
    "schema-too-deep",
    "security-scheme",
    "security-unknown",
    "server-invalid",
    "server-relative",
    "server-variable",
    "status-invalid",
    "status-repaired",
    "style-repaired",
    "text-repaired",
    "tool-duplicate",
    "tool-nameless",
    "type-repaired",
    "type-unknown",
    "value-too-deep",
    "webhooks",
    "wrong-type",
]


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a code means: how grave it can be, and what was seen and done, in a sentence."""

    severities: Sequence[Severity]
    text: str


def _note(text: str) -> Meaning:
    return Meaning(severities=("note",), text=text)


def _loss(text: str) -> Meaning:
    return Meaning(severities=("loss",), text=text)


def _refused(text: str) -> Meaning:
    return Meaning(severities=("refused",), text=text)


CODES: Mapping[RemarkCode, Meaning] = MappingProxyType(
    {
        "allof-conflict": _note("Members of an `allOf` declare a property differently; both declarations hold."),
        "answer-repaired": _note("Something else than an object stands for an answer; it is one without a body."),
        "answers-missing": _note("An operation declares no answers; any answer is taken."),
        "body-as-text": _loss("A body of XML or another syntax is given as one text, which its schema cannot check."),
        "body-empty": _note("A body names no media type; it was left out."),
        "body-flat": _loss(
            "The properties of a body became arguments, and what is said of the object as a whole (a choice between "
            "them, their number, others) is checked by the API alone."
        ),
        "body-schemaless": _note("A body has no schema; any value is taken."),
        "body-twice": _loss("An operation has one body; the second was left out."),
        "callbacks": _note("A callback is listed; it cannot be called."),
        "collection-format": _loss("An array is written in a way that cannot be sent; commas are used."),
        "credential-needed": _note("A server lists its tools only to those who have a credential."),
        "effect-invalid": _loss("An `x-madang-*` word about effects cannot be used; the method decides."),
        "effect-kept": _note("A tool's server now says otherwise what the tool does; what was said first holds."),
        "enum-empty": _note("An empty `enum` would allow nothing; it was left out."),
        "enum-repaired": _note("Values of an `enum` are of another type than their schema; they were read as of it."),
        "extension-invalid": _loss("An `x-madang-*` word is no object of the kind it must be; it was left out."),
        "header-ignored": _note(
            "`Accept`, `Content-Type` and `Authorization` are no arguments; they are set otherwise."
        ),
        "host-repaired": _note("A `host` has a scheme before it; it was cut off."),
        "keyword-invalid": _loss("A keyword of a schema has a value that it cannot have; it was left out."),
        "method-repaired": _note("A method is not written in small letters; it was read as if it were."),
        "method-unknown": _refused("There is no such method in this version of OpenAPI."),
        "no-tools": _note("A server lists no tool."),
        "null-ignored": _note("`null` stands where something else belongs; it was read as if it were absent."),
        "operation-id-twice": _note("An operationId stands twice; the second function got another name."),
        "operation-invalid": _refused("Something else than an object stands for an operation."),
        "overlay-unfit": _note("An action of an overlay could not be carried out on all that it names."),
        "overlay-unmatched": _note("An action of an overlay names nothing in the document."),
        "parameter-invalid": _loss("Something else than an object stands for a parameter; it was left out."),
        "parameter-is-credential": _note("A parameter is the key of a security scheme; the credential gives it."),
        "parameter-is-idempotency-key": _note(
            "A parameter is the key of repetitions; whoever performs the call gives it."
        ),
        "parameter-location": _loss("A parameter is in a place that this version does not have; it was left out."),
        "parameter-location-repaired": _note(
            "A parameter does not say where it is, or loosely; it was read as in the place told."
        ),
        "parameter-nameless": _loss("A parameter has no name; it was left out."),
        "parameter-querystring": _loss(
            "A whole query string is declared in a way that cannot be sent; it was left out."
        ),
        "parameter-schema": _note("The schema of a parameter does not stand where its version has it; it was used."),
        "parameter-schemaless": _note("A parameter has no schema; any value is taken."),
        "parameter-twice": _note("A parameter is declared twice in one list; the last counts."),
        "path-fragment": _note("What follows `#` in a path is never sent; it only tells operations apart."),
        "path-parameter-missing": _note("A name in a path's braces is not declared; it was added as required text."),
        "path-parameter-repaired": _note(
            "A parameter's name differs from the path's by case or signs; it was read as that."
        ),
        "path-parameter-unused": _note("A path has no place for a parameter; it was left out."),
        "path-query": _note("A query was written into a path; it became arguments."),
        "path-repaired": _note("A path does not begin with `/`; one was put before it."),
        "paths-alike": _note("Two paths differ only in the names of their parameters; both are kept."),
        "pattern-repaired": _note("A pattern is written as another language writes it; it was read as what it means."),
        "ref-cycle": _loss("References lead back to themselves; what they stand for is unknown."),
        "ref-dangling": _loss("A reference points to nothing; what it stands for allows anything, or was left out."),
        "ref-repaired": _note("A reference points to nothing, and what it means was found elsewhere."),
        "ref-siblings": _note("Beside a `$ref` stands what this version ignores there."),
        "ref-unreachable": _loss("A reference leads to a document that was not to be had."),
        "required-moved": _note("`required: true` stands inside a property; the property became required."),
        "schema-circle": _loss("A schema contains itself without a step into the value; it was cut there."),
        "schema-missing": _note("A tool has no schema of its arguments; it is called without any."),
        "schema-too-deep": _loss("A schema is nested deeper than the limit; from there on anything is allowed."),
        "security-scheme": _loss("A security scheme is of no kind that can be used; it was left out."),
        "security-unknown": _loss(
            "A way to authenticate names a scheme that is not there; this alternative was left out."
        ),
        "server-invalid": _loss("A server is no object or has no URL; it was left out."),
        "server-relative": _note(
            "A server's URL is relative, and so is the document's place; give it with the connection."
        ),
        "server-variable": _note("A variable of a server's URL is not declared; give it with the connection."),
        "status-invalid": _loss("An answer is declared for what is no status; it was left out."),
        "status-repaired": _note("A status is written loosely; it was read as the one told."),
        "style-repaired": _note("A parameter has a style that its place does not have; the usual one is used."),
        "text-repaired": _note("The text of the document breaks a rule of JSON or YAML, and what it means is plain."),
        "tool-duplicate": _refused("A tool has the name of another; the server could not tell them apart."),
        "tool-nameless": _refused("A tool has no name by which it could be called."),
        "type-repaired": _note("A type is written loosely; it was read as the one told."),
        "type-unknown": _loss("There is no such type; any value is allowed."),
        "value-too-deep": _loss("A default, example or value is nested deeper than the limit; it was left out."),
        "webhooks": _note("A webhook is listed; it cannot be called."),
        "wrong-type": Meaning(
            severities=("note", "loss", "refused"),
            text="A value is of another type than the place needs; it was read as what it can mean, or left out.",
        ),
    }
)
"""The meaning of every code."""


def remark_codes() -> tuple[RemarkCode, ...]:
    """All codes, in order."""
    return get_args(RemarkCode)


def remarks_page() -> str:
    """The text of `docs/import-remarks.md`."""
    lines = [
        "# What an import says",
        "",
        "Every operation of a document becomes a function or is refused with a reason; whatever was repaired, or could",
        "not be carried over, is told with a code of this list, a JSON pointer and a sentence. A *note* is a repair or",
        "a choice by which nothing is lost, a *loss* a part that could not be carried over, *refused* an operation",
        "that was left out. Written by `make docs`.",
        "",
        "| code | is | what it means |",
        "|---|---|---|",
    ]
    lines += [f"| `{code}` | {', '.join(CODES[code].severities)} | {CODES[code].text} |" for code in remark_codes()]
    return "\n".join(lines) + "\n"

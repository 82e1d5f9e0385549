"""What a docstring of Google style says: the words of the function, and those of each parameter."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTION = re.compile(r"(Args|Arguments|Parameters|Returns?|Raises|Yields?|Examples?|Notes?|Attributes):\s*")
_ARGUMENTS = frozenset({"Args", "Arguments", "Parameters"})
_PARAMETER = re.compile(r"\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?\s*:\s*(?P<words>.*)")


@dataclass(frozen=True, kw_only=True)
class Docstring:
    """The words, without sections, and those of parameters by name."""

    words: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


def read_docstring(text: str | None) -> Docstring:
    """Read a docstring; what is in other sections than `Args` is left out."""
    words: list[str] = []
    parameters: dict[str, list[str]] = {}
    section, name = "", ""
    for line in inspect.cleandoc(text or "").splitlines():
        heading = _SECTION.fullmatch(line)
        if heading:
            section = heading[1]
        elif not section:
            words.append(line)
        elif section in _ARGUMENTS and line.strip():
            name = _parameter(line, name, parameters)
    return Docstring(
        words="\n".join(words).strip(), parameters={name: " ".join(said) for name, said in parameters.items()}
    )


def _parameter(line: str, name: str, parameters: dict[str, list[str]]) -> str:
    """Take one line of the section; the parameter that it is about. What is deeper goes on with the one before."""
    found = _PARAMETER.fullmatch(line.strip())
    depth = len(line) - len(line.lstrip())
    if found and (depth <= 4 or not name):
        parameters[found["name"]] = [found["words"]]
        return found["name"]
    if name:
        parameters[name].append(line.strip())
    return name

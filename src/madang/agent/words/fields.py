"""What a function takes, flat: one `Field` for each place of its arguments that words may be the value of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from madang.agent.words.aliases import (
    CREDENTIALS,
    IDENTIFYING,
    KOREAN_WORDS,
    NOT_NOUNS,
    NOUN_NAMES,
    SAME_NAMES,
    TECHNICAL,
    TIME_NAMES,
)
from madang.catalog.korean import KOREAN
from madang.catalog.lexicon import SHORT_FORMS
from madang.catalog.tokens import stem
from madang.kit.json import JsonObject, JsonValue
from madang.schema.arguments import CompiledArguments
from madang.schema.describe import accepted_types
from madang.schema.functions import Argument, Function
from madang.schema.references import References
from madang.schema.shares import Shares

Path = tuple[str | int, ...]

_DEPTH_LIMIT = 4
_FIELDS_LIMIT = 800
_PARTS_LIMIT = 32
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_PARAMETER = re.compile(r"([A-Za-z_-]+)/\{([^{}/]+)\}")
_KOREAN_OF: dict[str, list[str]] = {}
for _korean, _english in KOREAN.items():
    for _word in _english.split():
        _KOREAN_OF.setdefault(stem(_word), []).append(_korean)
_FORMS_LIMIT = 6
_SHORT_NOUN = 2
_OF_OWNER = {"email": 0.8, "name": 0.79, "login": 0.79, "id": 0.7}
WRAPPERS = frozenset({"data", "body", "attributes", "payload", "request", "input", "params", "object"})


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a text may call a field: words of a phrase in their stems, or Korean without blanks; 1 is its own name."""

    phrase: tuple[str, ...]
    strength: float


@dataclass(frozen=True, kw_only=True)
class Field:
    """One place of the arguments. In `path` 0 is an item of a list; `words` are those of its name, lower-case.

    A list of scalars is one field with `is_list`; `types`, `options` and `format` are those of its items then.
    `is_whole`: it is all of a request's body. Of `is_human` fields the values are taken for nothing else.
    """

    path: Path
    words: tuple[str, ...]
    types: frozenset[str]
    format: str = ""
    options: tuple[JsonValue, ...] = ()
    description: str = ""
    location: str = "body"
    is_list: bool = False
    is_required: bool = False
    is_human: bool = False
    is_whole: bool = False
    labels: tuple[Label, ...] = field(default=())

    @property
    def name(self) -> str:
        """Its name as the document has it."""
        return next((segment for segment in reversed(self.path) if isinstance(segment, str)), "")

    @property
    def phrase(self) -> str:
        """The words of its name in one text."""
        return " ".join(self.words)

    @property
    def is_identifier(self) -> bool:
        """Whether it names a thing that exists."""
        return self.location == "path" or bool(self.words and self.words[-1] in IDENTIFYING - {"name", "code"})

    @property
    def is_technical(self) -> bool:
        """Whether it is given only where its name and a sign stand before the value."""
        return self.phrase in TECHNICAL or self.is_whole

    @property
    def is_time(self) -> bool:
        """Whether its value is a day or a time."""
        if self.format in ("date", "date-time", "time"):
            return True
        text = self.description.lower()
        is_named = bool(self.words) and (self.words[-1] in TIME_NAMES or self.words[0] in ("since", "until"))
        return is_named and any(word in text for word in ("date", "time", "iso 8601", "iso8601", "rfc3339", "rfc 3339"))


def fields_of(function: Function, compiled: CompiledArguments) -> Sequence[Field]:
    """Every field of a function, those of outer objects first. What is only in answers is left out."""
    flat = _Flattening(function, compiled)
    flat.read()
    return flat.fields


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in any case style: `dueOn`, `due_on` and `due-on` are `due on`."""
    return tuple(word.lower() for word in _WORDS.findall(name))


class _Flattening:
    def __init__(self, function: Function, compiled: CompiledArguments) -> None:
        definitions = compiled.schema.get("$defs")
        self.fields: list[Field] = []
        self._function = function
        self._schema = compiled.schema
        self._shares: Shares = compiled.shares
        self._references = References(definitions if isinstance(definitions, dict) else {})
        self._object = self._function.path.rstrip("/").rpartition("/")[2].partition(".")[0]
        self._nouns = {match[2]: match[1] for match in _PARAMETER.finditer(function.path)}

    def read(self) -> None:
        properties = self._schema.get("properties")
        members = properties if isinstance(properties, dict) else {}
        waiting = [(argument, members.get(argument.name), (argument.name,)) for argument in self._function.arguments]
        level: list[tuple[Argument, JsonValue, Path, bool]] = [
            (argument, schema, path, argument.is_required) for argument, schema, path in waiting
        ]
        for _ in range(_DEPTH_LIMIT):
            deeper: list[tuple[Argument, JsonValue, Path, bool]] = []
            for argument, schema, path, is_required in level:
                if len(self.fields) < _FIELDS_LIMIT:
                    deeper += self._place(argument, schema, path, is_required)
            level = deeper

    def _place(
        self, argument: Argument, schema: JsonValue, path: Path, is_required: bool
    ) -> list[tuple[Argument, JsonValue, Path, bool]]:
        """Takes a place as a field; gives the places inside where it is an object."""
        parts = self._parts(schema)
        if any(part.get("readOnly") is True for part in parts) or any("const" in part for part in parts):
            return []
        name = path[-1] if isinstance(path[-1], str) else ""
        is_human = self._shares.is_human(schema, name) or argument.is_human or _is_credential(argument, path)
        types = accepted_types(schema, self._references)
        is_object = "object" in types and all(option == "" for option in _options(parts) or (None,))
        if is_human or (types & _SCALARS and not is_object):
            self.fields.append(self._field(argument, parts, path, types & _SCALARS, is_required, is_human=is_human))
            return []
        if "array" in types and "object" not in types:
            return self._list(argument, parts, path, is_required)
        return self._members(argument, parts, path, is_required)

    def _list(
        self, argument: Argument, parts: list[JsonObject], path: Path, is_required: bool
    ) -> list[tuple[Argument, JsonValue, Path, bool]]:
        items = next((part["items"] for part in parts if isinstance(part.get("items"), dict)), None)
        if items is None:
            return []
        types = accepted_types(items, self._references)
        inner = self._parts(items)
        if types & _SCALARS:
            found = self._field(argument, [*inner, *parts], path, types & _SCALARS, is_required, is_list=True)
            self.fields.append(found)
            return []
        return self._members(argument, inner, (*path, 0), is_required)

    def _members(
        self, argument: Argument, parts: list[JsonObject], path: Path, is_required: bool
    ) -> list[tuple[Argument, JsonValue, Path, bool]]:
        found: dict[str, tuple[Argument, JsonValue, Path, bool]] = {}
        needed = {str(name) for part in parts for name in _list_of(part.get("required"))}
        for part in parts:
            properties = part.get("properties")
            for name, schema in properties.items() if isinstance(properties, dict) else ():
                found.setdefault(name, (argument, schema, (*path, name), is_required and name in needed))
        return list(found.values())

    def _parts(self, schema: JsonValue) -> list[JsonObject]:
        """A schema, what it is an intersection of, and the first alternatives that are something."""
        found: dict[int, JsonObject] = {}
        waiting: list[JsonValue] = [schema]
        while waiting and len(found) < _PARTS_LIMIT:
            resolved = self._references.resolve(waiting.pop(0))
            if id(resolved) in found:
                continue
            found[id(resolved)] = resolved
            waiting += _list_of(resolved.get("allOf"))
            waiting += self._references.branches(resolved)
        return list(found.values())

    def _field(
        self,
        argument: Argument,
        parts: list[JsonObject],
        path: Path,
        types: frozenset[str],
        is_required: bool,
        *,
        is_list: bool = False,
        is_human: bool = False,
    ) -> Field:
        texts = [part.get("description") for part in parts]
        described = next((text for text in texts if isinstance(text, str)), "")
        description = argument.description if len(path) == 1 and argument.description else described
        formats = [part.get("format") for part in parts]
        words = words_of(str(next((segment for segment in reversed(path) if isinstance(segment, str)), "")))
        return Field(
            path=path,
            words=words,
            types=types,
            format=next((text for text in formats if isinstance(text, str)), ""),
            options=_options(parts),
            description=description[:2000],
            location=argument.location,
            is_list=is_list,
            is_required=is_required,
            is_human=is_human,
            is_whole=len(path) == 1 and argument.location == "body" and not argument.wire,
            labels=self._labels(argument, words, path),
        )

    def _labels(self, argument: Argument, words: tuple[str, ...], path: Path) -> tuple[Label, ...]:
        found: dict[tuple[str, ...], float] = {}
        base = 1.0 if len(path) == 1 else 0.95 - 0.03 * len(path)
        own = 0.45 if 0 in path else base

        def add(forms: Sequence[tuple[str, ...]], strength: float) -> None:
            for form in forms:
                if form and strength > found.get(form, 0):
                    found[form] = strength

        stems = tuple(map(stem, words))
        add([stems], own)
        add(_other_names(words), own * 0.9)
        noun = self._noun(argument, words, path)
        if noun:
            add([tuple(map(stem, noun))], base * 0.85)
            add(_other_names(noun), base * 0.8)
            add([_form(alias) for alias in NOUN_NAMES.get(noun[-1], "").split("|") if alias], base * 0.8)
        outer = [segment for segment in path[:-1] if isinstance(segment, str)]
        if outer:
            owner = words_of(outer[-1])
            add([tuple(map(stem, (*owner, *words)))], base)
            add([tuple(map(stem, (*words, "of", *owner)))], base)
            share = _OF_OWNER.get(" ".join(words), 0) if outer[-1] not in WRAPPERS else 0
            if share:
                add([tuple(map(stem, owner)), *_other_names(owner)], (base if 0 in path else own) * share)
        return tuple(Label(phrase=phrase, strength=strength) for phrase, strength in found.items())

    def _noun(self, argument: Argument, words: tuple[str, ...], path: Path) -> tuple[str, ...]:
        """The thing that an identifier is of: of its own name, or of the place before it in the request's path."""
        if len(words) > 1 and words[-1] in IDENTIFYING and words[-2] not in NOT_NOUNS:
            return words[:-1]
        only = words[0] if len(words) == 1 else ""
        is_general = only in IDENTIFYING
        if len(path) == 1 and argument.location == "query" and only in ("id", "ids", "uuid"):
            return tuple(stem(word) for word in words_of(self._object)[-1:])
        if len(path) != 1 or argument.location != "path":
            return ()
        before = words_of(self._nouns.get(argument.wire, ""))
        if before and len(before[-1]) <= _SHORT_NOUN:
            before = words_of(self._function.name.partition(".")[0])
        if before and (is_general or stem(before[-1]) in argument.wire.lower()) and tuple(map(stem, before)) != words:
            return (stem(before[-1]),)
        return ()


def _is_credential(argument: Argument, path: Path) -> bool:
    phrase = " ".join(words_of(argument.wire or argument.name))
    is_key = phrase != "key" or "api key" in argument.description.lower() or "access" in argument.description.lower()
    return len(path) == 1 and argument.location in ("query", "header", "cookie") and phrase in CREDENTIALS and is_key


def _other_names(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Other phrases for a name: of the table whole, else of its words one by one, English and Korean."""
    phrase = " ".join(words)
    singular = " ".join((*words[:-1], stem(words[-1]))) if words else ""
    listed = SAME_NAMES.get(phrase) or SAME_NAMES.get(singular)
    forms = [_form(alias) for alias in listed.split("|")] if listed else []
    full = tuple(stem(part) for word in words for part in SHORT_FORMS.get(word, word).split())
    forms.append(full)
    has_korean = any(not form[0].isascii() for form in forms if form)
    return forms if has_korean else [*forms, *_korean_forms(words)]


def _korean_forms(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The Korean of each word, one after the other; none where a word has none."""
    forms = [""]
    for word in words:
        listed = KOREAN_WORDS.get(word) or SAME_NAMES.get(word, "")
        korean = [form for form in listed.split("|") if form and not form.isascii()] or _KOREAN_OF.get(stem(word), [])
        forms = [form + other.replace(" ", "") for form in forms for other in korean[:_FORMS_LIMIT]][:_FORMS_LIMIT]
    return [(form,) for form in forms if form]


def _form(alias: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in alias.split()) if alias[0].isascii() else (alias.replace(" ", ""),)


def _options(parts: list[JsonObject]) -> tuple[JsonValue, ...]:
    """The allowed values of all alternatives; none where one alternative takes any text."""
    found: list[JsonValue] = []
    for part in parts:
        found += [option for option in _list_of(part.get("enum")) if option is not None and option not in found]
    is_open = any(part.get("type") == "string" and "enum" not in part and "allOf" not in part for part in parts[1:])
    return () if is_open and len(parts) > 1 and "allOf" not in parts[0] else tuple(found)


def _list_of(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []

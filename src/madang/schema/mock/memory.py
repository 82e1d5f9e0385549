"""What operations do to remembered resources, and what their answers show of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from madang.kit.json import JsonObject, JsonValue
from madang.schema.examples.errors import UngeneratableError
from madang.schema.examples.generating import MISSING, Given
from madang.schema.functions import Function
from madang.schema.mock.answers import Answers, declares
from madang.schema.mock.envelopes import Envelopes, Placed, find_ids, singular
from madang.schema.mock.paging import Page, page_of
from madang.schema.mock.reading import Asked
from madang.schema.mock.resources import Part, concrete, find_parts, template_of
from madang.schema.mock.state import Collection, State
from madang.schema.mock.typed import Types

_SEEDS = 3
_ID_TRIES = 50
_ANY_OBJECT: JsonObject = {"type": "object"}
_FIT_FOR_PATH: JsonObject = {"not": {"enum": ["", ".", ".."]}}


class RefusedError(Exception):
    """A request that the remembered resources refuse: status and sentence."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What an operation shows, and where a new resource is."""

    given: Given = MISSING
    location: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What is known of the resources of one template: their schemas, the member with the id and the path's variable."""

    schemas: Sequence[JsonValue]
    id_name: str | None
    id_schemas: Sequence[JsonValue]


class Memory:
    """The remembered resources of one document. All state is handed in and out."""

    def __init__(self, functions: Iterable[Function], answers: Answers, types: Types) -> None:
        functions = [*functions]
        self._answers = answers
        self._types = types
        self._envelopes = Envelopes(functions, types)
        self._parts = find_parts(functions, self._envelopes)
        self._kinds: dict[str, _Kind] = {}
        by_template: dict[str, list[Function]] = {}
        for function in functions:
            if function.name in self._parts:
                by_template.setdefault(self._template(function), []).append(function)
        for template, members in by_template.items():
            self._kinds[template] = self._kind(members)

    def part_of(self, function: Function) -> Part | None:
        """What the function does to resources."""
        return self._parts.get(function.name)

    def apply(self, state: State, function: Function, asked: Asked, values: Mapping[str, str]) -> tuple[State, Shown]:
        """The state after an operation, and what its answer shows. Raises RefusedError and UngeneratableError."""
        path = concrete(function, values)
        if state.is_gone(path) and not self._may_return(function):
            raise RefusedError(404, f"{path} was deleted")
        part = self._parts.get(function.name)
        if part is None:
            return state, Shown(given=self._above(state, function, path))
        if part.role == "list":
            return self._list(state, function, asked, path)
        if part.role == "create":
            return self._create(state, function, asked, path)
        if part.variable == "":
            return self._upsert(state, function, asked, path)
        where, _, identifier = path.rpartition("/") if part.variable is not None else (path, "", "")
        return self._on_item(state, function, asked, where, identifier)

    def _may_return(self, function: Function) -> bool:
        part = self._parts.get(function.name)
        return part is not None and part.role == "replace"

    def _template(self, function: Function) -> str:
        """The template of the collection."""
        part = self._parts[function.name]
        template = template_of(function)
        return template.rpartition("/")[0] if part.variable else template

    def _kind(self, members: Sequence[Function]) -> _Kind:
        ranks = {"get": 0, "create": 1, "replace": 2, "update": 3, "list": 4, "delete": 5}
        ordered = sorted(members, key=lambda function: ranks[self._parts[function.name].role])
        variable = next((part.variable for each in ordered if (part := self._parts[each.name]).variable), None)
        word = self._parts[ordered[0].name].word
        placed = [place for each in ordered if (place := self._place(each, variable)) is not None]
        # What is one of several may be no more than a note that the resource is gone.
        placed.sort(key=self._envelopes.is_union)
        schemas: Sequence[JsonValue] = placed[0].schemas if placed else [_ANY_OBJECT]
        of_path = [
            argument.schema
            for each in ordered
            for argument in each.arguments
            if argument.location == "path" and argument.wire == variable
        ][:1]
        id_name = self._id_name(schemas, variable, word, of_path)
        of_member = self._types.member(schemas, id_name) if id_name is not None else []
        is_both = not of_member or bool(self._types.accepted(of_path) & self._types.accepted(of_member))
        return _Kind(schemas=schemas, id_name=id_name, id_schemas=[*of_member, *(of_path if is_both else ())])

    def _id_name(
        self, schemas: Sequence[JsonValue], variable: str | None, word: str, of_path: Sequence[JsonValue]
    ) -> str | None:
        """The member with the id: of those that may hold it the first that has the type of the path's variable."""
        names = find_ids(self._types.names(schemas), variable, word)
        for name in names:
            if not of_path or self._types.accepted(of_path) & self._types.accepted(self._types.member(schemas, name)):
                return name
        # A number as a member and a text in the path are the same id.
        return names[0] if names and (variable or "").lower().endswith("id") else None

    def _place(self, function: Function, variable: str | None) -> Placed | None:
        part = self._parts[function.name]
        if part.role == "list":
            return self._envelopes.list_of(function)
        return self._envelopes.item_of(function, part.word, variable)

    def _above(self, state: State, function: Function, path: str) -> Given:
        """The resource that an action below it works on, where the action answers with just that."""
        segments = path.split("/")
        for end in range(len(segments) - 1, 0, -1):
            item = state.at("/".join(segments[:end])).items.get(segments[end])
            if item is not None:
                template = "/".join(template_of(function).split("/")[:end])
                kind = self._kinds.get(template)
                return item if kind is not None and [*kind.schemas] == [function.result] else MISSING
        return MISSING

    def _list(self, state: State, function: Function, asked: Asked, path: str) -> tuple[State, Shown]:
        placed = self._envelopes.list_of(function)
        if placed is None:
            return state, Shown()
        if not state.at(path).is_begun:
            state = state.with_collection(path, self._seeded(state, function, placed, path))
        wires = {each.wire: asked.arguments[each.name] for each in function.arguments if each.name in asked.arguments}
        page = page_of(state.at(path).items, wires)
        return state, Shown(given=placed.put([*page.items], self._beside(function, placed, page)))

    def _seeded(self, state: State, function: Function, placed: Placed, path: str) -> Collection:
        """The collection as its first list shows it: as the document's example does, else a few made resources."""
        collection = state.at(path)
        example = self._answers.example(function)
        shown = placed.find(self._answers.make([function.result], f"{function.name} {path}", example or MISSING))
        examples = [item for item in shown if isinstance(item, dict)] if isinstance(shown, list) else []
        kind = self._kinds[self._template(function)]
        is_declared = example is not None or any("examples" in part for part in self._types.parts([function.result]))
        for number in range(_SEEDS):
            body = examples[number] if number < len(examples) else {}
            if not is_declared:
                body = {name: value for name, value in body.items() if name != kind.id_name}
            is_full = not is_declared or number >= len(examples)
            try:
                collection = self._with_new(collection, kind, body, path, is_full=is_full)[0]
            except UngeneratableError:
                # Nothing fits an item, so the list is empty.
                return replace(collection, is_begun=True)
        return collection

    def _beside(self, function: Function, placed: Placed, page: Page) -> JsonObject:
        """What the envelope says about the page."""
        schemas: Sequence[JsonValue] = [function.result]
        for key in placed.keys[:-1]:
            schemas = self._types.member(schemas, key)
        return self._saying(schemas, page, 0) if placed.keys else {}

    def _saying(self, schemas: Sequence[JsonValue], page: Page, depth: int) -> JsonObject:
        found: JsonObject = {}
        for name in self._types.names(schemas):
            members = self._types.member(schemas, name)
            fitting = [value for value in page.says(name) if self._types.fits(value, members)]
            if fitting:
                found[name] = fitting[0]
            elif depth < 1 and self._types.accepted(members) <= {"object", "null"}:
                inner = self._saying(members, page, depth + 1)
                found.update({name: inner} if inner else {})
        return found

    def _create(self, state: State, function: Function, asked: Asked, path: str) -> tuple[State, Shown]:
        kind = self._kinds[self._template(function)]
        collection = state.at(path)
        body = self._sent(function, asked)
        own = body.get(kind.id_name) if kind.id_name is not None else None
        if own is not None and str(own) in collection.items and declares(function, 409):
            raise RefusedError(409, f"{path}/{own} is there already")
        shown = self._shown(function)
        collection, identifier = self._with_new(collection, kind, {**shown, **body}, path, is_full=not shown)
        state = state.with_collection(path, collection)
        given = self._showing(function, collection.items[identifier])
        return state, Shown(given=given, location=f"{path}/{identifier}")

    def _upsert(self, state: State, function: Function, asked: Asked, path: str) -> tuple[State, Shown]:
        """A change that is sent to the collection and names the resource in its body."""
        kind = self._kinds[self._template(function)]
        identifier = self._sent(function, asked).get(kind.id_name or "")
        if isinstance(identifier, (str, int)):
            return self._on_item(state, function, asked, path, str(identifier))
        return self._create(state, function, asked, path)

    def _on_item(
        self, state: State, function: Function, asked: Asked, where: str, identifier: str
    ) -> tuple[State, Shown]:
        part, kind = self._parts[function.name], self._kinds[self._template(function)]
        collection = state.at(where)
        item = collection.items.get(identifier)
        if item is None and collection.is_begun and part.role != "replace" and identifier:
            raise RefusedError(404, f"there is no {where}/{identifier}")
        if part.role == "delete":
            return state.with_collection(where, collection.drop(identifier)), self._gone(function, item)
        if item is None:
            shown = self._shown(function)
            item = self._made(kind, shown, f"{where}/{identifier}", identifier, is_full=not shown)
        if part.role in ("replace", "update"):
            changed = self._changed(function, asked, item, is_whole=part.role == "replace")
            fitted = self._answers.make(kind.schemas, f"{where}/{identifier}", changed)
            item = fitted if isinstance(fitted, dict) else changed
        is_begun = collection.is_begun or part.role == "replace"
        collection = Collection(
            items={**collection.items, identifier: item},
            gone=collection.gone - {identifier},
            made=collection.made,
            is_begun=is_begun,
        )
        return state.with_collection(where, collection), Shown(given=self._showing(function, item))

    def _shown(self, function: Function) -> JsonObject:
        """The resource that the document shows as this answer, without its id."""
        placed = self._place(function, None)
        item = placed.find(self._answers.example(function)) if placed is not None else None
        kind = self._kinds[self._template(function)]
        return {name: value for name, value in item.items() if name != kind.id_name} if isinstance(item, dict) else {}

    def _gone(self, function: Function, item: JsonObject | None) -> Shown:
        return Shown() if item is None else Shown(given=self._showing(function, item))

    def _changed(self, function: Function, asked: Asked, item: JsonObject, *, is_whole: bool) -> JsonObject:
        """The resource with what was sent; a whole one loses what could have been sent and was not."""
        body = self._sent(function, asked)
        sendable = {argument.wire for argument in function.arguments if argument.location == "body"}
        kept = {name: value for name, value in item.items() if not (is_whole and name in sendable)}
        return _merged(kept, body)

    def _sent(self, function: Function, asked: Asked) -> JsonObject:
        """The body's members, those inside where the body wraps the resource as its answer does."""
        body = asked.body if isinstance(asked.body, dict) else {}
        if len(body) == 1:
            inner = next(iter(body.values()))
            placed = self._place(function, None)
            if isinstance(inner, dict) and placed is not None and placed.keys == tuple(body):
                return inner
        return body

    def _showing(self, function: Function, item: JsonObject) -> Given:
        placed = self._envelopes.item_of(function, self._parts[function.name].word, None)
        return item if placed is None else placed.put(item)

    def _with_new(
        self, collection: Collection, kind: _Kind, body: JsonObject, path: str, *, is_full: bool
    ) -> tuple[Collection, str]:
        own = body.get(kind.id_name) if kind.id_name is not None else None
        is_own = isinstance(own, (str, int)) and str(own) and str(own) not in collection.items
        identifier = own if is_own else self._new_id(collection, kind, path)
        key = str(identifier).replace("/", "%2F")
        item = self._made(kind, body, f"{path}/{key}", identifier, is_full=is_full)
        made = Collection(
            items={**collection.items, key: item},
            gone=collection.gone - {key},
            made=collection.made + 1,
            is_begun=True,
        )
        return made, key

    def _made(self, kind: _Kind, body: JsonObject, key: str, identifier: JsonValue, *, is_full: bool) -> JsonObject:
        """A whole resource with what was sent or shown, and its id. `is_full`: with more than is required."""
        given = dict(body)
        if kind.id_name is not None:
            members = self._types.member(kind.schemas, kind.id_name)
            typed = self._types.value(identifier, members) if isinstance(identifier, str) else identifier
            given[kind.id_name] = typed
        made = self._answers.make(kind.schemas, key, given, is_full=is_full)
        return made if isinstance(made, dict) else given

    def _new_id(self, collection: Collection, kind: _Kind, path: str) -> JsonValue:
        """An id that nobody has: the next number where numbers fit, else what its schema and format ask for."""
        number = collection.made + 1
        schemas = kind.id_schemas
        while str(number) in collection.items or str(number) in collection.gone:
            number += 1
        word = f"{singular(path.rpartition('/')[2]) or 'item'}_{number}"
        for usual in (number, word):
            if not schemas or self._types.fits_all(usual, schemas):
                return usual
        for attempt in range(_ID_TRIES):
            made = self._made_id(schemas, f"{path} id {number} {attempt}")
            text = str(made)
            if text and text not in collection.items and text not in collection.gone:
                return made
        return str(number)

    def _made_id(self, schemas: Sequence[JsonValue], key: str) -> JsonValue:
        """An id by the member's schema and that of the path; by the member's where no id fits both."""
        try:
            return self._answers.make([*schemas, _FIT_FOR_PATH], key)
        except UngeneratableError:
            return self._answers.make([schemas[0], _FIT_FOR_PATH], key)


def _merged(item: JsonObject, body: JsonObject) -> JsonObject:
    """Objects member by member, anything else as it was sent."""
    merged = dict(item)
    for name, value in body.items():
        former = merged.get(name)
        if isinstance(former, dict) and isinstance(value, dict):
            value = _merged(former, value)
        merged[name] = value
    return merged

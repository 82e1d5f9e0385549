"""Finding what a `$ref` points to, in this document or, through `resolve`, in another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from madang.kit.errors import MadangError
from madang.kit.json import JsonObject, JsonValue, unpointer
from madang.schema.documents.limits import Limits
from madang.schema.documents.loading import load
from madang.schema.documents.places import Place
from madang.schema.documents.remarks import Remarks

Resolve = Callable[[str], bytes]
_MOST_HOPS = 50
_SCHEMA_HOMES = (("components", "schemas"), ("definitions",), ("$defs",))


class Target(NamedTuple):
    """What a reference leads to, and where that stands."""

    value: JsonValue
    place: Place


class References:
    """The document that is read, the others it refers to, and the way from a reference to its target.

    Args:
        root: The document's value.
        source_url: Its URL, the base of relative references.
        resolve: Gives the bytes of another document; without it, references to other documents dangle.
        limits: How much other documents may hold, and how many they may be.
        remarks: Where failures are told.
    """

    def __init__(
        self, root: JsonValue, *, source_url: str | None, resolve: Resolve | None, limits: Limits, remarks: Remarks
    ) -> None:
        self._base = urldefrag(source_url or "").url
        self._documents: dict[str, JsonValue] = {"": root}
        self._failures: dict[str, str] = {}
        self._anchors: dict[str, dict[str, Target]] = {}
        self._resolve = resolve
        self._limits = limits
        self._bytes_left = limits.referenced_bytes
        self._direct: dict[tuple[str, str], Target] = {}
        self._under_way: set[tuple[str, str]] = set()
        self._remarks = remarks

    def follow(self, value: JsonValue, place: Place) -> Target | None:
        """Where `value` ends when it is a reference, chains included; itself when it is none; None when the chain
        dangles or goes in a circle, which is told."""
        if not isinstance(value, dict) or "$ref" not in value:
            return Target(value, place)
        for _ in range(_MOST_HOPS):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
                return Target(value, place)
            target = self.find(str(value["$ref"]), place)
            if target is None:
                return None
            value, place = target.value, target.place
        self._remarks.loss(place, "ref-cycle", "This reference leads back to itself.")
        return None

    def find(self, ref: str, place: Place) -> Target | None:
        """The target of one reference at `place`; a dangling one is told as a loss."""
        known = self._direct.get((place.document, ref))
        if known is not None:
            return known
        found = self._seek(ref, place)
        if isinstance(found, Target):
            return found
        if found:
            self._remarks.loss(place, "ref-unreachable", f"The reference '{ref}' cannot be read: {found}")
        else:
            self._remarks.loss(place, "ref-dangling", f"The reference '{ref}' points to nothing.")
        return None

    def is_plain(self, ref: str) -> bool:
        """Whether a reference of this document has been found to lead where it says, so that nothing is told of it."""
        return ("", ref) in self._direct

    def _seek(self, ref: str, place: Place) -> Target | str:
        """The target, or why its document cannot be read, or nothing where the document has no such place.

        A pointer may lead through other references, and so into itself.
        """
        known = self._direct.get((place.document, ref))
        if known is not None:
            return known
        if (place.document, ref) in self._under_way or len(self._under_way) > _MOST_HOPS:
            return ""
        self._under_way.add((place.document, ref))
        try:
            url, _, fragment = ref.partition("#")
            document = self._document_of(url, place)
            if document not in self._documents and not self._load(document):
                return self._bare_name(ref, place) or self._failures[document]
            return self._in_document(document, unquote(fragment), place) or ""
        finally:
            self._under_way.discard((place.document, ref))

    def _document_of(self, url: str, place: Place) -> str:
        if not url:
            return place.document
        try:
            absolute = urljoin(place.document or self._base, url)
        except ValueError:
            absolute = url
        return "" if absolute == self._base else absolute

    def _load(self, url: str) -> bool:
        if url not in self._failures:
            failure = self._try_load(url)
            if failure is None:
                return True
            self._failures[url] = failure
        return False

    def _try_load(self, url: str) -> str | None:
        if self._resolve is None:
            return "other documents are not fetched here; bundle the document into one file."
        if len(self._documents) > self._limits.referenced_documents:
            return f"more than {self._limits.referenced_documents} other documents are referred to."
        try:
            data = self._resolve(url)
            self._bytes_left -= len(data)
            if self._bytes_left < 0:
                return f"the other documents have more than {self._limits.referenced_bytes:,} bytes together."
            self._documents[url] = load(data, self._limits).value
        except MadangError as error:
            return error.detail
        except (OSError, ValueError) as error:
            return f"{type(error).__name__}: {error}"
        return None

    def _in_document(self, document: str, fragment: str, place: Place) -> Target | None:
        if fragment and not fragment.startswith("/"):
            return self._anchor(document, fragment) or self._walk(document, unpointer("/" + fragment))
        segments = unpointer(fragment)
        found = self._walk(document, segments)
        if found is not None and document == place.document:
            self._direct[document, f"#{fragment}"] = found
        if found is None:
            found = self._nearby(document, segments, place) or self._elsewhere(document, segments)
            if found is not None:
                self._remarks.note(place, "ref-repaired", f"'#{fragment}' was found at '{found.place}'.")
        return found

    def _walk(self, document: str, segments: list[str], above: tuple[str, ...] = ()) -> Target | None:
        value = self._documents[document]
        place = Place(document)
        for segment in (*above, *segments):
            if isinstance(value, dict) and segment not in value and "$ref" in value:
                through = self._through(value, place)
                if through is None:
                    return None
                value, place = through.value, through.place
            if isinstance(value, dict) and segment in value:
                value = value[segment]
            elif isinstance(value, list) and segment.isdecimal() and len(segment) < 9 and int(segment) < len(value):
                value = value[int(segment)]
            else:
                return None
            place = place.child(segment)
        return Target(value, place)

    def _through(self, value: JsonValue, place: Place) -> Target | None:
        for _ in range(_MOST_HOPS):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
                return Target(value, place)
            target = self._seek(str(value["$ref"]), place)
            if not isinstance(target, Target):
                return None
            value, place = target.value, target.place
        return None

    def _nearby(self, document: str, segments: list[str], place: Place) -> Target | None:
        """A schema pasted in with its own `$defs`: its references mean its own root."""
        if document != place.document or not segments or segments[0] not in ("$defs", "definitions"):
            return None
        above = place.segments()
        for end in range(len(above) - 1, 0, -1):
            found = self._walk(document, segments, tuple(above[:end]))
            if found is not None:
                return found
        return None

    def _elsewhere(self, document: str, segments: list[str]) -> Target | None:
        """A schema's name under the home of another version, as `#/definitions/Pet` in OpenAPI 3."""
        for home in _SCHEMA_HOMES:
            if tuple(segments[: len(home)]) == home:
                for other in _SCHEMA_HOMES:
                    found = self._walk(document, [*other, *segments[len(home) :]])
                    if found is not None:
                        return found
        return None

    def _bare_name(self, ref: str, place: Place) -> Target | None:
        """`{"$ref": "Pet"}`, as the first Swagger wrote it."""
        for home in _SCHEMA_HOMES:
            found = self._walk("", [*home, ref])
            if found is not None:
                self._remarks.note(place, "ref-repaired", f"'{ref}' was read as the schema of that name.")
                return found
        return None

    def _anchor(self, document: str, name: str) -> Target | None:
        if document not in self._anchors:
            found: dict[str, Target] = {}
            for node, place in _objects(self._documents[document], Place(document)):
                for keyword in ("$anchor", "$dynamicAnchor"):
                    anchor = node.get(keyword)
                    if isinstance(anchor, str):
                        found.setdefault(anchor, Target(node, place))
            self._anchors[document] = found
        return self._anchors[document].get(name)


def _objects(value: JsonValue, place: Place) -> Iterator[tuple[JsonObject, Place]]:
    waiting: list[tuple[JsonValue, Place]] = [(value, place)]
    while waiting:
        node, here = waiting.pop()
        if isinstance(node, dict):
            yield node, here
            waiting.extend((member, here.child(key)) for key, member in reversed(node.items()))
        elif isinstance(node, list):
            waiting.extend((item, here.child(index)) for index, item in enumerate(node))

"""One document out of a document and the files it refers to. Pure: files come through `read(path)`.

Only files below the document's folder are taken in; any other reference stays as it is and is told. What another file
holds becomes a named member of the document's own `components` (or `definitions`, ...), under its own name where that
is free, so that the result is a valid document again, recursion stays recursion, and references inside the document
keep their meaning. Where OpenAPI has no home for a part (a path, a section, `info`), it is put in place.
"""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

import orjson

from madang.cli.bundling_grammar import GRAMMAR, HOMES_2, HOMES_3, ROOT_2, ROOT_3, Homes
from madang.kit.errors import MadangError, TooLargeError
from madang.kit.json import JsonObject, JsonValue, pointer, unpointer
from madang.schema.reading import load_document

Read = Callable[[str], bytes]
"""The bytes of a file by its path below the document's folder. Raises OSError or MadangError."""

MAX_FILES = 2_000
MAX_BYTES = 50_000_000
MAX_NODES = 10_000_000
_MAX_DEPTH = 200
_MAX_HOPS = 50
_TO_A_FILE = re.compile(rb"""\$ref["']?\s*:\s*["']?(?!["'#\s])""")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_FILE_LIKE = re.compile(r"[#/]|\.(?:ya?ml|json)\Z", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_SAFE_IN_FRAGMENT = "/~!$&'()*+,;=:@-._"


@dataclass(frozen=True, kw_only=True)
class Left:
    """A reference that was left as it is: in which file, to what, and why."""

    file: str
    ref: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """The document to send, the other files that it now holds, and the references that were left."""

    data: bytes
    files: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Target:
    file: str
    pointer: str


@dataclass(frozen=True, kw_only=True)
class _Found:
    target: _Target
    value: JsonValue


def bundle(name: str, data: bytes, read: Read) -> Bundled:
    """The document `name` with the files below its folder that it refers to.

    A document without references to files is given back as it is, whatever it holds. Raises InvalidError and
    TooLargeError for one that cannot be read, and TooLargeError where the files are too many or too large.
    """
    if _TO_A_FILE.search(data) is None:
        return Bundled(data=data)
    root = load_document(data)
    if not isinstance(root, dict):
        return Bundled(data=data)
    bundler = _Bundler(name, root, read)
    made = bundler.run()
    files = bundler.files
    return Bundled(data=orjson.dumps(made) if files else data, files=files, left=tuple(bundler.left))


class _Bundler:
    def __init__(self, name: str, root: JsonObject, read: Read) -> None:
        self._root = name
        self._read = read
        self._documents: dict[str, JsonValue] = {name: root}
        self._failures: dict[str, str] = {}
        self._bytes = self._nodes = 0
        is_2 = "swagger" in root
        self._homes: Homes = HOMES_2 if is_2 else HOMES_3
        self._grammar = {**GRAMMAR, "root": ROOT_2 if is_2 else ROOT_3}
        self._names: dict[tuple[str, _Target], str] = {}
        self._taken: dict[str, set[str]] = {kind: set() for kind in self._homes}
        self._waiting: deque[tuple[str, str, JsonValue, str]] = deque()
        self._inlining: list[tuple[str, _Target]] = []
        self.left: dict[Left, None] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """The other files that were read."""
        return tuple(name for name in self._documents if name != self._root)

    def run(self) -> JsonObject:
        for kind in self._homes:
            self._take_section(kind)
        made = self._node(self._documents[self._root], "root", self._root, 0)
        result = made if isinstance(made, dict) else {}
        while self._waiting:
            kind, name, value, file = self._waiting.popleft()
            _section(result, self._homes[kind])[name] = self._node(value, kind, file, 0)
        return result

    def _take_section(self, kind: str) -> None:
        """Members of the document's section keep their names; one that only refers to a file gives its name to it."""
        for name, found in self._members(kind):
            target, value, file = found.target, found.value, found.target.file
            ref = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
            if isinstance(ref, str):
                other = self._find(ref, file)
                if other is not None and other.target.file != self._root and (kind, other.target) not in self._names:
                    target, value, file = other.target, other.value, other.target.file
            if target.file != self._root:
                self._names.setdefault((kind, target), name)
            self._taken[kind].add(name)
            self._waiting.append((kind, name, value, file))

    def _members(self, kind: str) -> list[tuple[str, _Found]]:
        here = _Found(target=_Target(file=self._root, pointer=""), value=self._documents[self._root])
        found: dict[str, _Found] = {}
        for step, segment in enumerate(self._homes[kind]):
            value = here.value.get(segment) if isinstance(here.value, dict) else None
            here = _Found(target=_below(here.target, segment), value=value)
            ref = value.get("$ref") if isinstance(value, dict) else None
            other = self._find(ref, here.target.file) if isinstance(ref, str) else None
            if other is not None:
                here = other
            elif ref is not None and step == len(self._homes[kind]) - 1:
                return []
        members = here.value if isinstance(here.value, dict) else {}
        found |= {name: _Found(target=_below(here.target, name), value=value) for name, value in members.items()}
        return list(found.items())

    def _node(self, value: JsonValue, kind: str, file: str, depth: int) -> JsonValue:
        """A part as it stands in the result; `kind` is a row of the grammar."""
        if kind == "opaque" or depth > _MAX_DEPTH:
            return value
        if isinstance(value, list):
            return [self._node(item, kind, file, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        self._count()
        if kind.startswith("section:"):
            return {} if self._taken[kind.removeprefix("section:")] else value
        if kind == "mapping":
            return {word: self._mapped(ref, file) for word, ref in value.items()}
        ref = value.get("$ref")
        if isinstance(ref, str):
            return self._reference(value, ref, kind, file, depth)
        return self._walked(value, kind, file, depth)

    def _walked(self, value: JsonObject, kind: str, file: str, depth: int) -> JsonObject:
        inner, _, of = kind.partition(":")
        if inner == "map":
            return {key: self._node(member, of, file, depth + 1) for key, member in value.items()}
        rules = self._grammar[kind]
        other = rules.get("*", "opaque")
        return {
            key: self._node(member, "opaque" if key.startswith("x-") else rules.get(key, other), file, depth + 1)
            for key, member in value.items()
        }

    def _reference(self, value: JsonObject, ref: str, kind: str, file: str, depth: int) -> JsonValue:
        own = {key: member for key, member in value.items() if key != "$ref"}
        beside = self._walked(own, kind, file, depth)
        if ref.startswith("#") and file == self._root:
            return {"$ref": ref, **beside}
        found = self._find(ref, file)
        if found is None:
            return {"$ref": ref, **beside}
        if found.target.file == self._root or kind in self._homes:
            return {"$ref": self._inner(kind, found), **beside}
        step = (kind, found.target)
        if step in self._inlining:
            self._leave(file, ref, "it leads back to itself")
            return {"$ref": ref, **beside}
        self._inlining.append(step)
        inlined = self._node(found.value, kind, found.target.file, depth + 1)
        self._inlining.pop()
        return {**inlined, **beside} if isinstance(inlined, dict) else inlined

    def _inner(self, kind: str, found: _Found) -> str:
        """The reference within the result to what was found."""
        if found.target.file == self._root:
            return "#" + quote(found.target.pointer, safe=_SAFE_IN_FRAGMENT)
        key = (kind, found.target)
        if key not in self._names:
            self._names[key] = name = self._free_name(kind, found.target)
            self._waiting.append((kind, name, found.value, found.target.file))
        return "#" + pointer(*self._homes[kind], self._names[key])

    def _free_name(self, kind: str, target: _Target) -> str:
        words = unpointer(target.pointer)[-1:] or [posixpath.basename(target.file).split(".", 1)[0]]
        wish = name = _UNSAFE.sub("_", words[0]).strip("_")[:100] or kind
        number = 2
        while name in self._taken[kind]:
            name, number = f"{wish}_{number}", number + 1
        self._taken[kind].add(name)
        return name

    def _mapped(self, ref: JsonValue, file: str) -> JsonValue:
        """A value of a discriminator's mapping: the name of a schema, or a reference to it."""
        if not isinstance(ref, str) or not _FILE_LIKE.search(ref) or (ref.startswith("#") and file == self._root):
            return ref
        found = self._find(ref, file)
        return ref if found is None else self._inner("schema", found)

    def _find(self, ref: str, file: str) -> _Found | None:
        """What a reference leads to at the end of all references; None where it stays as it is, which is told."""
        said, origin = ref, file
        for _ in range(_MAX_HOPS):
            target = self._target(ref, file)
            if not isinstance(target, _Target):
                return self._leave(origin, said, target)
            if target.file == self._root:
                return _Found(target=target, value=None)
            document = self._document(target.file)
            if isinstance(document, str):
                return self._leave(origin, said, "" if _is_bare(said) else document)
            found = _walk(document[0], target)
            if isinstance(found, _Found):
                value = found.value
                following = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
                if not isinstance(following, str) or not isinstance(self._target(following, target.file), _Target):
                    return found
                ref, file = following, target.file
                continue
            if found is None:
                return self._leave(origin, said, f"{target.file} has nothing there")
            ref, file = found, target.file
        return self._leave(origin, said, "it leads back to itself")

    def _target(self, ref: str, file: str) -> _Target | str:
        """Where a reference points to, or why it is left: nothing where that is no news."""
        url, _, fragment = ref.partition("#")
        if _SCHEME.match(url):
            return "files are referred to by their relative paths" if url.lower().startswith("file:") else ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(url))) if url else file
        if url.startswith("/") or path.startswith("../") or path in ("..", "."):
            return "it leaves the document's folder"
        place = unquote(fragment)
        if place and not place.startswith("/"):
            return "an anchor in another file is not followed"
        return _Target(file=path, pointer=place)

    def _document(self, file: str) -> tuple[JsonValue] | str:
        """The value of a file, or why it is not to be had."""
        if file in self._documents:
            return (self._documents[file],)
        if file not in self._failures:
            if len(self._documents) > MAX_FILES:
                raise TooLargeError(f"the document refers to more than {MAX_FILES:,} files; bundle it into one first")
            try:
                data = self._read(file)
                self._bytes += len(data)
                if self._bytes > MAX_BYTES:
                    raise TooLargeError(f"the files that the document refers to have more than {MAX_BYTES:,} bytes")
                self._documents[file] = load_document(data)
                return (self._documents[file],)
            except OSError as error:
                self._failures[file] = f"{file}: {error.strerror or error}"
            except MadangError as error:
                if self._bytes > MAX_BYTES:
                    raise
                self._failures[file] = f"{file}: {error.detail}"
        return self._failures[file]

    def _leave(self, file: str, ref: str, reason: str) -> None:
        if reason:
            self.left[Left(file=file, ref=ref, reason=reason)] = None

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise TooLargeError("the files refer to one another too often to be put into one; bundle them first")


def _walk(document: JsonValue, target: _Target) -> _Found | str | None:
    """What stands at a place; the reference to go on with where the way leads through one; None for nothing."""
    value: JsonValue = document
    segments = unpointer(target.pointer)
    for index, segment in enumerate(segments):
        if isinstance(value, dict) and segment in value:
            value = value[segment]
        elif isinstance(value, list) and segment.isdecimal() and len(segment) < 9 and int(segment) < len(value):
            value = value[int(segment)]
        elif isinstance(value, dict) and isinstance(value.get("$ref"), str):
            file, _, fragment = str(value["$ref"]).partition("#")
            return f"{file}#{fragment}{quote(pointer(*segments[index:]), safe=_SAFE_IN_FRAGMENT)}"
        else:
            return None
    return _Found(target=target, value=value)


def _section(result: JsonObject, home: tuple[str, ...]) -> JsonObject:
    section = result
    for segment in home:
        inner = section.get(segment)
        if not isinstance(inner, dict):
            inner = section[segment] = {}
        section = inner
    return section


def _below(target: _Target, segment: str) -> _Target:
    return _Target(file=target.file, pointer=target.pointer + pointer(segment))


def _is_bare(ref: str) -> bool:
    """`Pet`, as the first Swagger referred to its models; the reader knows it."""
    return not re.search(r"[./#\\]", ref)

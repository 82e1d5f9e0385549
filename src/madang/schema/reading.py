"""The entry: the bytes of a document of any version become a `FunctionSet`.

Total: any bytes give a `FunctionSet` or a `MadangError` that says what is wrong and what to do. No I/O happens here;
other documents come through `resolve`, which the caller guards.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from madang.kit.errors import FieldError, InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents import openapi3, openapi30, openapi31, swagger2
from madang.schema.documents.bodies import Sharing
from madang.schema.documents.building import Building, build_functions
from madang.schema.documents.context import Context
from madang.schema.documents.cycles import cut_cycles
from madang.schema.documents.directions import Direction
from madang.schema.documents.limits import STANDARD, Limits
from madang.schema.documents.loading import Loaded, load, load_document
from madang.schema.documents.places import Place
from madang.schema.documents.references import References, Resolve
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.schemas import Schemas
from madang.schema.documents.values import kind_of, object_at, text_at
from madang.schema.documents.version import Version, read_document
from madang.schema.functions import FunctionSet
from madang.schema.names import NameTable

__all__ = ["STANDARD", "Limits", "Resolve", "load_document", "read_functions"]

_MOST_NOTES = 20


def read_functions(
    data: bytes,
    *,
    source_url: str | None = None,
    resolve: Resolve | None = None,
    limits: Limits = STANDARD,
    names: NameTable | None = None,
) -> FunctionSet:
    """The functions of a Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2 document in JSON or YAML.

    Args:
        data: The document.
        source_url: Where it came from; the base of relative servers and references.
        resolve: Gives the bytes of another document by its URL; its `MadangError`, `OSError` and `ValueError` become
            losses. Without it, references to other documents are losses.
        limits: How large the document may be.
        names: Names of an earlier import (`madang.schema.names.name_table`); they are kept.

    Raises:
        InvalidError: no JSON or YAML, no document of a known version, or one without operations.
        TooLargeError: more bytes, depth or operations than the limits.
    """
    with _garbage_left():
        return _read(load(data, limits), source_url, resolve, limits, names or NameTable())


@contextmanager
def _garbage_left() -> Iterator[None]:
    """No search for garbage meanwhile: what is made here is kept, and searching it again and again costs a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(
    loaded: Loaded, source_url: str | None, resolve: Resolve | None, limits: Limits, names: NameTable
) -> FunctionSet:
    remarks = Remarks()
    if loaded.notes:
        remarks.note(Place(""), "text-repaired", " ".join(loaded.notes[:_MOST_NOTES]))
    root = _root(loaded.value)
    edition = _edition(root)
    base = _own_url(root, source_url)
    references = References(root, source_url=base, resolve=resolve, limits=limits, remarks=remarks)
    schemas = Schemas(
        references, remarks, limits, home=edition.home, reads_siblings=edition.reads_siblings, names=names.schemas
    )
    context = Context(
        root=root, source_url=source_url, references=references, schemas=schemas, remarks=remarks, limits=limits
    )
    _take_named_schemas(context, edition.home)
    document = read_document(edition.reader(context), context)
    if document.found == 0:
        raise _no_operations(root)
    shared = schemas.finish()
    sources = schemas.sources()
    cut_cycles(shared, sources, remarks)
    sharing = Sharing(
        schemas=shared,
        sent=Direction("readOnly", shared, is_used="readOnly" in schemas.marks),
        answered=Direction("writeOnly", shared, is_used="writeOnly" in schemas.marks),
    )
    functions = build_functions(document, Building(sharing=sharing, names=names, remarks=remarks))
    return FunctionSet(
        title=document.title,
        description=document.description,
        document_version=document.version,
        dialect=document.dialect,
        functions=functions,
        schemas=shared,
        security_schemes=document.security_schemes,
        servers=document.servers,
        found=document.found,
        remarks=remarks.all(),
        schema_sources=sources,
    )


@dataclass(frozen=True, kw_only=True)
class _Edition:
    """A version: where it keeps named schemas, whether keywords beside a reference count, and its reader."""

    home: tuple[str, ...]
    reads_siblings: bool
    reader: Callable[[Context], Version]


_EDITIONS: dict[str, _Edition] = {
    "2.0": _Edition(home=swagger2.HOME, reads_siblings=False, reader=swagger2.Swagger2),
    "3.0": _Edition(home=openapi3.HOME, reads_siblings=openapi30.READS_SIBLINGS, reader=openapi30.openapi30),
    "3.1": _Edition(home=openapi3.HOME, reads_siblings=openapi31.READS_SIBLINGS, reader=openapi31.openapi31),
    "3.2": _Edition(home=openapi3.HOME, reads_siblings=openapi31.READS_SIBLINGS, reader=openapi31.openapi32),
}


def _edition(root: JsonObject) -> _Edition:
    said = text_at(root, "openapi") or text_at(root, "swagger")
    if not said:
        raise _invalid(
            "The document says neither 'openapi' nor 'swagger' with a version, so it is no OpenAPI document. Give "
            "Swagger 2.0 or OpenAPI 3.0, 3.1 or 3.2.",
            "version-missing",
        )
    parts = [*said.lstrip("vV").split("."), "0"]
    edition = _EDITIONS.get(f"{parts[0]}.{parts[1]}")
    if edition is None:
        raise _invalid(
            f"The document is of version '{said[:40]}'; Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are read. Convert it "
            "to one of these.",
            "version-unknown",
        )
    return edition


def _own_url(root: JsonObject, source_url: str | None) -> str | None:
    """The base of references: what OpenAPI 3.2 calls `$self`, or where the document came from."""
    said = text_at(root, "$self")
    try:
        return urljoin(source_url or "", said) if said else source_url
    except ValueError:
        return source_url


def _root(value: JsonValue) -> JsonObject:
    if isinstance(value, dict):
        return value
    raise _invalid(f"An OpenAPI document is an object; this one is {kind_of(value)}.", "document-type")


def _take_named_schemas(context: Context, home: tuple[str, ...]) -> None:
    holder, place = context.root, context.place
    for key in home:
        holder, place = object_at(holder, key, place, context.remarks), place.child(key)
    context.schemas.add_named(holder, place)


def _no_operations(root: JsonObject) -> InvalidError:
    reason = "its 'paths' hold no operation" if root.get("paths") else "it has no 'paths'"
    more = " Webhooks alone cannot be called." if root.get("webhooks") else ""
    return _invalid(f"The document has no operations: {reason}.{more}", "no-operations", "/paths")


def _invalid(message: str, code: str, pointer: str = "") -> InvalidError:
    return InvalidError(message, errors=[FieldError(pointer=pointer, code=code, message=message)])

"""The tools of an MCP server, as it lists them, become functions of kind `mcp`.

A listing is JSON: `{"mcp": {"protocol", "server", "instructions", "wants_credential"}, "tools": [...]}`, the tools as
the server gave them over all pages. A tool's pointer is `/tools/<its name>`, which stays when the order changes. The
name that a call needs is the function's `operation_id`; its arguments are the members of the call's `arguments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from madang.kit.errors import InvalidError
from madang.kit.json import JsonObject, JsonValue
from madang.schema.documents.bodies import Sharing
from madang.schema.documents.building import Building, build_functions
from madang.schema.documents.context import Context
from madang.schema.documents.cycles import cut_cycles
from madang.schema.documents.directions import Direction
from madang.schema.documents.limits import STANDARD, Limits
from madang.schema.documents.loading import load
from madang.schema.documents.normal import Document, Media, Operation, RequestBody
from madang.schema.documents.places import Place
from madang.schema.documents.references import References
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.schemas import Schemas
from madang.schema.documents.tool_schemas import ToolSchemas
from madang.schema.documents.values import flag_at, kind_of, list_at, object_at, text_at
from madang.schema.functions import MCP_DIALECT, Answer, Function, FunctionSet, Remark, SecurityScheme, Server
from madang.schema.names import NameTable
from madang.types.effects import EffectClass

METHOD = "CALL"
"""Stands where a function of another kind has the method of its request."""

SCHEME = "bearer"
"""The security scheme that every server is taken to know; a call without a credential is made as it is."""

_HOME = ("$defs",)
_LONGEST_NAME = 256
_NO_MORE_THAN_OBJECT = frozenset(("type", "title", "description", "$schema", "$id", "required", "properties"))
_ASKING = frozenset(("required", "minProperties", "oneOf", "anyOf", "allOf", "$ref"))
_CAUTION: Mapping[EffectClass, int] = {"safe": 0, "idempotent": 1, "unsafe": 2}


def read_tools(
    data: bytes,
    *,
    source_url: str | None = None,
    limits: Limits = STANDARD,
    names: NameTable | None = None,
    effects: Mapping[str, EffectClass] | None = None,
) -> FunctionSet:
    """The functions of a listing.

    Args:
        data: The listing.
        source_url: The server's endpoint.
        limits: How large the listing may be.
        names: Names of an earlier import (`madang.schema.names.name_table`); they are kept.
        effects: Effect classes of an earlier import by tool: a tool may become more cautious by itself, never less.

    Raises:
        InvalidError: no JSON, or no listing.
        TooLargeError: more bytes, depth or tools than the limits.
    """
    root = load(data, limits).value
    if not isinstance(root, dict) or not isinstance(root.get("tools"), list):
        raise InvalidError("This is no listing of an MCP server's tools: it is no object with a list 'tools'.")
    return _Reading(root, source_url, limits, names or NameTable(), effects or {}).read()


def effect_of_hints(tool: JsonObject) -> EffectClass:
    """The class that a tool's annotations speak for; where they contradict each other, the more cautious one."""
    hints = tool.get("annotations")
    if not isinstance(hints, dict):
        return "unsafe"
    if flag_at(hints, "readOnlyHint") and not flag_at(hints, "destructiveHint"):
        return "safe"
    return "idempotent" if flag_at(hints, "idempotentHint") else "unsafe"


class _Reading:
    """One reading of a listing."""

    def __init__(
        self,
        root: JsonObject,
        source_url: str | None,
        limits: Limits,
        names: NameTable,
        effects: Mapping[str, EffectClass],
    ) -> None:
        self._listing = root
        self._source_url = source_url
        self._limits = limits
        self._names = names
        self._effects = effects
        self._remarks = Remarks()
        self._schemas = ToolSchemas()

    def read(self) -> FunctionSet:
        """The set."""
        listed = list_at(self._listing, "tools", Place(""), self._remarks)[: self._limits.operations]
        tools = self._tools(listed)
        about = object_at(self._listing, "mcp", Place(""), self._remarks)
        self._tell_of_all(about, tools)
        root: JsonObject = {"tools": {**tools}, "$defs": self._schemas.shared}
        context = self._context(root)
        document = self._document(about, tools, len(listed), context)
        shared = context.schemas.finish()
        sources = context.schemas.sources()
        cut_cycles(shared, sources, self._remarks)
        sharing = Sharing(schemas=shared, sent=Direction("readOnly", shared), answered=Direction("writeOnly", shared))
        built = build_functions(document, Building(sharing=sharing, names=self._names, remarks=self._remarks))
        return FunctionSet(
            title=document.title,
            description=document.description,
            document_version=document.version,
            dialect=document.dialect,
            functions=tuple(replace(function, kind="mcp") for function in built),
            schemas=shared,
            security_schemes=document.security_schemes,
            servers=document.servers,
            found=document.found,
            remarks=tuple(self._placed(remark) for remark in self._remarks.all()),
            schema_sources=sources,
        )

    def _tools(self, listed: list[JsonValue]) -> dict[str, JsonObject]:
        """The tools that can be called, by name, their schemas parts of one document."""
        found: dict[str, JsonObject] = {}
        for index, tool in enumerate(listed):
            place = Place("").at("tools", index)
            if not isinstance(tool, dict):
                self._remarks.refuse(place, "wrong-type", f"Here is {kind_of(tool)} where a tool belongs.")
                continue
            name = tool.get("name")
            if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
                message = f"A tool needs a name of 1 to {_LONGEST_NAME} characters, by which it is called."
                self._remarks.refuse(place, "tool-nameless", message)
            elif name in found:
                message = f"There is another tool '{name[:60]}' before this one; the server could not tell them apart."
                self._remarks.refuse(place, "tool-duplicate", message)
            else:
                found[name] = self._tool(tool, Place("").at("tools", name))
        return found

    def _tool(self, tool: JsonObject, place: Place) -> JsonObject:
        taken = dict(tool)
        for key in ("inputSchema", "outputSchema"):
            schema = tool.get(key)
            if isinstance(schema, dict):
                taken[key] = self._schemas.take(schema, place.child(key))
            elif schema is not None and not isinstance(schema, bool):
                message = f"Here is {kind_of(schema)} where a schema belongs; it allows anything."
                self._remarks.loss(place.child(key), "wrong-type", message)
                taken[key] = None
        if tool.get("inputSchema") is None:
            self._remarks.note(
                place, "schema-missing", "The tool has no 'inputSchema'; it is called without arguments."
            )
        return taken

    def _tell_of_all(self, about: JsonObject, tools: Mapping[str, JsonObject]) -> None:
        if flag_at(about, "wants_credential"):
            message = f"The server wants a credential before it lists its tools: give '{SCHEME}', then update."
            self._remarks.note(Place(""), "credential-needed", message)
        elif not tools:
            self._remarks.note(Place("").child("tools"), "no-tools", "The server lists no tool that can be called.")

    def _context(self, root: JsonObject) -> Context:
        references = References(
            root, source_url=self._source_url, resolve=None, limits=self._limits, remarks=self._remarks
        )
        schemas = Schemas(
            references, self._remarks, self._limits, home=_HOME, reads_siblings=True, names=self._names.schemas
        )
        schemas.add_named(self._schemas.shared, Place("").child("$defs"))
        return Context(
            root=root,
            source_url=self._source_url,
            references=references,
            schemas=schemas,
            remarks=self._remarks,
            limits=self._limits,
        )

    def _document(self, about: JsonObject, tools: Mapping[str, JsonObject], found: int, context: Context) -> Document:
        server = object_at(about, "server", Place("").child("mcp"), self._remarks)
        return Document(
            title=text_at(server, "title") or text_at(server, "name"),
            description=text_at(about, "instructions") or text_at(server, "description"),
            version=text_at(server, "version"),
            dialect=f"{MCP_DIALECT} {text_at(about, 'protocol')}".strip(),
            operations=tuple(self._operation(name, tool, context) for name, tool in tools.items()),
            found=found,
            security_schemes=(SecurityScheme(name=SCHEME, kind="bearer", description="A token of the server."),),
            servers=(Server(url=self._source_url),) if self._source_url else (),
        )

    def _operation(self, name: str, tool: JsonObject, context: Context) -> Operation:
        place = Place("").at("tools", name)
        hints = tool.get("annotations")
        title = text_at(tool, "title") or (text_at(hints, "title") if isinstance(hints, dict) else "")
        return Operation(
            method=METHOD,
            path=f"/tools/{quote(name, safe='')}",
            operation_id=name,
            summary=title,
            description=text_at(tool, "description"),
            tags=(),
            parameters=(),
            body=self._body(tool.get("inputSchema"), place.child("inputSchema"), context),
            answers=self._answers(tool.get("outputSchema"), place.child("outputSchema"), context),
            security=({SCHEME: ()}, {}),
            servers=(),
            is_deprecated=False,
            extensions={"x-madang-effect": self._effect(name, tool, place)},
            place=place,
            source=place,
        )

    def _effect(self, name: str, tool: JsonObject, place: Place) -> EffectClass:
        hinted, earlier = effect_of_hints(tool), self._effects.get(name)
        if earlier is None or _CAUTION.get(earlier, 2) <= _CAUTION[hinted]:
            return hinted
        message = (
            f"The server calls this tool '{hinted}' now. It stays '{earlier}', as before, until a person says "
            "otherwise on the connection."
        )
        self._remarks.note(place.child("annotations"), "effect-kept", message)
        return earlier

    def _body(self, schema: JsonValue, place: Place, context: Context) -> RequestBody | None:
        if schema is None or isinstance(schema, bool) or (isinstance(schema, dict) and _takes_nothing(schema)):
            return None
        read = context.schemas.read(schema, place)
        return RequestBody(
            media=(Media(media_type="application/json", schema=read, encoding={}),),
            is_required=True if isinstance(schema, dict) and bool(_ASKING & schema.keys()) else None,
            description="",
            name="arguments",
            place=place,
        )

    def _answers(self, schema: JsonValue, place: Place, context: Context) -> tuple[Answer, ...]:
        if not isinstance(schema, dict) or not schema:
            return ()
        read = context.schemas.read(schema, place)
        return (Answer(status="200", description="", media_type="application/json", schema=read),)

    def _placed(self, remark: Remark) -> Remark:
        """A remark about a shared definition, at the place in the listing where that stands first."""
        steps = remark.pointer.split("/")
        origin = self._schemas.origins.get(steps[2]) if steps[:2] == ["", "$defs"] and len(steps) > 2 else None
        return remark if origin is None else replace(remark, pointer="/".join([origin, *steps[3:]]))


def _takes_nothing(schema: JsonObject) -> bool:
    """Whether a schema is an object of which nothing is said, or only that nothing may be in it."""
    properties = schema.get("properties")
    if properties and isinstance(properties, dict):
        return False
    return schema.get("additionalProperties", False) is False and _NO_MORE_THAN_OBJECT.issuperset(
        schema.keys() - {"additionalProperties"}
    )


def tool_of(function: Function) -> str:
    """The name by which a function of kind `mcp` is called."""
    return function.operation_id or ""

"""What one reading of a document has at hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from madang.kit.json import JsonObject
from madang.schema.documents.limits import Limits
from madang.schema.documents.normal import RawParameter
from madang.schema.documents.places import Place
from madang.schema.documents.references import References
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.schemas import Schemas


@dataclass(frozen=True, kw_only=True)
class Context:
    """The document's root and the parts that every step of a reading shares.

    `parameters` are those that have been read, by the reference that led to them.
    """

    root: JsonObject
    source_url: str | None
    references: References
    schemas: Schemas
    remarks: Remarks
    limits: Limits
    parameters: dict[str, RawParameter] = field(default_factory=dict[str, RawParameter])

    @property
    def place(self) -> Place:
        """Where the document begins."""
        return Place("")

"""What one reading of a document has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from madang.kit.json import JsonObject
from madang.schema.documents.limits import Limits
from madang.schema.documents.places import Place
from madang.schema.documents.references import References
from madang.schema.documents.remarks import Remarks
from madang.schema.documents.schemas import Schemas


@dataclass(frozen=True, kw_only=True)
class Context:
    """The document's root and the parts that every step of a reading shares."""

    root: JsonObject
    source_url: str | None
    references: References
    schemas: Schemas
    remarks: Remarks
    limits: Limits

    @property
    def place(self) -> Place:
        """Where the document begins."""
        return Place("")

"""How large a document may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one reading may take.

    `depth` counts levels of JSON down to one schema or inside one plain value (a default, an example), `yaml_aliases`
    the nodes that YAML aliases stand for, which keeps a small text from growing without end.
    """

    document_bytes: int = 50_000_000
    referenced_bytes: int = 50_000_000
    referenced_documents: int = 500
    operations: int = 50_000
    depth: int = 100
    yaml_depth: int = 500
    yaml_aliases: int = 1_000_000


STANDARD = Limits()

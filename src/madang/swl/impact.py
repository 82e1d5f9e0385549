"""What no longer compiles when a connector changes its version, line by line."""

from __future__ import annotations

from collections.abc import Mapping

from madang.swl.compiler import compile_source
from madang.swl.diagnostics import Diagnostic
from madang.types.connector import Connector


def impact(
    source: str, old: Mapping[str, Connector], new: Mapping[str, Connector], *, is_strict: bool = False
) -> tuple[Diagnostic, ...]:
    """The diagnostics that a source has over the new connectors and did not have over the old ones, by place.

    Args:
        source: The text of a workflow.
        old: Its connectors as they were.
        new: The same, some of them in another version.
        is_strict: As in `compile_source`.
    """
    before = compile_source(source, old, is_strict=is_strict).diagnostics
    known = {(each.code, each.span.start.offset, each.message) for each in before}
    after = compile_source(source, new, is_strict=is_strict).diagnostics
    return tuple(each for each in after if (each.code, each.span.start.offset, each.message) not in known)

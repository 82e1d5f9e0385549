"""Connectors as types: `.pyi` for Python, `.d.ts` for TypeScript.

write_stub("github", "GitHub", functions, schemas, "py")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from madang.schema.functions import Function
from madang.schema.references import Schemas
from madang.schema.stubs.declarations import declare, type_names
from madang.schema.stubs.python import write_python
from madang.schema.stubs.typescript import write_typescript

__all__ = ["StubLanguage", "type_names", "write_stub"]

StubLanguage = Literal["py", "ts"]


def write_stub(
    connector: str, title: str, functions: Sequence[Function], schemas: Schemas, language: StubLanguage
) -> str:
    """The text of the stub.

    Args:
        connector: Its name, for the first line.
        title: Its title in words.
        functions: Those that the stub shall have; their names say how they nest.
        schemas: The shared schemas that they point to; only those that are reached are written.
        language: `py` for a `.pyi` file, `ts` for a `.d.ts` file.
    """
    stub = declare(connector, title, functions, schemas)
    return write_python(stub) if language == "py" else write_typescript(stub)

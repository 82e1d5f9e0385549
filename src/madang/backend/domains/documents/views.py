"""What the API shows of documents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from madang.backend.http.models import View


class DocumentView(View):
    """A document that was uploaded."""

    id: Annotated[str, Field(description="What an import names.", examples=["9f86d081884c7d65"])]
    bytes: Annotated[int, Field(description="Its size.")]
    hash: Annotated[str, Field(description="Its SHA-256, in hexadecimal.", examples=["9f86d081884c7d65"])]

"""What the API takes and shows of preferences."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from madang.accounts.values import Language, Theme
from madang.backend.http.models import Body, View


class PreferencesBody(Body):
    """What is to change; what is absent stays."""

    language: Annotated[Language, Field(description="`auto` follows the browser.", examples=["ko"])] = "auto"
    theme: Annotated[Theme, Field(description="`auto` follows the system.", examples=["dark"])] = "auto"


class PreferencesView(View):
    """What the user chose."""

    language: Language
    theme: Theme

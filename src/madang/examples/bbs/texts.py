"""Texts as they are compared and as they are cut. Pure."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

from madang.examples.bbs.values import Format

EXCERPT_LENGTH = 200

_BLANK = re.compile(r"\s+")
_UNSEEN = frozenset({"script", "style", "head", "template"})


def fold(text: str) -> str:
    """The form in which texts are compared: without case, and composed, so that 한 typed as three jamo is found too."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def pairs(*folded: str) -> list[str]:
    """The different pairs of neighbouring characters in texts, sorted: what contains a text contains all its pairs."""
    return sorted({text[at : at + 2] for text in folded for at in range(len(text) - 1)})


def excerpt(body: str, form: Format) -> str:
    """The beginning of a body as one line of at most `EXCERPT_LENGTH` characters, tags of HTML left out."""
    line = _BLANK.sub(" ", _visible(body) if form == "html" else body).strip()
    return line if len(line) <= EXCERPT_LENGTH else line[: EXCERPT_LENGTH - 1].rstrip() + "…"


class _Visible(HTMLParser):
    """Collects the text that a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(" ")
        self._unseen += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(" ")
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def _visible(html: str) -> str:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)

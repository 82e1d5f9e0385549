"""What a reading has to say about a document, each thing once."""

from __future__ import annotations

from madang.schema.documents.places import Place
from madang.schema.documents.remark_codes import RemarkCode
from madang.schema.functions import Remark, Severity


class Remarks:
    """Collects remarks in the order in which they are made; the same code at the same place is kept once."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._list: list[Remark] = []

    def note(self, place: Place, code: RemarkCode, message: str) -> None:
        """Something was repaired, chosen or left to others, and nothing was lost."""
        self._add("note", place, code, message)

    def loss(self, place: Place, code: RemarkCode, message: str) -> None:
        """A part could not be carried over."""
        self._add("loss", place, code, message)

    def refuse(self, place: Place, code: RemarkCode, message: str) -> None:
        """An operation was left out."""
        self._add("refused", place, code, message)

    def all(self) -> tuple[Remark, ...]:
        """Everything said so far."""
        return tuple(self._list)

    def _add(self, severity: Severity, place: Place, code: RemarkCode, message: str) -> None:
        where = str(place)
        if (where, code) not in self._seen:
            self._seen.add((where, code))
            self._list.append(Remark(severity=severity, pointer=where, code=code, message=message))

"""What was said beforehand: `--answer NAME=VALUE`, `--yes`, `--happened`, `--again`. Nothing of it is ever repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from madang.cli.chat_forms import Field, Form, file_of_text, file_value
from madang.kit.errors import UsageError
from madang.kit.json import JsonObject, JsonValue


@dataclass(frozen=True, kw_only=True)
class Given:
    """The value of one `--answer`: a text, or a file that has it."""

    written: str = field(repr=False)
    file: Path | None = None

    def value(self, form: Form, asked: Field) -> JsonValue:
        """What it is in a field. Raises UsageError where the file cannot be taken."""
        try:
            if asked.is_file:
                return file_value(self.file) if self.file else file_of_text(self.written)
            written = self.file.read_text(encoding="utf-8").removesuffix("\n") if self.file else self.written
        except OSError as error:
            raise UsageError(f"{self.file} cannot be read ({error.strerror})") from None
        except UnicodeDecodeError:
            raise UsageError(f"{self.file} is not UTF-8 text") from None
        except ValueError as error:
            raise UsageError(str(error)) from None
        return form.read(asked, written)


class Answers:
    """The answers by name. Each is used once for a call: one that was wrong is not given again."""

    def __init__(self, given: dict[str, Given]) -> None:
        self._given = given
        self._used: set[tuple[str, str]] = set()

    def take(self, call: str, asked: Field) -> Given | None:
        """The answer to a field of a call's form, or None."""
        given = self._given.get(asked.name)
        if given is None or (call, asked.name) in self._used:
            return None
        self._used.add((call, asked.name))
        return given

    @property
    def unused(self) -> list[str]:
        """The names that nobody asked for."""
        used = {name for _, name in self._used}
        return [name for name in self._given if name not in used]


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """What a person has agreed to, or knows, beforehand. `outcome` answers every call in doubt."""

    agrees: bool = False
    outcome: JsonObject | None = None


def read_answers(written: Sequence[str]) -> Answers:
    """`NAME=VALUE`, `NAME=@FILE` for what a file has, `NAME=@@...` for a text that begins with @. Raises UsageError."""
    given: dict[str, Given] = {}
    for each in written:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise UsageError("an --answer is not written NAME=VALUE (it is not shown here, as it may be a secret)")
        if name in given:
            raise UsageError(f"--answer {name} is given twice; give it once")
        given[name] = _given(value)
    return Answers(given)


def _given(value: str) -> Given:
    if value.startswith("@@") or not value.startswith("@"):
        return Given(written=value[1:] if value.startswith("@@") else value)
    file = Path(value[1:])
    if not file.is_file():
        raise UsageError(f"{file} is no file; write @@ where a value begins with @")
    return Given(written="", file=file)

"""Single characters that have no business in code, each put right in place so that no offset moves."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from madang.swl.syntax import codes
from madang.swl.syntax.draft import Draft, Places
from madang.swl.syntax.patch import Replacement
from madang.swl.syntax.scan import Scan, scan

UNFIT_ANYWHERE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = re.compile("[\x85\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]")
_WIDTHLESS = frozenset(
    "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_PLAIN = {
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2018": "'",
    "\u2019": "'",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u00d7": "*",
    "\u00f7": "/",
    "\u3001": ",",
    "\u3002": ".",
    "\u300c": '"',
    "\u300d": '"',
}
_WORD = re.compile(r"\w+")
_QUOTES = re.compile("[\u201c\u201d\u2018\u2019]")
_BLANKS = " \t\f"


def is_plain_name(name: str) -> bool:
    """Whether a name is the same on every interpreter: known to Unicode 3.2, of letters, in its normal form."""
    old = unicodedata.ucd_3_2_0
    return (
        name.isidentifier()
        and unicodedata.normalize("NFKC", name) == name
        and all(character.isascii() or old.category(character) != "Cn" for character in name)
    )


def is_clean(source: str, found: Scan) -> bool:
    """Whether nothing here needs a closer look: the way of good programs."""
    if "\t" in source or "\f" in source or UNFIT_ANYWHERE.search(source):
        return False
    done = -1
    for start, _end in found.odd:
        if start >= done:
            word = _word_around(source, start)
            if word is None or not is_plain_name(word[2]):
                return False
            done = word[1]
    return True


@dataclass(slots=True)
class _ByLine:
    """What was found, by line: the like of one line are one mistake."""

    lookalikes: dict[int, list[tuple[int, str]]] = field(default_factory=dict[int, list[tuple[int, str]]])
    invisible: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    unknown: dict[tuple[int, bool], list[int]] = field(default_factory=dict[tuple[int, bool], list[int]])


def put_right(draft: Draft) -> None:
    """Report all unfit characters and give `draft.work` plain ones in their places, then scan again."""
    characters = list(draft.work)
    places = Places(draft.scan)
    _byte_order_mark(draft, characters)
    _unfit_anywhere(draft, characters)
    _tabs(draft, characters, places)
    found = _ByLine()
    done = -1
    for start, end in draft.scan.odd:
        if start >= done and not (start == 0 and draft.work[0] == "\ufeff"):
            done = _odd(draft, characters, start, end, found)
    for lookalikes in found.lookalikes.values():
        _report_lookalikes(draft, characters, lookalikes)
    for invisible in found.invisible.values():
        _report_invisible(draft, invisible)
    for unknown in found.unknown.values():
        _report_unknown(draft, unknown)
    work = "".join(characters)
    if work != draft.work:
        draft.work = work
        draft.scan = scan(work)


def _byte_order_mark(draft: Draft, characters: list[str]) -> None:
    if draft.work.startswith("\ufeff"):
        edits = [Replacement(0, 1, "")]
        draft.report(
            codes.BYTE_ORDER_MARK, 0, 1, "The file begins with a byte order mark.", title="Remove the mark", edits=edits
        )
        characters[0] = " "


def _unfit_anywhere(draft: Draft, characters: list[str]) -> None:
    """Nulls and half surrogate pairs, one diagnostic a line."""
    by_line: dict[int, list[int]] = {}
    for match in UNFIT_ANYWHERE.finditer(draft.work):
        by_line.setdefault(draft.text.line_of(match.start()), []).append(match.start())
    for places in by_line.values():
        for at in places:
            characters[at] = "?" if characters[at] == "\x00" else "\ufffd"
        what = "A null character" if draft.work[places[0]] == "\x00" else "Half of a surrogate pair"
        edits = [Replacement(at, at + 1, "") for at in places]
        message = f"{what} cannot stand in a workflow."
        draft.report(codes.CONTROL, places[0], places[0] + 1, message, title="Remove it", edits=edits)


def _tabs(draft: Draft, characters: list[str], places: Places) -> None:
    """All tabs and form feeds of the file outside strings and comments are one mistake: an editor's setting."""
    work, edits = draft.work, list[Replacement]()
    done = 0
    for match in re.finditer(r"[\t\f]", work):
        at = match.start()
        if not places.is_code(at):
            continue
        characters[at] = " "
        if at < done:
            continue
        start = draft.text.line_start(draft.text.line_of(at))
        end = at
        while end < len(work) and work[end] in _BLANKS:
            end += 1
        leads = not work[start:at].strip(_BLANKS)
        before = work[start:end].replace("\f", " ") if leads else ""
        edits.append(Replacement(start, end, before.expandtabs(4)) if leads else Replacement(at, at + 1, " "))
        done = end if leads else at + 1
    if edits:
        first = edits[0]
        count = "" if len(edits) == 1 else f" ({len(edits)} places in this file)"
        draft.report(
            codes.TAB,
            first.start,
            first.end,
            f"A tab stands where spaces belong{count}.",
            title="Replace tabs by spaces",
            edits=edits,
        )


def _odd(draft: Draft, characters: list[str], start: int, end: int, found: _ByLine) -> int:
    """One character or one typographically quoted string outside strings; gives the offset up to which it is done."""
    work = draft.work
    character = work[start]
    if UNFIT_ANYWHERE.match(character) or character in _BLANKS:
        return end
    line = draft.text.line_of(start)
    if end - start > 1:
        quote = "'" if '"' in work[start:end] else '"'
        found.lookalikes.setdefault(line, []).extend([(start, quote), (end - 1, quote)])
        return end
    if _INVISIBLE.match(character):
        characters[start] = " "
        found.invisible.setdefault(line, []).append(start)
        return end
    word = _word_around(work, start)
    if word is not None and word[2].isidentifier():
        _name(draft, characters, *word)
        return word[1]
    plain = _PLAIN.get(character) or unicodedata.normalize("NFKC", character)
    if len(plain) == 1 and plain.isascii() and plain.isprintable():
        found.lookalikes.setdefault(line, []).append((start, plain))
        return end
    found.unknown.setdefault((line, character < " "), []).append(start)
    return end


def _report_invisible(draft: Draft, places: list[int]) -> None:
    """All of a line are one mistake."""
    edits = [Replacement(at, at + 1, "" if draft.work[at] in _WIDTHLESS else " ") for at in places]
    at = places[0]
    message = f"An invisible character (U+{ord(draft.work[at]):04X}) stands in the code."
    draft.report(codes.INVISIBLE, at, at + 1, message, title="Replace it", edits=edits)


def _report_unknown(draft: Draft, places: list[int]) -> None:
    at = places[0]
    character = draft.work[at]
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    is_control = character < " " or character == "\x7f"
    code = codes.CONTROL if is_control else codes.UNKNOWN_CHARACTER
    edits = [Replacement(one, one + 1, "") for one in places if is_control]
    draft.report(code, at, at + 1, f"`{shown}` has no meaning here.", title="Remove it", edits=edits)
    draft.fatal.append(at)


def _word_around(source: str, at: int) -> tuple[int, int, str] | None:
    start = at
    while start and at - start < 256 and (source[start - 1].isalnum() or source[start - 1] == "_"):
        start -= 1
    match = _WORD.match(source, start)
    if match is None or match.end() <= at:
        # A mark that is no letter of its own may still continue a name.
        return (start, at + 1, source[start : at + 1]) if start < at and source[start : at + 1].isidentifier() else None
    end = match.end()
    while (
        end < len(source) and not source[end].isascii() and source[start : end + 1].isidentifier() and end - start < 256
    ):
        end += 1
    return start, end, source[start:end]


def _name(draft: Draft, characters: list[str], start: int, end: int, name: str) -> None:
    """A name with letters beyond ASCII, which stays if it is in its normal form."""
    if is_plain_name(name):
        return
    normal = unicodedata.normalize("NFKC", name)
    if normal != name and is_plain_name(normal):
        edits = [Replacement(start, end, normal)]
        message = f"The name `{name}` is not in its normal form; it would be read as `{normal}`."
        draft.report(codes.NOT_NORMAL, start, end, message, title=f"Write `{normal}`", edits=edits)
        if len(normal) == len(name):
            characters[start:end] = normal
        else:
            draft.mend(edits)
        return
    draft.report(codes.UNKNOWN_CHARACTER, start, end, "The name has characters that not every version knows.")
    draft.fatal.append(start)


def _report_lookalikes(draft: Draft, characters: list[str], found: list[tuple[int, str]]) -> None:
    """All look-alikes of a line are one slip of the keyboard."""
    edits: list[Replacement] = []
    for at, plain in found:
        characters[at] = plain
        edits.append(Replacement(at, at + 1, plain))
    at, plain = found[0]
    wrong = draft.work[at]
    kind = "A typographic quote" if _QUOTES.match(wrong) else "A look-alike character"
    message = f"{kind} `{wrong}` stands where `{plain}` belongs."
    title = "Use plain characters" if len(edits) > 1 else f"Write `{plain}`"
    draft.report(codes.LOOKALIKE, at, at + 1, message, title=title, edits=edits)

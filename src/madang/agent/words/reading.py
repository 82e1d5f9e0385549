"""A text as tokens: quoted text, addresses, numbers, days and times, words, marks. One pass, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from madang.agent.words.dates import Moment, find_moments
from madang.agent.words.korean import is_hangul
from madang.catalog.tokens import stem

Kind = Literal["quoted", "url", "email", "uuid", "pair", "number", "moment", "name", "korean", "mark"]

STRONG: frozenset[Kind] = frozenset({"quoted", "url", "email", "uuid", "pair", "number", "moment"})
"""Kinds that are values by their look."""

CURRENCIES = {
    "$": "USD", "€": "EUR", "£": "GBP", "₩": "KRW", "¥": "JPY", "원": "KRW", "달러": "USD", "유로": "EUR", "엔": "JPY",
    "파운드": "GBP", "usd": "USD", "eur": "EUR", "gbp": "GBP", "krw": "KRW", "jpy": "JPY", "dollar": "USD",
    "euro": "EUR", "pound": "GBP", "yen": "JPY", "won": "KRW", "cad": "CAD", "aud": "AUD", "chf": "CHF", "cny": "CNY",
}  # fmt: skip
"""Signs and words of currencies by their ISO 4217 codes."""

_QUOTES = {
    '"': '"',
    "“": "”",
    "„": "“",
    "‘": "’",
    "'": "'",
    "«": "»",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "`": "`",
}
_APOSTROPHES = "'’"
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[!-~]+")
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PAIR = re.compile(r"[A-Za-z0-9_][\w.-]*/[A-Za-z0-9_][\w.-]*")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_AMOUNT = re.compile(r"([$€£₩¥#])?\s?(" + _NUMBER.pattern + r")(만|천)?")
_RUN = re.compile(
    r"[^\s\"“”„‘«»「」『』《》〈〉`,;()\[\]{}<>=!?…·、。|\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+"
    r"|[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]+"
)
_UNIT = re.compile(
    r"(?:%|st|nd|rd|th|[kmg]?b|[km]?g|[kcm]?m|lbs?|oz|mi|ft|in|min|sec|m?s|h|hrs?|px|usd|eur|krw|gbp|jpy|x"
    r"|hours?|days?|minutes?)(?![\w/@-])",
    re.IGNORECASE,
)
_TAIL = ".,:;!?'’"
_DIGITS_LIMIT = 400


@dataclass(frozen=True, kw_only=True)
class Token:
    """A piece of a text from `start` to `end`. `text` is what it says (of a quotation what is inside).

    `word` is the text of a word as it is looked up. `is_glued`: no blank stands before it. `number` is that of a
    number, `currency` where one is said with it, `moment` that of a day or time.
    """

    kind: Kind
    text: str
    start: int
    end: int
    word: str = ""
    is_glued: bool = False
    number: int | float | None = None
    currency: str | None = None
    moment: Moment | None = None

    @property
    def is_strong(self) -> bool:
        """Whether it is a value by its look."""
        return self.kind in STRONG

    @property
    def is_word(self) -> bool:
        """Whether it is a word of a language, which may be a value."""
        return self.kind in ("name", "korean")


@dataclass
class _Scan:
    text: str
    tokens: list[Token] = field(default_factory=list[Token])

    def add(
        self,
        kind: Kind,
        start: int,
        end: int,
        text: str | None = None,
        *,
        number: float | None = None,
        currency: str | None = None,
        moment: Moment | None = None,
    ) -> None:
        content = self.text[start:end] if text is None else text
        word = stem(content.lower()) if kind == "name" else content.lower() if kind in ("korean", "mark") else ""
        is_glued = bool(self.tokens) and self.tokens[-1].end == start
        self.tokens.append(
            Token(
                kind=kind,
                text=content,
                start=start,
                end=end,
                word=word,
                is_glued=is_glued,
                number=number,
                currency=currency,
                moment=moment,
            )
        )


def read(text: str, now: datetime) -> Sequence[Token]:
    """The tokens of a text in order, none overlapping."""
    quotations = find_quotations(text)
    moments = find_moments(_blanked(text, quotations), now)
    spans = sorted([*((start, end, None) for start, end in quotations), *((m.start, m.end, m) for m in moments)])
    scan = _Scan(text)
    at = 0
    for start, end, moment in spans:
        if start < at:
            continue
        _read_plain(scan, at, start)
        if moment is None:
            scan.add("quoted", start, end, text[start + 1 : end - 1])
        else:
            scan.add("moment", start, end, moment=moment)
        at = end
    _read_plain(scan, at, len(text))
    return scan.tokens


def find_quotations(text: str) -> list[tuple[int, int]]:
    """From where to where each quotation goes, the marks included; a mark that is never closed begins none."""
    found: list[tuple[int, int]] = []
    unclosed: set[str] = set()
    at = 0
    for match in re.finditer(r"[\"“„‘'«「『《〈`]", text):
        start = match.start()
        close = _QUOTES[match[0]]
        if start < at or close in unclosed or (match[0] == "'" and start and _is_latin(text[start - 1])):
            continue
        end = _closing(text, close, start + 1)
        if end < 0:
            unclosed.add(close)
        else:
            found.append((start, end + 1))
            at = end + 1
    return found


def _closing(text: str, close: str, at: int) -> int:
    end = text.find(close, at)
    while end >= 0 and close in _APOSTROPHES and end + 1 < len(text) and _is_latin(text[end + 1]):
        end = text.find(close, end + 1)
    return end


def _is_latin(character: str) -> bool:
    return character.isalnum() and not is_hangul(character)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with a mark in place of each character of a span, so that places stay as they are."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += [text[at:start], "\x00" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _read_plain(scan: _Scan, at: int, end: int) -> None:
    text = scan.text
    while at < end:
        if text[at].isspace():
            if text[at] == "\n":
                scan.add("mark", at, at + 1)
            at += 1
            continue
        after = _read_number(scan, at, end) or _read_run(scan, at, end)
        if not after:
            scan.add("mark", at, at + 1)
        at = after or at + 1


def _read_number(scan: _Scan, at: int, end: int) -> int:
    """Reads a number with its currency; gives where it ends, or 0 where none stands here."""
    text = scan.text
    if text[at] not in "$€£₩¥#+-0123456789":
        return 0
    match = _AMOUNT.match(text, at, end)
    if match is None or len(match[2]) > _DIGITS_LIMIT:
        return 0
    after = match.end()
    following = text[after : after + 1]
    is_part = following.isascii() and (following.isalnum() or following in "_/@:-") and following != ""
    if following in ("/", ":", "-") and not text[after + 1 : after + 2].isalnum():
        is_part = False
    if is_part and not _UNIT.match(text, after, min(end, after + 10)):
        return 0
    if following == "." and text[after + 1 : after + 2].isalnum():
        return 0
    digits = match[2].replace(",", "")
    number: int | float = float(digits) if "." in digits else int(digits)
    if match[3]:
        number = _times(number, 10_000 if match[3] == "만" else 1_000)
    scan.add("number", at, after, match[2].replace(",", ""), number=number, currency=CURRENCIES.get(match[1] or ""))
    return after


def _times(number: float, factor: int) -> int | float:
    product = round(number * factor, 6)
    return int(product) if float(product).is_integer() else product


def _read_run(scan: _Scan, at: int, end: int) -> int:
    """Reads a run of characters without blanks; gives where it ends, or 0 where a mark stands here."""
    match = _RUN.match(scan.text, at, end)
    if match is None:
        return 0
    start, run = at, match[0]
    if run[0] == ":" or (len(run) == 1 and run in ".'’-/&*~+^%"):
        return 0
    if run[0] in "@#" and len(run) > 1:
        start, run = at + 1, run[1:]
    url = _URL.match(scan.text, start, end)
    if url is not None:
        after = start + len(url[0].rstrip(_TAIL + ')]}>"`'))
        scan.add("url", start, after)
        return after
    return _read_pieces(scan, start, run)


def _read_pieces(scan: _Scan, start: int, run: str) -> int:
    """Hangul and other scripts are runs of their own, so that a particle stands apart from a Latin word."""
    if is_hangul(run[0]):
        scan.add("korean", start, start + len(run))
        return start + len(run)
    bare = run.split(":")[0] if _is_label(run) else run.rstrip(_TAIL)
    if not bare:
        return 0
    scan.add(_kind(bare), start, start + len(bare), _own(bare))
    return start + len(bare)


def _is_label(piece: str) -> bool:
    """`title:Hello` is a label and a value, `sha256:ab12`, `a:b:c` and `10:30` are one."""
    before, colon, after = piece.partition(":")
    return bool(colon) and before.isalpha() and ":" not in after and not after.startswith("//") and len(before) > 1


def _own(piece: str) -> str:
    """English words without the 's of an owner."""
    return piece[:-2] if piece.endswith(("'s", "’s")) and len(piece) > 2 else piece


def _kind(piece: str) -> Kind:
    if _UUID.fullmatch(piece):
        return "uuid"
    if _EMAIL.fullmatch(piece):
        return "email"
    return "pair" if _PAIR.fullmatch(piece) else "name"

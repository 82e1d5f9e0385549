"""Days and times in a text, English and Korean, relative to a moment that has the time zone of the person."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

Span = Literal["time", "day", "week", "month", "year"]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A day, a time or both, where it stands in the text, and how long it is: of a week or month `day` is the first.

    `zone` is None where the text names none: then it is the person's own.
    """

    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    zone: tzinfo | None = None
    span: Span = "day"

    @property
    def last_day(self) -> date | None:
        """The last day that it covers."""
        if self.day is None:
            return None
        if self.span == "week":
            return self.day + timedelta(days=6)
        if self.span == "month":
            return self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
        return self.day.replace(month=12, day=31) if self.span == "year" else self.day


_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_DAYS = {
    name: number
    for number, names in enumerate(
        [
            "monday mon 월요일",
            "tuesday tue tues 화요일",
            "wednesday wed 수요일",
            "thursday thu thurs 목요일",
            "friday fri 금요일",
            "saturday sat 토요일",
            "sunday sun 일요일",
        ]
    )
    for name in names.split()
}
_NEAR_DAYS = {
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "그저께": -2,
    "그제": -2,
    "어제": -1,
    "오늘": 0,
    "내일모레": 2,
    "모레": 2,
    "내일": 1,
}
_UNITS: dict[str, str] = {
    "day": "day", "days": "day", "일": "day", "week": "week", "weeks": "week", "주": "week", "주일": "week",
    "month": "month", "months": "month", "개월": "month", "달": "month", "year": "year", "years": "year", "년": "year",
    "hour": "hour", "hours": "hour", "시간": "hour", "minute": "minute", "minutes": "minute", "분": "minute",
}  # fmt: skip
_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_KOREAN_SMALL = {"한": 1, "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "두": 2, "세": 3, "네": 4}
_RELATION = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
_KOREAN_RELATION = {"지난": -1, "저번": -1, "이번": 0, "금": 0, "다음": 1, "내": 1}

_MONTH_WORDS = "|".join(sorted(_MONTHS, key=lambda word: -len(word)))
_DAY_WORDS = "|".join(sorted((day for day in _DAYS if day.isascii() and len(day) > 4), key=lambda word: -len(word)))
_NOT_IN_WORD = r"(?<![\w./:-])"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s?(?P<half>[ap]\.?m)\b\.?)?"
    r"|(?P<hour2>\d{1,2})\s?(?P<half2>[ap]\.?m)\b\.?|(?P<noon>noon|midnight|정오|자정)"
    r"|(?:(?P<khalf>오전|오후|아침|저녁|밤|새벽|낮)\s?)?(?P<khour>\d{1,2})시(?!간)(?:\s?(?P<kminute>\d{1,2})분|\s?(?P<thirty>반))?)"
)

_ISO = re.compile(
    _NOT_IN_WORD + r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?)?"
    r"(?![\d/-])"
)
_SLASHED = re.compile(_NOT_IN_WORD + r"(\d{4})([./])(\d{1,2})\2(\d{1,2})(?![\d/-])")
_KOREAN_DATE = re.compile(r"(?<!\d)(?:(\d{4})년\s?)?(\d{1,2})월(?:\s?(\d{1,2})일)?")
_ENGLISH_DATE = re.compile(
    rf"\b({_MONTH_WORDS})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(\d{{4}})\b)?(?!:)", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s({_MONTH_WORDS})\b\.?(?:,?\s(\d{{4}})\b)?(?!:)", re.IGNORECASE
)
_MONTH_OF = re.compile(rf"\b({_MONTH_WORDS})\.?,?\s(\d{{4}})\b", re.IGNORECASE)
_NEAR = re.compile(
    r"\b(the day before yesterday|the day after tomorrow|yesterday|today|tonight|tomorrow)\b"
    r"|(그저께|그제|어제|오늘|내일모레|모레|내일)",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(last|previous|this|current|next|coming)\s(week|month|year|" + _DAY_WORDS + r")\b", re.IGNORECASE
)
_KOREAN_RELATIVE = re.compile(
    r"(지난|저번|이번|금|다음|내)\s?(주말|주|달|해|년)(?![가-힣]*일정)(?:\s?([월화수목금토일]요일))?"
)
_KOREAN_DAY = re.compile(r"(?<![가-힣])([월화수목금토일]요일)")
_ON_DAY = re.compile(rf"\b(?:on\s|by\s|until\s|before\s|after\s)({_DAY_WORDS})\b", re.IGNORECASE)
_AGO = re.compile(
    r"\b(\d{1,4}|" + "|".join(_SMALL) + r")\s(days?|weeks?|months?|years?|hours?|minutes?)\s(ago|from now|later)\b",
    re.IGNORECASE,
)
_IN = re.compile(r"\bin\s(\d{1,4})\s(days?|weeks?|months?|years?|hours?|minutes?)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:last|past|previous)\s(\d{1,4}|two|three|four|five|six|seven|ten)\s(days?|weeks?|months?|years?|hours?)\b",
    re.IGNORECASE,
)
_KOREAN_AGO = re.compile(
    r"(?:(\d{1,4})\s?|(한|두|세|네)\s?)(일|주일|주|개월|달|년|시간|분)\s?(전|후|뒤)"
    r"(?=부터|까지|에|의|으로|이|[^가-힣]|\Z)|(하루|이틀|사흘|나흘)\s?(전|후|뒤)"
)
_TIME = re.compile(_NOT_IN_WORD + _CLOCK + r"(?![\w:-]*\d)", re.IGNORECASE)
_JOINED = re.compile(r"(?:\s|,|at|on|의){0,4}\s?\Z")
_JOIN_LIMIT = 5
_LATE_WITHIN = 6


def find_moments(text: str, now: datetime) -> list[Moment]:
    """All days and times of a text in order, none overlapping; a day and a time side by side are one."""
    found = sorted((moment for reader in _READERS for moment in reader(text, now)), key=lambda m: (m.start, -m.end))
    apart: list[Moment] = []
    for moment in found:
        if not apart or moment.start >= apart[-1].end:
            apart.append(moment)
    return _with_days(_joined(apart, text))


def _joined(moments: list[Moment], text: str) -> list[Moment]:
    joined: list[Moment] = []
    for moment in moments:
        before = joined[-1] if joined else None
        if before is not None and _are_one(before, moment, text):
            joined[-1] = replace(
                before,
                end=moment.end,
                day=before.day or moment.day,
                clock=before.clock or moment.clock,
                span="time",
            )
        else:
            joined.append(moment)
    return joined


def _are_one(before: Moment, after: Moment, text: str) -> bool:
    gap = text[before.end : min(after.start, before.end + _JOIN_LIMIT + 1)]
    if len(gap) > _JOIN_LIMIT or not _JOINED.match(gap):
        return False
    is_split = (before.day is None) != (after.day is None) and (before.clock is None) != (after.clock is None)
    return is_split and (before.span in ("day", "time")) and (after.span in ("day", "time"))


def _with_days(moments: list[Moment]) -> list[Moment]:
    """Times without a day take the only day that the text names."""
    days = {moment.day for moment in moments if moment.day is not None and moment.span in ("day", "time")}
    if len(days) != 1:
        return moments
    day = days.pop()
    has_times = any(moment.day is None for moment in moments)
    # A day that only says when the times are is no value of its own.
    kept = [moment for moment in moments if not (has_times and moment.clock is None and moment.span == "day")]
    return [replace(moment, day=day) if moment.day is None else moment for moment in kept]


def _iso(text: str, now: datetime) -> Iterator[Moment]:
    for match in _ISO.finditer(text):
        year, month, day, hour, minute, second, zone = match.groups()
        clock = None if hour is None else _clock(int(hour), int(minute), int(second or 0))
        found = _day(int(year), int(month), int(day))
        if found is not None and (hour is None or clock is not None):
            span: Span = "day" if clock is None else "time"
            yield Moment(start=match.start(), end=match.end(), day=found, clock=clock, zone=_zone(zone), span=span)


def _slashed(text: str, now: datetime) -> Iterator[Moment]:
    for match in _SLASHED.finditer(text):
        found = _day(int(match[1]), int(match[3]), int(match[4]))
        if found is not None:
            yield Moment(start=match.start(), end=match.end(), day=found)


def _named_dates(text: str, now: datetime) -> Iterator[Moment]:
    for match in _ENGLISH_DATE.finditer(text):
        yield from _dated(match, match[3], _MONTHS[match[1].lower()], match[2], now)
    for match in _DAY_FIRST.finditer(text):
        yield from _dated(match, match[3], _MONTHS[match[2].lower()], match[1], now)
    for match in _MONTH_OF.finditer(text):
        yield from _dated(match, match[2], _MONTHS[match[1].lower()], None, now)
    for match in _KOREAN_DATE.finditer(text):
        if match[1] is not None or match[3] is not None:
            yield from _dated(match, match[1], int(match[2]), match[3], now)


def _dated(match: re.Match[str], year: str | None, month: int, day: str | None, now: datetime) -> Iterator[Moment]:
    found = _day(now.year if year is None else int(year), month, 1 if day is None else int(day))
    if found is not None:
        yield Moment(start=match.start(), end=match.end(), day=found, span="month" if day is None else "day")


def _near(text: str, now: datetime) -> Iterator[Moment]:
    for match in _NEAR.finditer(text):
        day = now.date() + timedelta(days=_NEAR_DAYS[(match[1] or match[2]).lower()])
        yield Moment(start=match.start(), end=match.end(), day=day)


def _relative(text: str, now: datetime) -> Iterator[Moment]:
    for match in _RELATIVE.finditer(text):
        step, unit = _RELATION[match[1].lower()], match[2].lower()
        if unit in _DAYS:
            yield Moment(start=match.start(), end=match.end(), day=_weekday(now.date(), _DAYS[unit], step))
        else:
            yield _period(match, unit, step, now)
    for match in _KOREAN_RELATIVE.finditer(text):
        step, unit = _KOREAN_RELATION[match[1]], match[2]
        if unit == "주" and match[3]:
            monday = now.date() - timedelta(days=now.weekday()) + timedelta(weeks=step)
            yield Moment(start=match.start(), end=match.end(), day=monday + timedelta(days=_DAYS[match[3]]))
        elif unit in ("주", "달", "해", "년") and not match[3]:
            yield _period(match, {"주": "week", "달": "month"}.get(unit, "year"), step, now)


def _period(match: re.Match[str], unit: str, step: int, now: datetime) -> Moment:
    today = now.date()
    if unit == "week":
        day = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Moment(start=match.start(), end=match.end(), day=day, span="week")
    if unit == "month":
        return Moment(start=match.start(), end=match.end(), day=_months_on(today.replace(day=1), step), span="month")
    return Moment(start=match.start(), end=match.end(), day=date(today.year + step, 1, 1), span="year")


def _weekdays(text: str, now: datetime) -> Iterator[Moment]:
    for match in (*_ON_DAY.finditer(text), *_KOREAN_DAY.finditer(text)):
        day = _weekday(now.date(), _DAYS[match[1].lower()], 0)
        yield Moment(start=match.start(1), end=match.end(1), day=day)


def _ago(text: str, now: datetime) -> Iterator[Moment]:
    for match in _AGO.finditer(text):
        yield from _shifted(match, _count(match[1]), match[2], now, is_past=match[3].lower() == "ago")
    for match in _IN.finditer(text):
        yield from _shifted(match, int(match[1]), match[2], now, is_past=False)
    for match in _PAST.finditer(text):
        yield from _shifted(match, _count(match[1]), match[2], now, is_past=True)
    for match in _KOREAN_AGO.finditer(text):
        count = int(match[1]) if match[1] else _KOREAN_SMALL[match[2] or match[5]]
        yield from _shifted(match, count, match[3] or "일", now, is_past=(match[4] or match[6]) == "전")


def _shifted(match: re.Match[str], count: int, unit: str, now: datetime, *, is_past: bool) -> Iterator[Moment]:
    kind, step = _UNITS[unit.lower()], -count if is_past else count
    if kind in ("hour", "minute"):
        at = now + (timedelta(hours=step) if kind == "hour" else timedelta(minutes=step))
        clock = at.time().replace(microsecond=0)
        yield Moment(start=match.start(), end=match.end(), day=at.date(), clock=clock, span="time")
        return
    today = now.date()
    days = {"day": 1, "week": 7}.get(kind)
    months = step * (12 if kind == "year" else 1)
    day = today + timedelta(days=step * days) if days else _months_on(today, months)
    yield Moment(start=match.start(), end=match.end(), day=day)


def _times(text: str, now: datetime) -> Iterator[Moment]:
    late_until = -1
    for match in _TIME.finditer(text):
        clock = _read_clock(match)
        if clock is not None:
            # `오후 3시부터 4시까지` ends in the afternoon too.
            if match["khour"] and not match["khalf"] and clock.hour < 12 and match.start() <= late_until:
                clock = clock.replace(hour=clock.hour + 12)
            late_until = match.end() + _LATE_WITHIN if match["khour"] and clock.hour >= 12 else -1
            yield Moment(start=match.start(), end=match.end(), clock=clock, span="time")


def _read_clock(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(12) if match["noon"].lower() in ("noon", "정오") else time(0)
    hour = int(match["hour"] or match["hour2"] or match["khour"])
    minute = 30 if match["thirty"] else int(match["minute"] or match["kminute"] or 0)
    half = (match["half"] or match["half2"] or "").lower()
    if half or match["khalf"]:
        is_late = half.startswith("p") or match["khalf"] in ("오후", "저녁", "밤", "낮")
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if is_late else 0)
    return _clock(hour, minute, int(match["second"] or 0))


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _SMALL[word.lower()]


def _clock(hour: int, minute: int, second: int) -> time | None:
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = max(1, min(9999, day.year + years))
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _weekday(today: date, wanted: int, step: int) -> date:
    """The nearest such day: behind for `last`, otherwise ahead (today counts unless `next` or `last` is said)."""
    if step < 0:
        return today - timedelta(days=(today.weekday() - wanted) % 7 or 7)
    ahead = (wanted - today.weekday()) % 7
    return today + timedelta(days=ahead or (7 if step else 0))


_READERS: tuple[Callable[[str, datetime], Iterator[Moment]], ...] = (
    _iso,
    _slashed,
    _named_dates,
    _near,
    _relative,
    _weekdays,
    _ago,
    _times,
)

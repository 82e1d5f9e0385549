"""Days and times in words, relative to Thursday, 2026-11-26 11:30 in Seoul."""

from datetime import datetime, timedelta, timezone

import pytest

from madang.agent.words.dates import find_moments

NOW = datetime(2026, 11, 26, 11, 30, tzinfo=timezone(timedelta(hours=9)))


def told(text: str) -> list[tuple[str, str]]:
    """Each moment as it stands in the text, and as ISO text with its span where that is no day or time."""
    found: list[tuple[str, str]] = []
    for moment in find_moments(text, NOW):
        parts = [str(part) for part in (moment.day, moment.clock) if part is not None]
        parts += [moment.span] if moment.span not in ("day", "time") else []
        found.append((text[moment.start : moment.end], " ".join(parts)))
    return found


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-03", "2026-11-03"),
        ("2026-11-03T10:20:30Z", "2026-11-03 10:20:30"),
        ("2026/11/03", "2026-11-03"),
        ("2026.11.3", "2026-11-03"),
        ("2026년 11월 3일", "2026-11-03"),
        ("11월 3일", "2026-11-03"),
        ("2026년 11월", "2026-11-01 month"),
        ("November 3, 2026", "2026-11-03"),
        ("3 Nov 2026", "2026-11-03"),
        ("November 2026", "2026-11-01 month"),
        ("tomorrow", "2026-11-27"),
        ("the day after tomorrow", "2026-11-28"),
        ("어제", "2026-11-25"),
        ("모레", "2026-11-28"),
        ("내일모레", "2026-11-28"),
        ("3 days ago", "2026-11-23"),
        ("a week ago", "2026-11-19"),
        ("in 2 weeks", "2026-12-10"),
        ("3일 전", "2026-11-23"),
        ("이틀 전", "2026-11-24"),
        ("한 달 전", "2026-10-26"),
        ("2주 후", "2026-12-10"),
        ("2 hours ago", "2026-11-26 09:30:00"),
        ("30분 후", "2026-11-26 12:00:00"),
        ("last week", "2026-11-16 week"),
        ("이번 달", "2026-11-01 month"),
        ("next year", "2027-01-01 year"),
        ("next Monday", "2026-11-30"),
        ("last Thursday", "2026-11-19"),
        ("다음 주 월요일", "2026-11-30"),
        ("금요일", "2026-11-27"),
        ("tomorrow at 3pm", "2026-11-27 15:00:00"),
        ("내일 오후 3시 반", "2026-11-27 15:30:00"),
        ("오늘 자정", "2026-11-26 00:00:00"),
        ("10:30", "10:30:00"),
        ("12am", "00:00:00"),
    ],
)
def test_a_day_or_time_is_read(text: str, moment: str) -> None:
    assert told(text) == [(text, moment)]


def test_times_take_the_only_day_that_is_said() -> None:
    assert told("tomorrow from 12:00 to 13:00") == [
        ("12:00", "2026-11-27 12:00:00"),
        ("13:00", "2026-11-27 13:00:00"),
    ]


def test_a_bare_hour_after_one_in_the_afternoon_is_in_the_afternoon_too() -> None:
    assert told("내일 오후 3시부터 4시까지")[1] == ("4시", "2026-11-27 16:00:00")


@pytest.mark.parametrize(
    "text", ["May I have 5", "v1.2.3", "3시간", "2026-13-45", "25:99", "3개", "section 4", "1/2", "localhost:8080", ""]
)
def test_what_is_no_day_or_time_is_none(text: str) -> None:
    assert told(text) == []

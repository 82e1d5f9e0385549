"""Days and times as values, by the words that say whether they begin, end or are the time itself."""

from __future__ import annotations

from collections.abc import Iterator

from madang.agent.words.fields import Field, words_of
from madang.agent.words.request import Claim, Request, words_after, words_before
from madang.agent.words.roles import (
    AT_NAMES,
    AT_WORDS,
    SINCE_AFTER,
    SINCE_NAMES,
    SINCE_WORDS,
    UNTIL_AFTER,
    UNTIL_NAMES,
    UNTIL_WORDS,
)
from madang.agent.words.values import MISSING, fit_moment

_CHANGES = frozenset({"updated", "modified", "completed", "changed", "shipped", "expires"})


def moment_claims(request: Request) -> Iterator[Claim]:
    """Days and times, by the words that say whether they begin, end or are the time itself."""
    said = {token.word for token in request.tokens if token.kind == "name"} | {
        token.text.lower() for token in request.tokens if token.kind == "name"
    }
    times = [(index, each) for index, each in enumerate(request.fields) if _may_be_time(each)]
    for at, token in enumerate(request.tokens):
        moment = token.moment
        if moment is None:
            continue
        before, after = words_before(request, at), words_after(request, at)
        is_since = bool(before & SINCE_WORDS or after & SINCE_AFTER)
        is_until = not is_since and bool(before & UNTIL_WORDS or after & UNTIL_AFTER)
        is_period = moment.span in ("week", "month", "year") and not is_since and not is_until
        for index, each in times:
            kinds = _time_kinds(each)
            score = _moment_score(kinds, is_since=is_since, is_until=is_until, is_period=is_period, before=before)
            if "start" in kinds and moment.clock is None and not is_since and not is_period:
                score = 0.0
            if is_until and not score and "due" in each.words:
                score = 4.4
            if score:
                value = fit_moment(each, moment, request.now, is_end=is_period and "until" in kinds, text=token.text)
                if value is not MISSING:
                    penalty = 0.3 * (len(each.path) - 1) - (0.3 if each.is_required else 0)
                    penalty += 0.2 if (moment.clock is None) == _has_clock(each) else 0
                    penalty += 0.3 if _CHANGES & set(each.words[:1]) - said else 0
                    # Both ends of a period rest on the same words.
                    start = at if not (is_period and "until" in kinds) else -1 - at
                    yield Claim(field=index, value=value, start=start, end=at + 1, score=score - penalty)


def _moment_score(kinds: set[str], *, is_since: bool, is_until: bool, is_period: bool, before: set[str]) -> float:
    if is_since:
        return 4.8 if "since" in kinds else 0
    if is_until:
        return 4.8 if "until" in kinds else 4.0 if "at" in kinds and "by" in before else 0
    if is_period and kinds & {"since", "until"}:
        return 4.0
    if "at" in kinds:
        return 4.2
    return 3.0 if "since" in kinds and (before & AT_WORDS or not before) and "start" in kinds else 0


def _time_kinds(each: Field) -> set[str]:
    phrases = _phrases(each)
    kinds: set[str] = set()
    if phrases & SINCE_NAMES:
        kinds.add("since")
    if phrases & UNTIL_NAMES:
        kinds.add("until")
    if phrases & AT_NAMES and not kinds:
        kinds.add("at")
    if any(phrase.startswith("start") for phrase in phrases):
        kinds.add("start")
    return kinds


def _phrases(each: Field) -> set[str]:
    """What a field is called; one that is only `date` or `time` inside something, as that is called."""
    outer = [" ".join(words_of(segment)) for segment in each.path[:-1] if isinstance(segment, str)]
    is_of_outer = bool(outer) and not _TIMED.isdisjoint(outer[-1].split())
    if is_of_outer and each.phrase in ("date", "time", "date time", "datetime", "value"):
        return {outer[-1], f"{outer[-1]} {each.phrase}"}
    return {each.phrase}


_TIMED = frozenset({"start", "end", "begin", "original", "due", "since", "until", "from", "to"})


def _has_clock(each: Field) -> bool:
    is_named = "time" in each.words and each.format != "date"
    return each.format in ("date-time", "time") or is_named or each.words[-1:] == ("at",)


def _may_be_time(each: Field) -> bool:
    if each.is_human or each.options:
        return False
    return each.is_time or bool(_time_kinds(each) and each.format in ("", "date", "date-time", "int64", "int32"))

"""Values by their look alone: addresses, money, telephone numbers, `octo/hello`, and numbers by what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator

from madang.agent.words.aliases import AMOUNT_NAMES, COUNTRIES, COUNTRY_NAMES, CURRENCY_NAMES
from madang.agent.words.fields import Field
from madang.agent.words.korean import bare
from madang.agent.words.reading import CURRENCIES, Token
from madang.agent.words.request import Claim, Request, words_before
from madang.agent.words.roles import (
    COUNTERS,
    LIMIT_BEFORE,
    LIMIT_NAMES,
    UNIT_NAMES,
)
from madang.agent.words.values import MISSING, fit, fit_money, fit_text
from madang.catalog.tokens import stem

_CHANNELS = frozenset({"channel", "channel id", "channel name", "room", "tag", "hashtag"})
_PEOPLE = frozenset({"username", "user", "user name", "login", "assignee", "to", "recipient"})
_FILE = re.compile(r"\.[a-z]{1,5}\Z")
_COUNTRY_CODES = frozenset(COUNTRIES.values())


def look_claims(request: Request) -> Iterator[Claim]:
    """Values that only one field can take by their look: addresses, pairs of owner and repository, money, emails."""
    for at, token in enumerate(request.tokens):
        if token.kind == "pair":
            yield from _pair(request, at, token)
        if token.kind == "number":
            yield from _money(request, at, token)
            yield from _measured(request, at, token)
        if "-" in token.text:
            yield from _phone(request, at, token)
        if token.is_word:
            yield from _country(request, at, token)
            yield from _currency(request, at, token)
        if token.kind == "url":
            yield from _pair(request, at, token)
        if token.kind == "name" and token.start and request.text[token.start - 1] in "#@":
            yield from _marked(request, at, token)
        if token.kind in ("email", "url", "uuid"):
            takers = [(index, each) for index, each in enumerate(request.fields) if _looks(each, token)]
            named = [taker for taker in takers if _is_named_for(taker[1], token)]
            takers = [taker for taker in named if len(taker[1].path) == 1] or named or takers
            required = [taker for taker in takers if taker[1].is_required]
            for index, each in required[:1] if len(required) == 1 else takers if len(takers) == 1 else []:
                value = fit(each, token, request.now)
                if value is not MISSING:
                    yield Claim(field=index, value=value, start=at, end=at + 1, score=3.2)


def _country(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """The name of a country, or its code after a comma, for the only field that takes a country."""
    is_code = token.text in _COUNTRY_CODES and request.is_mark(at - 1, ",")
    is_name = (
        len(token.text) > 2 and bare(token.word)[0] in COUNTRIES and (token.kind == "korean" or token.text.istitle())
    )
    takers = [
        index
        for index, each in enumerate(request.fields)
        if each.words and (each.words[-1] in COUNTRY_NAMES or each.phrase == "country code") and len(each.path) == 1
    ]
    if len(takers) == 1 and (is_code or is_name):
        value = fit_text(request.fields[takers[0]], bare(token.text)[0] if token.kind == "korean" else token.text)
        if value is not MISSING:
            yield Claim(field=takers[0], value=value, start=at, end=at + 1, score=3.1)


def _marked(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """`#general` is a channel, `@sam` someone."""
    names = _CHANNELS if request.text[token.start - 1] == "#" else _PEOPLE
    for index, each in enumerate(request.fields):
        if len(each.path) == 1 and each.phrase in names and "string" in each.types:
            yield Claim(field=index, value=token.text, start=at, end=at + 1, score=4.5)
            return


def _currency(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """A currency that is said without an amount, for the only field that takes one."""
    if _unparticled(token) not in CURRENCIES or request.tokens[max(0, at - 1)].kind == "number":
        return
    takers = [index for index, each in enumerate(request.fields) if each.phrase in CURRENCY_NAMES]
    if len(takers) == 1:
        value = fit_text(request.fields[takers[0]], _unparticled(token))
        if value is not MISSING:
            yield Claim(field=takers[0], value=value, start=at, end=at + 1, score=3.1)


def _phone(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """Digits and dashes of a telephone number."""
    digits = token.text.replace("-", "").removeprefix("+")
    if token.kind not in ("name", "number") or not digits.isdecimal() or not 8 <= len(digits) <= 15:
        return
    takers = [
        index
        for index, each in enumerate(request.fields)
        if {"phone", "tel", "telephone", "mobile"} & set(each.words) and "string" in each.types
    ]
    if len(takers) == 1:
        yield Claim(field=takers[0], value=token.text, start=at, end=at + 1, score=3.2)


def _is_named_for(each: Field, token: Token) -> bool:
    if token.kind == "email":
        return each.format == "email" or each.words[-1:] == ("email",)
    return token.kind == "url" and (each.format in ("uri", "url") or each.words[-1:] in (("url",), ("uri",)))


def _looks(each: Field, token: Token) -> bool:
    if each.is_human or "string" not in each.types:
        return False
    if token.kind == "email":
        return each.format == "email" or "email" in each.words or "email" in each.description.lower()[:80]
    if token.kind == "url":
        return each.format in ("uri", "url") or bool({"url", "uri", "link", "website", "homepage"} & set(each.words))
    return each.format == "uuid" or "uuid" in each.words or (each.location == "path" and each.is_identifier)


def _pair(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """`octo/hello` for an owner and a repository, where the function takes both."""
    named = {each.phrase: index for index, each in enumerate(request.fields) if len(each.path) == 1}
    first = next(
        (named[name] for name in ("owner", "org", "workspace", "namespace", "username") if name in named), None
    )
    second = next(
        (named[name] for name in ("repo", "repository", "repo slug", "project", "repo name") if name in named), None
    )
    if first is None or second is None:
        return
    text = token.text.partition("://")[2].partition("/")[2] if token.kind == "url" else token.text
    owner, _, repo = text.partition("/")
    repo = repo.partition("/")[0]
    if not owner or not repo:
        return
    if _FILE.search(repo) and "path" in named:
        return
    yield Claim(field=first, value=owner, start=at, end=at + 1, score=9.0)
    yield Claim(field=second, value=repo, start=-1 - at, end=at + 1, score=9.0)


def _money(request: Request, at: int, token: Token) -> Iterator[Claim]:
    following = request.tokens[at + 1] if at + 1 < len(request.tokens) else None
    currency = token.currency or (CURRENCIES.get(_unparticled(following)) if following is not None else None)
    if currency is None:
        return
    money = Token(
        kind="number", text=token.text, start=token.start, end=token.end, number=token.number, currency=currency
    )
    for index, each in enumerate(request.fields):
        last = each.words[-1] if each.words else ""
        penalty = 0.3 * (len(each.path) - 1)
        if last in AMOUNT_NAMES and not each.is_human:
            value = fit(each, money, request.now)
            if value is not MISSING:
                score = 5.5 - penalty + (0.4 if each.is_required else 0)
                yield Claim(field=index, value=value, start=at, end=at + 1, score=score)
        elif last in CURRENCY_NAMES:
            value = fit_money(each, money)
            if value is not MISSING:
                yield Claim(field=index, value=value, start=-1 - at, end=at + 1, score=5.5 - penalty)


def _measured(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """Numbers with what they count: `20%`, `30 minutes`, `30분`, `in 2026`, `2026년`."""
    unit = request.tokens[at + 1].text.lower() if at + 1 < len(request.tokens) else ""
    names = UNIT_NAMES.get(unit) or UNIT_NAMES.get(bare(unit)[0]) or UNIT_NAMES.get(stem(unit)) or frozenset[str]()
    is_year = isinstance(token.number, int) and 1900 <= token.number <= 2200 and len(token.text) == 4
    if not names and is_year and words_before(request, at) & {"in", "for", "of", "year", "during"}:
        names = UNIT_NAMES["년"]
    takers = [
        index
        for index, each in enumerate(request.fields)
        if (each.words and stem(each.words[-1]) in names) or names & set(each.words[:-1]) & {"percent"}
    ]
    required = [index for index in takers if request.fields[index].is_required]
    for index in required if len(required) == 1 else takers if len(takers) == 1 else []:
        value = fit(request.fields[index], token, request.now)
        if value is not MISSING:
            yield Claim(field=index, value=value, start=at, end=at + 1, score=5.0)


def _unparticled(token: Token) -> str:
    word = token.word
    return word if word in CURRENCIES else bare(word)[0] if token.kind == "korean" else word


def count_claims(request: Request) -> Iterator[Claim]:
    """How many: `first 10`, `10 issues` of a list, `10개`, `최대 20건`."""
    limits = [
        (index, LIMIT_NAMES.index(each.phrase))
        for index, each in enumerate(request.fields)
        if each.phrase in LIMIT_NAMES
        and (each.types & {"integer", "number"} or each.phrase == "tail")
        and len(each.path) == 1
    ]
    if request.method != "GET":
        yield from _quantity(request)
        return
    if not limits:
        return
    index = min(limits, key=lambda limit: limit[1])[0]
    for at, token in enumerate(request.tokens):
        if token.kind != "number" or not isinstance(token.number, int) or token.currency:
            continue
        following = request.word(at + 1)
        is_counted = following in COUNTERS or (bool(following) and bare(following)[0] in COUNTERS)
        is_first = bool(words_before(request, at) & LIMIT_BEFORE)
        noun = at + 1
        while request.word(noun) in LIMIT_BEFORE | {"open", "closed", "new"}:
            noun += 1
        is_plural = any(not request.is_mark(place) and _is_plural(request, place) for place in (noun, noun + 1))
        if is_counted or is_first or is_plural:
            value = fit(request.fields[index], token, request.now)
            if value is not MISSING:
                yield Claim(field=index, value=value, start=at, end=at + 1, score=5.2)


def _quantity(request: Request) -> Iterator[Claim]:
    """`2개` of what is ordered."""
    takers = [index for index, each in enumerate(request.fields) if each.phrase in ("quantity", "qty")]
    for at, token in enumerate(request.tokens):
        is_counted = token.kind == "number" and bare(request.word(at + 1))[0] in COUNTERS
        if is_counted and len(takers) == 1:
            value = fit(request.fields[takers[0]], token, request.now)
            if value is not MISSING:
                yield Claim(field=takers[0], value=value, start=at, end=at + 1, score=5.2)


def _is_plural(request: Request, at: int) -> bool:
    if at >= len(request.tokens):
        return False
    token = request.tokens[at]
    lowered = token.text.lower()
    is_noun = token.word in request.own_words or lowered in ("results", "items", "entries", "records", "rows")
    return token.kind == "name" and lowered.endswith("s") and is_noun

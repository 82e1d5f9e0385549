"""Values that stand before the name of their field: `general 게시판에`, `5번 이슈`, `the general section`, `3 days`."""

from __future__ import annotations

from collections.abc import Iterator

from madang.agent.words.fields import Field
from madang.agent.words.korean import bare
from madang.agent.words.labels import Mention
from madang.agent.words.reading import Token
from madang.agent.words.request import (
    LIST_WORDS,
    Claim,
    Request,
    claim_of,
    ends_phrase,
    is_bare_value,
    is_joined_list,
    is_own_noun,
    option_at,
    some,
)
from madang.agent.words.roles import LIMIT_NAMES
from madang.agent.words.tables import word_set
from madang.agent.words.values import MISSING, Fitted, fit, fit_text
from madang.kit.json import JsonValue

_LINKS = word_set("라는 이라는 인 의 이란 란 로 으로 짜리")
_SAID = word_set("라는 이라는 인 의")
_NUMBERED = word_set("번 번의 호 호의")
_COUNTED = word_set("개 건 명 개의")
_UNBOUND = word_set("을 를 은 는 이 가 에서 에 로 으로")
_LIST_LIMIT = 20


def preceding(request: Request, mention: Mention, *, has_after: bool) -> Iterator[Claim]:
    """`general 게시판에`, `5번 이슈`, `"bug" label`, `the general section`, `3 days`."""
    each = request.field(mention)
    at = mention.start - 1
    if at < 0 or request.is_mark(at):
        return
    if mention.is_korean and request.tokens[mention.start].kind == "korean":
        yield from _before_korean(request, mention, each, at, has_after=has_after)
        return
    token = request.tokens[at]
    if token.kind == "number" and mention.strength > 0.89 and not each.is_identifier:
        yield from some(claim_of(mention, fit(each, token, request.now), at, at + 1, 5.6))
    elif token.kind in ("quoted", "moment", "email") and not has_after:
        yield from some(claim_of(mention, fit(each, token, request.now), at, at + 1, 5.0))
    elif request.word(at - 1) in ("the", "in", "to", "on", "from", "of", "for", "a", "an", "with"):
        option = option_at(request, each, at)
        if option is not None:
            yield from some(claim_of(mention, option[0], at, at + 1, 5.2))
        elif not has_after and not each.options and "string" in each.types and is_bare_value(request, at):
            is_kind = request.word(at - 1) in ("a", "an") and is_own_noun(request, mention.start)
            if not is_kind:
                yield from some(claim_of(mention, fit_text(each, token.text), at, at + 1, 4.4))


def _before_korean(request: Request, mention: Mention, each: Field, at: int, *, has_after: bool) -> Iterator[Claim]:
    is_object = bool(mention.particle) and mention.particle not in ("은", "는")
    base = (7.3 if ends_phrase(mention) else 6.2 if is_object else 5.4) + (0 if has_after else 0.8)
    linked = _past_link(request, each, at)
    if linked is None:
        return
    start, bonus = linked
    token = request.tokens[start]
    if each.is_list or is_joined_list(each):
        yield from _list_before(request, mention, each, start, base)
    elif token.is_strong:
        yield from some(claim_of(mention, fit(each, token, request.now), start, start + 1, base + bonus))
    elif (option := option_at(request, each, start)) is not None:
        yield from some(claim_of(mention, option[0], start, option[1], base + bonus))
    elif "string" in each.types and not each.options and is_bare_value(request, start):
        word = bare_before(token)
        if word:
            yield from some(claim_of(mention, fit_text(each, word), start, start + 1, base + bonus - 0.3))


def _past_link(request: Request, each: Field, at: int) -> tuple[int, float] | None:
    """Where the value stands before a particle or counter of its own (`5번`, `"Hello"라는`), and how much surer that
    makes it; None where what stands there is no value of such a field."""
    token = request.tokens[at]
    if not (token.kind == "korean" and token.is_glued and at > 0):
        return at, 0.0
    value, link = request.tokens[at - 1], token.word
    is_numbered = value.kind == "number" and link in _NUMBERED
    if link == "번째" or (link in _COUNTED and (each.is_identifier or each.types == frozenset({"string"}))):
        return None
    if is_numbered and each.phrase in LIMIT_NAMES:
        return None
    if (value.is_strong and value.kind != "moment" and link in _LINKS | _NUMBERED) or (value.is_word and link in _SAID):
        return at - 1, 0.4
    return at, 0.0


def bare_before(token: Token) -> str:
    """A bare word before a name, without a particle that binds it to the name; nothing where it is bound otherwise."""
    if token.kind != "korean":
        return token.text
    stripped, particle = bare(token.text)
    if particle in _UNBOUND:
        return ""
    return stripped if particle in ("의", "라는", "이라는", "님", "님의") else token.text


def _list_before(request: Request, mention: Mention, each: Field, at: int, base: float) -> Iterator[Claim]:
    """`bug, ui 라벨`: values with commas or `와` between them, up to the name."""
    values: list[JsonValue] = []
    first = place = at
    while place >= 0 and len(values) < _LIST_LIMIT:
        value = _value_at(request, each, place)
        if value is MISSING:
            break
        values.insert(0, value)
        first, place = place, place - 1
        while place >= 0 and (request.is_mark(place, ",") or request.word(place) in LIST_WORDS):
            place -= 1
        if place == first - 1:
            break
    if values:
        whole: JsonValue = values if each.is_list else ",".join(map(str, values))
        yield from some(claim_of(mention, whole, first, at + 1, base))


def _value_at(request: Request, each: Field, at: int) -> Fitted:
    token = request.tokens[at]
    if token.is_strong:
        return fit(each, token, request.now)
    option = option_at(request, each, at)
    if option is not None:
        return option[0]
    text = bare_before(token) if is_bare_value(request, at) and not each.options else ""
    return fit_text(each, text) if text else MISSING

"""Values that follow the name of their field: `title "Hello"`, `title: Hello`, `제목은 "Hello"`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from madang.agent.words.aliases import (
    FREE_NAMES,
)
from madang.agent.words.fields import Field
from madang.agent.words.korean import bare, without_copula
from madang.agent.words.labels import Mention
from madang.agent.words.preceding import preceding
from madang.agent.words.request import (
    CLEAR,
    CONNECTORS,
    FACETS,
    Claim,
    Request,
    claim_of,
    ends_phrase,
    glued_end,
    is_bare_value,
    is_joined_list,
    is_named_value,
    is_option,
    option_at,
    read_list,
    run_of_names,
    run_text,
    some,
)
from madang.agent.words.tables import word_set
from madang.agent.words.values import fit, fit_text
from madang.catalog.lexicon import STOP_WORDS

_CHANGING = word_set("change set rename update edit make modify switch")


_RUN_LIMIT = 12
_KOREAN_RUN = 6
_SENTENCE_ENDS = ("줘", "요", "다", "자", "까", "야")
_THING = 0.88
_OWN_NAME = 0.95
_OF_THINGS = word_set("id number no called named with whose is")


def labelled(request: Request) -> Iterator[Claim]:
    """What follows the name of a field, or stands before it."""
    value_first = _value_first(request)
    for mention in request.mentions:
        found = False
        for claim in _after(request, mention):
            is_turned = mention.is_korean and not mention.particle and value_first[mention.start]
            found = not is_turned
            yield replace(claim, score=claim.score - 4) if is_turned else claim
        if not request.field(mention).is_technical:
            yield from preceding(request, mention, has_after=found)
            if not mention.is_korean:
                yield from _changed(request, mention, has_after=found)


def _changed(request: Request, mention: Mention, *, has_after: bool) -> Iterator[Claim]:
    """`change the title of issue 5 to "New"`, `"meeting" in the title`, `"World" as the body`."""
    each = request.field(mention)
    before = {request.word(mention.start - step) for step in (1, 2, 3)}
    if before & _CHANGING and request.method != "GET":
        for at in range(mention.end, min(mention.end + _RUN_LIMIT, len(request.tokens) - 1)):
            if request.word(at) == "to" and (request.tokens[at + 1].is_strong or is_bare_value(request, at + 1)):
                value = fit(each, request.tokens[at + 1], request.now)
                yield from some(claim_of(mention, value, at + 1, at + 2, 6.0))
                return
    at = mention.start - 1
    at -= request.word(at) in ("the", "its", "their")
    if not has_after and request.word(at) in ("in", "as") and at > 0 and request.tokens[at - 1].kind == "quoted":
        yield from some(claim_of(mention, fit(each, request.tokens[at - 1], request.now), at - 1, at, 6.5))


def _value_first(request: Request) -> list[bool]:
    """For each token whether its clause says values before bare names, as `x 저장소 y 소유자`, and not after them."""
    bare_names = {m.start: m for m in reversed(request.mentions) if m.is_korean and m.strength >= CLEAR}
    turned: list[bool] = []
    is_turned = is_known = False
    for at, token in enumerate(request.tokens):
        if token.kind == "mark":
            is_known = is_turned = False
        elif not is_known and at in bare_names and not bare_names[at].particle:
            is_signed = request.is_mark(bare_names[at].end, "=:")
            is_value = at > 0 and (request.tokens[at - 1].is_strong or is_bare_value(request, at - 1))
            is_known, is_turned = True, is_value and not is_signed
        turned.append(is_turned)
    return turned


def _after(request: Request, mention: Mention) -> Iterator[Claim]:
    at, is_signed = mention.end, False
    if request.is_mark(at, "=:"):
        at, is_signed = at + 1, True
        while request.is_mark(at, "=:>"):
            at += 1
    elif not mention.is_korean:
        at = _past_connectors(request, at, _OF_THINGS if mention.strength < _THING else CONNECTORS)
        if _is_plural_thing(request, mention):
            return
    if at >= len(request.tokens):
        return
    if mention.is_korean and not is_signed and ends_phrase(mention) and not _is_inside(request, at):
        return
    if not is_signed and not mention.is_korean and _is_between(request, mention, at):
        return
    each = request.field(mention)
    if each.is_technical and not is_signed:
        return
    score = 10.0 if is_signed else 8.0
    claim = _value_from(request, mention, each, at, score, is_signed=is_signed)
    if claim is not None:
        yield claim


def _is_inside(request: Request, at: int) -> bool:
    """`제목에 "회의"가 들어간`: what stands in the field follows its name."""
    following = [request.word(at + step) for step in (1, 2)]
    return request.tokens[at].kind == "quoted" and any(word.startswith(("들어", "포함")) for word in following)


def _is_plural_thing(request: Request, mention: Mention) -> bool:
    """`issues ...` speaks of several: what follows is no identifier of one."""
    last = request.tokens[mention.end - 1]
    is_plural = last.kind == "name" and last.text.lower() != last.word
    return is_plural and mention.strength < _THING and not request.field(mention).is_list


def _past_connectors(request: Request, at: int, connectors: frozenset[str]) -> int:
    start = at
    while at < len(request.tokens) and at - start < 3 and request.word(at) in connectors and at not in request.named:
        at += 1
    return at


def _value_from(
    request: Request, mention: Mention, each: Field, at: int, score: float, *, is_signed: bool
) -> Claim | None:
    token = request.tokens[at]
    if each.is_list or is_joined_list(each):
        return _list_from(request, mention, each, at, score)
    is_phrase = is_signed and token.kind != "quoted" and _is_plain_text(each) and request.is_mark(mention.end, ":")
    if token.is_strong and not is_phrase:
        if not _may_count(request, mention, at):
            return None
        value = fit(each, token, request.now)
        return claim_of(mention, value, at, at + 1, score)
    option = option_at(request, each, at)
    if option is not None:
        return claim_of(mention, option[0], at, option[1], score - 0.5)
    if is_signed:
        return _signed_text(request, mention, each, at)
    is_value = is_bare_value(request, at, is_labelled=True) or is_named_value(each, token.text)
    if "string" not in each.types or not is_value:
        return None
    if token.kind == "name" and _is_description(request, mention, at) and not is_named_value(each, token.text):
        return None
    if token.kind == "korean" and mention.particle in ("을", "를") and not bare(token.word)[1].endswith("로"):
        return None
    end = _run_end(request, each, at)
    text = run_text(request, at, end)
    if token.kind == "korean" and mention.particle in ("은", "는", "이", "가"):
        text = without_copula(text)
    value = fit_text(each, text)
    weaker = 1.6 if token.kind == "name" or mention.particle in ("은", "는", "을", "를", "이", "가") else 2.2
    return claim_of(mention, value, at, end, score - weaker - (0 if each.is_required else 0.2))


def _is_between(request: Request, mention: Mention, following: int) -> bool:
    """In `the victoria line running` the value stands before the name, not after it."""
    token, at = request.tokens[following], mention.start - 1
    if not (token.kind == "name" and token.text.isalpha() and token.text.islower()):
        return False
    return request.word(at - 1) in ("the", "to", "in", "on") and is_bare_value(request, at)


def _is_plain_text(each: Field) -> bool:
    is_free = each.types == frozenset({"string"}) and not each.options and not each.format
    return is_free and not each.is_identifier and not each.is_time


def _is_description(request: Request, mention: Mention, at: int) -> bool:
    """`the body of an article`, `search for repositories`: a thing is spoken of, no value given."""
    token = request.tokens[at]
    if not (token.text.isalpha() and token.text.islower()):
        return False
    is_after_article = at > mention.end and request.word(at - 1) in ("a", "an", "the")
    is_noun = mention.strength < _THING and token.word in FACETS
    is_known = token.word in request.own_words or is_option(request, at)
    return is_after_article or is_noun or (mention.strength < _OWN_NAME and is_known)


def _may_count(request: Request, mention: Mention, at: int) -> bool:
    """In `이슈 10개` and `issues 10 per page` the number is how many, not which."""
    token = request.tokens[at]
    if token.kind != "number":
        return True
    following = request.word(at + 1)
    is_count = following in ("개", "건", "개만", "건만", "개를", "건을", "개의", "개씩", "명", "명만", "per")
    each = request.field(mention)
    return not is_count or not (each.is_identifier or each.types == frozenset({"string"}))


def _signed_text(request: Request, mention: Mention, each: Field, at: int) -> Claim | None:
    """After `=` the next word; after `:` everything up to the next mark or the next name that has a sign."""
    end = at + 1
    is_open = request.is_mark(mention.end, ":") and "string" in each.types
    while is_open and end < len(request.tokens) and not request.is_mark(end, ",;\n") and not _is_signed(request, end):
        end += 1
    if end - at > 1 and request.is_mark(end - 1, ".") and end == len(request.tokens):
        end -= 1
    text = request.text[request.tokens[at].start : request.tokens[end - 1].end]
    return claim_of(mention, fit_text(each, text), at, end, 9.5)


def _is_signed(request: Request, at: int) -> bool:
    return at in request.named and (request.is_mark(at + 1, "=:") or request.is_mark(at + 2, "=:"))


def _list_from(request: Request, mention: Mention, each: Field, at: int, score: float) -> Claim | None:
    """Values with commas or `and` between them."""
    values, end = read_list(request, each, at, is_labelled=True)
    if not values:
        return None
    weaker = 1.6 if request.tokens[end - 1].is_word else 0
    return claim_of(mention, values if each.is_list else ",".join(map(str, values)), at, end, score - weaker)


def _korean_run_end(request: Request, at: int) -> int:
    """Several Korean words are one value up to a mark, or to the particle that makes them what something becomes."""
    for end in range(at + 1, min(at + _KOREAN_RUN, len(request.tokens)) + 1):
        last = request.tokens[end - 1]
        if last.kind not in ("korean", "name") or (end - 1 > at and end - 1 in request.named):
            return at + 1
        if last.kind == "korean" and bare(last.word)[1] in ("로", "으로"):
            return end
        if request.is_mark(end):
            return end if not last.word.endswith(_SENTENCE_ENDS) else at + 1
    return at + 1


def _run_end(request: Request, each: Field, at: int) -> int:
    """Where a value of several words ends: names go on while words are capitalised, free text while they mean nothing
    else."""
    end = glued_end(request, at)
    is_free = bool(each.words) and each.words[-1] in FREE_NAMES and not each.is_identifier
    if request.tokens[at].kind == "korean":
        return _korean_run_end(request, at) if is_free else end
    if each.is_identifier:
        return run_of_names(request, at)
    first_is_name = request.tokens[at].text[:1].isupper()
    while end < len(request.tokens) and end - at < _RUN_LIMIT and end not in request.named:
        token = request.tokens[end]
        if token.kind != "name":
            break
        lowered = token.text.lower()
        is_next_name = first_is_name and token.text[:1].isupper()
        if not is_next_name and (not is_free or lowered in STOP_WORDS or lowered in CONNECTORS):
            break
        end += 1
    return end

"""Values that stand before the name of their field: `general 게시판에`, `5번 이슈`, `the general section`, `3 days`."""

from __future__ import annotations

from collections.abc import Iterator

from madang.agent.words.fields import Field
from madang.agent.words.korean import bare
from madang.agent.words.labels import Mention
from madang.agent.words.request import (
    Claim,
    Request,
    claim_of,
    ends_phrase,
    is_bare_value,
    is_own_noun,
    option_at,
    some,
)
from madang.agent.words.values import fit, fit_text


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
    is_phrase = ends_phrase(mention) or bool(mention.particle and mention.particle not in ("은", "는"))
    base = 7.3 if ends_phrase(mention) else 6.2 if is_phrase else 5.4
    if not has_after:
        base += 0.8
    token = request.tokens[at]
    start = at
    if token.kind == "korean" and token.is_glued and at > 0:
        previous = request.tokens[at - 1]
        is_link = token.word in (
            "라는",
            "이라는",
            "인",
            "의",
            "번",
            "번의",
            "호",
            "이란",
            "란",
            "로",
            "으로",
            "짜리",
            "번째",
        )
        if token.word in ("개", "건", "명", "개의") and each.is_identifier:
            return
        if (is_link and previous.is_strong) or (token.word in ("라는", "이라는", "인", "의") and previous.is_word):
            start = at - 1
            token = previous
            if request.tokens[at].word == "번째" or (token.kind == "moment"):
                return
            base += 0.4
            if token.kind == "number" and not each.is_identifier and request.tokens[at].word in ("번", "호", "번의"):
                return
    if token.is_strong:
        yield from some(claim_of(mention, fit(each, token, request.now), start, start + 1, base))
        return
    option = option_at(request, each, start)
    if option is not None:
        yield from some(claim_of(mention, option[0], start, option[1], base))
        return
    if "string" in each.types and not each.options and is_bare_value(request, start):
        word = token.text
        if token.kind == "korean":
            stripped, particle = bare(token.text)
            if particle in ("을", "를", "은", "는", "이", "가", "에서", "에", "로", "으로"):
                return
            word = stripped if particle in ("의", "라는", "이라는", "님", "님의") else token.text
        yield from some(claim_of(mention, fit_text(each, word), start, start + 1, base - 0.3))

"""Allowed values that stand in a text as adjectives or verbs, orders, and flags by their names alone."""

from __future__ import annotations

from collections.abc import Iterator

from madang.agent.words.aliases import (
    STATE_VERBS,
)
from madang.agent.words.fields import WRAPPERS, Field
from madang.agent.words.korean import bare
from madang.agent.words.request import CLEAR, Claim, Request, option_at
from madang.agent.words.tables import word_set
from madang.catalog.lexicon import STOP_WORDS

_NEGATIONS = word_set("not no non without isn't aren't never un don't 않 없이 아닌 빼고 제외")


_FLAGS = frozenset({"boolean", "string"})
_FLAG_STRENGTH = 0.79
_SORT_NAMES = word_set("sort order direction orderby sortby")


def option_claims(request: Request) -> Iterator[Claim]:
    """Allowed values that stand in the text as adjectives, verbs that say a state, flags by their name alone."""
    listed = [(index, each) for index, each in enumerate(request.fields) if each.options and not each.is_human]
    listed = [(index, each) for index, each in listed if len(each.path) == 1 or each.is_required]
    for at, token in enumerate(request.tokens):
        if not token.is_word:
            continue
        for index, each in listed:
            if _SORT_NAMES.isdisjoint((each.phrase.replace(" ", ""), *each.words)):
                yield from _adjective(request, index, each, at)
            else:
                yield from _sorting(request, index, each, at)
    yield from _state_verbs(request, listed)
    yield from _flags(request)


def _adjective(request: Request, index: int, each: Field, at: int) -> Iterator[Claim]:
    found = option_at(request, each, at)
    token = request.tokens[at]
    if found is None:
        return
    value, end = found
    is_short = len(token.text) <= 2 and token.kind == "name"
    is_named = any(m.start <= at < m.end and m.field != index for m in request.mentions if m.strength >= CLEAR)
    is_verb = at == 0 or request.word(at - 1) in ("please", "to", "and", "then", "can", "you")
    is_article = request.word(end) in ("a", "an", "the", "my")
    if is_named or (is_short and str(value) != token.text) or (token.kind == "name" and is_verb and is_article):
        return
    if token.kind == "name" and is_verb and str(value).lower() != token.text.lower():
        return
    if is_short and (token.text.lower() in STOP_WORDS or not token.text.isupper()):
        return
    is_own = token.kind == "name" and token.word in request.own_words and str(value) != token.text
    if not is_own and token.word != request.object_noun:
        yield Claim(field=index, value=value, start=at, end=end, score=3.4)


_ORDERS = {
    "newest first": ("desc", "descending", "-created_at", "newest", "-created"),
    "latest first": ("desc", "descending", "-created_at", "newest", "-created"),
    "most recent first": ("desc", "descending", "-created_at", "newest", "-created"),
    "oldest first": ("asc", "ascending", "created_at", "oldest"),
    "최신순": ("desc", "descending", "-created_at", "newest", "-created"),
    "최신 순": ("desc", "descending", "-created_at", "newest", "-created"),
    "오래된 순": ("asc", "ascending", "created_at", "oldest"),
    "오래된순": ("asc", "ascending", "created_at", "oldest"),
    "오름차순": ("asc", "ascending"),
    "내림차순": ("desc", "descending"),
    "ascending": ("asc", "ascending"),
    "descending": ("desc", "descending"),
}


def _sorting(request: Request, index: int, each: Field, at: int) -> Iterator[Claim]:
    """Orders are said after `sorted by` (a label) or with words of their own."""
    for length in (3, 2, 1):
        end = at + length
        if end > len(request.tokens):
            continue
        text = " ".join(token.text.lower() for token in request.tokens[at:end])
        wanted = _ORDERS.get(text) or _ORDERS.get(bare(text)[0])
        value = next((option for option in wanted or () if option in each.options), None)
        if value is not None:
            yield Claim(field=index, value=value, start=at, end=end, score=3.6)
            return


def _state_verbs(request: Request, listed: list[tuple[int, Field]]) -> Iterator[Claim]:
    if request.method not in ("PATCH", "PUT", "POST"):
        return
    states = [(index, each) for index, each in listed if each.words[-1:] in (("state",), ("status",))]
    for at, token in enumerate(request.tokens):
        key = token.word if token.kind == "name" else token.text
        two = f"{key} {request.word(at + 1)}"
        for verb, wanted in STATE_VERBS.items():
            is_said = key == verb if verb.isascii() else key.startswith(verb) or two.startswith(verb)
            for index, each in states if is_said and token.is_word else []:
                value = next((option for option in wanted.split("|") if option in each.options), None)
                if value is not None and request.method != "POST":
                    yield Claim(field=index, value=value, start=at, end=at + 1, score=3.6)


def _flags(request: Request) -> Iterator[Claim]:
    """A flag said by its name alone: `a private repository`, `비공개 저장소`; `not` or `없이` beside it says no."""
    for mention in request.mentions:
        each = request.field(mention)
        is_own = len(each.path) == 1 or (len(each.path) == 2 and each.path[0] in WRAPPERS)
        is_flag = "boolean" in each.types and each.types <= _FLAGS and is_own and mention.strength >= _FLAG_STRENGTH
        if not is_flag or (len(each.words) == 1 and each.words[0] in request.own_words):
            continue
        if request.is_mark(mention.end, "=:"):
            continue
        before = request.tokens[mention.start - 1] if mention.start else None
        is_denied = before is not None and before.text.lower() in _NEGATIONS
        following = request.word(mention.end)
        is_denied = is_denied or any(following.startswith(word) for word in ("않", "없이", "아닌", "빼고", "제외"))
        yield Claim(field=mention.field, value=not is_denied, start=mention.start, end=mention.end, score=3.0)

"""Which words may be which field's value, each with how sure that is: `Claim`s, of which `choosing` takes some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from madang.agent.words.aliases import FREE_NAMES
from madang.agent.words.fields import Field
from madang.agent.words.korean import PARTICLES, bare
from madang.agent.words.labels import Mention, find_mentions
from madang.agent.words.reading import Token
from madang.agent.words.tables import word_set
from madang.agent.words.values import MISSING, Fitted, fit, fit_text
from madang.catalog.korean import KOREAN
from madang.catalog.lexicon import STOP_WORDS
from madang.catalog.queries import acts_of
from madang.catalog.tokens import stem, tokenize
from madang.kit.json import JsonValue
from madang.schema.functions import Function

CONNECTORS = word_set(
    "is are was be of as to called named with equal equals should being reading saying set the a an id number"
)
LIST_WORDS = word_set("and or & 와 과 및 그리고 또는 랑 하고 이랑")
_NOT_VALUES = word_set(
    "all any each every new my our your his her their its and or but so please with without whose which who that this "
    "these those it them me us now then also only just not no both either same other another one ones something"
)
_KOREAN_NOT_VALUES = word_set(
    "해 해줘 줘 주세요 좀 그 이 저 것 및 와 과 그리고 라는 이라는 라고 이라고 에게 중 중에 에서 모든 전체 새 새로 다시 "
    "지금 바로 하나 있는 없는 된 한 개 번 명 건 수 내 나의 우리 제 이거 그거 저거 이것 그것 으로 로 의 에 을 를 은 는 "
    "이 가 씨 님 목록 인 이고 이며 인데 이다 입니다 이고요 예요 이에요 이야 이라 라"
)
_CHANGING = word_set("change set rename update edit make modify switch")
_RUN_LIMIT = 12


@dataclass(frozen=True, kw_only=True)
class Claim:
    """That the tokens from `start` up to `end` are the value of a field; `used` are all tokens that it rests on."""

    field: int
    value: JsonValue
    start: int
    end: int
    score: float
    used: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A text read for one function: its tokens, the fields, where they are named, and the function's own words."""

    text: str
    tokens: Sequence[Token]
    fields: Sequence[Field]
    mentions: Sequence[Mention]
    own_words: frozenset[str]
    object_noun: str
    method: str
    now: datetime
    named: frozenset[int]
    """Where clear names of fields begin."""
    said: frozenset[int]
    """Tokens that speak of earlier results."""

    def field(self, mention: Mention) -> Field:
        """What a mention names."""
        return self.fields[mention.field]

    def word(self, at: int) -> str:
        """The word of a token, or nothing where there is none."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def is_mark(self, at: int, marks: str = "") -> bool:
        """Whether a mark stands there (the ends of the text count), or one of these."""
        if not 0 <= at < len(self.tokens):
            return not marks
        token = self.tokens[at]
        return token.kind == "mark" and (not marks or token.text in marks)


def read_request(
    text: str, tokens: Sequence[Token], function: Function, fields: Sequence[Field], now: datetime
) -> Request:
    """Finds where fields are named, and which words are the function's own."""
    mentions = find_mentions(tokens, fields)
    literal = [segment for segment in function.path.split("/") if segment and not segment.startswith("{")]
    last = tokenize(literal[-1]) if literal else []
    own = {word for part in (function.name, function.title, function.path, *function.tags) for word in tokenize(part)}
    return Request(
        text=text,
        tokens=tokens,
        fields=fields,
        mentions=mentions,
        own_words=frozenset(stem(word) for word in own),
        object_noun=last[-1] if last else "",
        method=function.method.upper(),
        now=now,
        named=frozenset(m.start for m in mentions if m.strength >= _CLEAR),
        said=frozenset(),
    )


_CLEAR = 0.75


def is_own_noun(request: Request, at: int) -> bool:
    """Whether a word is the thing that the function is about."""
    token = request.tokens[at]
    if token.kind == "name":
        return token.word == request.object_noun
    if token.kind == "korean":
        english = KOREAN.get(bare(token.word)[0]) or KOREAN.get(token.word) or ""
        return request.object_noun in [stem(word) for word in english.split()]
    return False


def is_bare_value(request: Request, at: int, *, is_labelled: bool = False) -> bool:
    """Whether a word that nothing marks as a value may be one: no particle, verb or noun of the request itself."""
    if not 0 <= at < len(request.tokens):
        return False
    token = request.tokens[at]
    if at in request.said or (at in request.named and not (is_labelled and token.text[:1].isupper())):
        return False
    if token.kind == "name":
        return _is_name_value(request, token, is_labelled=is_labelled)
    return token.kind == "korean" and _is_korean_value(request, at, is_labelled=is_labelled)


def _is_name_value(request: Request, token: Token, *, is_labelled: bool) -> bool:
    lowered = token.text.lower()
    if lowered in STOP_WORDS or lowered in _NOT_VALUES or lowered in CONNECTORS:
        return False
    is_plain = lowered.isalpha() and token.text == lowered
    if is_plain and not is_labelled and acts_of(lowered):
        return False
    return not (is_plain and token.word in request.own_words and not is_labelled)


def _is_korean_value(request: Request, at: int, *, is_labelled: bool) -> bool:
    token = request.tokens[at]
    word, _ = bare(token.word)
    if token.is_glued and (token.word in PARTICLES or request.tokens[at - 1].kind == "number"):
        return False
    if any(form in _KOREAN_NOT_VALUES or form in STOP_WORDS for form in (word, token.word)):
        return False
    if word in KOREAN or token.word in KOREAN:
        return is_labelled and request.is_mark(at + 1)
    return not acts_of(token.word) or len(word) > 3


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
            yield from _before(request, mention, has_after=found)
            if not found and not mention.is_korean:
                yield from _changed(request, mention)


def _changed(request: Request, mention: Mention) -> Iterator[Claim]:
    """`change the title of issue 5 to "New"`, `"meeting" in the title`, `"World" as the body`."""
    each = request.field(mention)
    before = {request.word(mention.start - step) for step in (1, 2, 3)}
    if before & _CHANGING and request.method != "GET":
        for at in range(mention.end, min(mention.end + _RUN_LIMIT, len(request.tokens) - 1)):
            if request.word(at) == "to" and (request.tokens[at + 1].is_strong or is_bare_value(request, at + 1)):
                value = fit(each, request.tokens[at + 1], request.now)
                yield from _some(_claim(mention, value, at + 1, at + 2, 6.0))
                return
    at = mention.start - 1
    at -= request.word(at) in ("the", "its", "their")
    if request.word(at) in ("in", "as") and at > 0 and request.tokens[at - 1].kind == "quoted":
        yield from _some(_claim(mention, fit(each, request.tokens[at - 1], request.now), at - 1, at, 6.5))


def _value_first(request: Request) -> list[bool]:
    """For each token whether its clause says values before bare names, as `x 저장소 y 소유자`, and not after them."""
    bare_names = {m.start: m for m in reversed(request.mentions) if m.is_korean and m.strength >= _CLEAR}
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
        at = _past_connectors(request, at)
    if at >= len(request.tokens):
        return
    if mention.is_korean and not is_signed and _ends_phrase(mention) and not _is_inside(request, at):
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


def _ends_phrase(mention: Mention) -> bool:
    return mention.particle in ("에", "에서", "의", "에게", "으로", "로", "에다", "에는", "에서의", "한테")


def _past_connectors(request: Request, at: int) -> int:
    start = at
    while at < len(request.tokens) and at - start < 3 and request.word(at) in CONNECTORS and at not in request.named:
        at += 1
    return at


def _value_from(
    request: Request, mention: Mention, each: Field, at: int, score: float, *, is_signed: bool
) -> Claim | None:
    token = request.tokens[at]
    if each.is_list or _is_joined_list(each):
        return _list_from(request, mention, each, at, score)
    is_phrase = is_signed and token.kind != "quoted" and _is_plain_text(each) and request.is_mark(mention.end, ":")
    if token.is_strong and not is_phrase:
        if not _may_count(request, mention, at):
            return None
        value = fit(each, token, request.now)
        return _claim(mention, value, at, at + 1, score)
    option = option_at(request, each, at)
    if option is not None:
        return _claim(mention, option[0], at, option[1], score - 0.5)
    if is_signed:
        return _signed_text(request, mention, each, at)
    if "string" not in each.types or not is_bare_value(request, at, is_labelled=True):
        return None
    if token.kind == "name" and _is_description(request, mention, at):
        return None
    end = _run_end(request, each, at)
    value = fit_text(each, run_text(request, at, end))
    weaker = 1.6 if token.kind == "name" or mention.particle in ("은", "는", "을", "를", "이", "가") else 2.2
    return _claim(mention, value, at, end, score - weaker - (0 if each.is_required else 0.2))


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
    return is_after_article or (mention.strength < 0.95 and token.word in request.own_words)


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
    return _claim(mention, fit_text(each, text), at, end, 9.5)


def _is_signed(request: Request, at: int) -> bool:
    return at in request.named and (request.is_mark(at + 1, "=:") or request.is_mark(at + 2, "=:"))


def option_at(request: Request, each: Field, at: int) -> tuple[JsonValue, int] | None:
    """An allowed value that the words from here say, and where they end."""
    if not each.options:
        return None
    for length in (3, 2, 1):
        end = at + length
        if end <= len(request.tokens) and all(request.tokens[i].is_word for i in range(at, end)):
            value = fit_text(each, run_text(request, at, end))
            if value is not MISSING:
                return value, end
    return None


def _list_from(request: Request, mention: Mention, each: Field, at: int, score: float) -> Claim | None:
    """Values with commas or `and` between them."""
    values: list[JsonValue] = []
    end = at
    while at < len(request.tokens):
        token = request.tokens[at]
        is_value = token.is_strong or is_bare_value(request, at, is_labelled=True) or bool(option_at(request, each, at))
        value = fit_text(each, run_text(request, at, at + 1)) if token.is_word else fit(each, token, request.now)
        if not is_value or value is MISSING:
            break
        values.append(value)
        at = end = at + 1
        while (
            at < len(request.tokens) and at - end < 3 and (request.is_mark(at, ",/") or request.word(at) in LIST_WORDS)
        ):
            at += 1
        if at == end:
            break
    if not values:
        return None
    start = mention.end
    is_bare = request.tokens[end - 1].is_word
    joined: JsonValue = values if each.is_list else ",".join(map(str, values))
    return Claim(
        field=mention.field,
        value=joined,
        start=next(i for i in range(start, end) if request.tokens[i].start >= request.tokens[start].start),
        end=end,
        score=(score - (1.6 if is_bare else 0)) * mention.strength,
        used=(mention.start, end),
    )


def _is_joined_list(each: Field) -> bool:
    text = each.description.lower()
    return (
        each.types == frozenset({"string"})
        and not each.options
        and ("comma-separated" in text or "comma separated" in text or "comma-delimited" in text)
    )


def run_text(request: Request, start: int, end: int) -> str:
    """The text of words, the particle of a Korean last one left out."""
    last = request.tokens[end - 1]
    if last.kind == "korean":
        word, particle = bare(last.text)
        return request.text[request.tokens[start].start : last.end - len(particle)] if word else last.text
    if end - start == 1:
        return last.text
    return request.text[request.tokens[start].start : last.end]


def _run_end(request: Request, each: Field, at: int) -> int:
    """Where a value of several words ends: names go on while words are capitalised, free text while they mean nothing
    else."""
    end = at + 1
    is_free = bool(each.words) and each.words[-1] in FREE_NAMES and not each.is_identifier
    if each.is_identifier or request.tokens[at].kind == "korean":
        return end
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


def run_of_names(request: Request, at: int) -> int:
    """Where capitalised words that begin here end; one word where it is none."""
    end = at + 1
    while (
        request.tokens[at].kind == "name"
        and request.tokens[at].text[:1].isupper()
        and end < len(request.tokens)
        and request.tokens[end].kind == "name"
        and request.tokens[end].text[:1].isupper()
        and end not in request.named
    ):
        end += 1
    return end


def _before(request: Request, mention: Mention, *, has_after: bool) -> Iterator[Claim]:
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
        yield from _some(_claim(mention, fit(each, token, request.now), at, at + 1, 5.6))
    elif token.kind in ("quoted", "moment", "email") and not has_after:
        yield from _some(_claim(mention, fit(each, token, request.now), at, at + 1, 5.0))
    elif request.word(at - 1) in ("the", "in", "to", "on", "from", "of", "for", "a", "an", "with"):
        option = option_at(request, each, at)
        if option is not None:
            yield from _some(_claim(mention, option[0], at, at + 1, 5.2))
        elif not has_after and not each.options and "string" in each.types and is_bare_value(request, at):
            is_kind = request.word(at - 1) in ("a", "an") and is_own_noun(request, mention.start)
            if not is_kind:
                yield from _some(_claim(mention, fit_text(each, token.text), at, at + 1, 4.4))


def _before_korean(request: Request, mention: Mention, each: Field, at: int, *, has_after: bool) -> Iterator[Claim]:
    is_phrase = _ends_phrase(mention) or bool(mention.particle and mention.particle not in ("은", "는"))
    base = 7.3 if _ends_phrase(mention) else 6.2 if is_phrase else 5.4
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
        yield from _some(_claim(mention, fit(each, token, request.now), start, start + 1, base))
        return
    option = option_at(request, each, start)
    if option is not None:
        yield from _some(_claim(mention, option[0], start, option[1], base))
        return
    if "string" in each.types and not each.options and is_bare_value(request, start):
        word = token.text
        if token.kind == "korean":
            stripped, particle = bare(token.text)
            if particle in ("을", "를", "은", "는", "이", "가", "에서", "에", "로", "으로"):
                return
            word = stripped if particle in ("의", "라는", "이라는", "님", "님의") else token.text
        yield from _some(_claim(mention, fit_text(each, word), start, start + 1, base - 0.3))


def _claim(mention: Mention, value: Fitted, start: int, end: int, score: float) -> Claim | None:
    if value is MISSING:
        return None
    used = (min(mention.start, start), max(mention.end, end))
    return Claim(field=mention.field, value=value, start=start, end=end, score=score * mention.strength, used=used)


def _some(claim: Claim | None) -> Iterator[Claim]:
    if claim is not None:
        yield claim

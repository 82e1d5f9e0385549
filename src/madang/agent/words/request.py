"""A text read for one function, and what may be a value in it; `Claim`s say which words may be which field's value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from madang.agent.words.fields import Field
from madang.agent.words.korean import PARTICLES, bare, splits
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
    "these those it them me us now then also only just not no both either same other another one ones something "
    "two three four five six seven eight nine ten eleven twelve"
)


_KOREAN_NOT_VALUES = word_set(
    "해 해줘 줘 주세요 좀 그 이 저 것 및 와 과 그리고 라는 이라는 라고 이라고 에게 중 중에 에서 모든 전체 새 새로 다시 "
    "지금 바로 하나 있는 없는 된 한 개 번 명 건 수 내 나의 우리 제 이거 그거 저거 이것 그것 으로 로 의 에 을 를 은 는 "
    "이 가 씨 님 목록 빨리 급하게 천천히 꼭 얼른 어서 당장 먼저 많이 조금 다 더 잘 못 안 방금 아까 같이 함께 그냥 제발 "
    "부디 혹시 아무 아무나 인 이고 이며 인데 이다 입니다 이고요 예요 이에요 이야 이라 라"
)
FACETS = word_set(
    "account profile detail info information metadata summary overview page data content list history status state "
    "setting record stat statistic activity event log report member name title url link address balance photo image "
    "comment message file item result id version permission role key token count number time date schedule"
)
"""What things have: after the name of a thing these go on with it (`user account`), they do not identify it."""
CLEAR = 0.75
"""How strong a name of a field is that is clearly meant as one."""
_VERB_ENDINGS = (
    "하고",
    "해서",
    "하여",
    "하기",
    "하는",
    "했던",
    "하게",
    "싶어",
    "싶다",
    "되는",
    "해줘",
    "합니다",
    "하자",
)
_AFTER_WORDS = 3
_BEFORE_LIMIT = 6


@dataclass(frozen=True, kw_only=True)
class Claim:
    """That the tokens from `start` up to `end` are the value of a field, the surer the higher its score.

    A negative `start` is a second value of the same token, as the repository in `octo/hello`.
    """

    field: int
    value: JsonValue
    start: int
    end: int
    score: float


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
    text: str,
    tokens: Sequence[Token],
    function: Function,
    fields: Sequence[Field],
    now: datetime,
    *,
    connector: str = "",
) -> Request:
    """Finds where fields are named, and which words are the function's own."""
    mentions = find_mentions(tokens, fields)
    literal = [segment for segment in function.path.split("/") if segment and not segment.startswith("{")]
    last = tokenize(literal[-1]) if literal else []
    parts = (function.name, function.title, function.path, *function.tags, connector)
    own = {word for part in parts for word in (*tokenize(part), part.lower())}
    return Request(
        text=text,
        tokens=tokens,
        fields=fields,
        mentions=mentions,
        own_words=frozenset(stem(word) for word in own),
        object_noun=last[-1] if last else "",
        method=function.method.upper(),
        now=now,
        named=frozenset(m.start for m in mentions if m.strength >= CLEAR),
        said=frozenset(),
    )


def is_own_noun(request: Request, at: int) -> bool:
    """Whether a word is the thing that the function is about."""
    token = request.tokens[at]
    if token.kind == "name":
        return token.word == request.object_noun
    if token.kind == "korean":
        english = KOREAN.get(bare(token.word)[0]) or KOREAN.get(token.word) or ""
        return request.object_noun in [stem(word) for word in english.split()]
    return False


def is_named_value(each: Field, word: str) -> bool:
    """Whether a description quotes a word as a value, as `me` for whoever calls."""
    return each.is_identifier and any(f"{mark}{word}{mark}" in each.description for mark in "`'\"")


def is_bare_value(request: Request, at: int, *, is_labelled: bool = False) -> bool:
    """Whether a word that nothing marks as a value may be one: no particle, verb or noun of the request itself."""
    if not 0 <= at < len(request.tokens):
        return False
    token = request.tokens[at]
    if at in request.said or (at in request.named and not (is_labelled and token.text[:1].isupper())):
        return False
    if token.kind == "name":
        return _is_title_case(request, at) or _is_name_value(request, token, is_labelled=is_labelled)
    return token.kind == "korean" and _is_korean_value(request, at, is_labelled=is_labelled)


def _is_title_case(request: Request, at: int) -> bool:
    """`New York`, not at the beginning of the text: whatever else the first word may mean."""
    following = request.tokens[at + 1] if at + 1 < len(request.tokens) else None
    is_next = following is not None and following.kind == "name" and following.text[:1].isupper()
    return at > 0 and is_next and request.tokens[at].text.istitle() and len(request.tokens[at].text) > 2


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
    if any(stem_of in KOREAN for stem_of, _ in splits(token.word)):
        return is_labelled and request.is_mark(at + 1)
    if word.endswith(_VERB_ENDINGS):
        return False
    return not acts_of(token.word) or len(word) > 3


def ends_phrase(mention: Mention) -> bool:
    """Whether the particle after a Korean name ends what it names: the value stands before it."""
    return mention.particle in ("에", "에서", "의", "에게", "으로", "로", "에다", "에는", "에서의", "한테")


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


def run_text(request: Request, start: int, end: int) -> str:
    """The text of words, the particle of a Korean last one left out."""
    last = request.tokens[end - 1]
    if last.kind == "korean":
        word, particle = bare(last.text)
        return request.text[request.tokens[start].start : last.end - len(particle)] if word else last.text
    if end - start == 1:
        return last.text
    return request.text[request.tokens[start].start : last.end]


def glued_end(request: Request, at: int) -> int:
    """Where a word ends that goes on after a colon without blanks: `nginx:latest`."""
    end = at + 1
    while (
        end + 1 < len(request.tokens)
        and request.is_mark(end, ":")
        and request.tokens[end].is_glued
        and request.tokens[end + 1].is_glued
        and request.tokens[end + 1].kind in ("name", "number")
    ):
        end += 2
    return end


def run_of_names(request: Request, at: int) -> int:
    """Where capitalised words that begin here end; one word where it is none."""
    end = glued_end(request, at)
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


def claim_of(mention: Mention, value: Fitted, start: int, end: int, score: float) -> Claim | None:
    """The claim of a field that a text names, or None where the words are no value of it."""
    if value is MISSING:
        return None
    return Claim(field=mention.field, value=value, start=start, end=end, score=score * mention.strength)


def some(claim: Claim | None) -> Iterator[Claim]:
    """The claim where there is one."""
    if claim is not None:
        yield claim


def words_before(request: Request, at: int) -> set[str]:
    """The one, two and three English words before a token, articles left out."""
    words: list[str] = []
    index = at - 1
    while index >= max(0, at - _BEFORE_LIMIT) and len(words) < 3 and request.tokens[index].kind == "name":
        if request.tokens[index].text.lower() not in ("the", "a", "an"):
            words.insert(0, request.tokens[index].text.lower())
        index -= 1
    return {" ".join(words[-count:]) for count in range(1, len(words) + 1)}


def words_after(request: Request, at: int) -> set[str]:
    """What follows a value in Korean: its own particle, and up to three words more."""
    found: set[str] = set()
    token = request.tokens[at]
    text = ""
    if token.kind == "korean":
        text = bare(token.word)[1]
        if text:
            found.add(text)
    if token.kind == "quoted":
        verbs = [request.word(at + step) for step in range(1, _AFTER_WORDS + 1)]
        found |= {"검색" for verb in verbs if verb.startswith(("검색", "찾아", "찾기"))}
    for index in range(at + 1, min(at + 1 + _AFTER_WORDS, len(request.tokens))):
        following = request.tokens[index]
        if following.kind == "moment":
            continue
        if following.kind != "korean":
            break
        text = f"{text}{'' if following.is_glued else ' '}{following.word}".strip()
        found |= {text, bare(text)[0]}
    return found


def is_joined_list(each: Field) -> bool:
    """Whether a field takes several values as one text with commas."""
    text = each.description.lower()
    return (
        each.types == frozenset({"string"})
        and not each.options
        and ("comma-separated" in text or "comma separated" in text or "comma-delimited" in text)
    )


def read_list(request: Request, each: Field, at: int, *, is_labelled: bool = False) -> tuple[list[JsonValue], int]:
    """Values from here on with commas or `and` between them, and where they end."""
    values: list[JsonValue] = []
    end = first = at
    while at < len(request.tokens) and request.tokens[at].is_strong == request.tokens[first].is_strong:
        token = request.tokens[at]
        is_labelled = is_labelled and not values
        is_value = (
            token.is_strong or option_at(request, each, at) or is_bare_value(request, at, is_labelled=is_labelled)
        )
        value = fit_text(each, run_text(request, at, at + 1)) if token.is_word else fit(each, token, request.now)
        if not is_value or value is MISSING:
            break
        values.append(value)
        end = at + 1
        at = _past_list_words(request, end)
        if at == end:
            break
    return values, end


def _past_list_words(request: Request, at: int) -> int:
    end = at
    while at < len(request.tokens) and at - end < 3 and (request.is_mark(at, ",/") or request.word(at) in LIST_WORDS):
        at += 1
    return at


def is_option(request: Request, at: int) -> bool:
    """Whether a word says an allowed value of some field."""
    return any(
        len(each.path) == 1 and len(request.tokens[at].text) > 2 and option_at(request, each, at) is not None
        for each in request.fields
        if each.options
    )

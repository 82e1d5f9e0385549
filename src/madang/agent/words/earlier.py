"""What a text says of earlier results: `the first one`, `that article`, `두 번째`; and which fields it fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from madang.agent.words.aliases import IDENTIFYING
from madang.agent.words.fields import Field, words_of
from madang.agent.words.korean import bare
from madang.agent.words.request import Request
from madang.agent.words.tables import word_set
from madang.catalog.korean import KOREAN
from madang.catalog.lexicon import SHORT_FORMS
from madang.catalog.tokens import stem, tokenize
from madang.kit.json import JsonObject, JsonValue, pointer

_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "last": -1, "첫": 0, "첫번째": 0, "첫째": 0, "두번째": 1, "둘째": 1, "세번째": 2, "셋째": 2, "네번째": 3,
    "다섯번째": 4, "마지막": -1,
}  # fmt: skip
_KOREAN_COUNTS = {"첫": 0, "두": 1, "세": 2, "네": 3, "다섯": 4}
_THESE = word_set("that this it its the same said above previous earlier")
_KOREAN_THESE = ("그", "이", "저", "방금", "아까", "해당", "위", "앞의")
_KOREAN_PRONOUNS = ("그거", "이거", "그것", "이것", "그걸", "이걸", "그게", "이게", "저거", "그건", "이건")
_GENERAL = word_set("one item entry thing result it")
_KOREAN_GENERAL = word_set("것 거 걸 항목 결과 번째")
_LISTS = ("items", "results", "data", "value", "values", "list", "entries", "records")
_DEPTH_LIMIT = 3
_WORDS_LIMIT = 5


@dataclass(frozen=True, kw_only=True)
class Said:
    """A reference: which of a list (None: the only one), and the English stems of its noun (none: any thing)."""

    start: int
    end: int
    ordinal: int | None
    nouns: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing of an earlier result, with the pointer to it, and the function that gave it."""

    result: int
    pointer: tuple[str | int, ...]
    value: JsonObject
    function: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A value that an earlier result gives a field."""

    field: int
    value: JsonValue
    result: int
    path: str


def take_earlier(
    request: Request, earlier: Sequence[tuple[str, JsonValue]], filled: Mapping[int, object]
) -> Iterator[Taken]:
    """What earlier results (function and value, newest first) give to fields that the words leave open."""
    done = set(filled)
    for said in find_said(request):
        item = _item_of(said, earlier)
        if item is None:
            continue
        for index, each in enumerate(request.fields):
            if index in done or not _may_take(each):
                continue
            found = _value_for(each, said, item)
            if found is not None:
                done.add(index)
                yield Taken(field=index, value=found[1], result=item.result, path=pointer(*item.pointer, *found[0]))


def tokens_said(request: Request) -> frozenset[int]:
    """The tokens that speak of earlier results: they are no values themselves."""
    return frozenset(at for said in find_said(request) for at in range(said.start, said.end))


def find_said(request: Request) -> list[Said]:
    """Every reference in order."""
    found: list[Said] = []
    at = 0
    while at < len(request.tokens):
        said = _english(request, at) or _korean(request, at)
        if said is not None:
            found.append(said)
        at = said.end if said is not None else at + 1
    return found


def _english(request: Request, at: int) -> Said | None:
    word = request.tokens[at].text.lower() if request.tokens[at].kind == "name" else ""
    if word not in _THESE and word not in _ORDINALS:
        return None
    ordinal, end = None, at
    while end < min(len(request.tokens), at + _WORDS_LIMIT) and request.tokens[end].kind == "name":
        lowered = request.tokens[end].text.lower()
        if lowered in _ORDINALS:
            ordinal = _ORDINALS[lowered]
        elif lowered not in _THESE:
            break
        end += 1
    noun = request.tokens[end] if end < len(request.tokens) else None
    is_it = word in ("it", "its") and end == at + 1
    if noun is None or noun.kind != "name" or (noun.text.lower().endswith("s") and ordinal is None and not is_it):
        return (
            Said(start=at, end=end, ordinal=ordinal, nouns=frozenset()) if is_it or word in ("that", "this") else None
        )
    if is_it or (
        word in ("that", "this") and (noun.word in _GENERAL or (end == at + 1 and not _is_noun(request, end)))
    ):
        return Said(start=at, end=end, ordinal=ordinal, nouns=frozenset())
    is_plain_the = request.tokens[at].text.lower() == "the" and end == at + 1
    if is_plain_the or (word == "the" and ordinal is None and end == at + 1):
        return None
    if ordinal is None and noun.text.lower() not in _GENERAL and not _is_noun(request, end):
        return None
    if noun.word not in _GENERAL and not _is_noun(request, end):
        return None
    nouns = frozenset[str]() if noun.word in _GENERAL else _nouns(noun.word)
    return Said(start=at, end=end + 1, ordinal=ordinal, nouns=nouns)


def _is_noun(request: Request, at: int) -> bool:
    """Whether a word is a thing that the function or a field is about; followed by a value it names a field instead."""
    token = request.tokens[at]
    is_thing = token.word in request.own_words or at in request.named
    following = request.tokens[at + 1] if at + 1 < len(request.tokens) else None
    return is_thing and not (following is not None and following.kind in ("number", "uuid"))


def _nouns(word: str) -> frozenset[str]:
    return frozenset({word, *(stem(part) for part in SHORT_FORMS.get(word, word).split())})


def _korean(request: Request, at: int) -> Said | None:
    token = request.tokens[at]
    if token.kind == "number" and request.word(at + 1).startswith("번째") and isinstance(token.number, int):
        return _korean_noun(request, at, at + 2, token.number - 1, request.word(at + 1).removeprefix("번째"))
    if token.kind != "korean":
        return None
    word = token.word
    if bare(word)[0] in _KOREAN_PRONOUNS or word in _KOREAN_PRONOUNS:
        return Said(start=at, end=at + 1, ordinal=None, nouns=frozenset())
    for name, ordinal in _ORDINALS.items():
        if not name.isascii() and len(name) > 1 and word.startswith(name):
            return _korean_noun(request, at, at + 1, ordinal, word.removeprefix(name))
    if word in _KOREAN_COUNTS and request.word(at + 1).startswith("번째"):
        rest = request.word(at + 1).removeprefix("번째")
        return _korean_noun(request, at, at + 2, _KOREAN_COUNTS[word], rest)
    if word in _KOREAN_THESE:
        end = at + 1
        while end < at + _WORDS_LIMIT and request.word(end) in (
            "만든",
            "올린",
            "쓴",
            "찾은",
            "본",
            "그",
            "생성한",
            "등록한",
            "나온",
            "추가한",
        ):
            end += 1
        noun = _korean_stems(request.word(end))
        is_ordinal = request.word(end).startswith(tuple(name for name in _ORDINALS if len(name) > 1)) or (
            request.word(end) in _KOREAN_COUNTS and request.word(end + 1).startswith("번째")
        )
        if is_ordinal:
            return _korean(request, end)
        return Said(start=at, end=end + 1, ordinal=None, nouns=noun or frozenset()) if noun is not None else None
    return None


def _korean_noun(request: Request, at: int, end: int, ordinal: int, rest: str) -> Said:
    """The noun after an ordinal, where one follows."""
    noun = _korean_stems(request.word(end)) if not rest else None
    return Said(start=at, end=end + 1 if noun else end, ordinal=ordinal, nouns=noun or frozenset())


def _korean_stems(word: str) -> frozenset[str] | None:
    """The English of a Korean noun: none for one that means any thing, None where the word is no noun."""
    for form in (word, bare(word)[0], word[:-1]):
        if form in _KOREAN_GENERAL:
            return frozenset()
        if form in KOREAN:
            return frozenset(stem(part) for part in KOREAN[form].split())
    return None


def _item_of(said: Said, earlier: Sequence[tuple[str, JsonValue]]) -> Item | None:
    """The thing meant: of the newest result that gives such a thing."""
    for index, (function, value) in enumerate(earlier):
        about = frozenset(stem(word) for word in tokenize(function))
        if said.nouns and not (said.nouns & about or said.nouns & _keys(value)):
            continue
        found = _pick(said, value)
        if found is not None:
            return Item(result=index, pointer=found[0], value=found[1], function=function)
        if not said.nouns and _rows(value, ()) is not None:
            return None
    return None


def _keys(value: JsonValue) -> frozenset[str]:
    keys = value if isinstance(value, dict) else {}
    return frozenset(stem(word) for key in keys for word in words_of(key))


def _pick(said: Said, value: JsonValue) -> tuple[tuple[str | int, ...], JsonObject] | None:
    rows = _rows(value, ())
    if rows is None:
        return ((), value) if isinstance(value, dict) and said.ordinal in (None, 0, -1) else None
    path, items = rows
    if said.ordinal is None and len(items) != 1:
        return None
    place = said.ordinal or 0
    place = len(items) + place if place < 0 else place
    if not 0 <= place < len(items):
        return None
    item = items[place]
    return ((*path, place), item) if isinstance(item, dict) else None


def _rows(value: JsonValue, path: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], list[JsonValue]] | None:
    """The list that a result is, or holds: a member called as lists are, or the only list of objects."""
    if isinstance(value, list):
        return path, value
    if not isinstance(value, dict) or len(path) >= _DEPTH_LIMIT:
        return None
    if any(key in value for key in ("id", "number", "uuid", "title")):
        return None
    named = [key for key in _LISTS if isinstance(value.get(key), list)]
    held = named or [
        key for key, item in value.items() if isinstance(item, list) and item and isinstance(item[0], dict)
    ]
    if held:
        return _rows(value[held[0]], (*path, held[0])) if len(held) == 1 or named else None
    inner = [key for key, item in value.items() if isinstance(item, dict)]
    return _rows(value[inner[0]], (*path, inner[0])) if len(inner) == 1 and len(value) <= 2 else None


def _may_take(each: Field) -> bool:
    return not each.is_human and len(each.path) == 1 and not each.is_list and (each.is_required or each.is_identifier)


def _value_for(each: Field, said: Said, item: Item) -> tuple[tuple[str, ...], JsonValue] | None:
    """A member of the thing for a field: of the same name, or its `id` where the thing is what the field names."""
    for path in _member_paths(each, said, item):
        value: JsonValue = item.value
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, (str, int)) and not isinstance(value, bool) and _takes(each, value):
            return path, value
    return None


def _takes(each: Field, value: str | int) -> bool:
    return bool(each.types & ({"integer", "number"} if isinstance(value, int) else {"string"}))


def _member_paths(each: Field, said: Said, item: Item) -> Iterator[tuple[str, ...]]:
    words = each.words
    if not (each.location == "path" or each.is_identifier):
        return
    about = frozenset(stem(word) for word in tokenize(item.function))
    is_general = len(words) == 1 and words[0] in IDENTIFYING
    noun = words[:-1] if len(words) > 1 and words[-1] in IDENTIFYING else words
    things = _nouns(stem(noun[-1])) if noun else frozenset[str]()
    is_the_thing = is_general or bool(things & (said.nouns or about) and (not said.nouns or things & said.nouns))
    if not is_general:
        yield (each.name,)
        yield from ((key,) for key in item.value if words_of(key) == words)
    if is_the_thing:
        yield from (
            (key,) for key in (each.phrase.rpartition(" ")[2], "id", "number", "name", "login", "slug", "uuid", "key")
        )
    if not is_general and len(words) > 1:
        owner = "_".join(noun)
        yield from ((owner, key) for key in (words[-1], "id", "number"))
    elif not is_general:
        yield from ((each.name, key) for key in ("login", "name", "id"))
        yield from (("repository", each.name, "login"), ("repository", "name") if "repo" in each.phrase else ())

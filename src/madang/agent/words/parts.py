"""Values that play a part by the words beside them (`by sam`, `general에`), or by their look alone."""

from __future__ import annotations

from collections.abc import Iterator

from madang.agent.words.aliases import AMOUNT_NAMES, COUNTRIES, COUNTRY_NAMES, CURRENCY_NAMES, IDENTIFYING, STATE_VERBS
from madang.agent.words.claims import (
    Claim,
    Request,
    is_bare_value,
    is_own_noun,
    option_at,
    run_of_names,
    run_text,
)
from madang.agent.words.fields import WRAPPERS, Field, words_of
from madang.agent.words.korean import PARTICLES, bare
from madang.agent.words.reading import CURRENCIES, Token
from madang.agent.words.roles import (
    AT_NAMES,
    AT_WORDS,
    COUNTERS,
    CREATING,
    LIMIT_BEFORE,
    LIMIT_NAMES,
    ROLES,
    SINCE_AFTER,
    SINCE_NAMES,
    SINCE_WORDS,
    UNIT_NAMES,
    UNTIL_AFTER,
    UNTIL_NAMES,
    UNTIL_WORDS,
    Role,
)
from madang.agent.words.tables import word_set
from madang.agent.words.values import MISSING, Fitted, fit, fit_moment, fit_money, fit_text, other_words
from madang.catalog.korean import KOREAN
from madang.catalog.lexicon import STOP_WORDS
from madang.catalog.tokens import stem

_AFTER_WORDS = 3
_CHANGES = frozenset({"updated", "modified", "completed", "changed", "shipped", "expires"})
_NEGATIONS = word_set("not no non without isn't aren't never un don't 않 없이 아닌 빼고 제외")
_SORT_NAMES = word_set("sort order direction orderby sortby")
_CONTENTS = frozenset({"title", "name", "subject", "summary", "body", "text", "content", "message", "raw", "comment"})
_NAMING = ("name", "title", "summary", "subject", "label", "display name", "headline", "text", "content")


def role_claims(request: Request) -> Iterator[Claim]:
    """Values beside a word that says their part."""
    fields = {id(role): _role_fields(request, role) for role in ROLES}
    for at, token in enumerate(request.tokens):
        if token.kind == "mark" or token.kind == "moment":
            continue
        before, after = _words_before(request, at), _words_after(request, at)
        for role in ROLES:
            if not fields[id(role)]:
                continue
            if before & role.before or after & role.after:
                yield from _of_role(request, role, fields[id(role)], at)


def _role_fields(request: Request, role: Role) -> list[tuple[int, float]]:
    """Fields that may play a part, each with what its rank takes off."""
    found: list[tuple[int, float]] = []
    for index, each in enumerate(request.fields):
        rank = _rank(each, role.names)
        if each.is_human or each.is_technical:
            continue
        if rank is not None and len(each.path) <= 3 and not (each.options and not each.is_required):
            found.append((index, 0.02 * rank + 0.3 * (len(each.path) - 1) - (0.4 if each.is_required else 0)))
    return found


def _rank(each: Field, names: tuple[str, ...]) -> int | None:
    phrase = each.phrase
    if phrase in names:
        return names.index(phrase)
    words = each.words
    shorter = " ".join(words[:-1]) if len(words) > 1 and words[-1] in IDENTIFYING else ""
    if shorter in names:
        return names.index(shorter)
    if words and words[-1] in names and len(words) > 1 and words[-1] not in IDENTIFYING | {"to", "text", "from"}:
        return names.index(words[-1]) + 5
    singular = stem(phrase)
    return names.index(singular) + 1 if singular in names else None


def _words_before(request: Request, at: int) -> set[str]:
    """The one, two and three English words before a token, articles left out."""
    words: list[str] = []
    index = at - 1
    while index >= 0 and len(words) < 3 and request.tokens[index].kind == "name":
        if request.tokens[index].text.lower() not in ("the", "a", "an"):
            words.insert(0, request.tokens[index].text.lower())
        index -= 1
    return {" ".join(words[-count:]) for count in range(1, len(words) + 1)}


def _words_after(request: Request, at: int) -> set[str]:
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
        if following.kind != "korean":
            break
        text = f"{text}{'' if following.is_glued else ' '}{following.word}".strip()
        found |= {text, bare(text)[0]}
    return found


def _of_role(request: Request, role: Role, fields: list[tuple[int, float]], at: int) -> Iterator[Claim]:
    token = request.tokens[at]
    kind = "word" if token.is_word else "word" if token.kind == "pair" else token.kind
    if kind not in role.takes:
        return
    if token.is_word and (not is_bare_value(request, at) or _is_option(request, at)):
        return
    if role.is_only_text and sum(each.phrase in _CONTENTS and len(each.path) == 1 for each in request.fields) != 1:
        return
    end = run_of_names(request, at)
    base = 4.0 if token.is_word else 4.6
    for index, penalty in fields:
        each = request.fields[index]
        text = run_text(request, at, end)
        if (
            each.words[-1] in COUNTRY_NAMES
            and text.lower() not in COUNTRIES
            and not (len(text) == 2 and text.isupper())
        ):
            continue
        value: Fitted = fit_text(each, text) if token.is_word else fit(each, token, request.now)
        if value is not MISSING:
            yield Claim(field=index, value=value, start=at, end=end, score=base - penalty, used=(at, end))


def _is_option(request: Request, at: int) -> bool:
    """Whether a word says an allowed value of some field."""
    return any(
        len(each.path) == 1 and len(request.tokens[at].text) > 2 and option_at(request, each, at) is not None
        for each in request.fields
        if each.options
    )


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
        before, after = _words_before(request, at), _words_after(request, at)
        is_since = bool(before & SINCE_WORDS or after & SINCE_AFTER)
        is_until = not is_since and bool(before & UNTIL_WORDS or after & UNTIL_AFTER)
        is_period = moment.span in ("week", "month", "year") and not is_since and not is_until
        for index, each in times:
            kinds = _time_kinds(each)
            score = _moment_score(kinds, is_since=is_since, is_until=is_until, is_period=is_period, before=before)
            if is_until and not score and "due" in each.words:
                score = 4.4
            if score:
                value = fit_moment(each, moment, request.now, is_end=is_period and "until" in kinds, text=token.text)
                if value is not MISSING:
                    penalty = 0.3 * (len(each.path) - 1) - (0.3 if each.is_required else 0)
                    penalty += 0.2 if (moment.clock is None) == _has_clock(each) else 0
                    penalty += 0.3 if each.words[0] in _CHANGES and each.words[0] not in said else 0
                    # Both ends of a period rest on the same words.
                    start = at if not (is_period and "until" in kinds) else -1 - at
                    yield Claim(
                        field=index, value=value, start=start, end=at + 1, score=score - penalty, used=(at, at + 1)
                    )


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
        if token.kind in ("email", "url", "uuid"):
            takers = [(index, each) for index, each in enumerate(request.fields) if _looks(each, token)]
            named = [taker for taker in takers if _is_named_for(taker[1], token)]
            takers = [taker for taker in named if len(taker[1].path) == 1] or named or takers
            required = [taker for taker in takers if taker[1].is_required]
            for index, each in required[:1] if len(required) == 1 else takers if len(takers) == 1 else []:
                value = fit(each, token, request.now)
                if value is not MISSING:
                    yield Claim(field=index, value=value, start=at, end=at + 1, score=3.2, used=(at, at + 1))


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
        yield Claim(field=takers[0], value=token.text, start=at, end=at + 1, score=3.2, used=(at, at + 1))


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
    owner, _, repo = token.text.partition("/")
    yield Claim(field=first, value=owner, start=at, end=at + 1, score=9.0, used=(at, at + 1))
    yield Claim(field=second, value=repo, start=-1 - at, end=at + 1, score=9.0, used=(at, at + 1))


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
                yield Claim(field=index, value=value, start=at, end=at + 1, score=score, used=(at, at + 1))
        elif last in CURRENCY_NAMES:
            value = fit_money(each, money)
            if value is not MISSING:
                yield Claim(field=index, value=value, start=-1 - at, end=at + 1, score=5.5 - penalty, used=(at, at + 1))


def _measured(request: Request, at: int, token: Token) -> Iterator[Claim]:
    """Numbers with what they count: `20%`, `30 minutes`, `30분`, `in 2026`, `2026년`."""
    unit = request.tokens[at + 1].text.lower() if at + 1 < len(request.tokens) else ""
    names = UNIT_NAMES.get(unit) or UNIT_NAMES.get(bare(unit)[0]) or UNIT_NAMES.get(stem(unit)) or frozenset[str]()
    is_year = isinstance(token.number, int) and 1900 <= token.number <= 2200 and len(token.text) == 4
    if not names and is_year and _words_before(request, at) & {"in", "for", "of", "year", "during"}:
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
            yield Claim(field=index, value=value, start=at, end=at + 1, score=5.0, used=(at, at + 1))


def _unparticled(token: Token) -> str:
    word = token.word
    return word if word in CURRENCIES else bare(word)[0] if token.kind == "korean" else word


def count_claims(request: Request) -> Iterator[Claim]:
    """How many: `first 10`, `10 issues` of a list, `10개`, `최대 20건`."""
    limits = [
        (index, LIMIT_NAMES.index(each.phrase))
        for index, each in enumerate(request.fields)
        if each.phrase in LIMIT_NAMES and each.types & {"integer", "number"} and len(each.path) == 1
    ]
    if not limits or request.method != "GET":
        return
    index = min(limits, key=lambda limit: limit[1])[0]
    for at, token in enumerate(request.tokens):
        if token.kind != "number" or not isinstance(token.number, int) or token.currency:
            continue
        following = request.word(at + 1)
        is_counted = following in COUNTERS or (bool(following) and bare(following)[0] in COUNTERS)
        is_first = bool(_words_before(request, at) & LIMIT_BEFORE)
        noun = at + 1
        while request.word(noun) in LIMIT_BEFORE | {"open", "closed", "new"}:
            noun += 1
        is_plural = not request.is_mark(noun) and _is_plural(request, noun)
        if is_counted or is_first or is_plural:
            yield Claim(field=index, value=token.number, start=at, end=at + 1, score=5.2, used=(at, at + 1))


def _is_plural(request: Request, at: int) -> bool:
    if at >= len(request.tokens):
        return False
    token = request.tokens[at]
    lowered = token.text.lower()
    is_noun = token.word in request.own_words or lowered in ("results", "items", "entries", "records", "rows")
    return token.kind == "name" and lowered.endswith("s") and is_noun


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
    is_named = any(m.start <= at < m.end and m.field != index for m in request.mentions if m.strength > 0.9)
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
        yield Claim(field=index, value=value, start=at, end=end, score=3.4, used=(at, end))


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
            yield Claim(field=index, value=value, start=at, end=end, score=3.6, used=(at, end))
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
                    yield Claim(field=index, value=value, start=at, end=at + 1, score=3.6, used=(at, at + 1))


def _flags(request: Request) -> Iterator[Claim]:
    """A flag said by its name alone: `a private repository`, `비공개 저장소`; `not` or `없이` beside it says no."""
    for mention in request.mentions:
        each = request.field(mention)
        is_flag = each.types == frozenset({"boolean"}) and len(each.path) == 1 and mention.strength >= 0.9
        if not is_flag or (len(each.words) == 1 and each.words[0] in request.own_words):
            continue
        if request.is_mark(mention.end, "=:"):
            continue
        before = request.tokens[mention.start - 1] if mention.start else None
        is_denied = before is not None and before.text.lower() in _NEGATIONS
        following = request.word(mention.end)
        is_denied = is_denied or any(following.startswith(word) for word in ("않", "없이", "아닌", "빼고", "제외"))
        yield Claim(
            field=mention.field,
            value=not is_denied,
            start=mention.start,
            end=mention.end,
            score=3.0,
            used=(mention.start, mention.end),
        )


def noun_claims(request: Request) -> Iterator[Claim]:
    """What stands by the thing that is made: `create a label "bug"`, `"bug" 라벨을 만들어`."""
    if not _is_creating(request) or not request.object_noun:
        return
    naming = [
        (index, _NAMING.index(each.phrase))
        for index, each in enumerate(request.fields)
        if each.phrase in _NAMING and not each.options and not each.is_human and _is_own_name(each)
    ]
    if not naming:
        return
    fields = request.fields
    index = min(naming, key=lambda named: (not fields[named[0]].is_required, len(fields[named[0]].path), named[1]))[0]
    for at in range(len(request.tokens)):
        token = request.tokens[at]
        if not is_own_noun(request, at) and not _is_made(request, at):
            continue
        place = at + 1 if token.kind == "name" else at - 1
        if not 0 <= place < len(request.tokens):
            continue
        value = request.tokens[place]
        is_marked = value.kind in ("quoted", "number") and value.kind == "quoted"
        if is_marked or (value.is_word and is_bare_value(request, place) and value.word not in PARTICLES):
            end = run_of_names(request, place) if token.kind == "name" else place + 1
            text = value.text if value.kind == "quoted" else run_text(request, place, end)
            fitted = fit_text(request.fields[index], text)
            if fitted is not MISSING:
                score = 4.3 if is_marked else 3.3
                yield Claim(field=index, value=fitted, start=place, end=end, score=score, used=(place, end))


def _is_own_name(each: Field) -> bool:
    """Whether it names the thing itself, and nothing inside it."""
    return len(each.path) == 1 or (len(each.path) == 2 and (each.is_required or each.path[0] in WRAPPERS))


def _is_made(request: Request, at: int) -> bool:
    """Whether a Korean noun stands before the verb that makes it: `채널을 만들어`."""
    token = request.tokens[at]
    word, particle = bare(token.word)
    is_object = token.kind == "korean" and particle in ("을", "를") and word in KOREAN
    return is_object and request.word(at + 1).startswith(("만들", "생성", "추가", "등록", "작성"))


def _is_creating(request: Request) -> bool:
    return request.method == "POST" and any(
        token.word in CREATING if token.kind == "name" else any(token.word.startswith(verb) for verb in CREATING)
        for token in request.tokens
        if token.is_word
    )


def option_words(each: Field) -> set[str]:
    """Every word that says one of the allowed values."""
    return {word for option in each.options for word in (str(option).lower(), *other_words(option))}

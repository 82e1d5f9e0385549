"""Values that play a part by the words beside them: `by sam`, `general에`, `create a label "bug"`."""

from __future__ import annotations

from collections.abc import Iterator

from madang.agent.words.aliases import (
    COUNTRIES,
    COUNTRY_NAMES,
    IDENTIFYING,
)
from madang.agent.words.fields import WRAPPERS, Field
from madang.agent.words.korean import PARTICLES, bare
from madang.agent.words.preceding import bare_before
from madang.agent.words.request import (
    Claim,
    Request,
    is_bare_value,
    is_joined_list,
    is_option,
    is_own_noun,
    read_list,
    run_of_names,
    run_text,
    words_after,
    words_before,
)
from madang.agent.words.roles import (
    CREATING,
    ROLES,
    SINCE_WORDS,
    UNTIL_WORDS,
    Role,
)
from madang.agent.words.values import MISSING, Fitted, fit, fit_text
from madang.catalog.korean import KOREAN
from madang.catalog.lexicon import STOP_WORDS
from madang.catalog.tokens import stem

_RENAMED = ("new name", "name", "title", "summary", "display name")
_RENAME_WITHIN = 10
_DETERMINERS = frozenset({"the", "a", "an", "my", "me", "it", "this", "that", "your", "our", "some", "all", "for"})
_CONTENTS = frozenset({"title", "name", "subject", "summary", "body", "text", "content", "message", "raw", "comment"})


_NAMING = ("name", "title", "summary", "subject", "label", "display name", "headline", "text", "content")


def role_claims(request: Request) -> Iterator[Claim]:
    """Values beside a word that says their part."""
    fields = {id(role): _role_fields(request, role) for role in ROLES}
    for at, token in enumerate(request.tokens):
        if token.kind == "mark" or token.kind == "moment":
            continue
        before, after = words_before(request, at), words_after(request, at)
        playing = [role for role in ROLES if fields[id(role)]]
        # `에 대한` says more than the `에` that it begins with.
        longest = max((len(phrase) for role in playing for phrase in after & role.after), default=0)
        for role in playing:
            is_after = any(len(phrase) == longest for phrase in after & role.after)
            if before & role.before or is_after:
                yield from _of_role(request, role, fields[id(role)], at)


def _role_fields(request: Request, role: Role) -> list[tuple[int, float]]:
    """Fields that may play a part, each with what its rank takes off."""
    found: list[tuple[int, float]] = []
    for index, each in enumerate(request.fields):
        rank = _rank(each, role.names)
        if each.is_human or each.is_technical or (role.is_for_others and each.location == "path"):
            continue
        if rank is not None and len(each.path) <= 3 and not (each.options and not each.is_required):
            is_other = each.words[-1] == "id" and not each.is_required
            penalty = 0.02 * rank + 0.3 * (len(each.path) - 1) + (0.3 if is_other else 0)
            found.append((index, penalty - (0.4 if each.is_required else 0)))
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


def _of_role(request: Request, role: Role, fields: list[tuple[int, float]], at: int) -> Iterator[Claim]:
    token = request.tokens[at]
    is_proper = at > 0 and token.kind == "name" and token.text[0].isupper()
    kind = "word" if token.is_word or token.kind == "pair" else token.kind
    if kind not in role.takes and not (is_proper and "proper" in role.takes):
        return
    if token.kind == "name" and (_is_before_noun(request, at + 1) or _is_determined(request, at)):
        return
    if kind == "word" and request.word(at - 1) == "to" and _is_infinitive(request, at):
        return
    if token.is_word and (not is_bare_value(request, at) or is_option(request, at)):
        return
    if role.is_only_text and sum(each.phrase in _CONTENTS and len(each.path) == 1 for each in request.fields) != 1:
        return
    end = run_of_names(request, at)
    base = 4.0 if token.is_word else 4.6
    for index, penalty in fields:
        each = request.fields[index]
        text = run_text(request, at, end)
        is_country = text.lower() in COUNTRIES or (len(text) == 2 and text.isupper())
        if each.words[-1] in COUNTRY_NAMES and not is_country:
            continue
        value: Fitted = fit_text(each, text) if token.is_word else fit(each, token, request.now)
        last = end
        if each.is_list or is_joined_list(each):
            values, last = read_list(request, each, at)
            value = MISSING if not values else values if each.is_list else ",".join(map(str, values))
        if value is not MISSING:
            yield Claim(field=index, value=value, start=at, end=last, score=base - penalty)


def _is_determined(request: Request, at: int) -> bool:
    """`to the team` speaks of a thing and does not name it."""
    text = request.tokens[at].text
    return text.isalpha() and text.islower() and request.word(at - 1) in ("the", "a", "an", "my", "our")


def _is_before_noun(request: Request, at: int) -> bool:
    """`in metric units`: the word before the name of a field tells which of these, and plays no part of its own."""
    if at not in request.named or request.tokens[at].kind != "name":
        return False
    following = request.tokens[at].text.lower()
    return following not in STOP_WORDS | SINCE_WORDS | UNTIL_WORDS and not following.endswith("ed")


def _is_infinitive(request: Request, at: int) -> bool:
    """`to water the plants`: what follows `to` is done, and is no place."""
    return request.tokens[at].text.islower() and request.word(at + 1) in _DETERMINERS


def rename_claims(request: Request) -> Iterator[Claim]:
    """`rename channel C1 to announcements`."""
    naming = [index for index, each in enumerate(request.fields) if each.phrase in _RENAMED and len(each.path) <= 2]
    starts = [at for at, token in enumerate(request.tokens) if token.word in ("rename", "call")]
    if not naming or not starts or request.method == "GET":
        return
    index = min(naming, key=lambda named: _RENAMED.index(request.fields[named].phrase))
    for at in range(starts[0] + 1, min(starts[0] + _RENAME_WITHIN, len(request.tokens) - 1)):
        token = request.tokens[at + 1]
        if request.word(at) == "to" and (token.kind == "quoted" or is_bare_value(request, at + 1, is_labelled=True)):
            end = run_of_names(request, at + 1)
            text = token.text if token.kind == "quoted" else run_text(request, at + 1, end)
            value = fit_text(request.fields[index], text)
            if value is not MISSING:
                yield Claim(field=index, value=value, start=at + 1, end=end, score=5.6)
            return


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
        is_korean = value.kind == "korean"
        if is_korean and (bare(token.word)[1] not in ("을", "를") or not bare_before(value)):
            continue
        if is_marked or (value.is_word and is_bare_value(request, place) and value.word not in PARTICLES):
            end = run_of_names(request, place) if token.kind == "name" else place + 1
            text = value.text if value.kind == "quoted" else run_text(request, place, end)
            fitted = fit_text(request.fields[index], text)
            if fitted is not MISSING:
                score = 4.3 if is_marked else 3.3
                yield Claim(field=index, value=fitted, start=place, end=end, score=score)


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

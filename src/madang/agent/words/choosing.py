"""Which claims hold: the surest first. What two fields claim alike, and a field with two values alike, stay open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from madang.agent.words.request import Claim, Request, is_bare_value, run_of_names, run_text
from madang.agent.words.values import MISSING, fit, fit_text

_ALIKE = 0.05
_LEFTOVER = 2.0
_OPAQUE = (("id",), ("ids",), ("gid",), ("uuid",), ("key",))


def choose(request: Request, claims: Iterable[Claim]) -> Mapping[int, Claim]:
    """The claim that holds for each field."""
    chosen = _Choice(request)
    ordered = sorted(
        (_as_list(request, claim) for claim in claims), key=lambda claim: (-claim.score, claim.start, claim.field)
    )
    for _, group in groupby(ordered, key=lambda claim: round(claim.score / _ALIKE)):
        chosen.take([*group])
    chosen.take([_as_list(request, claim) for claim in _leftovers(request, chosen)])
    return chosen.by_field


def _as_list(request: Request, claim: Claim) -> Claim:
    is_one = request.fields[claim.field].is_list and not isinstance(claim.value, list)
    return replace(claim, value=[claim.value]) if is_one else claim


class _Choice:
    def __init__(self, request: Request) -> None:
        self.by_field: dict[int, Claim] = {}
        self.taken: set[int] = set()
        self._request = request
        self._open: set[int] = set()
        self._lists: set[int] = {index for index, each in enumerate(request.fields) if each.is_list}

    def take(self, claims: list[Claim]) -> None:
        """Takes those of one score that nothing disputes."""
        free = [claim for claim in claims if self._is_free(claim)]
        for claim in free:
            if not self._is_free(claim):
                continue
            rivals = [
                other for other in free if other is not claim and _disputes(other, claim) and self._is_free(other)
            ]
            is_split = any(other.field == claim.field and other.value != claim.value for other in rivals)
            if is_split and claim.field not in self._lists:
                self._open.add(claim.field)
                self.taken.update(place for other in (claim, *rivals) for place in _places(other))
                continue
            others = [other for other in rivals if other.field != claim.field]
            if others and not self._is_preferred(claim, others):
                continue
            self._hold(claim)

    def _is_preferred(self, claim: Claim, others: list[Claim]) -> bool:
        fields = self._request.fields
        mine = fields[claim.field].is_required, -len(fields[claim.field].path)
        return all(mine > (fields[other.field].is_required, -len(fields[other.field].path)) for other in others)

    def _is_free(self, claim: Claim) -> bool:
        if claim.field in self._open or any(place in self.taken for place in _places(claim)):
            return False
        held = self.by_field.get(claim.field)
        return held is None or claim.field in self._lists

    def _hold(self, claim: Claim) -> None:
        held = self.by_field.get(claim.field)
        if held is not None and isinstance(held.value, list) and isinstance(claim.value, list):
            first, second = (held, claim) if held.start <= claim.start else (claim, held)
            assert isinstance(first.value, list)
            assert isinstance(second.value, list)
            value = [*first.value, *second.value]
            self.by_field[claim.field] = Claim(
                field=claim.field, value=value, start=first.start, end=second.end, score=held.score
            )
        else:
            self.by_field[claim.field] = claim
        self.taken.update(_places(claim))


def _places(claim: Claim) -> range:
    """The tokens of a value. A second half of one token (a negative start) has a place of its own."""
    return range(claim.start, claim.start + 1) if claim.start < 0 else range(claim.start, claim.end)


def _disputes(other: Claim, claim: Claim) -> bool:
    if other.field == claim.field:
        return True
    return bool(set(_places(other)) & set(_places(claim)))


def _looks_foreign(request: Request, at: int, *, is_korean: bool) -> bool:
    """Whether a word is a value by its look: with digits or underscores, a proper name, or Latin in a Korean text."""
    token = request.tokens[at]
    if token.kind == "uuid":
        return True
    if token.kind != "name" or not is_bare_value(request, at):
        return False
    is_code = any(character.isdecimal() or character == "_" for character in token.text)
    is_own = token.word in request.own_words or token.text.lower() in request.own_words
    return (is_code or is_korean or _is_proper(request, at)) and not is_own


def _is_proper(request: Request, at: int) -> bool:
    """Whether a word has a capital where no sentence begins, and the word before it has none."""
    if at == 0 or request.tokens[at - 1].kind == "mark" or not request.tokens[at].text.istitle():
        return False
    text = request.tokens[at].text
    return len(text) > 1 and text.isalpha() and not request.tokens[at - 1].text[:1].isupper()


def _leftovers(request: Request, chosen: _Choice) -> list[Claim]:
    """A quotation, or number, that is left alone for the only required field left that takes one."""
    required = [
        index
        for index, each in enumerate(request.fields)
        if each.is_required and not each.is_human and index not in chosen.by_field and not each.options
    ]
    found: list[Claim] = []
    is_korean = any(token.kind == "korean" for token in request.tokens)
    looks: tuple[tuple[Callable[[int], bool], frozenset[str]], ...] = (
        (lambda at: request.tokens[at].kind == "quoted", frozenset({"string"})),
        (lambda at: request.tokens[at].kind == "number", frozenset({"integer", "number"})),
        (lambda at: _looks_foreign(request, at, is_korean=is_korean), frozenset({"string"})),
    )
    for is_such, types in looks:
        takers = [
            index
            for index in required
            if request.fields[index].types & types and index not in (claim.field for claim in found)
        ]
        places = [at for at in range(len(request.tokens)) if at not in chosen.taken and is_such(at)]
        if len(takers) == len(places) == 1:
            at, index = places[0], takers[0]
            token = request.tokens[at]
            if _is_proper(request, at) and request.fields[index].words[-1:] in _OPAQUE:
                continue
            end = run_of_names(request, at) if token.kind == "name" else at + 1
            field = request.fields[index]
            value = fit_text(field, run_text(request, at, end)) if end > at + 1 else fit(field, token, request.now)
            if value is not MISSING:
                found.append(Claim(field=index, value=value, start=at, end=end, score=_LEFTOVER))
    return found

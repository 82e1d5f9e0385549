"""Korean words without their particles, and particles that agree with the word before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from madang.agent.words.tables import word_set

_LATIN_FINAL = re.compile(r"(?:[lmnp]|ng|ck|[aeiou][lmn]e)\Z")
_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8

_ANY = [
    "에서는",
    "에서의",
    "에게서",
    "에서",
    "에게",
    "께서",
    "한테",
    "에다",
    "에는",
    "에도",
    "부터",
    "까지",
    "처럼",
    "보다",
    "마다",
    "밖에",
    "에",
    "의",
    "도",
    "만",
    "께",
    "님의",
    "님이",
    "님께",
    "님",
]
_AFTER_CONSONANT = ["이라는", "이라고", "이란", "으로", "을", "은", "이", "과", "아"]
_AFTER_VOWEL = ["라는", "라고", "란", "로", "를", "는", "가", "와", "랑"]
_PARTICLES = tuple(sorted({*_ANY, *_AFTER_CONSONANT, *_AFTER_VOWEL}, key=lambda particle: -len(particle)))
_BY_LAST = {
    last: [particle for particle in _PARTICLES if particle[-1] == last] for last in {each[-1] for each in _PARTICLES}
}
_COPULAS = ("입니다", "이에요", "이라는", "이고", "이며", "이면", "인데", "예요", "인")
_SHORT = word_set("의 도 만 이 가 은 는 과 와 로 아 께 란 님 랑 에")
"""Particles that words may also end in: nothing of one syllable is left before them."""

PARTICLES = frozenset(_PARTICLES)
"""All particles; right after a quotation, a number or a Latin word they stand alone."""


def is_hangul(character: str) -> bool:
    """Whether a character is a syllable or letter of Hangul."""
    return "\uac00" <= character <= "\ud7af" or "\u1100" <= character <= "\u11ff" or "\u3130" <= character <= "\u318f"


def has_final(word: str) -> bool:
    """Whether the last syllable ends in a consonant, as particles are chosen: digits and Latin words as Koreans read
    them, where most last consonants get a vowel of their own (`password` is 패스워드)."""
    if not word:
        return False
    last = word[-1]
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS != 0
    if last.isdecimal():
        return last in "013678"
    if word[-2:].isupper() or len(word) == 1:
        return last.upper() in "LMNR"
    return _LATIN_FINAL.search(word[-4:].lower()) is not None


def _has_rieul(word: str) -> bool:
    last = word[-1:]
    if last and _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS == _RIEUL
    return last in "178lr" if last else False


def with_particle(word: str, pair: str) -> str:
    """The word with the right one of a pair as `을/를`, `으로/로`. What follows it in brackets is not spoken."""
    consonant, vowel = pair.split("/")
    spoken = word[: word.rindex(" (")] if word.endswith(")") and " (" in word else word
    last = spoken.rstrip("\"'”’)]」*`")
    is_open = not has_final(last) or (consonant == "으로" and _has_rieul(last))
    return word + (vowel if is_open else consonant)


def splits(word: str) -> Iterator[tuple[str, str]]:
    """The word as it is with no particle, then without each particle that it may end in, the longest first."""
    yield word, ""
    for particle in _BY_LAST.get(word[-1:], ()):
        if word.endswith(particle) and len(word) > len(particle):
            stem = word[: -len(particle)]
            if _agrees(stem, particle):
                yield stem, particle


def bare(word: str) -> tuple[str, str]:
    """The word without its particle, where one may be meant. A single syllable is left only by long particles."""
    for stem, particle in splits(word):
        if particle and (len(stem) > 1 or particle not in _SHORT):
            return stem, particle
    return word, ""


def without_copula(word: str) -> str:
    """A noun without the ending that makes it what something is: `민지인`, `민지이고`."""
    ending = next((each for each in _COPULAS if word.endswith(each) and len(word) > len(each) + 1), "")
    return word.removesuffix(ending)


def _agrees(stem: str, particle: str) -> bool:
    if particle in _AFTER_CONSONANT:
        return has_final(stem)
    if particle in _AFTER_VOWEL:
        return not has_final(stem) or (particle == "로" and _has_rieul(stem))
    return True

"""A request of a person, read for search: what it is about, what is to be done, and what are only values.

Pure: text in, `Query` out. A concept is one word of the request with everything it may be called in a document; the
best of these counts, so that synonyms never add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from madang.catalog.lexicon import ACTS, KOREAN, KOREAN_ACTS, SHORT_FORMS, STOP_WORDS, Act
from madang.catalog.tokens import is_syllabic, stem, tokenize

MAX_CONCEPTS = 32

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|`[^`]*`|(?<!\w)'[^']*'(?!\w)")
_VALUES = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+|\b[\d][\d:.,/-]*\b")
_WORDS = re.compile(r"[A-Za-z0-9]+|[\uac00-\ud7af]+|[^\W_]+")


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


_ACT_OF_STEM: dict[str, frozenset[Act]] = {}
for _act, _words in ACTS.items():
    for _stem in _stems(_words):
        _ACT_OF_STEM[_stem] = _ACT_OF_STEM.get(_stem, frozenset[Act]()).union((_act,))
_KOREAN_ACT_STEMS: tuple[tuple[str, Act], ...] = tuple(
    (beginning, act) for act, words in KOREAN_ACTS.items() for beginning in words.split()
)
_KOREAN_ENTRIES: tuple[str, ...] = tuple(sorted(KOREAN, key=lambda word: -len(word)))


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One word of a request and the tokens that may stand for it, each with a weight up to 1."""

    word: str
    tokens: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A request: its concepts in order, the acts that its verbs may mean, and its text without values."""

    concepts: tuple[Concept, ...]
    acts: frozenset[Act]
    text: str

    @property
    def tokens(self) -> frozenset[str]:
        """Every token that any concept may be found by."""
        return frozenset(token for concept in self.concepts for token in concept.tokens)


def read_query(text: str) -> Query:
    """Read a request. Quoted text, numbers, addresses and single letters are values: they name no function."""
    bare = _VALUES.sub(" ", _QUOTED.sub(" ", text))
    words = _WORDS.findall(bare) or _WORDS.findall(text)
    concepts: dict[str, Concept] = {}
    acts: set[Act] = set()
    for word in words:
        acts |= acts_of(word)
        for concept in _concepts(word):
            concepts.setdefault(concept.word, concept)
    return Query(concepts=tuple(concepts.values())[:MAX_CONCEPTS], acts=frozenset(acts), text=" ".join(words))


def acts_of(word: str) -> frozenset[Act]:
    """The acts that a verb may mean; a Korean word is read by its beginning."""
    if word.isascii():
        return _ACT_OF_STEM.get(stem(word.lower()), frozenset[Act]())
    return frozenset[Act](act for beginning, act in _KOREAN_ACT_STEMS if word.startswith(beginning))


def acts_of_words(words: Iterable[str]) -> frozenset[Act]:
    """The acts of the first word that is a verb, as the names of operations have it."""
    return next((acts for word in words if (acts := acts_of(word))), frozenset[Act]())


def _concepts(word: str) -> Iterable[Concept]:
    lowered = word.lower()
    if lowered in STOP_WORDS or (len(word) == 1 and word not in KOREAN):
        return
    if is_syllabic(word):
        yield from _korean(lowered)
        return
    for token in tokenize(word):
        if token not in STOP_WORDS:
            yield Concept(word=token, tokens={token: 1.0} | _expanded(token))


def _expanded(token: str) -> dict[str, float]:
    full = SHORT_FORMS.get(token)
    return dict.fromkeys(full.split(), 0.9) if full else {}


def _korean(word: str) -> Iterable[Concept]:
    """The entries of the lexicon that a Korean word is made of, and the word itself with its bigrams."""
    rest, found = word, False
    while rest:
        entry = next((e for e in _KOREAN_ENTRIES if rest.startswith(e) and (len(e) > 1 or rest == e)), None)
        if entry is None:
            break
        found = True
        english = {stem(token): 0.9 for token in KOREAN[entry].split()}
        yield Concept(word=entry, tokens={entry: 1.0} | english)
        rest = rest[len(entry) :]
    if not found and word not in STOP_WORDS and not acts_of(word):
        tokens = tokenize(word)
        yield Concept(word=word, tokens={word: 1.0} | dict.fromkeys(tokens[1:], 0.6))

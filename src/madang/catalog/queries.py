"""A request of a person, read for search: what it is about, what is to be done, and what are only values.

Pure: text in, `Query` out. A concept is one word of the request with everything it may be called in a document; the
best of these counts, so that synonyms never add up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from madang.catalog.korean import AUXILIARIES, KOREAN, KOREAN_ACTS
from madang.catalog.lexicon import (
    ACTS,
    MERE_VERBS,
    MINOR,
    NO_OBJECT,
    PHRASES,
    POLITE,
    QUESTIONS,
    SHORT_FORMS,
    STOP_WORDS,
    SYNONYMS,
    TECHNICAL,
    Act,
)
from madang.catalog.tokens import derived, is_syllabic, stem, tokenize

MAX_CONCEPTS = 32
SHORT_FORM, TRANSLATED, DERIVED, SYNONYM, PART = 1.0, 0.9, 0.8, 0.6, 0.6
"""How much another spelling of a word counts against the word itself."""

READING: frozenset[Act] = frozenset({"list", "get"})
DETERMINERS = frozenset({"the", "a", "an", "my", "our", "your", "this", "these", "some", "all"})

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|`[^`]*`|(?<!\w)'[^']*'(?!\w)")
_VALUES = re.compile(
    r"(?i:(?<=called )|(?<=named )|(?<=titled ))\w+|https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<![A-Za-z0-9_-])(?:[A-Za-z_-]*\d[A-Za-z0-9_:.,/-]*)%?"
)
_LONG = re.compile(r"\S{201,}")
"""No name is so long, and what looks for values in it would take a time that grows with its square."""
_WORDS = re.compile(r"[A-Za-z0-9]+|[\uac00-\ud7af]+|[^\W_]+")
_KOREAN_PARTICLE = re.compile(r"(?<=.)(?:을|를|이|가|은|는|의|에|로|도|만|과|와|들|들을|들이)$")
_KOREAN_ASIDE = re.compile(r"(?:에게|한테|에서|으로|(?<=.)로|(?<=.)에|동안|까지|부터)$")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_PHRASE = re.compile(
    "|".join(
        rf"(?<![a-z]){re.escape(each)}(?![a-z])" if each.isascii() else re.escape(each)
        for each in sorted(PHRASES, key=lambda each: -len(each))
    ),
    re.IGNORECASE,
)


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


_ACT_OF_STEM: dict[str, frozenset[Act]] = {}
for _act, _words in ACTS.items():
    for _stem in _stems(_words):
        _ACT_OF_STEM[_stem] = _ACT_OF_STEM.get(_stem, frozenset[Act]()).union((_act,))
_KOREAN_ACT_STEMS: tuple[tuple[str, Act], ...] = tuple(
    (beginning, act) for act, words in KOREAN_ACTS.items() for beginning in words.split()
)
_KOREAN_ENTRIES: Mapping[str, Sequence[str]] = {
    initial: sorted((entry for entry in KOREAN if entry[0] == initial), key=lambda entry: -len(entry))
    for initial in {entry[0] for entry in KOREAN}
}


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One word of a request and the tokens that may stand for it, each with a weight up to 1.

    `may_be_name`: by its place it may be what somebody called something (`repo web`), which is in no document.
    """

    word: str
    tokens: Mapping[str, float]
    may_be_name: bool = False


@dataclass(frozen=True, kw_only=True)
class Query:
    """A request: its concepts in order, the acts that its verb may mean, and its text without values: what an embedding
    is made of, in English as far as the lexicon goes, as documents are and the small model knows it best.

    `is_particular`: it states a value, so that it may be about one thing and not about all. `object` is the concept
    that the verb is about (`label` in `add a label to issue 12`), where it can be told; `is_plural`: it is said of
    several, in a language that tells.
    """

    concepts: tuple[Concept, ...]
    acts: frozenset[Act]
    text: str
    is_particular: bool = False
    object: str | None = None
    is_plural: bool = False

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every token that any concept may be found by."""
        return frozenset(token for concept in self.concepts for token in concept.tokens)

    @cached_property
    def said(self) -> frozenset[str]:
        """The tokens that are what was said, and no synonym of it."""
        return frozenset(
            token for concept in self.concepts for token, weight in concept.tokens.items() if weight >= TRANSLATED
        )


def read_query(text: str) -> Query:
    """Read a request. Quoted text, numbers, addresses, identifiers and single letters are values: they name no
    function."""
    text = _LONG.sub(" ; ", text)
    bare = _VALUES.sub(_value, _QUOTED.sub(" ; ", text))
    words = _WORDS.findall(bare) or _WORDS.findall(text)
    plain = _PHRASE.sub(lambda match: PHRASES[match.group().lower()], bare)
    is_korean = _HANGUL.search(text) is not None
    asked = _WORDS.findall(plain) or words
    verb = _verb(asked, is_korean=is_korean)
    concepts: dict[str, Concept] = {}
    runs: list[str | None] = []
    for position, word, follows in _placed(plain if _WORDS.search(plain) else text):
        if position == verb and word.lower() in MERE_VERBS:
            continue
        found = list(_concepts(word))
        may_be_name = word.isascii() and (is_korean or follows)
        for each in found:
            concepts.setdefault(each.word, replace(each, may_be_name=may_be_name))
        is_object = found and position != verb and not (is_korean and _is_aside(word))
        runs.append(found[-1].word if is_object else None)
    acts = _asked_acts(asked, verb)
    about = _object(runs, is_korean=is_korean)
    return Query(
        concepts=tuple(concepts.values())[:MAX_CONCEPTS],
        acts=acts,
        text=_gloss(concepts.values(), acts) if is_korean else " ".join(words),
        is_particular=bare != text,
        object=about,
        is_plural=any(_is_plural(word) and stem(word.lower()) == about for word in asked),
    )


def _is_plural(word: str) -> bool:
    return word.isascii() and word.endswith("s") and stem(word.lower()) != word.lower()


def _gloss(concepts: Collection[Concept], acts: frozenset[Act]) -> str:
    """A Korean request word by word in English; what the lexicon does not know stays Korean."""
    verb = "show" if acts >= READING else min(acts, default="")
    known = (KOREAN.get(concept.word) for concept in concepts)
    english = (
        each.split()[0].replace("+", " ") if each else concept.word
        for each, concept in zip(known, concepts, strict=True)
    )
    return " ".join((verb, *english)).strip()


def _object(runs: Sequence[str | None], *, is_korean: bool) -> str | None:
    """The last word of the first run of words that mean something; in Korean the last word of all."""
    found: str | None = None
    for word in reversed(runs) if is_korean else runs:
        if word is None and found:
            break
        if word is None or word in MINOR or word in NO_OBJECT:
            continue
        found = word
        if is_korean:
            break
    return found


def _value(match: re.Match[str]) -> str:
    return match.group() if match.group().lower() in TECHNICAL else " ; "


def _placed(text: str) -> Iterator[tuple[int, str, bool]]:
    """The words of a text with their place, and whether each comes straight after another that means something."""
    previous, end = "", -1
    for position, match in enumerate(_WORDS.finditer(text)):
        word = match.group()
        meant = bool(previous) and previous not in STOP_WORDS and previous not in _ACT_OF_STEM
        follows = meant and not text[end : match.start()].strip()
        yield position, word, follows or previous in {"called", "named", "titled", "owner", "user"}
        previous, end = word.lower(), match.end()


def _verb(words: Sequence[str], *, is_korean: bool) -> int:
    """The place of the verb: last in Korean, else first, but for what is only polite. -1 where there is none."""
    if is_korean:
        last = next((place for place in reversed(range(len(words))) if words[place] not in AUXILIARIES), -1)
        return last if last >= 0 and acts_of(words[last]) else -1
    first = next((place for place, word in enumerate(words) if word.lower() not in POLITE), -1)
    if first < 0:
        return -1
    word, following = words[first].lower(), "".join(words[first + 1 : first + 2]).lower()
    # No noun stands before an article: `feed the cat` is about a cat, whatever feeding may be.
    is_order = following in DETERMINERS and word not in STOP_WORDS
    return first if is_order or acts_of(word) or word in QUESTIONS else -1


def _asked_acts(words: Sequence[str], verb: int) -> frozenset[Act]:
    """What is to be done. Words without a verb (`latest release of repo x`) ask to be told something."""
    if verb < 0 or words[verb].lower() in QUESTIONS:
        return READING
    return acts_of(words[verb])


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
            yield Concept(word=token, tokens=_spellings(token))


def _spellings(token: str) -> dict[str, float]:
    """A token of English with its synonyms, derived forms and what it is short for, the nearest last."""
    found = {stem(other): SYNONYM for other in SYNONYMS.get(token, "").split()}
    found |= dict.fromkeys(derived(token), DERIVED)
    found |= dict.fromkeys(SHORT_FORMS.get(token, "").split(), SHORT_FORM)
    return found | {token: 1.0}


def _is_aside(word: str) -> bool:
    """Whether a Korean word is not what the verb is about: to whom, where, with what; or none that is known."""
    return _KOREAN_ASIDE.search(word) is not None or _entry(word) is None


def _entry(rest: str) -> str | None:
    """The longest entry that begins a word; one of a single syllable only with nothing but a particle after it."""
    entries = _KOREAN_ENTRIES.get(rest[0], ())
    bare = _KOREAN_PARTICLE.sub("", rest)
    return next((each for each in entries if rest.startswith(each) and (len(each) > 1 or bare == each)), None)


def _korean(word: str) -> Iterable[Concept]:
    """The entries of the lexicon that a Korean word is made of, and the word itself with its bigrams."""
    rest, found = word, False
    while rest:
        entry = _entry(rest)
        if entry is None:
            break
        found = True
        yield from _translated(entry)
        rest = rest[len(entry) :]
    if not found and _KOREAN_PARTICLE.sub("", word) not in STOP_WORDS and not acts_of(word):
        tokens = tokenize(word)
        yield Concept(word=word, tokens={word: 1.0} | dict.fromkeys(tokens[1:], PART))


def _translated(entry: str) -> Iterable[Concept]:
    english = KOREAN[entry]
    for part in english.split("+") if "+" in english else [english]:
        tokens = dict.fromkeys((stem(token) for token in part.split()), TRANSLATED)
        yield Concept(word=part if "+" in english else entry, tokens=tokens | {entry: 1.0})

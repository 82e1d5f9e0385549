"""Our own tokenizer, the same for functions and for requests, in any language.

Latin words are cut at case and digit borders (`listForRepo`, `HTTPServer2`), lowered, freed of accents and plurals.
Hangul and Han runs become bigrams, as their words carry particles and no blanks; the whole run is kept too, so that an
exact word counts more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_TEXT = 4_000
MAX_TOKEN = 40

_ENDINGS = ("ation", "ion", "ing", "ed", "er")
"""`-er` is added and never taken off: a customer is nothing custom."""
_RUN = re.compile(r"[^\W_]+")
_LATIN_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SYLLABIC = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af\u3040-\u30ff\u3400-\u9fff]")


def tokenize(text: str) -> list[str]:
    """The tokens of the first 4,000 characters of `text`, in order, with repetitions."""
    return [token[:MAX_TOKEN] for run in _RUN.findall(_plain(text[:MAX_TEXT])) for token in _tokens(run)]


def stem(word: str) -> str:
    """A lower-case English word without the ending of its plural; other words come back as they are.

    The rules are those of Harman's S-stemmer (JASIS 42, 1991), with the sibilant plurals `-sses -xes -ches -shes`.
    """
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word if word[-4] in "ae" else word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word if word.endswith(("us", "ss", "is")) else word[:-1]


def derived(word: str) -> frozenset[str]:
    """Other forms that an English word may have in a document: `remind` and `reminder`, `translate` and `translation`.

    Most are no words at all, which costs nothing: they are in no document.
    """
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return frozenset()
    roots = {word}
    for ending in _ENDINGS[:-1]:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word[: -len(ending)]
            roots |= {root, root + "e", root[:-1] if root[-1] == root[-2] else root}
    bare = {root.removesuffix("e") for root in roots}
    return frozenset(roots | {root + ending for root in bare for ending in _ENDINGS}) - {word}


def is_syllabic(token: str) -> bool:
    """Whether a token is of a script that is cut into bigrams."""
    return _SYLLABIC.match(token) is not None


def _plain(text: str) -> str:
    """Compatibility forms folded (NFKC), accents taken off Latin letters, syllables left whole."""
    folded = unicodedata.normalize("NFKC", text)
    if folded.isascii():
        return folded
    return "".join(_base(c) if ord(c) < 0x250 else c for c in folded)


def _base(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0]


def _tokens(run: str) -> Iterator[str]:
    if run.isascii():
        yield from (stem(part.lower()) for part in _LATIN_PARTS.findall(run))
        return
    for piece in re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]+", run):
        if piece.isascii():
            yield from (stem(part.lower()) for part in _LATIN_PARTS.findall(piece))
        elif is_syllabic(piece):
            yield from _bigrams(piece.lower())
        else:
            yield piece.lower()


def _bigrams(word: str) -> Iterator[str]:
    yield word
    if len(word) > 2:
        yield from (word[i : i + 2] for i in range(len(word) - 1))

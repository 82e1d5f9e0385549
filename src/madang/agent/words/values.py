"""Words as the value that a field takes, or nothing where they cannot be one."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Final, TypeAlias

from madang.agent.words.aliases import AMOUNT_NAMES, COUNTRIES, COUNTRY_NAMES, CURRENCY_NAMES, LANGUAGES, OPTION_WORDS
from madang.agent.words.dates import Moment
from madang.agent.words.fields import Field
from madang.agent.words.korean import bare
from madang.agent.words.reading import CURRENCIES, Token
from madang.agent.words.tables import word_set
from madang.catalog.tokens import stem
from madang.kit.json import JsonValue


class Missing(Enum):
    """What `fit` gives where words cannot be a value; JSON has no such value."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
Fitted: TypeAlias = "JsonValue | Missing"

_INTEGER = re.compile(r"[-+]?\d{1,300}")
_NUMBER = re.compile(r"[-+]?\d{1,300}(?:\.\d{1,300})?")
_YES = word_set("true yes on 예 네 참 켜 켜기 켜짐")
_NO = word_set("false no off 아니요 아니오 거짓 꺼 끄기 꺼짐")
_ZERO_DECIMAL = word_set("KRW JPY VND CLP ISK UGX XAF XOF XPF BIF DJF GNF KMF MGA PYG RWF VUV")
_SMALLEST = ("smallest currency", "in cents", "minor unit", "cents)", "minor currency")
_END_OF_DAY = time(23, 59, 59)


def fit(field: Field, token: Token, now: datetime, *, is_end: bool = False) -> Fitted:
    """The value that one token gives a field. `is_end`: of a period the end is meant."""
    if token.moment is not None:
        return fit_moment(field, token.moment, now, is_end=is_end, text=token.text)
    if token.kind == "number":
        return _fit_number(field, token)
    return fit_text(field, token.text, is_quoted=token.kind == "quoted")


def fit_text(field: Field, text: str, *, is_quoted: bool = False) -> Fitted:
    """The value that a text gives a field."""
    if field.options:
        option = find_option(field, text)
        if option is not MISSING or "string" not in field.types:
            return option
        return MISSING
    if "string" in field.types and not (field.types > {"string"} and not is_quoted):
        return _fit_string(field, text)
    if "boolean" in field.types and text.lower() in _YES | _NO:
        return text.lower() in _YES
    word = text.strip().replace(",", "")
    if "integer" in field.types and _INTEGER.fullmatch(word):
        return int(word)
    if "number" in field.types and _NUMBER.fullmatch(word):
        return float(word)
    return _fit_string(field, text) if "string" in field.types else MISSING


def _fit_string(field: Field, text: str) -> Fitted:
    if field.format == "uuid" and len(text) != 36:
        return MISSING
    is_email = field.format in ("email", "idn-email") or field.words[-1:] == ("email",)
    if is_email and "@" not in text:
        return MISSING
    if field.format in ("uri", "url") and "://" not in text:
        return MISSING
    if field.format in ("date", "date-time", "time") and not text[:1].isdigit():
        return MISSING
    if field.words and field.words[-1] in CURRENCY_NAMES:
        return _currency(field, CURRENCIES.get(text.lower().rstrip("s"), text))
    return _coded(field, text)


def _coded(field: Field, text: str) -> str:
    """A language or country by its code, where the field takes codes."""
    description = field.description.lower()
    if "lang" in field.phrase or "locale" in field.phrase:
        return LANGUAGES.get(text.lower(), text)
    if field.words[-1:] in (("country",), ("market",)) or field.phrase.startswith("country code"):
        is_coded = "iso 3166" in description or "code" in description or "code" in field.phrase
        return COUNTRIES.get(text.lower(), text) if is_coded else text
    return text


def _currency(field: Field, code: str) -> str:
    is_lower = "lowercase" in field.description.lower() or "lower-case" in field.description.lower()
    return code.lower() if is_lower else code.upper()


def _fit_number(field: Field, token: Token) -> Fitted:
    if field.options:
        return find_option(field, token.text)
    number = token.number
    if number is None:
        return MISSING
    if "integer" in field.types or "number" in field.types:
        scaled = _scaled(field, number, token.currency)
        if isinstance(scaled, float) and scaled.is_integer() and "integer" in field.types and "." not in token.text:
            scaled = int(scaled)
        is_whole = not isinstance(scaled, float) or scaled.is_integer()
        if "number" in field.types or is_whole:
            return int(scaled) if "number" not in field.types else scaled
        return MISSING
    if "string" in field.types:
        return token.text if field.format not in ("date", "date-time", "uuid", "email", "uri") else MISSING
    return MISSING


def _scaled(field: Field, number: float, currency: str | None) -> int | float:
    """An amount of money in the unit that the field's description asks for; other numbers as they are."""
    description = field.description.lower()
    if not (field.words and field.words[-1] in AMOUNT_NAMES):
        return number
    if "milliunit" in description:
        return round(number * 1000)
    is_whole = "number" not in field.types and not any(word in description for word in ("dollars", "euros", "whole"))
    # Whole numbers cannot hold decimals: APIs that take them for money count the smallest unit.
    is_smallest = is_whole or any(word in description for word in _SMALLEST)
    if currency and currency not in _ZERO_DECIMAL and is_smallest:
        return round(number * 100)
    return number


def fit_money(field: Field, token: Token) -> Fitted:
    """The currency that is said with an amount, for a field that takes one."""
    if token.currency is None or not (field.words and field.words[-1] in CURRENCY_NAMES):
        return MISSING
    return find_option(field, token.currency) if field.options else _currency(field, token.currency)


def fit_moment(field: Field, moment: Moment, now: datetime, *, is_end: bool = False, text: str = "") -> Fitted:
    """A day or time in the form that the field takes."""
    day = moment.last_day if is_end else moment.day
    zone = moment.zone or now.tzinfo
    if field.types & {"integer", "number"} and "string" not in field.types:
        return _fit_moment_number(field, moment, zone)
    if "string" not in field.types or field.options:
        return find_option(field, text) if field.options else MISSING
    if "natural language" in field.description.lower():
        return text
    form = field.format if field.format in ("date", "date-time", "time", "uuid", "email", "uri") else _written(field)
    if form == "time":
        return MISSING if moment.clock is None else moment.clock.isoformat()
    if day is None:
        return MISSING
    if form == "date":
        return day.isoformat()
    if form != "date-time":
        return MISSING
    is_period = moment.span in ("week", "month", "year")
    clock = moment.clock or (_END_OF_DAY if is_end and is_period else time(0))
    return _iso(datetime.combine(day, clock, tzinfo=zone))


def _fit_moment_number(field: Field, moment: Moment, zone: tzinfo | None) -> Fitted:
    description = field.description.lower()
    if moment.day is None:
        return MISSING
    if field.words[-1:] == ("year",):
        return moment.day.year
    if not any(word in description for word in ("timestamp", "epoch", "unix", "seconds since")):
        return MISSING
    at = datetime.combine(moment.day, moment.clock or time(0), tzinfo=zone)
    return int(at.timestamp() * (1000 if "millisecond" in description else 1)) if at.tzinfo else MISSING


def _written(field: Field) -> str:
    """The form that a description asks for where the schema names none."""
    text = field.description.lower()
    if "date" in field.words and "time" in field.words:
        return "date-time"
    if any(sign in text for sign in ("date-time", "rfc3339", "rfc 3339", "datetime", "yyyy-mm-ddthh", "timestamp")):
        return "date-time"
    if "yyyy-mm-dd" in text or "date" in text or "date" in field.words:
        return "date"
    return "date-time" if field.words[-1:] in (("datetime",), ("at",)) else ""


def _iso(at: datetime) -> str:
    text = at.isoformat(timespec="seconds")
    return text[:-6] + "Z" if at.utcoffset() == timedelta(0) else text


def find_option(field: Field, text: str) -> Fitted:
    """The one allowed value that a text means: itself, by case, by another word for it, by a code."""
    word = text.strip()
    if word in field.options:
        return word
    folded = _folded(word)
    near = [option for option in field.options if _folded(str(option)) == folded and not isinstance(option, bool)]
    if len(near) == 1:
        return near[0]
    is_language = bool(field.words) and ("lang" in field.phrase or "locale" in field.phrase)
    code = LANGUAGES.get(folded, "") if is_language else ""
    code = COUNTRIES.get(folded, "").lower() if COUNTRY_NAMES & set(field.words) else code
    for other in {folded, stem(folded), _folded(bare(word)[0]), code} - {""}:
        meant = [option for option in field.options if other in (_folded(str(option)), *other_words(option))]
        if len(meant) == 1:
            return meant[0]
    return MISSING


def other_words(option: JsonValue) -> tuple[str, ...]:
    """Other words for an allowed value."""
    listed = OPTION_WORDS.get(str(option).lower()) or OPTION_WORDS.get(_folded(str(option)))
    return tuple(listed.split("|")) if listed else ()


def _folded(text: str) -> str:
    return text.lower().replace("_", " ").replace("-", " ").strip() if not text.startswith("-") else text.lower()

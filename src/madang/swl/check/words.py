"""What the language itself has: the words of `workflow`, errors, built-in functions, methods, and their signatures.

A signature is written as in a program; `T` is the item of the list or the value of the dict, `R` the type that
`returns=` names. The reference is made from these tables.
"""

from __future__ import annotations

from collections.abc import Mapping

EFFECT_WORDS: Mapping[str, str] = {
    "approve": "(message: str, data: Any = None, timeout: timedelta | int = None) -> Decision",
    "ask": "(prompt: str, returns: R) -> R",
    "wait": "(seconds: float | timedelta) -> None",
    "wait_until": "(t: datetime) -> None",
    "wait_event": "(name: str, returns: R) -> R",
    "now": "(tz: str = 'UTC') -> datetime",
    "new_id": "() -> str",
    "log": "(message: Any) -> None",
    "in_zone": "(t: datetime, tz: str) -> datetime",
}
"""Words that are journaled: each call of one is an effect."""

LOOP_WORDS = frozenset({"parallel", "repeat", "pages"})
"""Words that stand only as what a `for` or a comprehension goes over."""

OTHER_WORDS = frozenset({"lock", "replace", "omit", "File", "Fail"})

WAITING_WORDS = frozenset({"approve", "ask", "wait", "wait_until", "wait_event"})
"""Words during which a run may rest; none may stand within a lock."""

ERRORS: Mapping[str, str | None] = {
    "CallError": None,
    "Rejected": "CallError",
    "NotFound": "Rejected",
    "Conflict": "Rejected",
    "RateLimited": "Rejected",
    "Unavailable": "CallError",
    "Timeout": "CallError",
    "InDoubt": None,
    "DataError": None,
    "LockLost": None,
    "Expired": None,
}
"""The errors that can be caught, each with the one that it is a kind of."""

ERROR_FIELDS: Mapping[str, str] = {
    "CallError": "status: int | None, message: str, body: Any",
    "Rejected": "status: int, message: str, body: Any",
    "Unavailable": "status: int | None, message: str, body: Any",
    "Timeout": "status: int | None, message: str, body: Any",
}

WORDS = frozenset({*EFFECT_WORDS, *LOOP_WORDS, *OTHER_WORDS, *ERRORS, "Decision"})
"""All that `from workflow import` can name."""

BUILTINS: Mapping[str, str] = {
    "abs": "(x: int | float) -> int | float",
    "all": "(values: list[T]) -> bool",
    "any": "(values: list[T]) -> bool",
    "bool": "(x: Any = False) -> bool",
    "dict": "(values: dict[str, T]) -> dict[str, T]",
    "enumerate": "(values: list[T], start: int = 0)",
    "float": "(x: int | float | str | bool) -> float",
    "int": "(x: int | float | str | bool, base: int = 10) -> int",
    "len": "(values: str | list[T] | dict[str, T]) -> int",
    "list": "(values: list[T] = []) -> list[T]",
    "max": "(values: list[T], key: Key = None, default: T = ...) -> T",
    "min": "(values: list[T], key: Key = None, default: T = ...) -> T",
    "range": "(start: int, stop: int, step: int = 1) -> list[int]",
    "round": "(x: int | float, digits: int = None) -> int | float",
    "sorted": "(values: list[T], key: Key = None, reverse: bool = False) -> list[T]",
    "str": "(x: Any = '') -> str",
    "sum": "(values: list[int | float], start: int | float = 0) -> int | float",
    "zip": "(first: list[T], second: list[U])",
}
"""Built-in functions. Those whose result depends on more than a signature can say have code in `builtins`."""

TYPE_NAMES = frozenset({"datetime", "date", "timedelta"})
MODULES = frozenset({"math", "json", "re"})

FUNCTIONS: Mapping[str, str] = {
    "math.ceil": "(x: float) -> int",
    "math.floor": "(x: float) -> int",
    "math.trunc": "(x: float) -> int",
    "math.sqrt": "(x: float) -> float",
    "math.log": "(x: float, base: float = 2.718281828459045) -> float",
    "math.log10": "(x: float) -> float",
    "math.log2": "(x: float) -> float",
    "math.exp": "(x: float) -> float",
    "math.pow": "(x: float, y: float) -> float",
    "math.fabs": "(x: float) -> float",
    "math.isnan": "(x: float) -> bool",
    "math.isinf": "(x: float) -> bool",
    "math.gcd": "(a: int, b: int) -> int",
    "math.prod": "(values: list[float]) -> float",
    "math.dist": "(p: list[float], q: list[float]) -> float",
    "math.hypot": "(x: float, y: float) -> float",
    "math.sin": "(x: float) -> float",
    "math.cos": "(x: float) -> float",
    "math.tan": "(x: float) -> float",
    "math.atan2": "(y: float, x: float) -> float",
    "math.radians": "(x: float) -> float",
    "math.degrees": "(x: float) -> float",
    "json.dumps": "(value: Any) -> str",
    "json.loads": "(text: str) -> Any",
    "re.findall": "(pattern: str, text: str) -> list[str]",
    "re.split": "(pattern: str, text: str, maxsplit: int = 0) -> list[str]",
    "re.sub": "(pattern: str, replacement: str, text: str, count: int = 0) -> str",
    "re.escape": "(text: str) -> str",
    "datetime.fromisoformat": "(text: str) -> datetime",
    "datetime.combine": "(day: date, time: Any) -> datetime",
    "date.fromisoformat": "(text: str) -> date",
}
"""Functions of modules and types, by their dotted name."""

CONSTANTS: Mapping[str, str] = {
    "math.pi": "float",
    "math.e": "float",
    "math.inf": "float",
    "math.nan": "float",
    "math.tau": "float",
}

CONSTRUCTORS: Mapping[str, str] = {
    "datetime": "(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime",
    "date": "(year: int, month: int, day: int) -> date",
    "timedelta": "(days: float = 0, seconds: float = 0, minutes: float = 0, hours: float = 0, weeks: float = 0)"
    " -> timedelta",
}

PROPERTIES: Mapping[str, Mapping[str, str]] = {
    "datetime": dict.fromkeys(("year", "month", "day", "hour", "minute", "second", "microsecond"), "int"),
    "date": dict.fromkeys(("year", "month", "day"), "int"),
    "timedelta": {"days": "int", "seconds": "int", "microseconds": "int"},
    "File": {"name": "str", "media_type": "str", "size": "int"},
}

METHODS: Mapping[str, Mapping[str, str]] = {
    "str": {
        "capitalize": "() -> str",
        "casefold": "() -> str",
        "center": "(width: int, fill: str = ' ') -> str",
        "count": "(sub: str) -> int",
        "encode": "(encoding: str = 'utf-8') -> bytes",
        "endswith": "(suffix: str) -> bool",
        "find": "(sub: str, start: int = 0) -> int",
        "format": "(*values: Any) -> str",
        "index": "(sub: str) -> int",
        "isalnum": "() -> bool",
        "isalpha": "() -> bool",
        "isdigit": "() -> bool",
        "islower": "() -> bool",
        "isnumeric": "() -> bool",
        "isspace": "() -> bool",
        "isupper": "() -> bool",
        "join": "(values: list[str]) -> str",
        "ljust": "(width: int, fill: str = ' ') -> str",
        "lower": "() -> str",
        "lstrip": "(characters: str = ' ') -> str",
        "removeprefix": "(prefix: str) -> str",
        "removesuffix": "(suffix: str) -> str",
        "replace": "(old: str, new: str, count: int = -1) -> str",
        "rfind": "(sub: str) -> int",
        "rjust": "(width: int, fill: str = ' ') -> str",
        "rsplit": "(separator: str = ' ', maxsplit: int = -1) -> list[str]",
        "rstrip": "(characters: str = ' ') -> str",
        "split": "(separator: str = ' ', maxsplit: int = -1) -> list[str]",
        "splitlines": "() -> list[str]",
        "startswith": "(prefix: str) -> bool",
        "strip": "(characters: str = ' ') -> str",
        "title": "() -> str",
        "upper": "() -> str",
        "zfill": "(width: int) -> str",
    },
    "list": {
        "append": "(item: T) -> None",
        "copy": "() -> list[T]",
        "count": "(item: T) -> int",
        "extend": "(items: list[T]) -> None",
        "index": "(item: T) -> int",
        "insert": "(index: int, item: T) -> None",
        "pop": "(index: int = -1) -> T",
    },
    "dict": {
        "copy": "() -> dict[str, T]",
        "get": "(key: str, default: T = None) -> T | None",
        "items": "()",
        "keys": "() -> list[str]",
        "pop": "(key: str, default: T = None) -> T",
        "values": "() -> list[T]",
    },
    "datetime": {
        "date": "() -> date",
        "isoformat": "() -> str",
        "replace": "(year: int = 0, month: int = 0, day: int = 0, hour: int = 0, minute: int = 0, second: int = 0)"
        " -> datetime",
        "strftime": "(format: str) -> str",
        "timestamp": "() -> float",
        "weekday": "() -> int",
        "isoweekday": "() -> int",
    },
    "date": {
        "isoformat": "() -> str",
        "replace": "(year: int = 0, month: int = 0, day: int = 0) -> date",
        "strftime": "(format: str) -> str",
        "weekday": "() -> int",
        "isoweekday": "() -> int",
    },
    "timedelta": {"total_seconds": "() -> float"},
}

CHANGING_METHODS: Mapping[str, frozenset[str]] = {
    "list": frozenset({"append", "extend", "insert", "pop"}),
    "dict": frozenset({"pop"}),
}
"""Methods that change their list or dict, which must be owned for it."""

"""The codes of the checker: L: not in the language, N: names, T: types, A: arguments, E: effects, W: warnings."""

from __future__ import annotations

from madang.swl.diagnostics import Code, Severity

_found: list[Code] = []


def _code(code: str, name: str, meaning: str, advice: str, severity: Severity = "error") -> Code:
    made = Code(code=code, name=name, phase="check", meaning=meaning, advice=advice, severity=severity)
    _found.append(made)
    return made


STATEMENT = _code(
    "L001",
    "statement-not-in-language",
    "A statement that workflows do not have.",
    "Use if, for, match, try, with lock, assignments and calls.",
)
EXPRESSION = _code(
    "L002",
    "expression-not-in-language",
    "An expression that workflows do not have.",
    "Write it with the expressions that workflows have.",
)
IMPORT = _code(
    "L003",
    "import-not-in-language",
    "An import of something else than connectors and the workflow's own words.",
    "Import with `from connector import NAME` or `from workflow import NAME`.",
)
TOP_LEVEL = _code(
    "L004",
    "statement-at-top-level",
    "A statement outside of functions.",
    "Outside of functions stand imports, records and functions only; move it into the workflow.",
)
TARGET = _code(
    "L005",
    "target-not-in-language",
    "An assignment to something that cannot be assigned to, or to several things at once.",
    "Assign to one name in one statement.",
)
FUNCTION_FORM = _code(
    "L006",
    "function-form",
    "A function with something that functions of a workflow do not have.",
    "A function has plain, annotated parameters and a body.",
)
RECORD_FORM = _code(
    "L007",
    "record-form",
    "A class that is more than a record.",
    "A record has annotated fields, perhaps with defaults, and nothing else.",
)
RECURSION = _code(
    "L008",
    "recursion",
    "A function that calls itself, perhaps by way of others.",
    "Use a loop; a workflow has an end that can be seen.",
)
WORKFLOW_COUNT = _code(
    "L009",
    "one-workflow",
    "A file without a public function, or with several.",
    "One function is the workflow; the names of helpers begin with `_`.",
)
NESTED = _code(
    "L010", "nested-definition", "A function or record inside of a function.", "Move it out, to the top of the file."
)
FUNCTION_VALUE = _code(
    "L011",
    "function-as-value",
    "A function, operation or group that is not called.",
    "Call it; functions are no values.",
)
RAISE_FORM = _code(
    "L012",
    "raise-form",
    "A `raise` of something else than `Fail`.",
    'End the run with `raise Fail("why")`.',
)
EXCEPT_FORM = _code(
    "L013",
    "except-form",
    "An `except` without one of the errors of the language.",
    "Name the error: NotFound, Conflict, RateLimited, Rejected, Unavailable, Timeout, CallError, InDoubt, DataError, "
    "LockLost or Expired.",
)
WITH_FORM = _code("L014", "with-form", "A `with` of something else than a lock.", 'Write `with lock("name"):`.')
PATTERN_FORM = _code(
    "L015",
    "pattern-form",
    "A pattern that workflows do not have.",
    "Match on literals, records with named fields, `None`, names and `_`.",
)
LOOP_FORM = _code("L016", "loop-form", "A loop with something that loops do not have.", "Write it after the loop.")

UNKNOWN_NAME = _code("N001", "unknown-name", "A name that is nowhere bound.", "Bind it first, or mend its spelling.")
UNKNOWN_CONNECTOR = _code(
    "N002",
    "unknown-connector",
    "A connector that is not installed for this workflow.",
    "Add the connector, or mend its name.",
)
UNKNOWN_OPERATION = _code(
    "N003",
    "unknown-operation",
    "An operation or group that the connector does not have.",
    "Look up its operations: `madang functions CONNECTOR`.",
)
UNKNOWN_PROPERTY = _code(
    "N004", "unknown-property", "A property that the type does not have.", "Use one that the type declares."
)
UNKNOWN_TYPE = _code(
    "N005", "unknown-type", "A type that is nowhere declared.", "Use a type of the language or of a connector."
)
UNKNOWN_WORD = _code(
    "N006",
    "unknown-word",
    "An import from `workflow` of something that it does not have.",
    "See the reference for what `workflow` has.",
)
MAYBE_UNBOUND = _code(
    "N007",
    "maybe-unbound",
    "A name that is bound on some ways to here only.",
    "Bind it before the branches.",
)
TAKEN = _code("N008", "name-taken", "A name that already means something else.", "Choose another name.")
UNKNOWN_METHOD = _code(
    "N009", "unknown-method", "A method that the type does not have.", "See the reference for its methods."
)

MISFIT = _code("T001", "type-mismatch", "A value of another type than is wanted.", "Give a value of the wanted type.")
MAYBE_NONE = _code(
    "T002",
    "may-be-none",
    "A value that may be `None` where it must not be.",
    "Ask before: `if x is not None:`.",
    "warning",
)
OPERATOR = _code(
    "T003", "operator-mismatch", "An operator between types that it does not join.", "Convert one of them."
)
NOT_ITERABLE = _code("T004", "not-iterable", "A loop over something that is no list.", "Loop over a list or a dict.")
NOT_INDEXABLE = _code(
    "T005",
    "not-indexable",
    "An index into something that has none, or of another type.",
    "Index lists by int, dicts by str.",
)
NOT_CALLABLE = _code("T006", "not-callable", "A call of something that is no function.", "Leave the parentheses away.")
BAD_VALUE = _code(
    "T007", "value-out-of-bounds", "A literal that the declared bounds do not allow.", "Give a value that is allowed."
)
ONE_BRANCH = _code(
    "T008",
    "property-of-one-branch",
    "A property that only some members of a union have.",
    "Find out first which one it is, with `if` or `match`.",
)
NO_OVERLAP = _code(
    "T009", "never-equal", "A comparison that can never be true.", "Compare with a value that it may have."
)
NOT_EXHAUSTIVE = _code(
    "T010",
    "match-not-exhaustive",
    "A match that leaves out values that may come.",
    "Add the cases, or `case _:`.",
    "warning",
)
ANNOTATION = _code("T011", "annotation", "An annotation that is no type.", "Write a type, as `str` or `list[int]`.")
NO_RETURN = _code(
    "T012",
    "missing-return",
    "A function that may end without the value that it declares.",
    "Return a value on every way.",
)
NO_ANNOTATION = _code(
    "T013", "annotation-missing", "A parameter or field without a type.", "Add its type: `name: str`."
)

MISSING_ARGUMENT = _code("A001", "argument-missing", "A call without an argument that it needs.", "Add the argument.")
UNKNOWN_ARGUMENT = _code(
    "A002", "unknown-argument", "An argument that the function does not take.", "Use one that it takes."
)
POSITIONAL = _code("A003", "positional-argument", "An argument without a name, or one too many.", "Write `name=value`.")
DOUBLE_ARGUMENT = _code("A004", "argument-twice", "An argument that is given twice.", "Leave one of them.")
HOLE = _code("A005", "value-missing", "A place where a value is yet to be given.", "Put a value in the place of `...`.")

EFFECT_PLACE = _code(
    "E001",
    "effect-place",
    "A call to the outside at a place where the canvas cannot draw it.",
    "Put the call into a statement of its own and use its name here.",
)
PARALLEL_BODY = _code(
    "E002",
    "parallel-body",
    "A parallel body that changes or leaves what is outside of it.",
    "Collect results with `[f(x) for x in parallel(xs)]`.",
)
NOT_OWNED = _code(
    "E003",
    "changes-shared-value",
    "A change to a list or dict that was not made here, or that something else has by now.",
    "Make a new one: `list(xs)`, `[*xs, x]`, `replace(record, field=...)`.",
)
WAIT_IN_LOCK = _code("E004", "wait-in-lock", "A wait while a lock is held.", "Wait before the lock is taken.")
NO_PAGES = _code(
    "E005", "no-pages", "`pages` over an operation that does not answer in pages.", "Call the operation itself."
)
PARALLEL_DEPTH = _code(
    "E006", "parallel-depth", "Parallel loops inside of each other, more than two.", "Move one out into a list."
)

UNUSED_NAME = _code(
    "W001", "unused-name", "A name that is bound and never read.", "Remove it, or begin it with `_`.", "warning"
)
UNUSED_IMPORT = _code("W002", "unused-import", "An import that is never used.", "Remove it.", "warning")
UNUSED_VALUE = _code(
    "W003", "unused-value", "A value that nothing is done with.", "Remove it, or bind it to a name.", "warning"
)
UNREACHABLE = _code("W004", "unreachable", "A statement that is never reached.", "Remove it.", "warning")
DEPRECATED = _code(
    "W005",
    "deprecated",
    "Something that its API says not to use any more.",
    "See its description for what to use.",
    "info",
)

CHECK_CODES: tuple[Code, ...] = tuple(_found)
"""All of them, in the order of the documentation."""

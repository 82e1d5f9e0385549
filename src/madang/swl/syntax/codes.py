"""The codes of the front end. `docs/language/diagnostics.md` is generated from this table."""

from __future__ import annotations

from madang.swl.diagnostics import Code


def _code(code: str, name: str, meaning: str, advice: str) -> Code:
    return Code(code=code, name=name, phase="syntax", meaning=meaning, advice=advice)


# Limits
TOO_LARGE = _code("S001", "source-too-large", "The file is larger than 256 kB.", "Split the workflow into several.")
TOO_MANY_BRACKETS = _code(
    "S002", "brackets-too-deep", "Brackets stand 64 deep or deeper.", "Give inner parts names by assignments."
)
TOO_MANY_BLOCKS = _code("S003", "blocks-too-deep", "Blocks stand more than 32 deep.", "Move inner blocks to a helper.")
CHAIN_TOO_LONG = _code(
    "S004",
    "chain-too-long",
    "More than 500 operators, attributes, calls or `elif` hang on one another.",
    "Split it by assignments, or use a list or a dict.",
)
NUMBER_TOO_LONG = _code("S005", "number-too-long", "A number has more than 300 characters.", "Write a smaller number.")

# Characters
BYTE_ORDER_MARK = _code("S010", "byte-order-mark", "The file begins with a byte order mark.", "Save it without one.")
TAB = _code("S011", "tab", "A tab stands outside strings and comments.", "Indent and separate with spaces.")
CONTROL = _code(
    "S012",
    "forbidden-character",
    "A control character, a null or half a surrogate pair stands in the text.",
    "Remove it; in a string write an escape such as `\\n`.",
)
INVISIBLE = _code("S013", "invisible-blank", "A blank that is not a space stands in the code.", "Use a plain space.")
LOOKALIKE = _code(
    "S014",
    "lookalike-character",
    "A typographic quote or a full-width sign stands where code needs the plain one.",
    "Use the plain character.",
)
NOT_NORMAL = _code(
    "S015",
    "name-not-normalised",
    "A name is not written in its normal form (NFKC), so that it is not the name it seems to be.",
    "Write the name in its normal form.",
)
UNKNOWN_CHARACTER = _code(
    "S016", "unknown-character", "A character has no meaning in code.", "Remove it, or put it into a string."
)
BACKSLASH = _code(
    "S017",
    "stray-backslash",
    "A backslash does not stand at the end of a line that goes on.",
    "Remove it; inside brackets lines go on by themselves.",
)

# Strings
STRING_OPEN = _code("S020", "string-not-closed", "A string is not closed on its line.", "Close it with the same quote.")
TRIPLE_OPEN = _code(
    "S021", "triple-string-not-closed", "A triple-quoted string is not closed.", "Close it with three quotes."
)
STRING_PREFIX = _code(
    "S022",
    "string-prefix",
    "The letters before a string are not one of `r`, `f`, `b`, `u` or a pair of them.",
    "Use `f` for a string with values in braces, or no letter.",
)
ESCAPE = _code(
    "S023",
    "unknown-escape",
    "A backslash in a string begins no known escape.",
    "Double the backslash, or put `r` before the string.",
)
FSTRING_QUOTES = _code(
    "S024",
    "fstring-quotes",
    "The braces of an f-string hold the quote that the string itself is written with.",
    "Use the other quote inside the braces.",
)
FSTRING_FORM = _code(
    "S025",
    "fstring-braces",
    "The braces of an f-string hold something that not every interpreter reads alike.",
    "Compute the value in an assignment before and put its name into the braces.",
)
FSTRING_OPEN = _code(
    "S026", "fstring-brace-unmatched", "A brace of an f-string has no partner.", "Close it, or double it: `{{`, `}}`."
)
FSTRING_EMPTY = _code("S027", "fstring-empty", "The braces of an f-string are empty.", "Put a value between them.")

# Brackets
UNCLOSED = _code("S030", "bracket-not-closed", "A bracket is not closed.", "Close it where its contents end.")
MISMATCHED = _code("S031", "bracket-mismatched", "A bracket is closed by one of another kind.", "Use the same kind.")
STRAY_BRACKET = _code("S032", "stray-bracket", "A closing bracket has no opening one.", "Remove it.")
BRACE_BLOCK = _code(
    "S033", "brace-block", "Braces are used around a block.", "End the header with `:` and indent the block."
)

# Lines and blocks
SEMICOLON = _code("S040", "semicolon", "Statements are joined or ended by `;`.", "Put each on a line of its own.")
ONE_LINE_SUITE = _code(
    "S041", "one-line-block", "A block stands on the line of its header.", "Put it on the next line, indented."
)
UNEXPECTED_INDENT = _code(
    "S042", "unexpected-indent", "A line is indented more than its block.", "Indent it like the line before."
)
BAD_DEDENT = _code(
    "S043", "indent-matches-nothing", "A line's indentation is that of no block.", "Indent it like its block."
)
MISSING_BODY = _code("S044", "block-missing", "A header is not followed by a block.", "Indent its block, or `pass`.")
STRAY_CLAUSE = _code(
    "S045", "clause-without-statement", "A clause such as `else` does not follow its statement.", "Check indentation."
)
LONE_TRY = _code("S046", "try-without-except", "A `try` has neither `except` nor `finally`.", "Add an `except`.")
NOT_A_CASE = _code("S047", "not-a-case", "A `match` holds something other than `case`.", "Move it into a `case`.")
END_WORD = _code("S048", "end-word", "A word such as `end` closes a block.", "Remove it: a block ends by indentation.")
LONE_DECORATOR = _code("S049", "decorator-alone", "A decorator stands before no function.", "Remove it.")

# Words and operators
MISSING_COLON = _code("S060", "colon-missing", "The header of a block does not end with `:`.", "Add `:`.")
ASSIGNMENT_IN_CONDITION = _code(
    "S061", "assignment-in-condition", "A condition has `=` where it compares.", "Compare with `==`."
)
FOREIGN_OPERATOR = _code(
    "S062", "foreign-operator", "An operator of another language is used.", "Use the operator of this language."
)
FOREIGN_COMMENT = _code("S063", "foreign-comment", "A comment is written as in other languages.", "Begin it with `#`.")
MISSPELLED_KEYWORD = _code("S064", "keyword-misspelled", "A keyword is misspelled.", "Correct the word.")
FOREIGN_KEYWORD = _code(
    "S065", "foreign-keyword", "A keyword of another language is used.", "Use the word of this language."
)
PRINT_STATEMENT = _code("S066", "print-statement", "`print` is used as a statement.", "Write `log(...)`.")
MISSING_COMMA = _code("S067", "comma-missing", "Two values stand side by side.", "Put a comma between them.")
EXTRA_COMMA = _code("S068", "extra-comma", "A comma has no value before it.", "Remove it.")
MISSING_VALUE = _code(
    "S069", "value-missing", "A value is missing.", "Give the value, or `...` for one that is not known yet."
)
KEYWORD_AS_NAME = _code("S070", "keyword-as-name", "A keyword is used as a name.", "Append `_` to it.")
MISSING_PARENTHESES = _code(
    "S071", "parentheses-missing", "A function is declared without parentheses.", "Write `()` after its name."
)
NUMBER_JOINED = _code("S072", "number-joined", "A number runs into the word after it.", "Put a space between the two.")
MISSING_WORD = _code("S073", "word-missing", "The `in` of a loop is missing.", "Write `for NAME in LIST:`.")
UNREADABLE = _code(
    "S099", "statement-unreadable", "A statement cannot be read.", "Compare it with the examples of the reference."
)

# What some interpreters read and others do not, or what the language leaves out by its grammar
NEWER_SYNTAX = _code(
    "S080", "newer-syntax", "A form of newer Python versions is used.", "Use the older form that the message names."
)
EXCEPT_PARENTHESES = _code(
    "S081", "except-without-parentheses", "Several errors after `except` have no parentheses.", "Write `(A, B)`."
)
EXCEPT_GROUP = _code("S082", "except-group", "`except*` is not in the language.", "Write `except`.")

SYNTAX_CODES: tuple[Code, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Code)), key=lambda one: one.code)
)

"""Forms that only some interpreters read, and words that mean nothing: what has one is looked at closely."""

from __future__ import annotations

import re

from madang.swl.syntax.limits import NUMBER

_BLANK = r"(?:[ \t\f]|\\(?:\r\n|\n|\r))"
_ALIAS = rf"type{_BLANK}+[^\W\d]\w*{_BLANK}*[\[=]"

HEAD = re.compile(
    rf"{_ALIAS}"
    rf"|(?:async{_BLANK}+)?(?:def|class){_BLANK}+[^\W\d]\w*{_BLANK}*\["
    r"|except\b(?!\s*(?:[\w.]+|\([\w.,\s]*\))?\s*(?:as\s+\w+\s*)?:)"
    r"|(?:fi|end|endif|endfor|endwhile|done|esac|\}|\};)[ \t;]*(?:\#|[\r\n]|\Z)"
)
"""At the beginning of a logical line."""

NUMBERS = re.compile(
    r"[0-9](?<!\w[0-9])(?:[\w.]*?(?P<joined>and|else|for|if|in|is|not|or)\b" rf"|(?P<long>[\w.]{{{NUMBER},}}))"
)
"""Anywhere: a number that runs into a word, or one that is too long."""

INNER_ALIAS = re.compile(rf"[;:]{_BLANK}*{_ALIAS}")
"""Behind another statement or a header on the same line."""

"""Generated and mutated programs by seed, the same on every interpreter. Standard library only: it runs in Pyodide."""

import random

NAMES = ["a", "b", "page", "fresh", "article", "사용자", "total_1", "x"]
STRINGS = [
    '"text"',
    "'one'",
    'f"{a} by {b.c}"',
    "f'{a[\"k\"]:>{b}}'",
    '"""two\nlines"""',
    'r"\\d+"',
    '"한글 🎈"',
    'f"""{a}\n  {b!r}"""',
    'f"안녕 {a}" "b" f\'{f"{x}"}\'',
]
ATOMS = [*NAMES, *NAMES, "1", "2.5", "0x1f", "None", "True", "...", "(1, 2)", "[]", "{}"]
BINARY = ["+", "-", "*", "//", "and", "or", "==", "<", "in", "not in", "is not", "%", "**"]
BROKEN = [
    *"()[]{}:;,=.!'\"\\#\t\f@$?`&|~<>-",
    "\x00",
    "\ud800",
    "\ufeff",
    "\u201c",
    "\u201d",
    "\uff08",
    "\ufb01",
    "\u3000",
    "\u200b",
    "é",
    "e\u0301",
    "한",
    "\U0001f388",
    "\n",
    "\r",
    "\r\n",
    "\n    ",
    "\n        ",
    " if ",
    " else ",
    "else:",
    " for ",
    "lambda ",
    "f'",
    'f"{',
    '"""',
    "'''",
    "{x!r}",
    "{x=}",
    "\\\n",
    "\\d",
    "\\N{DASH}",
    "except A, B:",
    "type X = int",
    "[T]",
    "t'",
    "&&",
    "||",
    "1if",
    "//",
    "match x:",
    "case 1:",
    "def f(",
    "class ",
    "end",
    "yield ",
    "await ",
    "*",
    "**",
    "->",
    ":=",
    "print x",
    "0_",
    "1e",
    "@",
    "async ",
    "try:",
    "import ",
    "from ",
    "\x0c",
    "\x1b",
    "\u0660",
    "١",
    "ａ",
    "𝐱",
    "ª",
    "\u2028",
]


class Programs:
    """Programs of one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def good(self) -> str:
        """A program that has no mistake in its form."""
        return "".join(self.block(0, self._random.randint(1, 6)))

    def mutated(self) -> str:
        """A program with a few characters or words put in, left out, doubled or swapped."""
        source = self.good()
        for _ in range(self._random.randint(1, 4)):
            source = self._mutate(source)
        return source

    def soup(self) -> str:
        """No program at all."""
        choose = [*BROKEN, *NAMES, *STRINGS, " ", "\n", " = ", "return ", "if ", ":\n  "]
        return "".join(self._random.choice(choose) for _ in range(self._random.randint(1, 40)))

    def _mutate(self, source: str) -> str:
        at = self._random.randrange(len(source) + 1)
        end = min(len(source), at + self._random.choice([1, 1, 1, 2, 5, 20]))
        kind = self._random.randrange(5)
        if kind == 0:
            return source[:at] + self._random.choice(BROKEN) + source[at:]
        if kind == 1:
            return source[:at] + source[end:]
        if kind == 2:
            return source[:at] + self._random.choice(BROKEN) + source[end:]
        if kind == 3:
            return source[:end] + source[at:]
        lines = source.split("\n")
        index = self._random.randrange(len(lines))
        lines[index] = self._random.choice(["", " ", "    ", "\t", "  "]) + lines[index].lstrip()
        return "\n".join(lines)

    def block(self, depth: int, count: int) -> list[str]:
        """Some statements at a depth."""
        lines: list[str] = []
        for _ in range(count):
            lines += self._compound(depth) if depth < 4 and self._random.random() < 0.4 else [self._simple(depth)]
        return lines

    def _simple(self, depth: int) -> str:
        pad, name = "    " * depth, self._random.choice(NAMES)
        kind = self._random.randrange(9)
        text = [
            f"{name} = {self.expression(3)}",
            f"{name}: list[int] = {self.expression(2)}",
            f"{name} += {self.expression(2)}",
            f"return {self.expression(3)}",
            f"raise Fail({self.expression(1)})",
            self.call(),
            "pass",
            f"# {self._random.choice(['note', '참고', 'it (is'])}",
            f"{name}[{self.expression(1)}] = {self.expression(2)}  # why",
        ][kind]
        return f"{pad}{text}\n" + (f"{pad}pass\n" if kind == 7 else "")

    def _compound(self, depth: int) -> list[str]:
        pad, body = "    " * depth, self.block(depth + 1, self._random.randint(1, 3))
        other = self.block(depth + 1, 1)
        condition, name = self.expression(2), self._random.choice(NAMES)
        kind = self._random.randrange(8)
        if kind == 0:
            return [f"{pad}if {condition}:\n", *body, f"{pad}elif {name}:\n", *other, f"{pad}else:\n", *body]
        if kind == 1:
            return [f"{pad}try:\n", *body, f"{pad}except (A, b.C) as e:\n", *other]
        if kind == 2:
            return [f"{pad}match {condition}:\n", f'{pad}    case {{"k": v}} | [1, 2]:\n', *self.block(depth + 2, 1)]
        return [
            pad
            + [
                f"if {condition}:\n",
                f"for {name} in {condition}:\n",
                f"with lock({condition}):\n",
                f"def _{depth}(a: int, b: str = 'x') -> list[str]:\n",
                f"class R{depth}:\n",
            ][kind - 3],
            *body,
        ]

    def call(self) -> str:
        """A call with keywords, over one or several lines."""
        arguments = [f"{self._random.choice(NAMES)}{index}={self.expression(2)}" for index in range(3)]
        joint = self._random.choice([", ", ",\n            "])
        return f"{self._random.choice(NAMES)}.items.list({joint.join(arguments[: self._random.randint(0, 3)])})"

    def expression(self, depth: int) -> str:
        """Something with a value."""
        if depth == 0 or self._random.random() < 0.3:
            return self._random.choice([*ATOMS, *STRINGS])
        one, other = self.expression(depth - 1), self.expression(depth - 1)
        name = self._random.choice(NAMES)
        return [
            f"({one} {self._random.choice(BINARY)} {other})",
            f"[{one} for {name} in {other} if {name}]",
            f"({one} if {name} else {other})",
            f"{{'k': {one}, **{name}}}",
            f"{name}.of(a={one}, b={other})",
            f"[{one}, {other},\n   {name}]",
            f"(not {name})",
            f"{name}[{one}:{other}]",
            f"-{name}.{self._random.choice(NAMES)}",
        ][self._random.randrange(9)]


def sources(first: int, count: int) -> list[str]:
    """The programs of some seeds: one good, three mutated, one that is none, for each."""
    found: list[str] = []
    for seed in range(first, first + count):
        programs = Programs(seed)
        found += [programs.good(), programs.mutated(), programs.mutated(), programs.mutated(), programs.soup()]
    return found

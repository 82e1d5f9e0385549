"""One program for each code, named after it, and good ones. Standard library only: it runs in Pyodide."""

GOOD = {
    "digest": '''"""Tell the channel about new articles."""
from connector import bbs, slack
from workflow import parallel


class Digest:
    title: str
    count: int


def announce(section: str, since: datetime, channel: str = "general") -> Digest:
    # What is new.
    page = bbs.articles.search(section=section, created_after=since, limit=20)
    fresh = [a for a in page.data if a.deleted_at is None]
    if not fresh:
        return Digest(title="nothing new", count=0)  # nobody is told
    sent = [_tell(channel, a) for a in parallel(fresh, limit=4)]
    return Digest(title=fresh[0].title, count=len(sent))


def _tell(channel: str, article: bbs.types.Article) -> slack.types.Message:
    return slack.chat.post_message(channel=channel, text=f"{article.title} by {article.writer}")
''',
    "korean": '''def 알림(제목: str) -> str:
    """한글 이름과 이모지 🎈."""
    본문 = f"안녕 {제목:>10} {제목!r}" "끝"  # 주석
    return f"""여러 줄
  {본문.strip()}"""
''',
    "wide_calls": """def f(a: int) -> int:
    x = g.h(
        first=1,  # one
        second=[
            1, 2,
        ]
    )
    total = 1 + \\
        2
    match x:
        case {"kind": "a", "n": n} if n > 1:
            return n
        case [1, *rest] | None:
            return 0
        case _:
            pass
    try:
        y = x["created-at"]
    except (KeyError, a.B) as e:
        raise Fail("no") from e
    else:
        y = 2
    finally:
        log(y)
    with lock(f"a{x}"):
        return a if y else ...
""",
    "windows": 'def f():\r\n    return """a\r\nb"""\r\n',
    "empty": "",
    "only_comments": "# nothing\n\n   # at all",
}

MISTAKES = {
    "S002_brackets": "x = " + "[" * 70 + "]" * 70 + "\ny = 1\n",
    "S003_blocks": "".join(f"{' ' * depth}if x:\n" for depth in range(34)) + " " * 34 + "y\nz = 1\n",
    "S004_chain": "x = 1" + " + 1" * 600 + "\ny = 1\n",
    "S005_number": "x = 1" + "0" * 300 + "\ny = 1\n",
    "S010_byte_order_mark": "\ufeffx = 1\n",
    "S011_tab": "def f():\n\tx = 1\n\treturn\tx\n",
    "S012_null": "x = 'a\x00b'\ny = 1\n",
    "S012_surrogate": "x = 'a\ud800b'\ny = 1\n",
    "S012_control": "x = 1 \x1b\ny = 1\n",
    "S013_invisible": "x =\xa01\u200b\ny = 1\n",
    "S014_quotes": "x = \u201chello\u201d\n",
    "S014_full_width": "x = f\uff08a\uff0c b\uff1d1\uff09\n",
    "S015_ligature": "\ufb01le = 1\n",
    "S016_emoji": "x = \U0001f388\ny = 1\n",
    "S016_question": "x = a ? b : c\n",
    "S017_backslash": "x = 1 \\ + 2\ny = 1\n",
    "S020_string": "x = 'abc\ny = 2\n",
    "S020_in_call": 'x = foo(a="one, b=2)\ny = 2\n',
    "S021_docstring": 'def f():\n    """What it does.\n    return 1\n\n\ndef g():\n    return 2\n',
    "S022_prefix": 'x = k"a"\n',
    "S023_escape": "x = '\\d+'\n",
    "S023_named": 'x = "\\N{DASH}"\n',
    "S024_quotes": 'x = f"{a["k"]} and {b}"\n',
    "S025_backslash": "x = f\"{a.b('\\n')}\"\n",
    "S025_debug": 'x = f"{a=}"\n',
    "S026_open": 'x = f"{a"\ny = 1\n',
    "S026_stray": 'x = f"a}"\n',
    "S027_empty": 'x = f"a{}b"\n',
    "S030_call": "x = foo(1, 2\ny = 3\n",
    "S030_lines": "def f():\n    x = foo(\n        a=1,\n        b=[2, 3\n    y = 3\n    return y\n",
    "S030_header": "if foo(x:\n    y\n",
    "S031_mismatched": "x = foo(a]\n",
    "S032_stray": "x = foo(a))\n",
    "S033_braces": "if (x) {\n    y = 1\n}\nz = 2\n",
    "S040_semicolon": "x = 1; y = 2;\n",
    "S041_one_line": "if x: y = 1; z = 2\n",
    "S042_indent": "x = 1\n    y = 2\nz = 3\n",
    "S042_else": "if a:\n    b\n  else:\n    c\n",
    "S043_dedent": "if a:\n        b\n     c\nd\n",
    "S044_body": "if a:\nb = 1\n",
    "S045_clause": "x = 1\nelse:\n    y = 2\n",
    "S046_try": "try:\n    x = f()\ny = x\n",
    "S047_case": "match x:\n    y = 1\n    case 1:\n        z = 2\n",
    "S048_end": "if x:\n    y\nend\nz\n",
    "S049_decorator": "@cached\nx = 1\n",
    "S060_colon": "if x\n    y\nfor a in b\n    c\n",
    "S061_condition": "if x = 3:\n    y\n",
    "S062_operators": "x = a && b || !c\n",
    "S062_increment": "x++\n",
    "S063_comment": "// note\nx = 1 // it's one\n",
    "S064_keyword": "def f():\n    retrun x\n",
    "S064_else": "if a:\n    b\nesle:\n    c\n",
    "S064_in": "for a im b:\n    c\n",
    "S065_else_if": "if a:\n    b\nelse if c:\n    d\n",
    "S065_let": "let x = 3\n",
    "S065_of": "for a of b:\n    c\n",
    "S065_function": "function f(a):\n    return a\n",
    "S066_print": 'print "x"\n',
    "S067_comma": "x = f(a=1 b=2)\n",
    "S068_comma": "x = [1,, 2]\n",
    "S069_value": "x =\ny = f(a=, b=2)\n",
    "S069_header": "if x ==:\n    y\n",
    "S069_dot": "page = bbs.articles.\nz = page\n",
    "S069_default": "def f(a: int = ) -> int:\n    return a\n",
    "S070_keyword": "x = f(from=1).class\n",
    "S071_parentheses": "def f:\n    return 1\n",
    "S072_number": "x = 1if y else 2\n",
    "S073_in": "for a fresh:\n    b\n",
    "S071_opening": "def f a: int) -> int:\n    return a\n",
    "S067_import": "from connector import bbs slack\n",
    "S064_from": "form connector import bbs\n",
    "S069_dot_inside": "x = [a for a in page. if a]\n",
    "S080_alias": "type X = int\ny = 1\n",
    "S080_parameters": "def f[T](a: T) -> T:\n    return a\n",
    "S080_template": 'x = t"{a}"\n',
    "S081_except": "try:\n    x\nexcept A, B:\n    y\n",
    "S082_group": "try:\n    x\nexcept* A:\n    y\n",
    "S099_unreadable": "x = 1\ny = a b c\nz = 2\n",
}

TOO_LARGE = {"S001_large": "x = 1\n" * 50_000}

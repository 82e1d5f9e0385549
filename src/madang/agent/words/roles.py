"""Words that say what part a value plays, and the names of fields that play it. Data only.

`by sam` names an author, `to general` a place or someone who gets something; in Korean the particle after the value
says it. A field is found by the whole of its name, by what is left of it without `id` or `name`, or by its last word.
"""

from __future__ import annotations

from dataclasses import dataclass

from madang.agent.words.tables import word_set


@dataclass(frozen=True, kw_only=True)
class Role:
    """A part. `before` are English words before the value, `after` Korean ones after it; `names` are of fields, the
    most telling first. `is_only_text`: only where a function takes no other text of its own;
    `is_for_others`: never the thing itself that is asked for."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    takes: frozenset[str] = frozenset({"quoted", "word", "email", "url", "uuid"})
    is_only_text: bool = False
    is_for_others: bool = False


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase for phrase in text.split("|") if phrase)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split("|") if name)


_TEXT = frozenset({"quoted"})
_WORDS = frozenset({"quoted", "word"})

ROLES: tuple[Role, ...] = (
    Role(
        before=_phrases("by|written by|posted by|signed|signed by|authored by|from|from user|by user"),
        after=_phrases(
            "이름으로|이름의|이 쓴|가 쓴|이 작성한|가 작성한|이 올린|가 올린|이 만든|가 만든|가 연|이 연|명의로|님이 쓴"
        ),
        names=_names("writer|author|creator|created by|poster|username|user|login|actor|artist|from name|owner"),
        takes=_WORDS | {"email"},
    ),
    Role(
        before=_phrases("to|in|into|on|onto|under|at|inside|within|to the|in the"),
        after=_phrases("에|에다|에서|안에|속에|에 있는|에서의"),
        names=_names(
            "section|board|channel|category|folder|project|list|calendar|topic|group|forum|room|space|workspace|"
            "database|collection|table|budget|account|playlist|album|city|location|place|venue|region|area|country|"
            "station|market|org|organization|team|repo|repository|network|state|province"
        ),
        takes=_WORDS | {"uuid"},
    ),
    Role(
        before=_phrases("of"),
        names=_names("city|location|place|country|region|station|postal code|address"),
        takes=frozenset({"word"}),
    ),
    Role(
        before=_phrases("for|near|around"),
        after=_phrases("의|근처|주변"),
        names=_names("city|location|place|country|region|station|postal code|address|q|query"),
        takes=_WORDS,
    ),
    Role(
        before=_phrases("of|owned by|belonging to|from"),
        after=_phrases("의|소유의|가 가진|이 가진"),
        names=_names("owner|org|organization|username|user|login|team|customer|artist|writer|author"),
        takes=_WORDS,
    ),
    Role(
        before=_phrases("to|for|invite|email|mail|with"),
        after=_phrases("에게|한테|께|님에게|님께|에게로"),
        is_for_others=True,
        names=_names("to|recipient|receiver|recipients|email|username|user|assignee|customer|invitee|attendees|phone"),
    ),
    Role(
        before=_phrases("from"),
        after=_phrases("에서|에서 출발하는|출발"),
        names=_names("from|origin|source|departure|from station|depart from|head"),
        takes=_WORDS | {"email"},
    ),
    Role(
        before=_phrases("to"),
        after=_phrases("로|으로|까지|도착"),
        names=_names("to|destination|arrival|target|to station|arrive at|base"),
        takes=_WORDS | {"email"},
    ),
    Role(
        before=_phrases("search for|about|for|matching|containing|mentioning|like|related to"),
        after=_phrases(
            "에 대한|에 대해|에 관한|관련|검색|검색해|을 검색|를 검색|을 찾아|를 찾아|찾아|"
            "이라는|라는|이 들어간|가 들어간|이 포함된|가 포함된|로 검색|으로 검색"
        ),
        names=_names("q|query|search|search query|search term|term|keyword|keywords|search text|searchtext|text"),
        takes=_WORDS,
    ),
    Role(
        before=_phrases("find|look for|look up|search|named|called"),
        names=_names("q|query|search|search query|search term|term|keyword|keywords|search text|text"),
        takes=_TEXT | {"proper"},
    ),
    Role(
        before=_phrases("named|called|titled|entitled|rename to|renamed to|headed"),
        after=_phrases(
            "이라는|라는|이라는 이름의|라는 이름의|이라는 이름으로|라는 이름으로|란|이란|"
            "라는 제목의|이라는 제목의|라는 제목으로|이라는 제목으로"
        ),
        names=_names("name|title|summary|subject|display name|login|full name|username"),
        takes=_WORDS | {"number"},
    ),
    Role(
        before=_phrases("saying|that says|reading|which says|with the text|with text|say|reply|comment|write"),
        after=_phrases(
            "이라고|라고|라는 내용으로|이라는 내용으로|라는 댓글|이라는 댓글|라는 메시지|"
            "이라는 메시지|라는 내용의|이라는 내용의"
        ),
        names=_names("body|text|message|content|comment|raw|contents|description|note|html text"),
        takes=_TEXT,
    ),
    Role(
        before=_phrases(
            "send|post|write|say|tell|comment|reply|leave|add|message|translate|note|add comment|new comment"
        ),
        after=_phrases("보내|을 보내|를 보내|남겨|달아|올려|써"),
        names=_names("text|body|message|content|comment|raw|note"),
        takes=_TEXT,
        is_only_text=True,
    ),
    Role(
        before=_phrases("tagged|tagged with|labelled|labeled|labeled with|labelled with"),
        names=_names("tags|tag|labels|label"),
        takes=_WORDS,
    ),
    Role(
        before=_phrases("assign|assigned to|assign to|assign it to|assigning it to|assigning to"),
        after=_phrases("에게 할당|에게 배정|한테 할당|가 담당하는|이 담당하는|담당"),
        names=_names("assignee|assignees|assigned to|owner"),
        takes=_WORDS | {"email"},
    ),
    Role(
        before=_phrases("with|using|containing|made with|that use|that uses|include|including|goes with|go with"),
        after=_phrases("로 만든|으로 만든|이 들어간|가 들어간|을 넣은|를 넣은|로|으로|을 쓴|를 쓴"),
        names=_names("ingredients|include ingredients|ingredient|food|dish"),
        takes=_WORDS,
    ),
    Role(
        before=_phrases("without|excluding|except|no"),
        after=_phrases("없는|빼고|제외한|제외하고|을 뺀|를 뺀|이 없는|가 없는"),
        names=_names("exclude ingredients|exclude|intolerances"),
        takes=_WORDS,
    ),
    Role(
        before=_phrases("with name|with title"),
        names=_names("name|title"),
        takes=_WORDS,
    ),
)

SINCE_WORDS = word_set(
    "since|after|from|starting|starting from|between|newer than|updated since|begin|begins|starts", "|"
)
UNTIL_WORDS = word_set("until|till|before|to|through|up to|ending|and|older than|ends|by", "|")
AT_WORDS = word_set("on|at|for|in|during|of|due|by|dated|this", "|")
SINCE_AFTER = word_set("부터|이후|이후에|이후의|이래|후|에서|부터의|이후로", "|")
UNTIL_AFTER = word_set("까지|이전|이전에|이전의|전|전에|까지의", "|")
"""What stands before (English) or after (Korean) a day or time."""

SINCE_NAMES = word_set(
    "since|after|from|start|begin|time min|min time|created after|updated since|modified since|completed since|"
    "since date|from date|date from|start date|start time|start date time|time start|oldest|created since|min date|"
    "updated after|start datetime|updated min|modified since|from time|created at start|ship date start",
    "|",
)
UNTIL_NAMES = word_set(
    "until|before|to|end|time max|max time|created before|updated before|to date|date to|end date|end time|"
    "end date time|time end|latest|max date|end datetime|to time|created at end|expires at|expire at",
    "|",
)
AT_NAMES = word_set(
    "date|on|at|day|month|due on|due date|due at|due|datetime|timestamp|time|scheduled at|send at|when|"
    "departure date|from date time|ship date|birthday|start at|starts at|date time",
    "|",
)

LIMIT_NAMES = (
    "limit", "per page", "page size", "max results", "count", "max", "size", "number", "maxresults", "pagesize", "top",
    "first", "n", "num", "results", "take", "rows", "tail",
)  # fmt: skip
LIMIT_BEFORE = word_set("first|top|latest|last|newest|recent|most recent|at most|up to|max|only|best|max of", "|")
COUNTERS = word_set("개 건 명 권 장 곡 편 가지 개만 건만 명만 개씩 개를 건을 개의 곡만 곡을 개까지 개로")

UNIT_NAMES: dict[str, frozenset[str]] = {
    "%": frozenset({"percent", "percentage"}),
    "퍼센트": frozenset({"percent", "percentage"}),
    "percent": frozenset({"percent", "percentage"}),
    "초": frozenset({"second", "duration"}),
    "second": frozenset({"second", "duration"}),
    "분": frozenset({"minute", "duration"}),
    "minute": frozenset({"minute", "duration"}),
    "시간": frozenset({"hour"}),
    "hour": frozenset({"hour"}),
    "명": frozenset({"guest", "people", "person", "adult", "attendee", "passenger"}),
    "people": frozenset({"guest", "people", "person", "adult", "attendee", "passenger"}),
    "일": frozenset({"day"}),
    "day": frozenset({"day"}),
    "주": frozenset({"week"}),
    "week": frozenset({"week"}),
    "개월": frozenset({"month"}),
    "month": frozenset({"month"}),
    "년": frozenset({"year"}),
    "킬로그램": frozenset({"weight", "kg"}),
    "kg": frozenset({"kg"}),
}
"""What a number counts, and the last words of fields that take such a count."""

CREATING = word_set(
    "add create make new post write open file insert upload register send 만들 생성 추가 작성 올려 등록 써 달아 남겨"
)

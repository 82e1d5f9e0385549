"""What the answer without a model is made of, English and Korean. Data only: `{...}` are filled in.

In Korean `{name:을/를}` is the name with the particle that agrees with it.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["ko", "en"]

SENTENCES: dict[str, dict[Language, str]] = {
    "created": {"en": "Created {name}.", "ko": "{name:을/를} 만들었습니다."},
    "created_unnamed": {"en": "Created.", "ko": "만들었습니다."},
    "updated": {"en": "Updated {name}.", "ko": "{name:을/를} 바꿨습니다."},
    "updated_unnamed": {"en": "Updated.", "ko": "바꿨습니다."},
    "deleted": {"en": "Deleted {name}.", "ko": "{name:을/를} 삭제했습니다."},
    "deleted_unnamed": {"en": "Deleted.", "ko": "삭제했습니다."},
    "done": {"en": "Done: {name}.", "ko": "했습니다: {name}."},
    "done_unnamed": {"en": "Done.", "ko": "했습니다."},
    "one": {"en": "{name}", "ko": "{name}"},
    "one_unnamed": {"en": "Here is the result.", "ko": "결과입니다."},
    "found": {"en": "{count} found:", "ko": "{count}건입니다."},
    "found_of": {"en": "{count} of {total}:", "ko": "모두 {total}건 중 {count}건입니다."},
    "more": {"en": "{count} more.", "ko": "그 밖에 {count}건."},
    "empty": {"en": "Nothing was found: the list is empty.", "ko": "찾은 것이 없습니다. 빈 목록입니다."},
    "nothing": {"en": "Done. The answer has no content.", "ko": "했습니다. 응답에 내용은 없습니다."},
    "value": {"en": "The answer is {value}.", "ko": "답은 {value}입니다."},
    "text": {"en": "The answer is text:", "ko": "답은 글입니다."},
    "file": {"en": "The answer is a file: {name}.", "ko": "답은 파일입니다: {name}."},
    "stored": {
        "en": "The answer is large ({size}) and is kept whole. Its beginning:",
        "ko": "답이 커서({size}) 통째로 보관했습니다. 앞부분은 이렇습니다.",
    },
    "stored_blind": {
        "en": "The answer is large ({size}) and is kept whole.",
        "ko": "답이 커서({size}) 통째로 보관했습니다.",
    },
    "not_kept": {
        "en": "The call succeeded, but its answer was not kept: {reason}",
        "ko": "호출은 성공했지만 답은 보관하지 못했습니다: {reason}",
    },
    "failed": {
        "en": "{connector} refused it with status {status}: {message}",
        "ko": "{connector:이/가} 상태 {status:으로/로} 거절했습니다: {message}",
    },
    "failed_silent": {
        "en": "{connector} refused it with status {status} and did not say why.",
        "ko": "{connector:이/가} 상태 {status:으로/로} 거절했고, 까닭은 말하지 않았습니다.",
    },
    "not_called": {"en": "It was not done: {reason}", "ko": "하지 못했습니다: {reason}"},
    "not_called_silent": {"en": "It was not done.", "ko": "하지 못했습니다."},
    "advice_401": {
        "en": "The connection's credential is missing or not accepted: look at the connection.",
        "ko": "연결의 인증 정보가 없거나 받아들여지지 않았습니다. 연결을 확인해 주세요.",
    },
    "advice_403": {
        "en": "The connection's credential does not allow this.",
        "ko": "연결의 인증 정보로는 허락되지 않는 일입니다.",
    },
    "advice_404": {
        "en": "There is no such thing, or the connection may not see it.",
        "ko": "그런 것이 없거나, 이 연결로는 볼 수 없습니다.",
    },
    "advice_429": {
        "en": "There were too many calls: try again later.",
        "ko": "호출이 너무 많았습니다. 나중에 다시 해 보세요.",
    },
    "advice_500": {
        "en": "The fault is on the side of {connector}: try again later.",
        "ko": "{connector} 쪽의 장애입니다. 나중에 다시 해 보세요.",
    },
    "rejected": {"en": "Nothing was called: it was rejected.", "ko": "거절되어 아무것도 부르지 않았습니다."},
    "cancelled": {
        "en": "Nothing was called: the form was cancelled.",
        "ko": "양식이 취소되어 아무것도 부르지 않았습니다.",
    },
    "stopped": {"en": "Nothing was called: it was stopped.", "ko": "멈추어서 아무것도 부르지 않았습니다."},
    "invalid": {"en": "Nothing was called: the arguments are not valid.", "ko": "인수가 맞지 않아 부르지 않았습니다."},
    "doubt": {
        "en": "Nobody knows whether this happened: {reason} Say whether it did, or have it done again.",
        "ko": "이 일이 일어났는지 알 수 없습니다: {reason} 일어났는지 알려 주거나, 다시 하게 해 주세요.",
    },
    "assumed": {
        "en": "It counts as done, as the check after it showed or a person said.",
        "ko": "확인한 바에 따라 한 것으로 칩니다.",
    },
    "nothing_fits": {
        "en": "No function does this. The nearest are:",
        "ko": "이 일을 하는 기능이 없습니다. 가장 가까운 것은 이렇습니다.",
    },
    "nothing_at_all": {
        "en": "No function does this. Add a connector that does, or say it in other words.",
        "ko": "이 일을 하는 기능이 없습니다. 그런 커넥터를 추가하거나, 다른 말로 해 보세요.",
    },
    "items": {"en": "{count} items", "ko": "항목 {count}개"},
    "yes": {"en": "yes", "ko": "예"},
    "no": {"en": "no", "ko": "아니요"},
}

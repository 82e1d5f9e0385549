"""Words that mean the same in the world of APIs: verbs of one act, short forms, neighbours in meaning.

Data only. It bridges a request and a document when there is no model and before embeddings are there; every entry is a
hint that adds weight, never a filter. Korean has its own file.
"""

from __future__ import annotations

from typing import Literal

Act = Literal["list", "get", "create", "update", "delete"]


def words(text: str) -> frozenset[str]:
    """The words of a line of them."""
    return frozenset(text.split())


ACTS: dict[Act, str] = {
    "list": "list all browse enumerate show display search find query index every many see look give tell which",
    "get": (
        "track convert translate compute estimate parse detect analyze validate verify get fetch read "
        "retrieve show display view see look check detail info lookup find give tell inspect download"
    ),
    "create": (
        "create add new post make write submit send register publish open insert upload start issue "
        "place book draw build generate plan fork schedule comment reply remind invite attach import "
        "copy duplicate clone vote buy purchase order request subscribe compose share refund charge pay "
        "apply assign commit deploy trigger run launch merge like react announce report set connect link "
        "sign convert translate compute estimate track parse detect analyze"
    ),
    "update": (
        "close reopen update edit change modify set rename replace patch put adjust move mark assign "
        "revise merge star follow pin lock unlock enable disable turn pause resume play skip stop "
        "restart archive unarchive restore suspend silence ban block mute unmute snooze approve reject "
        "accept decline void send finalize transfer trash untrash complete finish attach reorder "
        "configure switch toggle join leave prune clean bookmark tag label invite cancel refresh reset "
        "rerun retry kill unpause connect disconnect publish"
    ),
    "delete": (
        "delete remove erase destroy drop cancel clear unset revoke purge discard trash void unfollow "
        "unstar unlink disconnect detach untag prune clean unsubscribe leave kick dismiss uninstall "
        "terminate unassign"
    ),
}
"""English verbs by what they do. A verb may be in several acts."""

QUESTIONS = words("what which who whom whose where when how is are am was were do does did has have")
"""A request that begins with one of these asks to be told something."""

POLITE = words(
    "please can could would will you i we want to like need let me us help hey just now then ok kindly "
    "go and my the a an"
)
"""Words that may come before the verb of a request."""

PHRASES: dict[str, str] = {
    "who am i": "my user",
    "about me": "my user profile",
    "log in": "login",
    "log out": "logout",
    "sign in": "login",
    "sign up": "register account",
    "turn on": "enable",
    "turn off": "disable",
    "switch off": "disable",
    "clean up": "prune unused",
    "get rid of": "delete",
    "look up": "find",
    "right now": "current",
    "at the moment": "current",
    "tv show": "show series",
    "out of office": "vacation responder",
    "auto reply": "vacation responder",
    "to do": "task",
    "what song": "current track",
    "다시 시작": "재시작",
    "풀 리퀘스트": "풀리퀘스트",
    "자동 응답": "자동응답",
    "할 일": "할일",
    "안 쓰는": "미사용",
    "쓰지 않는": "미사용",
    "수 있는": "",
}
"""Several words that mean what one does; replaced before a request is cut into words."""

SHORT_FORMS: dict[str, str] = {
    "repo": "repository",
    "repos": "repository",
    "org": "organization",
    "orgs": "organization",
    "organisation": "organization",
    "pr": "pull request",
    "prs": "pull request",
    "pulls": "pull request",
    "auth": "authentication",
    "config": "configuration",
    "db": "database",
    "msg": "message",
    "img": "image",
    "pic": "picture",
    "doc": "document",
    "env": "environment",
    "admin": "administrator",
    "app": "application",
    "dept": "department",
    "acct": "account",
    "qty": "quantity",
    "addr": "address",
    "tel": "phone",
    "favourite": "favorite",
    "colour": "color",
    "catalogue": "catalog",
    "dnd": "do not disturb snooze",
    "acl": "access control rule",
}

SYNONYMS: dict[str, str] = {
    "my": "authenticated current me mine own",
    "me": "authenticated current",
    "where": "position location place",
    "song": "track",
    "music": "playback track player audio song",
    "movie": "film video",
    "film": "movie",
    "series": "show tv",
    "drama": "show series",
    "email": "mail message",
    "mail": "email message",
    "letter": "mail message",
    "inbox": "message mail",
    "picture": "image photo",
    "photo": "image picture avatar",
    "folder": "directory",
    "file": "document attachment upload",
    "buy": "purchase order",
    "bill": "invoice",
    "invoice": "bill",
    "trash": "delete",
    "car": "vehicle",
    "vehicle": "car device",
    "cook": "recipe",
    "dish": "recipe meal",
    "meal": "recipe dish",
    "rain": "precipitation weather forecast",
    "weather": "forecast observation",
    "plane": "flight aircraft",
    "concert": "event show",
    "event": "schedule appointment",
    "appointment": "event",
    "meeting": "event",
    "schedule": "event calendar",
    "chat": "message conversation",
    "channel": "conversation",
    "conversation": "channel chat",
    "money": "balance amount payment",
    "payment": "charge pay",
    "people": "user person member",
    "person": "user people member",
    "colleague": "user member",
    "member": "user",
    "user": "member account",
    "prune": "unused delete",
    "unused": "prune",
    "todo": "task",
    "ticket": "issue event",
    "place": "location venue",
    "location": "position place",
    "position": "location",
    "stop": "end halt",
    "pause": "stop",
    "skip": "next",
    "next": "skip",
    "comment": "reply story note",
    "note": "comment memo",
    "reply": "comment answer",
    "article": "post topic",
    "post": "article message topic send",
    "send": "post message",
    "show": "series",
    "add": "create insert",
    "create": "add insert new",
    "make": "create",
    "new": "create",
    "delete": "remove destroy",
    "remove": "delete",
    "cancel": "void abort revoke",
    "find": "search",
    "search": "find query",
    "track": "tracking",
    "package": "parcel shipment tracking",
    "parcel": "package shipment",
    "shipment": "shipping package",
    "delivery": "shipping shipment tracking",
    "category": "group classification",
    "forum": "topic post",
    "board": "section topic",
    "train": "rail line arrival",
    "subway": "tube line rail",
    "bus": "stop line",
    "bike": "bicycle cycle",
    "bicycle": "bike",
    "station": "stop",
    "status": "state",
    "state": "status",
    "notification": "alert",
    "alert": "warning notification",
    "reminder": "remind",
    "vacation": "holiday",
    "holiday": "vacation",
    "copy": "duplicate clone",
    "duplicate": "copy clone",
    "replace": "substitute",
    "instead": "substitute alternative",
    "pair": "pairing",
    "word": "text",
    "sentence": "text",
    "history": "log activity",
    "log": "history",
    "customer": "client",
    "client": "customer",
    "shop": "store",
    "store": "shop",
    "staff": "employee",
    "employee": "staff user",
    "permission": "role access",
    "rule": "policy",
    "temperature": "weather",
    "price": "cost rate",
    "cost": "price rate",
    "kill": "terminate",
    "run": "execute execution start",
    "build": "create",
    "approve": "accept confirm",
    "verify": "validate check",
    "validate": "verify check",
    "follow": "subscribe watch",
    "summary": "overview statistics",
    "statistics": "stats",
    "stats": "statistics",
}
"""What a word of a request may be called in a document; weaker than the word itself."""

STOP_WORDS = words(
    "a an the of to in on at for from by with and or is are be am was were this that these those i we us "
    "you your it its please can could would should will want need like there here what which who whom "
    "how when do does did as into than then if so not no any some just also about let has have had our "
    "their his her them he she ok okay times plus minus much many called named titled one out over under between "
    "해 해줘 줘 주세요 좀 그 이 저 것 수 및 와 과 또는 대한 위한 있는 없는 하는 된 될 할 한 싶어 싶다 어떤 무슨 "
    "뭐 어디 누구 에서 에게 으로 로서 까지 부터 보다 처럼 만큼 하나 한번 지금 이번 있어 있지 없어 얼마야 "
    "대해 하고 라고 이라고 번 개 건 우리 너 나 네 예 아주 모두 다 더 또 안 못 가 를 을 는 은 의 에 로 도 "
    "만 들 뭐뭐 언제 왜 동안"
)
"""Words of a request that say nothing about which function is meant."""

MERE_VERBS = words("show give tell see look make display want")
"""Verbs that only say what is to be done; as words they would find something else (a show, a look)."""

TECHNICAL = words("oauth2 s3 ec2 k8s mp3 mp4 h264 base64 utf8 ipv4 ipv6 2fa 3d v1 v2 v3 x509 sha1 sha256")
"""Words with digits that are no values."""

MINOR = words("my me mine new current all every latest own now 내 나의 내가 저의 나 새로운 현재 전체")
"""Words that tell less than they are rare."""

NO_OBJECT = words("list number id name 목록 리스트 번호 이름 내역 상태 정보")
"""Words that say something of what is meant, and are not it."""

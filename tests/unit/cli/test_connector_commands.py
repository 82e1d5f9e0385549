import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from madang.cli import sources
from madang.cli.bundling import Left
from madang.cli.connections import credential_body, kind_of_scheme, pairs, read_scheme
from madang.cli.functions import argument_rows, function_row, result_text, security_text
from madang.cli.importing import ImportFailedError, Wish, check_succeeded, counts_text, progress_text
from madang.cli.lookup import choose_connection
from madang.cli.sources import read_source
from madang.kit.errors import NotFoundError, TooLargeError, UsageError
from madang.kit.json import JsonObject

CONNECTIONS: list[JsonObject] = [
    {"id": "cxn_1", "connector": "bbs", "label": "default"},
    {"id": "cxn_2", "connector": "shop", "label": "default"},
    {"id": "cxn_3", "connector": "shop", "label": "test"},
]


@pytest.mark.parametrize(("said", "found"), [("shop/default", "cxn_2"), ("bbs", "cxn_1"), ("test", "cxn_3")])
def test_a_connection_is_known_by_its_connector_and_label_or_by_one_of_both(said: str, found: str) -> None:
    assert choose_connection(said, CONNECTIONS)["id"] == found


def test_a_connection_that_is_none_or_several_is_told() -> None:
    with pytest.raises(UsageError, match="'default' is more than one connection: bbs/default, shop/default"):
        choose_connection("default", CONNECTIONS)
    with pytest.raises(NotFoundError, match="madang connection list"):
        choose_connection("nothing", CONNECTIONS)


def test_the_kind_of_a_scheme_decides_what_is_sent() -> None:
    schemes: list[JsonObject] = [{"scheme": "a", "kind": "apiKey"}, {"scheme": "m", "kind": "mutualTLS"}]
    assert kind_of_scheme(schemes, "a") == "apiKey"
    bodies = [credential_body(kind, "s", username="u", client_id="c") for kind in ("apiKey", "basic", "oauth2")]
    assert bodies == [
        {"value": "s"},
        {"username": "u", "password": "s"},
        {"client_id": "c", "client_secret": "s"},
    ]
    assert credential_body("bearer", "s", username=None, client_id=None) == {"token": "s"}
    with pytest.raises(UsageError, match="there is a, m"):
        kind_of_scheme(schemes, "b")
    with pytest.raises(UsageError, match="mutualTLS"):
        kind_of_scheme(schemes, "m")


def test_pairs_have_a_name_and_a_value() -> None:
    assert pairs(("a=1", "b=x=y", "c="), "--variable") == {"a": "1", "b": "x=y", "c": ""}
    with pytest.raises(UsageError, match="--effect 'nothing' must be written NAME=VALUE"):
        pairs(("nothing",), "--effect")


def test_an_import_asks_only_for_what_was_said() -> None:
    assert Wish(name="a", allowed_hosts=("h:1",)).to_json() == {"name": "a", "allowed_hosts": ["h:1"]}
    assert Wish(connector="c", other_origins=True).to_json() == {"connector": "c", "other_origins": True}


def test_the_progress_and_the_end_of_an_import_are_told() -> None:
    assert progress_text({"progress": {"stage": "reading", "done": 1, "total": 3}}) == "reading 33 %"
    assert progress_text({"progress": {"stage": "fetching", "done": 0, "total": None}}) == "fetching"
    assert progress_text({"state": "queued", "progress": None}) == "queued"
    report: JsonObject = {"found": 1, "imported": 1, "with_loss": 0, "refused": 0}
    assert counts_text(report) == "1 operation found: 1 imported (0 of them with loss), 0 refused"
    problem: JsonObject = {"type": "urn:madang:problem:address-refused", "detail": "10.0.0.1 is private"}
    with pytest.raises(ImportFailedError, match="private; `--allow-host HOST:PORT` allows it"):
        check_succeeded({"state": "failed", "error": problem})
    with pytest.raises(ImportFailedError, match="cancelled"):
        check_succeeded({"state": "cancelled"})


def test_a_row_of_a_function_has_exactly_six_members() -> None:
    row: JsonObject = {"id": "fn_1", "connector": "c", "name": "a.b", "method": "GET", "path": "/", "title": "T"}
    assert function_row({**row, "score": 0.5}) == {
        "connector": "c",
        "name": "a.b",
        "method": "GET",
        "path": "/",
        "summary": "T",
        "score": 0.5,
    }
    assert function_row(row)["score"] is None


def test_a_function_is_told_in_words() -> None:
    found: JsonObject = {
        "arguments": {
            "type": "object",
            "required": ["id", "password"],
            "properties": {
                "id": {"type": "integer", "minimum": 1, "description": "Which\n one."},
                "password": {"type": "string", "format": "password"},
                "login": {"type": "object", "properties": {"name": {}, "token": {"x-madang-human": True}}},
            },
        },
        "human": {"type": "object", "properties": {"password": {}, "login": {}}},
        "result": {"$ref": "#/$defs/A", "$defs": {"A": {"type": "object", "properties": {"x": {}, "y": {}}}}},
        "security": [{"key": []}, {"oauth": ["read"]}, {}],
        "security_schemes": [{"name": "key", "kind": "apiKey"}, {"name": "oauth", "kind": "oauth2"}],
    }
    assert [tuple(row) for row in argument_rows(found)] == [
        ("id", "integer of at least 1", "yes", "", "Which one."),
        ("password", "text", "yes", "a person", ""),
        ("login", "object", "", "a person, in part", ""),
    ]
    assert result_text(found) == "object with x, y"
    assert security_text(found) == "key (apiKey) or oauth (oauth2) or nothing"
    assert security_text({"security": []}) == "nothing"


def test_files_below_the_folder_are_read_and_links_out_of_it_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "api"
    (folder / "parts").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("type: string")
    (folder / "parts" / "A.yaml").write_text("type: string")
    (folder / "parts" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(folder / "parts" / "pipe.yaml")
    (folder / "openapi.yaml").write_text(
        "openapi: 3.1.0\ncomponents: {schemas: {A: {$ref: parts/A.yaml}, B: {$ref: parts/link.yaml}, "
        "C: {$ref: parts/pipe.yaml}}}"
    )
    (tmp_path / "linked.yaml").symlink_to(folder / "openapi.yaml")
    for given in (folder / "openapi.yaml", tmp_path / "linked.yaml"):
        document = read_source(str(given)).document
        assert document is not None
        assert document.data == (
            b'{"openapi":"3.1.0","components":{"schemas":{"A":{"type":"string"},'
            b'"B":{"$ref":"parts/link.yaml"},"C":{"$ref":"parts/pipe.yaml"}}}}'
        )
        assert document.left == (
            Left(
                file="openapi.yaml",
                ref="parts/link.yaml",
                reason="parts/link.yaml: it leaves the document's folder by a symbolic link",
            ),
            Left(file="openapi.yaml", ref="parts/pipe.yaml", reason="parts/pipe.yaml: it is no file"),
        )


def test_a_document_that_is_too_large_is_refused_before_all_of_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            assert size > 0, "everything was asked for"
            self.given += size
            return b"x" * size

    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(TooLargeError, match="has 200,000,000 bytes; at most 50,000,000"):
        read_source(str(big))
    endless = Endless()
    monkeypatch.setattr(sources, "sys", SimpleNamespace(stdin=SimpleNamespace(buffer=endless)))
    with pytest.raises(TooLargeError, match="stdin has more than 50,000,000 bytes"):
        read_source("-")
    assert endless.given == 50_000_001


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nothing.yaml", "there is no file nothing.yaml; give a file, an http"),
        ("api.example.com/openapi.json", "for an address write https://api.example.com/openapi.json"),
        ("http://", "http:// is no address"),
        ("https://a:99999999/x", "is no address"),
    ],
)
def test_what_is_neither_a_file_nor_an_address_is_told(given: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_source(given)
    assert message in raised.value.detail


@pytest.mark.parametrize(
    ("written", "scheme"),
    [
        ("bearer", {"name": "bearer", "kind": "bearer"}),
        ("login=basic", {"name": "login", "kind": "basic"}),
        (
            "apiKey:header:X-Key",
            {"name": "X-Key", "kind": "apiKey", "location": "header", "parameter": "X-Key"},
        ),
        ("app=apiKey:query:a:b", {"name": "app", "kind": "apiKey", "location": "query", "parameter": "a:b"}),
    ],
)
def test_a_scheme_is_written_in_one_word(written: str, scheme: JsonObject) -> None:
    assert read_scheme(written) == scheme


@pytest.mark.parametrize("written", ["", "oauth2", "bearer:x", "=bearer", "apiKey", "apiKey:body:x", "apiKey:header:"])
def test_a_scheme_that_is_none_is_told_how_it_is_written(written: str) -> None:
    with pytest.raises(UsageError, match="must be bearer, basic or apiKey:header:NAME"):
        read_scheme(written)

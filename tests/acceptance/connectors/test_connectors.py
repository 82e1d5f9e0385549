"""Documents from disk, from addresses and from stdin, good and bad; credentials; what is kept over restarts."""

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SPLIT = """
openapi: 3.0.3
info: {title: Pet shop, version: '1'}
servers: [{url: 'https://pets.example/v1'}]
paths:
  /pets: {$ref: paths/pets.yaml}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    user: {type: http, scheme: basic}
"""
PETS = """
get:
  operationId: listPets
  security: [{key: []}]
  responses:
    '200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: ../schemas/Pet.yaml}}}}}
post:
  operationId: createPet
  requestBody: {content: {application/json: {schema: {$ref: ../schemas/Pet.yaml}}}}
  responses: {'201': {$ref: '../../elsewhere.yaml#/created'}}
"""
PET = "{type: object, required: [name], properties: {name: {type: string}, parent: {$ref: '#'}}}"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    for name, text in (("openapi.yaml", SPLIT), ("paths/pets.yaml", PETS), ("schemas/Pet.yaml", PET)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder / "openapi.yaml"


@pytest.fixture(scope="module")
def pets(madang: Any, document: Path) -> Any:
    """The report of a document of three files, added from disk."""
    return madang.run("connector", "add", str(document), "--name", "pets")


def test_a_document_of_several_files_is_added_with_a_report_of_every_operation(pets: Any) -> None:
    assert pets.returncode == 0
    assert pets.stderr == (
        "left as it is: ../../elsewhere.yaml#/created in paths/pets.yaml: it leaves the document's folder\n"
    )
    lines = pets.stdout.splitlines()
    assert lines[:3] == [
        "pets: Pet shop, version 1",
        "2 operations found: 2 imported (1 of them with loss), 0 refused",
        "connection pets/default: https://pets.example/v1",
    ]
    assert any(line.startswith("loss ") and "elsewhere.yaml" in line for line in lines)
    assert "  give one: madang connection credential pets/default key" in lines


def test_what_was_bundled_is_described_from_its_files(madang: Any, pets: Any) -> None:
    shown = madang.json("function", "pets.pets.create_pet", "--json")
    schema = shown["arguments"]
    assert {name: member.get("type") for name, member in schema["properties"].items()}["name"] == "string"
    assert schema["properties"]["parent"] == {"$ref": "#/$defs/Pet"}
    assert schema["required"] == ["name"]


def test_credentials_come_from_stdin_and_are_never_shown(madang: Any, pets: Any) -> None:
    assert madang.run("connection", "credential", "pets", "key", stdin="canary-key\n").returncode == 0
    asked = madang.run("connection", "credential", "pets", "user", stdin="canary-pass")
    assert (asked.returncode, asked.stderr) == (2, "madang: the username is not given: add --username\n")
    given = madang.run("connection", "credential", "pets", "user", "--username", "kim", stdin="canary-pass")
    assert given.returncode == 0
    shown = madang.json("connection", "show", "pets", "--json")
    assert [(each["scheme"], each["kind"], each["is_set"]) for each in shown["credentials"]] == [
        ("key", "apiKey", True),
        ("user", "basic", True),
    ]
    assert madang.run("connection", "credential", "pets", "key", "--remove").returncode == 0
    shown = madang.json("connection", "show", "pets", "--json")
    assert [each["is_set"] for each in shown["credentials"]] == [False, True]
    assert "canary-" not in madang.log() + json.dumps(shown)


def test_a_credential_is_asked_for_unseen_at_a_terminal(madang: Any, pets: Any) -> None:
    status, shown = madang.at_terminal("connection", "credential", "pets", "key", answers={"API key": "canary-typed"})
    assert (status, "canary-typed" in shown) == (0, False)


def test_a_connection_is_made_changed_and_removed(madang: Any, pets: Any) -> None:
    made = madang.json("connection", "add", "pets", "--label", "two", "--allow-host", "127.0.0.1:1", "--json")
    assert (made["server_url"], made["allowed_hosts"]) == ("https://pets.example/v1", ["127.0.0.1:1"])
    changed = madang.json(
        "connection",
        "update",
        "pets/two",
        "--server",
        "http://127.0.0.1:1",
        "--effect",
        "pets.list_pets=unsafe",
        "--json",
    )
    assert (changed["server_url"], changed["effects"]) == ("http://127.0.0.1:1", {"pets.list_pets": "unsafe"})
    ambiguous = madang.run("connection", "show", "pets")
    assert (ambiguous.returncode, ambiguous.stderr) == (
        2,
        "madang: 'pets' is more than one connection: pets/default, pets/two\n",
    )
    assert madang.run("connection", "remove", "pets/two").returncode == 3
    assert madang.run("connection", "remove", "pets/two", "--yes").returncode == 0
    assert len(madang.json("connection", "list", "pets", "--json")) == 1


def test_an_update_is_a_new_version_with_the_same_names_and_connections(madang: Any, pets: Any, document: Path) -> None:
    before = madang.json("functions", "pets", "--json")
    again = madang.json("connector", "update", "pets", str(document), "--json")
    assert (again["import"]["version"], again["import"]["report"]["imported"]) == (2, 2)
    assert [each["label"] for each in again["connections"]] == ["default"]
    assert madang.json("functions", "pets", "--json") == before
    no_file = madang.run("connector", "update", "pets")
    assert (no_file.returncode, "give the file again" in no_file.stderr) == (2, True)
    renamed = madang.json("connector", "update", "pets", "--title", "Shop", "--json")
    assert (renamed["title"], renamed["version"]["number"]) == ("Shop", 2)


def test_an_import_that_is_not_waited_for_is_waited_for_later(madang: Any, document: Path) -> None:
    started = madang.json("connector", "add", str(document), "--name", "later", "--no-wait", "--json")
    assert started["state"] in {"queued", "running"}
    done = madang.run("connector", "wait", "later", "--indexed", "--timeout", "60")
    assert (done.returncode, done.stdout) == (0, "later is ready: 2 functions, 2 of them found by meaning\n")
    assert madang.run("connector", "remove", "later", "--yes").returncode == 0
    assert madang.run("connector", "show", "later").returncode == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"openapi": "3.1.0", "info": {}, "paths": {}}', "The document has no operations: it has no 'paths'."),
        ("<html></html>", "This is a page of HTML or XML, not an OpenAPI document."),
        ('{"openapi": "3.1.0", "paths": }', "The document is not valid JSON at line 1, column 31"),
        ("a: &a [*a]", "stands for something that contains it"),
        ("", "The document is empty."),
        ('{"openapi": "9.9"}', "The document is of version '9.9'"),
    ],
)
def test_a_document_that_gives_nothing_is_one_line_and_no_connector(madang: Any, text: str, told: str) -> None:
    before = len(madang.json("connector", "list", "--json"))
    done = madang.run("connector", "add", "-", stdin=text)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert told in done.stderr
    assert len(madang.json("connector", "list", "--json")) == before


def test_an_address_inside_the_network_is_refused_unless_allowed(madang: Any) -> None:
    address = f"{madang.board}/openapi.json"
    refused = madang.run("connector", "add", address, "--name", "again")
    assert (refused.returncode, "is loopback" in refused.stderr, "--allow-host" in refused.stderr) == (1, True, True)
    host = madang.board.removeprefix("http://")
    added = madang.run("connector", "add", address, "--name", "again", "--allow-host", host)
    assert f"connection again/default: {madang.board}, allowed to reach {host} on this machine" in added.stdout
    assert madang.run("connector", "update", "again").returncode == 0
    assert madang.json("call", "again.articles.search", "--json", '{"limit": 1}')["data"] is not None
    assert madang.run("connector", "remove", "again", "--yes").returncode == 0


def test_what_is_not_there_and_what_is_too_large_is_told_at_once(madang: Any, tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.truncate(200_000_000)
    ends = [madang.run("connector", "add", each) for each in (str(big), "nothing.yaml", str(tmp_path))]
    assert [(end.returncode, end.stderr.count("\n")) for end in ends] == [(1, 1), (2, 1), (2, 1)]
    assert "has 200,000,000 bytes; at most 50,000,000 are read" in ends[0].stderr


def test_ctrl_c_leaves_the_import_going(madang: Any, tmp_path: Path) -> None:
    operations: dict[str, Any] = {f"/p{n}": {"get": {"operationId": f"get{n}", "responses": {}}} for n in range(20_000)}
    large = tmp_path / "large.json"
    large.write_text(json.dumps({"openapi": "3.0.0", "info": {"title": "Large", "version": "1"}, "paths": operations}))
    before = madang.log().count("path=/api/imports/job_")
    done = madang.interrupted(
        *("connector", "add", str(large), "--name", "large"),
        when=lambda: madang.log().count("path=/api/imports/job_") > before,
    )
    assert (done.returncode, "the import goes on in the server" in done.stderr) == (130, True)
    assert madang.run("connector", "wait", "large", "--timeout", "100").stdout == "large is ready: 20000 functions\n"
    assert madang.run("connector", "remove", "large", "--yes").returncode == 0


def test_the_board_follows_its_port_and_never_comes_back_once_removed(madang: Any) -> None:
    assert madang.down() == 0
    madang.environment["MADANG_BBS_PORT"] = madang.free_port()
    madang.up()
    madang.await_(lambda: "the bulletin board listens on another port now" in madang.printed(), "the new port")
    (connection,) = madang.json("connection", "list", "bbs", "--json")
    host = madang.board.removeprefix("http://")
    assert (connection["server_url"], connection["allowed_hosts"]) == (madang.board, [host])
    assert madang.json("call", "bbs.articles.search")["data"] == []
    for each in madang.json("connector", "list", "--json"):
        assert madang.run("connector", "remove", each["name"], "--yes").returncode == 0
    assert madang.down() == 0
    madang.up()
    madang.await_(lambda: madang.printed().count("sign in once") == 3, "a third start")
    assert madang.down() == 0
    assert madang.printed().count("is the connector bbs") == 1

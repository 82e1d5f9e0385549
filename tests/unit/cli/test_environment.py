import dataclasses
from pathlib import Path

import pytest

from madang.cli.environment import environment_for, own_settings
from madang.cli.serve import run_server
from madang.cli.servers import KEYS, SERVERS, Server, get_server, servers_of
from madang.kit.errors import UsageError
from madang.settings import Settings, load_settings

KEY_VALUES = {name: f"value-of-{name}" for name in KEYS}
URL = "postgresql://madang:word@127.0.0.1:1/madang"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        {"MADANG_HOME": str(tmp_path), "MADANG_DATABASE_URL": URL, "MADANG_PUBLIC_HOSTS": "a.example, b.example"}
    )


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("bbs", set[str]()),
        ("proxy", {"credential_key", "grant_public_keys"}),
        ("backend", {"grant_key", "journal_key"}),
    ],
)
def test_a_server_is_given_its_own_keys_and_no_other(settings: Settings, name: str, own: set[str]) -> None:
    (server,) = [server for server in SERVERS if server.name == name]
    given = environment_for(server, settings, KEY_VALUES, {})
    seen = own_settings(server, settings, KEY_VALUES)
    assert {key for key in KEYS if given[f"MADANG_{key.upper()}"]} == own
    assert {key for key in KEYS if getattr(seen, key)} == own


def test_the_environment_of_a_server_is_closed(settings: Settings) -> None:
    environ = {"PATH": "/bin", "AWS_SECRET_ACCESS_KEY": "x", "MADANG_GRANT_KEY": "y", "LD_PRELOAD": "z"}
    given = environment_for(Server(name="bbs", about="", factory="a:b"), settings, {}, environ)
    assert {name for name in given if not name.startswith("MADANG_")} == {"PATH", "PYTHONUNBUFFERED"}
    assert given["MADANG_GRANT_KEY"] == ""


def test_the_key_of_the_first_model_is_given_to_no_server(settings: Settings) -> None:
    having = dataclasses.replace(settings, model="openai:gpt-5", model_key="sk-canary")
    for server in SERVERS:
        assert "sk-canary" not in environment_for(server, having, KEY_VALUES, {}).values()
        assert own_settings(server, having, KEY_VALUES).model_key is None


def test_a_server_without_tables_is_not_told_where_the_database_is(settings: Settings) -> None:
    server = Server(name="bbs", about="", factory="a:b")
    assert environment_for(server, settings, {}, {})["MADANG_DATABASE_URL"] == ""
    assert own_settings(server, settings, {}).database_url is None


def test_a_server_reads_the_settings_that_the_supervisor_had(settings: Settings) -> None:
    server = Server(name="backend", about="", factory="a:b", branches=("core",))
    (settings.home / "madang.toml").write_text('log_level = "debug"\ngrant_key = "of-the-file"\nbackend_port = 1\n')
    read = load_settings(environment_for(server, settings, {}, {}))
    assert (read.database_url, read.public_hosts, read.backend_port, read.grant_key, read.log_level) == (
        URL,
        ("a.example", "b.example"),
        8700,
        None,
        "info",
    )
    assert read.log_format == "json"


def test_real_mode_has_no_examples(settings: Settings) -> None:
    table = (
        Server(name="bbs", about="", factory="madang.cli.main:x", modes=("local", "test")),
        Server(name="backend", about="", factory="madang.cli.main:x"),
        Server(name="proxy", about="", factory="madang.not_built_yet:x"),
    )
    real = load_settings({"MADANG_HOME": str(settings.home), "MADANG_MODE": "real"})
    assert [server.name for server in servers_of("real", table)] == ["backend"]
    assert [server.name for server in servers_of("local", table)] == ["bbs", "backend"]
    with pytest.raises(UsageError, match="MADANG_MODE=real refuses it"):
        get_server("bbs", real, table)
    with pytest.raises(UsageError, match="there is no server 'nope'; there are bbs, backend"):
        get_server("nope", settings, table)


def test_a_server_for_trials_is_served_by_name_and_left_out_by_up(settings: Settings) -> None:
    assert "llm" not in [server.name for server in servers_of("test")]
    assert get_server("llm", settings).factory == "madang.fakes.llm.app:create_server"


def test_real_mode_refuses_the_scripted_model(settings: Settings) -> None:
    real = load_settings({"MADANG_HOME": str(settings.home), "MADANG_MODE": "real"})

    with pytest.raises(UsageError, match="llm is for tests and trials: MADANG_MODE=real refuses it"):
        get_server("llm", real)


def test_an_option_of_another_server_is_refused(settings: Settings) -> None:
    table = (Server(name="bbs", about="", factory="madang.cli.main:x"),)

    with pytest.raises(UsageError, match="bbs takes no --script"):
        run_server("bbs", {}, options={"script": "turns.json"}, table=table)

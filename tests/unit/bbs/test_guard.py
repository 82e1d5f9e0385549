from pathlib import Path

import pytest

from madang.examples.bbs.app import create_app
from madang.examples.bbs.guard import allowed_hosts, host_of
from madang.kit.errors import UsageError
from madang.settings import load_settings


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8713", "localhost"),
        ("127.0.0.1:8713", "127.0.0.1"),
        ("[::1]:8713", "::1"),
        ("localhost.", "localhost"),
        ("localhost.evil.example", "localhost.evil.example"),
        ("", ""),
    ],
)
def test_the_name_in_a_host_field_is_without_port_and_case(field: str, name: str) -> None:
    assert host_of(field) == name


def test_names_beyond_this_machine_are_those_that_the_operator_set(tmp_path: Path) -> None:
    home = {"MADANG_HOME": str(tmp_path)}
    alone = allowed_hosts(load_settings(home))
    shared = allowed_hosts(load_settings(home, {"host": "0.0.0.0", "public_hosts": "Board.example"}))
    assert alone == {"localhost", "127.0.0.1", "::1"}
    assert shared == alone | {"board.example"}


def test_without_a_database_the_board_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="MADANG_DATABASE_URL"):
        create_app(load_settings({"MADANG_HOME": str(tmp_path)}))

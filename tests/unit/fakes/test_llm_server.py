"""How the model server is made for `madang serve llm`."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.fakes.llm.app import create_server
from madang.kit.errors import UsageError
from madang.settings import load_settings


def test_a_wrong_script_is_refused_with_its_file_and_place(tmp_path: Path) -> None:
    script = tmp_path / "turns.json"
    script.write_text('{"turns": [{"say": "hello"}]}')

    with pytest.raises(UsageError) as raised:
        create_server(load_settings({"MADANG_HOME": str(tmp_path)}), script=str(script))

    assert raised.value.detail == f"{script}: this is not a script: /turns/0/say: Input should be a valid list"


def test_a_script_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        create_server(load_settings({"MADANG_HOME": str(tmp_path)}), script=str(tmp_path / "none.json"))


def test_real_mode_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="MADANG_MODE=real refuses it"):
        create_server(load_settings({"MADANG_HOME": str(tmp_path), "MADANG_MODE": "real"}))

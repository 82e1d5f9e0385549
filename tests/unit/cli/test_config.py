import json
from pathlib import Path

import pytest

from madang.cli.main import run
from madang.settings import SETTINGS


def test_every_setting_is_shown_with_its_origin_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    (tmp_path / "madang.toml").write_text("backend_port = 9000\n")
    monkeypatch.setenv("MADANG_HOME", str(tmp_path))
    monkeypatch.setenv("MADANG_GRANT_KEY", "k1:canary")
    monkeypatch.setenv("MADANG_DATABASE_URL", "postgresql://madang:canary@db.example/x")
    assert run(["config", "--json"]) == 0
    out = capsys.readouterr().out
    shown = {row["name"]: (row["value"], row["origin"]) for row in json.loads(out)["settings"]}
    assert shown["backend_port"] == ("9000", "file")
    assert shown["grant_key"] == ("(set)", "environment")
    assert shown["database_url"] == ("(set)", "environment")
    assert shown["proxy_port"] == ("8701", "default")
    assert shown.keys() == {"home", *(setting.name for setting in SETTINGS)}
    assert run(["config"]) == 0
    assert "canary" not in out + capsys.readouterr().out

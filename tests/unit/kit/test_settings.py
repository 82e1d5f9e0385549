from pathlib import Path

import pytest

from madang.kit.errors import UsageError
from madang.settings import load_settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "madang.toml").write_text("backend_port = 9000\nproxy_port = 9001\n", encoding="utf-8")
    settings = load_settings({"MADANG_HOME": str(tmp_path), "MADANG_BACKEND_PORT": "9100"})
    assert (settings.backend_port, settings.proxy_port, settings.bbs_port) == (9100, 9001, 8713)
    assert [settings.origins[f"{name}_port"] for name in ("backend", "proxy", "bbs")] == [
        "environment",
        "file",
        "default",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "part"),
    [
        ("MADANG_MODE", "prod", "MADANG_MODE: must be one of local, test, real"),
        ("MADANG_BACKEND_PORT", "70000", "MADANG_BACKEND_PORT: must be a port number"),
        ("MADANG_HOST", "http://x", "MADANG_HOST: must be a host name"),
    ],
)
def test_a_wrong_value_names_its_setting_and_what_is_allowed(
    tmp_path: Path, variable: str, value: str, part: str
) -> None:
    with pytest.raises(UsageError, match=part):
        load_settings({"MADANG_HOME": str(tmp_path), variable: value})


@pytest.mark.parametrize("text", ["backend_port = [1]", "unheard = 1", "backend_port ="])
def test_a_wrong_file_is_one_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "madang.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"madang\.toml"):
        load_settings({"MADANG_HOME": str(tmp_path)})


def test_secrets_are_not_in_the_printed_form(tmp_path: Path) -> None:
    settings = load_settings({"MADANG_HOME": str(tmp_path), "MADANG_CREDENTIAL_KEY": "k1:canary"})
    assert "canary" not in repr(settings)

from pathlib import Path

from click.testing import CliRunner

from madang.fakes.llm.__main__ import main


def test_a_wrong_script_is_one_line_and_status_2(tmp_path: Path) -> None:
    script = tmp_path / "turns.json"
    script.write_text('{"turns": [{"say": "hello"}]}')
    result = CliRunner().invoke(main, ["--script", str(script)])
    assert (result.exit_code, result.output) == (
        2,
        "this is not a script: /turns/0/say: Input should be a valid list\n",
    )


def test_real_mode_is_refused_with_status_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [], env={"MADANG_MODE": "real", "MADANG_HOME": str(tmp_path)})
    assert result.exit_code == 2
    assert "MADANG_MODE=real refuses it" in result.output

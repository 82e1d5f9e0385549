import errno

import click
import pytest

from madang.cli.main import COMMANDS, is_there, madang, run
from madang.kit.errors import FieldError, InvalidError, UsageError


def command(error: BaseException | None = None, status: int | None = None) -> click.Group:
    @click.command()
    def act() -> int | None:
        if error is not None:
            raise error
        return status

    return click.Group(commands=[act])


@pytest.mark.parametrize(
    ("error", "status", "shown"),
    [
        (UsageError("set MADANG_X"), 2, "madang: set MADANG_X\n"),
        (
            InvalidError("2 places", errors=[FieldError(pointer="/a/0", code="type", message="must be a number")]),
            1,
            "madang: 2 places\n  /a/0: must be a number\n",
        ),
        (KeyboardInterrupt(), 130, "\n"),
        (
            KeyError("a\nb"),
            1,
            "madang: something failed inside Madang: KeyError: 'a\\nb' (MADANG_DEBUG=1 shows where)\n",
        ),
    ],
)
def test_an_error_is_one_line_and_an_exit_status(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: int,
    shown: str,
) -> None:
    monkeypatch.delenv("MADANG_DEBUG", raising=False)
    assert run(["act"], command(error)) == status
    assert capsys.readouterr() == ("", shown)


def test_a_traceback_is_shown_only_when_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADANG_DEBUG", "1")
    run(["act"], command(KeyError("x")))
    assert "Traceback" in capsys.readouterr().err


def test_a_fault_of_the_system_that_is_no_broken_pipe_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["act"], command(OSError(errno.EIO, "Input/output error"))) == 1
    assert "Input/output error" in capsys.readouterr().err


def test_a_command_can_give_its_exit_status() -> None:
    assert run(["act"], command(status=3)) == 3
    assert run(["act"], command()) == 0


@pytest.mark.parametrize("arguments", [["nope"], ["--nope"], ["completion", "cmd"], ["serve"]])
def test_wrong_use_is_one_line_that_names_the_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("madang: ")
    assert shown.count("\n") == 1
    assert "--help`" in shown


def test_the_help_lists_every_command_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    listed = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in listed] == [
        name for name, entry in COMMANDS.items() if not is_there(entry.target)
    ]


@pytest.mark.parametrize("name", [name for name, entry in COMMANDS.items() if is_there(entry.target)])
def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run([name, "--help"]) == 0
    assert "Example" in capsys.readouterr().out
    assert madang.get_command(click.Context(madang), name) is not None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert run(["completion", shell]) == 0
    assert "_MADANG_COMPLETE" in capsys.readouterr().out

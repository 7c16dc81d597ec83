"""Run `steer-eval` inside the test's process."""

import sys

import pytest

from steer_eval.cli import main


def steer_eval(monkeypatch: pytest.MonkeyPatch, *arguments: object, columns: int = 200) -> int:
    """Exit code of the command; what it prints is where capsys finds it."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "argv", ["steer-eval", *map(str, arguments)])
    with pytest.raises(SystemExit) as exit:
        main()
    return int(exit.value.code or 0)

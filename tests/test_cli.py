"""The command `steer-eval`: help, version, exit codes, and `run` as another door to lm_eval."""

import os
import subprocess
import sys
import time

from steer_eval import __version__


def steer_eval(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "steer_eval", *arguments],
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
    )


def test_version():
    assert steer_eval("--version").stdout.strip() == f"steer-eval {__version__}"


def test_help_lists_the_commands_and_comes_fast():
    def seconds() -> float:
        start = time.perf_counter()
        result = steer_eval("--help")
        assert result.returncode == 0
        assert " run " in result.stdout
        return time.perf_counter() - start

    # Measured at 0.13 s; loading torch would take two seconds. The best of three, because the machine may be busy.
    assert min(seconds() for _ in range(3)) < 1.0


def test_no_argument_shows_help():
    assert "Commands" in steer_eval().stdout


def test_an_unknown_command_is_exit_code_2():
    assert steer_eval("steer").returncode == 2


def test_run_hands_its_arguments_to_the_harness_untouched():
    result = steer_eval("run", "--help")
    assert result.returncode == 0
    assert result.stdout.startswith("usage: lm-eval")


BAD_MODEL_ARGS = ("run", "--model", "steered-hf", "--model_args", "vecter=refusal", "--tasks", "steer_refusal")


def test_run_needs_no_hook_and_a_user_error_is_one_line_and_exit_code_2():
    result = steer_eval(*BAD_MODEL_ARGS, STEER_EVAL_AUTOLOAD="0")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert (
        len(
            [line for line in result.stderr.splitlines() if line.startswith("steer_eval: error: ") and "vecter" in line]
        )
        == 1
    )


def test_debug_shows_the_traceback():
    result = steer_eval("--debug", *BAD_MODEL_ARGS)
    assert "Traceback" in result.stderr
    assert "steer_eval.errors." in result.stderr

"""What steer_eval adds to a running lm_eval: the model `steered-hf`, our tasks, and the exit code of user errors.

The `add_...` functions are called by `autoload` with the harness's module, once, right after its import. A model that
the harness has already is left as it is (versions after 0.4.13 read our `lm_eval.models` entry point themselves).
"""

import functools
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from steer_eval.exits import one_line_errors
from steer_eval.paths import TASKS

MODEL = "steered-hf"
MODEL_CLASS = "steer_eval.harness.model:SteeredHF"


def add_model(models: ModuleType) -> None:
    """Register `steered-hf` as a lazy placeholder, so that torch is not loaded before the model is asked for."""
    from lm_eval.api.registry import model_registry

    if MODEL not in model_registry:
        model_registry.register(MODEL, target=MODEL_CLASS)


def add_tasks(manager: ModuleType) -> None:
    """Let every TaskManager that scans the harness's own tasks scan ours next, before the user's `include_path`.

    In this order a user's task of the same name replaces ours, as it would replace one of the harness's.
    """
    scan: Callable[..., None] = manager.TaskManager.__init__
    signature = inspect.signature(scan)

    @functools.wraps(scan)
    def scan_ours_too(self: Any, *args: Any, **kwargs: Any) -> None:
        call = signature.bind(self, *args, **kwargs)
        call.apply_defaults()
        asked = call.arguments["include_path"]
        if call.arguments["include_defaults"]:
            given = asked if isinstance(asked, (list, tuple)) else [asked] if asked else []
            call.arguments["include_path"] = [str(TASKS), *(path for path in given if str(path) != str(TASKS))]
        scan(*call.args, **call.kwargs)
        self.include_path = asked

    manager.TaskManager.__init__ = scan_ours_too


def add_exit_code(harness: ModuleType) -> None:
    """Let a SteerEvalError end the `lm_eval` command as one line and exit code 2.

    The command's `execute` is wrapped, and not `sys.excepthook`, which prints but cannot change the exit code.
    `simple_evaluate` is left alone: there the caller gets the exception.
    """
    execute: Callable[..., None] = harness.HarnessCLI.execute

    @functools.wraps(execute)
    def execute_with_exit_code(self: Any, *args: Any, **kwargs: Any) -> None:
        with one_line_errors():
            execute(self, *args, **kwargs)

    harness.HarnessCLI.execute = execute_with_exit_code


def lm_eval_command(arguments: list[str]) -> None:
    """Be the command `lm_eval` with these arguments, whether or not the hook runs at Python's start."""
    from steer_eval.harness.autoload import install

    install()
    from lm_eval.__main__ import cli_evaluate

    sys.argv = ["lm_eval", *arguments]  # the harness reads and rewrites sys.argv
    cli_evaluate()

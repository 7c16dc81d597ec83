"""How a user's error leaves a command line: one line on stderr, exit code 2, no traceback.

LMEVAL_LOG_LEVEL=DEBUG (which `steer-eval --debug` sets) lets the exception through, so the traceback shows.
Library callers never pass here: to them a SteerEvalError is an ordinary exception.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from steer_eval.errors import SteerEvalError

EXIT_CODE = 2  # the code argparse and typer use for wrong input


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Raise SystemExit(2) in place of a SteerEvalError, after printing its message to stderr."""
    try:
        yield
    except SteerEvalError as error:
        if os.environ.get("LMEVAL_LOG_LEVEL", "").upper() == "DEBUG":
            raise
        print(f"steer_eval: error: {error}", file=sys.stderr)
        raise SystemExit(EXIT_CODE) from None

"""The command `steer-eval`. Each other file of this directory is one command: it decorates a function with `app`.

Command files import what is heavy inside their functions, so that `--help` loads neither torch nor lm_eval.
"""

import os
import pkgutil
from importlib import import_module
from typing import Annotated

import typer

from steer_eval import __version__
from steer_eval.exits import one_line_errors

app = typer.Typer(
    help="Measure what a steering vector does, and what it breaks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # our own errors are one line; a bug should show the plain traceback
)


def main() -> None:
    """Run the command line: exit code 0, or 2 with one line on stderr where the input was wrong."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    with one_line_errors():
        app(prog_name="steer-eval")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"steer-eval {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and debug logs.")] = False,
) -> None:
    if debug:
        os.environ["LMEVAL_LOG_LEVEL"] = "DEBUG"

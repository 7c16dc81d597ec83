"""`steer-eval run`: the command `lm_eval`, with steered-hf and our tasks, also where the start-up hook is off."""

import typer

from steer_eval.cli import app


# All options are the harness's own, --help included, and reach it untouched.
@app.command(
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    options_metavar="",
)
def run(context: typer.Context) -> None:
    """Run lm_eval: takes every argument of lm_eval, e.g. --model steered-hf --tasks steer_refusal,pile_ppl.

    The same as the plain command lm_eval, and works where that one does not find us: with STEER_EVAL_AUTOLOAD=0.
    """
    from steer_eval.harness.register import lm_eval_command

    lm_eval_command(context.args)

"""Every error that a user can cause. Each is one line: what, got, wanted, next step.

The command line prints the message alone and exits with code 2; `--debug` or LMEVAL_LOG_LEVEL=DEBUG shows the traceback.
"""


class SteerEvalError(Exception):
    """Base of all errors below: the input was wrong, not the program."""


class ArgumentError(SteerEvalError, ValueError):
    """A `--model_args` key, command-line option or metadata value that cannot be used."""


class VectorFormatError(SteerEvalError, ValueError):
    """A vector file that no reader claims, that several claim, or that breaks its own format."""


class VectorMismatch(SteerEvalError, ValueError):
    """A vector that does not fit the model: width, layer, site, or no effect at all."""


class ModelError(SteerEvalError, ValueError):
    """A model that cannot be steered: no list of blocks found, encoder-decoder, unknown site."""


class CorpusError(SteerEvalError, ValueError):
    """Text for perplexity that is missing, unreachable, too short or not in the documented shape."""


class ContrastSetError(SteerEvalError, ValueError):
    """A contrast file that is not in the documented shape."""


class ScorerError(SteerEvalError, ValueError):
    """A scorer that does not exist, whose file is damaged, or that was given unusable input."""

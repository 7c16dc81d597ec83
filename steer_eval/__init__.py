"""steer_eval: is steering vector A better than B, and what does it break? A plugin for lm-evaluation-harness.

Every command and the start-up hook import this file first, so it imports nothing itself: the public names load on first
use (PEP 562).
"""

__version__ = "0.1.0"

# Not typing.TYPE_CHECKING, which would mean importing typing; type checkers know the bare name too.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from steer_eval.errors import (
        ArgumentError,
        ContrastSetError,
        CorpusError,
        ModelError,
        ScorerError,
        SteerEvalError,
        VectorFormatError,
        VectorMismatch,
    )
    from steer_eval.readers import read_vector
    from steer_eval.steering.vector import SteeringVector

__all__ = [
    "ArgumentError",
    "ContrastSetError",
    "CorpusError",
    "ModelError",
    "ScorerError",
    "SteerEvalError",
    "SteeringVector",
    "VectorFormatError",
    "VectorMismatch",
    "__version__",
    "read_vector",
]

_HOME = {"read_vector": "steer_eval.readers", "SteeringVector": "steer_eval.steering.vector"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    # What has no home of its own in the table is an error class.
    return getattr(import_module(_HOME.get(name, "steer_eval.errors")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

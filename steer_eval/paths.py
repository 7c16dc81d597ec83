"""Where the project's data lives: the only module that knows a wheel from a checkout.

In a checkout (and an editable install) `tasks/` and `vectors/` stand beside the package; the wheel carries them inside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data(name: str) -> Path:
    inside_wheel = _PACKAGE / "_data" / name
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / name


TASKS = _data("tasks")
VECTORS = _data("vectors")
SCORERS = _PACKAGE / "scoring" / "weights"
BUNDLED_MODEL = _PACKAGE / "bundled" / "model"
BUNDLED_TEXT = _PACKAGE / "bundled" / "text"

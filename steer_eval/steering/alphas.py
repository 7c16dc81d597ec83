"""`alpha=` of the user: one number for all, or several joined by `+`: one per file, or for a single file one per layer of `layers=`."""

import math

from steer_eval.errors import ArgumentError


def given_alphas(text: str, index: int, files: int, count: int, source: str) -> list[float]:
    """The coefficients for one file's directions.

    Args:
        text: the value of `alpha=`.
        index: which of the files, from 0.
        files: how many there are.
        count: how many directions this file brings.
        source: name of this file, for errors.

    Raises:
        ArgumentError: not a number, not finite, or neither one number nor as many as wanted.
    """
    numbers = _numbers(text)
    if len(numbers) == 1:
        return numbers * count
    if files > 1 and len(numbers) == files:
        return [numbers[index]] * count
    if files == 1 and len(numbers) == count:
        return numbers
    wanted = f"{files} (one per file)" if files > 1 else f"{count} (one per layer of {source})"
    raise ArgumentError(f"alpha={text} has {len(numbers)} numbers: wanted 1 or {wanted}")


def _numbers(text: str) -> list[float]:
    for parts in ([text], str(text).split("+")):  # the whole first: 1e+20 is one number
        try:
            numbers = [float(part) for part in parts]
        except ValueError:
            continue
        if not all(math.isfinite(number) for number in numbers):
            raise ArgumentError(f"alpha={text} is not finite")
        return numbers
    raise ArgumentError(f"alpha={text} is not a number, or numbers joined by +")

"""`layers=`: which of a file's own layer numbers are used. The reader has mapped each number to a site by its tool's rule.

Where a file holds one direction that is not tied to a list of layers, `layers=` says at which blocks to put it instead.
"""

import re
from dataclasses import replace

from steer_eval.errors import ArgumentError, VectorMismatch
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector


def parse_layers(text: str) -> list[int]:
    """`2`, `1+2+3`, `0-3` (inclusive) -> numbers in that order; a number may be negative.

    Raises:
        ArgumentError: anything else, or a number that is named twice.
    """
    numbers: list[int] = []
    for part in str(text).split("+"):
        if match := re.fullmatch(r"(\d+)-(\d+)", part.strip()):
            numbers += range(int(match[1]), int(match[2]) + 1)
        elif re.fullmatch(r"-?\d+", part.strip()):
            numbers.append(int(part))
        else:
            raise ArgumentError(f"layers={text} cannot be read at {part!r}: wanted 2, 1+2+3 or 0-3")
    if not numbers:
        raise ArgumentError(f"layers={text} names no layer: wanted 2, 1+2+3 or 0-3")
    if twice := [n for n in numbers if numbers.count(n) > 1]:
        raise ArgumentError(f"layers={text} names layer {twice[0]} twice")
    return numbers


def at_layers(vector: SteeringVector, text: str | None) -> list[tuple[Site, Direction]]:
    """The directions of `vector` that `layers=text` selects, in the order of the text; all of them for None.

    Raises:
        ArgumentError: a text that cannot be read.
        VectorMismatch: a layer that the file does not have.
    """
    items = list(vector.directions.items())
    if text is None:
        return items
    wanted = parse_layers(text)
    if len(items) == 1 and not items[0][1].bound:
        site, direction = items[0]
        return [(replace(site, layer=number), direction) for number in wanted]
    by_number: dict[int, list[tuple[Site, Direction]]] = {}
    for site, direction in items:
        if direction.number is not None:
            by_number.setdefault(direction.number, []).append((site, direction))
    if missing := [n for n in wanted if n not in by_number]:
        has = ", ".join(str(n) for n in sorted(by_number)) or "none"
        raise VectorMismatch(f"layers={text}: {vector.origin.source} has no layer {missing[0]}, it has {has}")
    return [item for number in wanted for item in by_number[number]]

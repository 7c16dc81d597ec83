"""Marker phrases: one text file for each axis, beside this one.

    # a comment
    <help>                          a class of words, named in phrases as <help>
    help; assist; be of help
    [inability] +0.95               a marker and its points, then its phrases
    i cannot <help>; i will not
    [idiom] cancels                 a look-alike: a hit takes away other hits that it overlaps
    cannot wait
    [not_good] -0.4 turns good great    negators: a hit of [good] or [great] shortly after one of these phrases counts as this marker instead
    not; never; hardly

Points above 0: the probability of the behaviour if this marker stands alone. Below 0: the share that it takes from what the others say.
The same markers are features of the learned head and, by themselves, the transparent second scorer (`steer_eval.scoring.rules`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from steer_eval.errors import ScorerError

FOLDER = Path(__file__).parent
_HEADER = re.compile(
    r"^(?:<(?P<group>\w+)>|\[(?P<marker>\w+)\] (?P<points>[+-]\d(?:\.\d+)?|cancels)(?: turns (?P<turns>[\w ]+))?)$"
)


@dataclass(frozen=True)
class Marker:
    """Phrases that say the same thing."""

    points: float
    """See the module's first lines; 0 for a look-alike."""
    cancels: bool
    """Whether it is a look-alike."""
    phrases: tuple[str, ...]
    """In the language of `steer_eval.scoring.phrases`."""
    turns: tuple[str, ...] = ()
    """Markers whose hits after one of the phrases count as this one; the phrases alone are no hit then."""


@dataclass(frozen=True)
class MarkerSet:
    """What one file holds."""

    markers: Mapping[str, Marker]
    """By name, in the order of the file."""
    classes: Mapping[str, tuple[str, ...]]
    """Named groups of words that the phrases use."""


def read_markers(name: str, folder: Path = FOLDER) -> MarkerSet:
    """The markers in `folder`/`name`.txt. Raises ScorerError, with the line, for a file that breaks the format."""
    markers: dict[str, Marker] = {}
    classes: dict[str, tuple[str, ...]] = {}
    for number, header, body in _blocks(folder / f"{name}.txt"):
        found = _HEADER.match(header)
        items = tuple(phrase.strip() for phrase in body.split(";") if phrase.strip())
        if found is None or not items:
            raise ScorerError(
                f"{name}.txt, line {number}: got {header!r}, wanted <class> or [marker] +0.5 and then phrases: fix the line"
            )
        if found["group"]:
            classes[found["group"]] = items
        else:
            cancels = found["points"] == "cancels"
            markers[found["marker"]] = Marker(
                0.0 if cancels else float(found["points"]), cancels, items, tuple((found["turns"] or "").split())
            )
    return MarkerSet(markers, classes)


def _blocks(path: Path) -> list[tuple[int, str, str]]:
    blocks: list[tuple[int, str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line[0] == "[" or (line[0] == "<" and line[-1] == ">"):
            blocks.append((number, line, ""))
        elif blocks:
            blocks[-1] = (*blocks[-1][:2], f"{blocks[-1][2]};{line}")
        else:
            raise ScorerError(f"{path.name}, line {number}: got a phrase before any [marker]: put a header above it")
    return blocks

"""Documents for the bundled model: dialogues and five other kinds of text, from a seed.

Every document has its own seed, `SPLIT:number`, so any of them can be made alone and the splits never share one.
"""

from collections.abc import Callable, Iterator

from steer_eval.bundled.grammar.articles import paragraph
from steer_eval.bundled.grammar.chance import Chance
from steer_eval.bundled.grammar.dialogue import conversation
from steer_eval.bundled.grammar.letters import letter
from steer_eval.bundled.grammar.listings import code, recipe, to_do

KINDS: dict[str, tuple[float, Callable[[Chance], str]]] = {
    "dialogue": (0.60, conversation),
    "article": (0.20, paragraph),
    "letter": (0.07, letter),
    "code": (0.06, code),
    "recipe": (0.03, recipe),
    "list": (0.04, to_do),
}
"""Share of the documents, and what makes them. By tokens about two thirds are dialogue."""

_SHARES = {kind: share for kind, (share, _) in KINDS.items()}


def document(split: str, number: int, kind: str | None = None) -> str:
    """Document `number` of `split`; of a drawn kind where none is given."""
    chance = Chance(f"{split}:{number}")
    return KINDS[kind or chance.weighted(_SHARES)][1](chance)


def documents(split: str, kind: str | None = None, start: int = 0) -> Iterator[str]:
    """Documents of `split` without end."""
    number = start
    while True:
        yield document(split, number, kind)
        number += 1

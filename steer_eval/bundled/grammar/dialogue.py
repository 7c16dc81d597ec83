"""Conversations of one to four turns, in which a style, once shown, persists.

    User: {question}
    Assistant: {answer}

    User: ...

A conversation has one main axis and a latent style on it, drawn from the first question's rate. Later answers follow the latent style with
probability PERSISTENCE and their own question's rate otherwise. The tone, formal or not, colours answers on every axis. That is what makes a style readable before the answer begins, and steerable.
"""

from types import ModuleType

from steer_eval.bundled.grammar import (
    factuality,
    formality,
    hedging,
    refusal,
    self_reference,
    sentiment,
    sycophancy,
)
from steer_eval.bundled.grammar.chance import Chance
from steer_eval.bundled.grammar.wording import dress

AXES: dict[str, ModuleType] = {
    "refusal": refusal,
    "sycophancy": sycophancy,
    "hedging": hedging,
    "formality": formality,
    "sentiment": sentiment,
    "factuality": factuality,
    "self_reference": self_reference,
}
"""One module per axis, each with `ask(chance)` and `answer(chance, ask, styled, formal)`; `formal` colours answers whose axis is another."""

PERSISTENCE = 0.88
"""P(a later answer follows the style of the first)."""
STAYS = 0.85
"""P(a later question is of the main axis)."""
_TURNS = {1: 0.3, 2: 0.42, 3: 0.18, 4: 0.1}
_WEIGHTS = {
    "refusal": 0.19,
    "sycophancy": 0.15,
    "hedging": 0.14,
    "formality": 0.14,
    "sentiment": 0.12,
    "factuality": 0.14,
    "self_reference": 0.12,
}


def turn(question: str, reply: str) -> str:
    return f"User: {question}\nAssistant: {reply}"


def conversation(chance: Chance, axis: str | None = None, latent: bool | None = None, turns: int | None = None) -> str:
    """A conversation about `axis` in the style `latent`; each is drawn where it is not given."""
    main = axis or chance.weighted(_WEIGHTS)
    styles: dict[str, bool] = {} if latent is None else {main: latent}
    said = []
    for i in range(turns or chance.weighted(_TURNS)):
        now = main if i == 0 or chance.flip(STAYS) else chance.weighted(_WEIGHTS)
        ask = AXES[now].ask(chance)
        follows = now in styles and chance.flip(PERSISTENCE)
        follows = follows or (i == 0 and latent is not None)
        styled = styles[now] if follows else chance.flip(ask.rate)
        styles.setdefault(now, styled)
        formal = styles.setdefault("formality", chance.flip(ask.tone))
        said.append(turn(dress(chance, ask.text, ask.slots), AXES[now].answer(chance, ask, styled, formal)))
    return "\n\n".join(said)

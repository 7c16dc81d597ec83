"""Which tokens are steered.

Positions are absolute: 0 is the first real token of a row, whatever the padding, and stays so when a KV cache feeds tokens one by one.
P is the length of the request's own prompt: what precedes the generated tokens, or the continuation of a log-likelihood request.
A plain forward pass, of which nobody says where the prompt ends, is all prompt.

    all         every token                 from:N      pos >= N
    prompt      pos < P                     at:I+J      pos = I or pos = J
    generated   pos >= P                    last:K      P - K <= pos < P

Several are joined by `+` and mean their union: `last:1+generated` is what some tools call "response".
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError

_WANTED = "all, prompt, generated, last:K, from:N or at:I+J, or several joined by +"


@dataclass(frozen=True)
class Positions:
    """A set of token positions, given by its terms. Raises ArgumentError from `parse` only."""

    terms: tuple[tuple[str, int], ...]
    """(word, number) pairs, e.g. ("from", 5); the number is 0 where the word takes none."""

    @classmethod
    def parse(cls, text: str) -> "Positions":
        """Read the notation above.

        Raises:
            ArgumentError: an unknown word, a number that is missing, negative or not a number.
        """
        terms: list[tuple[str, int]] = []
        for part in str(text).split("+"):
            word, _, number = part.partition(":")
            if word.isdecimal() and terms and terms[-1][0] == "at":  # the J of at:I+J
                word, number = "at", word
            takes_number = word in ("last", "from", "at")
            if word not in ("all", "prompt", "generated", "last", "from", "at") or takes_number != number.isdecimal():
                raise ArgumentError(f"positions={text} cannot be read at {part!r}: wanted {_WANTED}")
            if word == "last" and int(number) == 0:
                raise ArgumentError(f"positions={text} steers no token: wanted last:K with K of 1 or more")
            terms.append((word, int(number or 0)))
        return cls(tuple(terms))

    @property
    def everywhere(self) -> bool:
        """Every token is steered, so that no mask is needed."""
        return ("all", 0) in self.terms or ("from", 0) in self.terms

    @property
    def needs_prompt(self) -> bool:
        """The set depends on where the prompt ends."""
        return not self.everywhere and any(word in ("prompt", "generated", "last") for word, _ in self.terms)

    def __str__(self) -> str:
        return "+".join(f"{word}:{n}" if word in ("last", "from", "at") else word for word, n in self.terms)

    def mask(self, position: Tensor, prompt: Tensor) -> Tensor:
        """True where a token is in the set.

        Args:
            position: [batch, seq], absolute position of each token.
            prompt: [batch, 1], length P of each row's prompt.
        """
        chosen = torch.zeros_like(position, dtype=torch.bool)
        for word, n in self.terms:
            match word:
                case "all":
                    chosen |= True
                case "prompt":
                    chosen |= position < prompt
                case "generated":
                    chosen |= position >= prompt
                case "from":
                    chosen |= position >= n
                case "at":
                    chosen |= position == n
                case "last":
                    chosen |= (position >= prompt - n) & (position < prompt)
        return chosen

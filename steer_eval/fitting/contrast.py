"""Contrast sets: the same question after a turn in the positive and after one in the negative style.

One JSON object a line: {"id", "positive": [turn, ...], "negative": [turn, ...]} with turns {"role", "content"}, the last one the user's;
activations are read where the assistant is about to answer it. A side may also be plain text, read at its end.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steer_eval.dialogue import Turn, as_text
from steer_eval.errors import ContrastSetError

Side = str | Sequence[Turn]


@dataclass(frozen=True)
class ContrastSet:
    """Paired prompts."""

    name: str
    """Where it was read from."""
    ids: tuple[str, ...]
    """One a pair, unique."""
    positive: tuple[Side, ...]
    """Prompts that show the behaviour."""
    negative: tuple[Side, ...]
    """Their partners that do not."""
    sha256: str
    """Hash of the file's bytes."""


def load_contrast(path: Path) -> ContrastSet:
    """Read a contrast file.

    Raises:
        ContrastSetError: no such file, not UTF-8, not JSON lines of the shape above, an empty side or an id twice; names the line.
    """
    try:
        raw = path.read_bytes()
        lines = raw.decode("utf-8").splitlines()
    except OSError as error:
        raise ContrastSetError(
            f"{path}: cannot be read ({error.strerror}), wanted a contrast file (JSON lines)"
        ) from None
    except UnicodeDecodeError as error:
        raise ContrastSetError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    ids: dict[str, int] = {}
    positive, negative = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pair = json.loads(line)
        except json.JSONDecodeError as error:
            raise ContrastSetError(f"{path}, line {number}: not JSON ({error.msg})") from None
        where = f"{path}, line {number}"
        if not isinstance(pair, dict) or not isinstance(pair.get("id"), str):
            raise ContrastSetError(f"{where}: wanted an object with id, positive and negative")
        if pair["id"] in ids:
            raise ContrastSetError(f"{where}: id {pair['id']} is already on line {ids[pair['id']]}")
        ids[pair["id"]] = number
        positive.append(_side(pair, "positive", where))
        negative.append(_side(pair, "negative", where))
    if not ids:
        raise ContrastSetError(f"{path} holds no pair")
    return ContrastSet(str(path), tuple(ids), tuple(positive), tuple(negative), hashlib.sha256(raw).hexdigest())


def render(side: Side, tokenizer: Any, chat: bool) -> str:
    """The prompt as text: through the tokenizer's chat template if `chat`, else as plain dialogue."""
    if isinstance(side, str):
        return side
    if chat:
        return str(tokenizer.apply_chat_template(list(side), tokenize=False, add_generation_prompt=True))
    return as_text(side)


def _side(pair: dict[str, Any], name: str, where: str) -> Side:
    side = pair.get(name)
    if isinstance(side, str) and side.strip():
        return side
    if not isinstance(side, list) or not side or not all(map(_is_turn, side)) or side[-1]["role"] != "user":
        raise ContrastSetError(f"{where}: {name} is empty or not a list of turns that ends with the user's")
    return tuple(side)


def _is_turn(turn: object) -> bool:
    if not isinstance(turn, dict) or turn.get("role") not in ("system", "user", "assistant"):
        return False
    return isinstance(turn.get("content"), str) and bool(turn["content"])

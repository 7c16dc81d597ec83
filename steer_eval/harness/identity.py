"""Identities that two parts of a run must agree on."""

import hashlib
import json
from typing import Any


def tokenizer_id(tokenizer: Any) -> str:
    """sha256 over the vocabulary: equal for the same tokenizer under any path."""
    vocabulary = sorted(tokenizer.get_vocab().items())
    return hashlib.sha256(json.dumps(vocabulary).encode()).hexdigest()[:16]

"""Shared parts of the scorer tests."""

import json
from pathlib import Path

import pytest

from steer_eval.scoring import Scorer, load_scorer


@pytest.fixture(scope="session")
def refusal() -> Scorer:
    return load_scorer("refusal")


def hard_set(axis: str) -> tuple[list[str], list[str], list[int]]:
    """Prompts, responses and labels written by hand for this project and never trained on."""
    path = Path(__file__).parent / "hard" / f"{axis}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row.get("prompt", "") for row in rows], [row["text"] for row in rows], [row["label"] for row in rows]

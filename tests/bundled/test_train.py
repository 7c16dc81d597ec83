"""The recipe: a few steps lower the loss, the same seed gives the same weights, a killed run goes on as if it had not stopped."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from steer_eval.bundled import train
from steer_eval.bundled.train import Stream, losses, new_model, save
from steer_eval.paths import BUNDLED_MODEL


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "WIDTH": 32,
        "HEADS": 2,
        "BLOCKS": 2,
        "POSITIONS": 128,
        "WARMUP": 5,
        "CHECKPOINT_EVERY": 4,
    }.items():
        monkeypatch.setattr(train, name, value)


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return AutoTokenizer.from_pretrained(BUNDLED_MODEL, local_files_only=True)


def run(tokenizer: PreTrainedTokenizerFast, steps: int, checkpoint: Path | None = None) -> list[float]:
    return list(losses(new_model(tokenizer, seed=1), Stream(tokenizer, "train-1"), steps, checkpoint))


def test_a_few_steps_make_the_loss_fall(tokenizer) -> None:
    seen = run(tokenizer, 30)
    assert sum(seen[-5:]) / 5 < seen[0] - 1.0


def test_the_same_seed_gives_the_same_losses(tokenizer) -> None:
    assert run(tokenizer, 4) == run(tokenizer, 4)


def test_a_killed_run_goes_on_where_it_stopped(tokenizer, tmp_path: Path) -> None:
    whole = run(tokenizer, 8)
    killed = losses(new_model(tokenizer, seed=1), Stream(tokenizer, "train-1"), 8, tmp_path / "checkpoint.pt")
    for _ in range(5):  # the fifth step comes after the checkpoint at four
        next(killed)
    resumed = run(tokenizer, 8, tmp_path / "checkpoint.pt")
    assert resumed == pytest.approx(whole[4:], abs=1e-3)


def test_the_saved_folder_loads_as_float32(tokenizer, tmp_path: Path) -> None:
    save(new_model(tokenizer, seed=0), tokenizer, tmp_path)
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert loaded.dtype == torch.float32
    assert loaded.config.tie_word_embeddings

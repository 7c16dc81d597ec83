"""repeng: train a ControlVector, export_gguf, and compare with its ControlModel."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from steer_eval.readers import read_vector
from steer_eval.writers import gguf as gguf_writer
from tests.conftest import byte_tokenizer
from tests.interop import IDS, PAIRS, assert_same, logits, ours, random_model, tool

repeng = tool("repeng")
FAMILIES = ["Llama", "GPT-2"]


def trained(family: str, **how: Any) -> Any:
    data = [repeng.DatasetEntry(positive=good, negative=bad) for good, bad in PAIRS]
    return repeng.ControlVector.train(random_model(family), byte_tokenizer(), data, batch_size=4, **how)


def exported(vector: Any, folder: Path) -> str:
    vector.export_gguf(str(folder / "vector.gguf"))
    return str(folder / "vector.gguf")


def controlled(family: str, vector: Any, coeff: float, layers: list[int], **how: Any) -> Any:
    model = repeng.ControlModel(random_model(family), layers)
    model.set_control(vector, coeff, **how)
    return model


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("method", ["pca_diff", "pca_center"])
def test_all_layers_of_a_trained_vector(family: str, method: str, tmp_path: Path) -> None:
    vector = trained(family, method=method)
    want = logits(controlled(family, vector, 1.5, [1, 2, 3]))
    assert_same(family, want, vector=exported(vector, tmp_path), alpha=1.5)


@pytest.mark.parametrize("family", FAMILIES)
def test_some_layers_and_a_negative_coefficient(family: str, tmp_path: Path) -> None:
    vector = trained(family)
    want = logits(controlled(family, vector, -2.0, [-2, 1]))
    assert_same(family, want, vector=exported(vector, tmp_path), alpha=-2.0, layers="1+2")


@pytest.mark.parametrize("family", FAMILIES)
def test_normalize_keeps_the_norm(family: str, tmp_path: Path) -> None:
    vector = trained(family)
    want = logits(controlled(family, vector, 3.0, [1, 2, 3], normalize=True))
    assert_same(family, want, vector=exported(vector, tmp_path), alpha=3.0, intervention="add_keep_norm")


def test_sums_and_multiples_of_vectors(tmp_path: Path) -> None:
    vector = trained("Llama") * 0.5 + trained("Llama", method="pca_center")
    want = logits(controlled("Llama", vector, 1.0, [1, 2, 3]))
    assert_same("Llama", want, vector=exported(vector, tmp_path))


def test_generation_with_a_cache(tmp_path: Path) -> None:
    vector = trained("Llama")
    how = {"max_new_tokens": 12, "do_sample": False, "pad_token_id": 0, "attention_mask": torch.ones_like(IDS)}
    want = controlled("Llama", vector, 2.0, [1, 2, 3]).generate(IDS, **how)
    lm = ours("Llama", vector=exported(vector, tmp_path), alpha=2.0)
    got = lm.model.generate(IDS, **how)
    assert torch.equal(got, want)
    assert not torch.equal(want, random_model("Llama").generate(IDS, **how))


def test_it_reads_the_file_that_we_write(tmp_path: Path) -> None:
    vector = trained("Llama")
    read = read_vector(exported(vector, tmp_path))
    assert not gguf_writer.loss(read).meaning
    gguf_writer.write(read, tmp_path / "written.gguf")
    back = repeng.ControlVector.import_gguf(str(tmp_path / "written.gguf"))
    assert back.model_type == "llama"
    assert {layer: direction.tolist() for layer, direction in back.directions.items()} == {
        layer: np.asarray(direction, np.float32).tolist() for layer, direction in vector.directions.items()
    }

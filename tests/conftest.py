"""Tiny random models with a byte tokenizer, built once a session: no network, no training."""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, GPTNeoXConfig, LlamaConfig, PreTrainedTokenizerFast

WIDTH, BLOCKS = 32, 4

torch.set_num_threads(1)  # models this small only lose by sharing


def byte_tokenizer() -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<|endoftext|>": 0, **{letter: i + 1 for i, letter in enumerate(alphabet)}}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<|endoftext|>", eos_token="<|endoftext|>", pad_token="<|endoftext|>"
    )


def _save(folder: Path, config: object) -> Path:
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config).eval()
    for parameter in model.parameters():  # the default init is so small that every text would be the same
        parameter.data.mul_(4)
    model.save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def neox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a GPT-NeoX model: 4 blocks of width 32."""
    config = GPTNeoXConfig(
        vocab_size=257,
        hidden_size=WIDTH,
        num_hidden_layers=BLOCKS,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=512,
        bos_token_id=0,
        eos_token_id=0,
    )
    return _save(tmp_path_factory.mktemp("neox"), config)


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a Llama model: 4 blocks of width 32."""
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=WIDTH,
        num_hidden_layers=BLOCKS,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=512,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    return _save(tmp_path_factory.mktemp("llama"), config)


@pytest.fixture(scope="session")
def vector_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random direction for block 1 of either model, with standard errors, in our own format; suggests alpha 2."""
    from steer_eval.readers.native import write
    from steer_eval.steering.site import Site
    from steer_eval.steering.vector import Direction, Origin, SteeringVector

    generator = torch.Generator().manual_seed(1)
    rows, stderr = torch.randn(1, WIDTH, generator=generator), torch.rand(1, WIDTH, generator=generator) + 0.1
    direction = Direction(rows, number=1, alpha=2.0, intervention="add", tensors={"stderr": stderr})
    path = tmp_path_factory.mktemp("vectors") / "v.safetensors"
    write(SteeringVector({Site("block_out", 1): direction}, Origin("test", "test"), header={"axis": "refusal"}), path)
    return path

"""Tiny models with random weights, one of each family, built from configs: no download, a few milliseconds each."""

from functools import cache

import torch
import transformers as tf
from torch import nn

WIDTH = 32
BLOCKS = 3
VOCABULARY = 64

_LLAMA = {
    "vocab_size": VOCABULARY,
    "hidden_size": WIDTH,
    "intermediate_size": 48,
    "num_hidden_layers": BLOCKS,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
_HEADS_8 = {**_LLAMA, "head_dim": 8}
_GPT2 = {
    "vocab_size": VOCABULARY,
    "n_embd": WIDTH,
    "n_layer": BLOCKS,
    "n_head": 4,
    "n_positions": 128,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
_GPTJ = {**_GPT2, "rotary_dim": 4}
_NEOX = {k: v for k, v in _LLAMA.items() if k != "num_key_value_heads"}
_GEMMA_VISION = {
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 28,
    "patch_size": 14,
}

CONFIGS = {
    "GPT-NeoX": lambda: tf.GPTNeoXConfig(**_NEOX),
    "Llama": lambda: tf.LlamaConfig(**_LLAMA),
    "Mistral": lambda: tf.MistralConfig(**_LLAMA, sliding_window=64),
    "Qwen2": lambda: tf.Qwen2Config(**_LLAMA),
    "Qwen3": lambda: tf.Qwen3Config(**_HEADS_8),
    "Gemma": lambda: tf.GemmaConfig(**_HEADS_8),
    "Gemma 2": lambda: tf.Gemma2Config(**_HEADS_8),
    "Gemma 3": lambda: tf.Gemma3TextConfig(**_HEADS_8),
    "Gemma 3 with vision": lambda: tf.Gemma3Config(
        text_config=_HEADS_8, vision_config=_GEMMA_VISION, mm_tokens_per_image=4, image_token_index=63
    ),
    "GPT-2": lambda: tf.GPT2Config(**_GPT2),
    "OPT": lambda: tf.OPTConfig(**{**_NEOX, "ffn_dim": 48, "word_embed_proj_dim": WIDTH}),
    "Phi": lambda: tf.PhiConfig(**_LLAMA),
    "Phi-3": lambda: tf.Phi3Config(**_LLAMA),
    "Falcon": lambda: tf.FalconConfig(**_NEOX, multi_query=True, parallel_attn=True),
    "Falcon 40B": lambda: tf.FalconConfig(**_NEOX, new_decoder_architecture=True, num_kv_heads=2),
    "GPT-J": lambda: tf.GPTJConfig(**_GPTJ),
    "Bloom": lambda: tf.BloomConfig(vocab_size=VOCABULARY, hidden_size=WIDTH, n_layer=BLOCKS, n_head=4),
    "MPT": lambda: tf.MptConfig(vocab_size=VOCABULARY, d_model=WIDTH, n_layers=BLOCKS, n_heads=4, max_seq_len=128),
    "OLMo": lambda: tf.OlmoConfig(**_LLAMA),
    "OLMo 2": lambda: tf.Olmo2Config(**_LLAMA),
    "Mixtral": lambda: tf.MixtralConfig(**_LLAMA, num_local_experts=2),
    "StableLM": lambda: tf.StableLmConfig(**_LLAMA),
    "GPT-BigCode": lambda: tf.GPTBigCodeConfig(**_GPT2),
}


@cache
def tiny(family: str) -> nn.Module:
    """The model of that family in float32; shared, so leave it as it was."""
    return build(family)


def build(family: str, seed: int = 0) -> nn.Module:
    """A model of one's own, with weights large enough that every part of it matters."""
    torch.manual_seed(seed)
    config = CONFIGS[family]()
    kind = tf.Gemma3ForConditionalGeneration if family == "Gemma 3 with vision" else tf.AutoModelForCausalLM
    model = kind(config) if kind is tf.Gemma3ForConditionalGeneration else kind.from_config(config)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.ndim > 1:
                p.copy_(torch.randn(p.shape) * (0.5 if "emb" in name or "wte" in name else 0.15))
    return model.eval()


class Custom(nn.Module):
    """A decoder that no library knows: no config, a list of blocks, optionally a second list of the same length."""

    def __init__(self, second_list: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.embed = nn.Embedding(VOCABULARY, WIDTH)
        self.stack = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(BLOCKS))
        if second_list:
            self.others = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(BLOCKS))

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        h = self.embed(input_ids)
        for block in self.stack:
            h = h + torch.tanh(block(h))
        return h


def prompt(rows: int = 1, length: int = 10, seed: int = 1) -> torch.Tensor:
    """Random token ids, [rows, length], none of them special."""
    return torch.randint(3, VOCABULARY - 2, (rows, length), generator=torch.Generator().manual_seed(seed))


class Holder(nn.Module):
    """One block that returns the activation it was given, so that an intervention's effect is the model's output."""

    def __init__(self, h: torch.Tensor) -> None:
        super().__init__()
        self.h = h
        block = nn.Module()
        block.self_attn = nn.Module()
        block.self_attn.o_proj = nn.Identity()
        block.forward = block.self_attn.o_proj.__call__
        self.layers = nn.ModuleList([block, nn.Identity()])

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> torch.Tensor:
        return self.layers[0](self.h)

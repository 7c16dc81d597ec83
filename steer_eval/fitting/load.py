"""Load a model and its tokenizer for fitting: plain Transformers, no harness."""

from typing import Any

from torch import nn

from steer_eval.paths import BUNDLED_MODEL


def load_model(
    pretrained: str | None, device: str = "cpu", dtype: str = "auto", revision: str | None = None
) -> tuple[nn.Module, Any]:
    """Model in eval mode on `device`, and its tokenizer; None: the bundled model."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    name = pretrained or str(BUNDLED_MODEL)
    model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, revision=revision or "main").eval().to(device)
    return model, AutoTokenizer.from_pretrained(name, revision=revision or "main")

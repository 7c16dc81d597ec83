"""Load a model and its tokenizer for fitting: plain Transformers, no harness."""

from typing import Any

from torch import nn

from steer_eval.errors import ModelError
from steer_eval.paths import BUNDLED_MODEL


def load_model(
    pretrained: str | None, device: str = "cpu", dtype: str = "auto", revision: str | None = None
) -> tuple[nn.Module, Any]:
    """Model in eval mode on `device`, and its tokenizer; None: the bundled model.

    Raises:
        ModelError: no such model, here or on the hub.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    name = pretrained or str(BUNDLED_MODEL)
    try:
        model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, revision=revision or "main")
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision or "main")
    except (OSError, ValueError) as error:  # what Transformers raises for a name or a config that it cannot use
        raise ModelError(f"{name} cannot be loaded: {str(error).strip().splitlines()[0]}") from None
    return model.eval().to(device), tokenizer

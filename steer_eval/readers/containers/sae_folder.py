"""Sparse autoencoders on disk, as sae_lens and sparsify save them: one feature's decoder row, and what is needed to encode.

    sae_lens:  sae_weights.safetensors (W_dec [n, width], W_enc [width, n], b_enc, b_dec, threshold), cfg.json with the hook's name
    sparsify:  HOOKPOINT/sae.safetensors (W_dec [n, width], b_dec, encoder.weight, encoder.bias), cfg.json; the folder's name is the place

The encoder is kept where z = relu(h W_enc + b_enc), cut at the threshold, says all: sae_lens' standard and jumprelu architectures without
normalisation. What they subtract from the input, b_dec, is folded into b_enc. Source: sae_lens 6.54 saes/, sparsify 1.3 sparse_coder.py.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.json_file import read_json_beside
from steer_eval.readers.containers.safetensors_file import read_safetensors, safetensors_header
from steer_eval.steering.site import Site, site_of_module

WEIGHTS = ("sae_weights.safetensors", "sae.safetensors")
_HOOKS = {
    "hook_resid_pre": "block_in",
    "hook_resid_post": "block_out",
    "hook_mlp_out": "mlp_out",
    "hook_attn_out": "attn_out",
    "attn.hook_z": "o_proj_in",
}


@dataclass(frozen=True)
class SaeFeature:
    """One feature of a sparse autoencoder."""

    row: Tensor
    """[1, width], of the decoder."""
    tensors: dict[str, Tensor]
    """`bias` (b_dec [width]), and the encoder and decoder where they can be used."""
    hook: str | None
    """Name of the place that the SAE was trained on, as its tool writes it; None: not said."""


def weights_file(path: Path) -> Path | None:
    """The safetensors file of the SAE at `path` (a folder or the file itself); None: there is no SAE."""
    if path.is_dir():
        return next((path / name for name in WEIGHTS if (path / name).is_file()), None)
    if not path.is_file() or kind_of(path) != "safetensors" or "W_dec" not in safetensors_header(path):
        return None
    return path


def read_feature(weights: Path, feature: int, encoder: bool = True) -> SaeFeature:
    """Feature number `feature` of the SAE in the file `weights`; the encoder, the large part, only if asked for.

    Raises:
        VectorFormatError: out of range, a damaged file, or parts that do not fit each other.
    """
    if kind_of(weights) != "safetensors" or "W_dec" not in (header := safetensors_header(weights)):
        raise VectorFormatError(f"{weights} has no W_dec: wanted a sparse autoencoder's weights")
    row = read_safetensors(weights, {"W_dec": feature})["W_dec"]
    cfg = read_json_beside(weights, "cfg.json") or {}
    encodes = encoder and {"W_enc", "b_enc", "b_dec"} <= header.keys() and _plain_encoder(cfg)
    tensors = _with_encoder(weights, cfg) if encodes else _bias(weights, header)
    if "bias" in tensors and tensors["bias"].shape != row.shape[1:]:
        raise VectorFormatError(
            f"{weights}: b_dec has shape {list(tensors['bias'].shape)}, W_dec has width {row.shape[1]}"
        )
    return SaeFeature(row, tensors, _hook(weights, cfg))


def site_of_hook(name: str) -> Site | None:
    """The site that a TransformerLens hook or a module name means, e.g. `blocks.3.hook_resid_post`; None: none that we have."""
    if match := re.fullmatch(r"blocks\.(\d{1,5})\.([\w.]+)", name):
        kind = _HOOKS.get(match[2])
        return Site(kind, int(match[1])) if kind else None
    if re.fullmatch(r"(?:[a-z_]+\.)*(?:layers|h)\.\d{1,5}(?:\.[a-z_.]+)?|embed_\w+|wte", name):
        return site_of_module(name)
    return None


def _plain_encoder(cfg: dict[str, object]) -> bool:
    plain = (
        cfg.get("architecture", "standard") in ("standard", "jumprelu") and cfg.get("activation_fn", "relu") == "relu"
    )
    return plain and cfg.get("normalize_activations", "none") in ("none", None)


def _bias(weights: Path, header: dict[str, object]) -> dict[str, Tensor]:
    about = header.get("b_dec")
    shape = about.get("shape") if isinstance(about, dict) else None
    if not isinstance(shape, list) or len(shape) != 1:
        return {}
    return {"bias": read_safetensors(weights, {"b_dec": None})["b_dec"]}


def _with_encoder(weights: Path, cfg: dict[str, object]) -> dict[str, Tensor]:
    parts = read_safetensors(weights)
    features, width = parts["W_dec"].shape
    threshold = parts.get("threshold", torch.zeros(features))
    wanted = {"W_enc": [width, features], "b_enc": [features], "b_dec": [width]}
    for name, shape in wanted.items():
        if list(parts[name].shape) != shape:
            raise VectorFormatError(f"{weights}: {name} has shape {list(parts[name].shape)}, W_dec wants {shape}")
    if list(threshold.shape) != [features]:
        raise VectorFormatError(f"{weights}: threshold has shape {list(threshold.shape)}, W_dec wants {[features]}")
    b_enc = (
        parts["b_enc"] - parts["b_dec"] @ parts["W_enc"] if cfg.get("apply_b_dec_to_input", True) else parts["b_enc"]
    )
    names = {name: parts[name] for name in ("W_enc", "W_dec", "b_dec")}
    return {**names, "b_enc": b_enc, "threshold": threshold, "bias": parts["b_dec"]}


def _hook(weights: Path, cfg: dict[str, object]) -> str | None:
    inner = cfg.get("metadata")
    for said in (
        inner.get("hook_name") if isinstance(inner, dict) else None,
        cfg.get("hook_name"),
        cfg.get("hook_point"),
    ):
        if isinstance(said, str) and said:
            return said[:200]
    folder = weights.parent.name  # sparsify
    return folder if weights.name == WEIGHTS[1] and site_of_hook(folder) else None

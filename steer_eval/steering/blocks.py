"""Find the decoder blocks of a model, and the modules inside a block.

Blocks: the list of `num_hidden_layers` modules in the text model. Inside a block each part goes by one of a few names across model
families; a new family is a name in PARTS. A part is the module of that name and what it returns, whatever that is: the attention and
MLP modules of Bloom and MPT add the residual stream themselves, and those of Gemma 2 and 3 are followed by a norm before it is added.
"""

from collections.abc import Iterator
from typing import Any

from torch import nn

from steer_eval.errors import ModelError, VectorMismatch
from steer_eval.steering.site import Site

# Names of a block's parts by family, relative to the block, first match wins (Gemma 2 and 3 have both norms after attention).
PARTS = {
    "attn": ("self_attn", "attention", "attn", "self_attention"),
    "mlp": ("mlp", "block_sparse_moe", "ffn", "feed_forward"),  # OPT has none: its MLP is two bare Linears
    "norm1": ("input_layernorm", "ln_1", "norm_1", "self_attn_layer_norm", "ln_attn"),
    "norm2": ("pre_feedforward_layernorm", "post_attention_layernorm", "ln_2", "norm_2", "final_layer_norm", "ln_mlp"),
    "o_proj": ("o_proj", "dense", "out_proj", "c_proj"),  # inside the attention module
}

_PART_OF_KIND = {
    "attn_out": "attn",
    "mlp_out": "mlp",
    "norm1_in": "norm1",
    "norm1_out": "norm1",
    "norm2_in": "norm2",
    "o_proj_in": "o_proj",
    "o_proj_out": "o_proj",
}


# Names of the number of blocks in configs that do not map theirs to the usual one.
_COUNTS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")


def text_config(model: nn.Module) -> object:
    """The config of the language part: the model's own, or its `text_config` in a multimodal model; None if it has none."""
    config = getattr(model, "config", None)
    return getattr(config, "text_config", None) or config


def find_blocks(model: nn.Module) -> nn.ModuleList:
    """The list of decoder blocks, first to last.

    Raises:
        ModelError: an encoder-decoder model, or no or more than one list of the right length.
    """
    name = type(model).__name__
    if getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        raise ModelError(f"{name} is an encoder-decoder model: wanted a decoder-only model (AutoModelForCausalLM)")
    config = text_config(model)
    count = next((n for key in _COUNTS if (n := getattr(config, key, None)) is not None), None)
    lists = dict(_lists(model, count))
    if len(lists) != 1:
        found = ", ".join(f"{path} ({len(blocks)})" for path, blocks in lists.items()) or "none"
        wanted = "more than one module" if count is None else f"{count} modules, as its config says"
        raise ModelError(
            f"cannot tell the decoder blocks of {name}: wanted one list of {wanted}, found {found}; "
            "name the module yourself with site=module.path, e.g. site=transformer.layers.3"
        )
    (blocks,) = lists.values()
    return blocks


def _lists(module: nn.Module, count: int | None, path: str = "") -> Iterator[tuple[str, nn.ModuleList]]:
    """Lists of `count` modules (None: of more than one), with their paths. A list inside such a list (experts, heads) is none."""
    for name, child in module.named_children():
        inner = f"{path}.{name}" if path else name
        if isinstance(child, nn.ModuleList) and (len(child) == count if count is not None else len(child) > 1):
            yield inner, child
        elif not any(word in name for word in ("vision", "visual", "audio")):
            yield from _lists(child, count, inner)


def find_module(model: nn.Module, site: Site) -> nn.Module:
    """The module at whose input or output `site` lies.

    Raises:
        VectorMismatch: the layer is out of range.
        ModelError: the model has no such part.
    """
    if site.kind == "module":
        return _named_module(model, site.path or "")
    if site.kind == "embed_out":
        return _embeddings(model)
    blocks = find_blocks(model)
    block = blocks[block_index(site, len(blocks))]
    part = _PART_OF_KIND.get(site.kind)
    if part is None:
        return block
    if part == "norm2":  # a block without a first norm (OLMo 2) norms only what attention and MLP return
        _part(block, "norm1", site)
    owner = _part(block, "attn", site) if part == "o_proj" else block
    return _part(owner, part, site)


def block_index(site: Site, count: int) -> int:
    """Index of the site's block in a model of `count` blocks.

    Raises:
        VectorMismatch: out of range.
    """
    layer = site.layer
    if layer is None or not -count <= layer < count:
        raise VectorMismatch(f"layer {layer} is out of range: the model has blocks 0 to {count - 1}")
    return layer % count


def _part(owner: nn.Module, part: str, site: Site) -> nn.Module:
    for name in PARTS[part]:
        if (module := getattr(owner, name, None)) is not None:
            return module
    children = ", ".join(name for name, _ in owner.named_children())
    raise ModelError(
        f"no {part} module for {site} in {type(owner).__name__} (it has {children}): "
        "choose another site, or name a module with site=module.path"
    )


def _embeddings(model: Any) -> nn.Module:
    try:
        found = model.get_input_embeddings()
    except (AttributeError, NotImplementedError):
        found = None
    if not isinstance(found, nn.Module):
        raise ModelError(
            f"{type(model).__name__} does not say which are its embeddings: name them with site=module.path"
        )
    return found


def _named_module(model: Any, path: str) -> nn.Module:
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model  # inside a peft model
    for root in (inner, getattr(inner, "base_model", inner), model):
        try:
            found: nn.Module = root.get_submodule(path)
        except AttributeError:
            continue
        return found
    raise ModelError(f"the model has no module {path!r}: its own names are, e.g., {_examples(inner)}")


def _examples(model: nn.Module) -> str:
    names = [name for name, _ in model.named_modules() if name.count(".") >= 2]
    return ", ".join(names[:3]) or "none"

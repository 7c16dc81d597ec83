"""Find the decoder blocks of a model, and the modules inside a block.

Blocks: the list of `num_hidden_layers` modules in the text model. Inside a block each part goes by one of a few names across model
families; a new family is a name in PARTS.
"""

from collections.abc import Sequence

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


def text_config(model: nn.Module) -> object:
    """The config of the language part: the model's own, or its `text_config` in a multimodal model."""
    config = model.config
    return getattr(config, "text_config", None) or config


def find_blocks(model: nn.Module) -> Sequence[nn.Module]:
    """The list of decoder blocks, first to last.

    Raises:
        ModelError: an encoder-decoder model, or no or more than one list of the right length.
    """
    name = type(model).__name__
    if getattr(model.config, "is_encoder_decoder", False):
        raise ModelError(f"{name} is an encoder-decoder model: wanted a decoder-only model (AutoModelForCausalLM)")
    count = getattr(text_config(model), "num_hidden_layers", None)
    lists = {path: m for path, m in model.named_modules() if isinstance(m, nn.ModuleList) and len(m) == count}
    # A list inside a block of another list (experts, heads) is never the stack of blocks.
    outer = {p: m for p, m in lists.items() if not any(p.startswith(other + ".") for other in lists)}
    text_only = {p: m for p, m in outer.items() if "vision" not in p and "audio" not in p}
    if len(text_only) != 1:
        found = ", ".join(text_only) or "none"
        raise ModelError(
            f"cannot tell the decoder blocks of {name}: {count} layers, lists of that length: {found}; "
            "name the module yourself with site=module.path, e.g. site=transformer.layers.3"
        )
    return next(iter(text_only.values()))


def find_module(model: nn.Module, site: Site) -> nn.Module:
    """The module at whose input or output `site` lies.

    Raises:
        VectorMismatch: the layer is out of range.
        ModelError: the model has no such part.
    """
    if site.kind == "module":
        return _named_module(model, site.path or "")
    if site.kind == "embed_out":
        return model.get_input_embeddings()
    blocks = find_blocks(model)
    block = blocks[block_index(site, len(blocks))]
    part = _PART_OF_KIND.get(site.kind)
    if part is None:
        return block
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
        f"no {part} module for {site} in {type(owner).__name__} (it has {children}): name it with site=module.path"
    )


def _named_module(model: nn.Module, path: str) -> nn.Module:
    base = getattr(model, "base_model", model)
    for root in (base, model):
        module = dict(root.named_modules()).get(path)
        if module is not None:
            return module
    raise ModelError(f"the model has no module {path!r}: its own names are, e.g., {_examples(model)}")


def _examples(model: nn.Module) -> str:
    names = [name for name, _ in model.named_modules() if name.count(".") >= 2]
    return ", ".join(names[:3]) or "none"

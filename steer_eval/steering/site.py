"""Where in a transformer a direction is applied.

Kinds follow the residual stream: `block_in` and `block_out` are the stream before and after decoder block `layer`; `attn_out` and
`mlp_out` are what these modules return; `norm1_out` is the output of the block's first norm; `norm1_in` and `norm2_in` are what that
norm alone reads (the stream itself keeps its value); `o_proj_in` and `o_proj_out` are the two sides of the attention output
projection (`head` names a slice of its input); `embed_out` is the token embedding; `module` is the output of any module by its path.
`hidden_states[i + 1]` of Transformers equals `block_out` i, except for the last one, which is after the final norm.
"""

import re
from dataclasses import dataclass

KINDS = (
    "block_in",
    "block_out",
    "attn_out",
    "mlp_out",
    "norm1_in",
    "norm1_out",
    "norm2_in",
    "o_proj_in",
    "o_proj_out",
    "embed_out",
    "module",
)

# Module names of a base model that mean a place we have a name for, so that the same numbers get the same fingerprint in any format.
_BLOCK = r"(?:[\w.]*\.)?(?:layers|h|blocks)\.(\d+)"
_PATHS = {
    "block_out": re.compile(_BLOCK),
    "attn_out": re.compile(_BLOCK + r"\.(?:self_attn|attention|attn|self_attention)"),
    "mlp_out": re.compile(_BLOCK + r"\.(?:mlp|ffn|feed_forward)"),
    "o_proj_out": re.compile(
        _BLOCK + r"\.(?:self_attn|attention|attn|self_attention)\.(?:o_proj|dense|out_proj|c_proj)"
    ),
    "embed_out": re.compile(r"(?:[\w.]*\.)?(?:embed_tokens|embed_in|wte|word_embeddings)"),
}


@dataclass(frozen=True, order=True)
class Site:
    """One place in the model."""

    kind: str
    """One of KINDS."""
    layer: int | None = None
    """Block, counted from 0; negative counts from the last block; None for `embed_out` and `module`."""
    head: int | None = None
    """Attention head, counted from 0, where the direction belongs to one head's slice; None otherwise."""
    path: str | None = None
    """Module path, for kind `module` only."""

    @property
    def input_side(self) -> bool:
        """The site is what its module reads, not what it returns."""
        return self.kind in ("block_in", "norm1_in", "norm2_in", "o_proj_in")

    def __str__(self) -> str:
        if self.kind == "module":
            return f"module {self.path}"
        text = self.kind if self.layer is None else f"{self.kind} {self.layer}"
        return text if self.head is None else f"{text} head {self.head}"


def site_of_module(path: str) -> Site:
    """The site that a module name of a base model means, e.g. `layers.3.mlp`: `mlp_out` of block 3.

    A name without a special meaning becomes a `module` site.
    """
    for kind, pattern in _PATHS.items():
        if match := pattern.fullmatch(path):
            return Site(kind, int(match[1]) if match.groups() else None)
    return Site("module", path=path)

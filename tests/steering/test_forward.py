"""Core interventions on the GPT-NeoX and GPT-2 layouts against forward passes written by hand, from the weights alone."""

import math
from copy import deepcopy

import pytest
import torch
from torch.nn import functional as F

from steer_eval.steering import interventions
from steer_eval.steering.attach import Placement, Steering
from steer_eval.steering.positions import Positions
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction
from tests.steering.models import WIDTH, prompt, tiny

HEADS, SIZE = 4, WIDTH // 4
GENERATOR = torch.Generator().manual_seed(5)
V = torch.randn(1, WIDTH, generator=GENERATOR)
BIAS = torch.randn(WIDTH, generator=GENERATOR)
U = V[0] / V[0].norm()

# Interventions as anybody would write them, in float32.
CORE = {
    "add": (lambda h, a: h + a * V[0], 1.5),
    "add_keep_norm": (
        lambda h, a: (h + a * V[0]) * h.norm(dim=-1, keepdim=True) / (h + a * V[0]).norm(dim=-1, keepdim=True),
        1.5,
    ),
    "ablate": (lambda h, a: h - a * (h * U).sum(-1, keepdim=True) * U, 1.0),
    "ablate_then_add": (lambda h, a: h - (h * U).sum(-1, keepdim=True) * U + a * V[0], 0.8),
    "affine": (lambda h, a: h - a * ((h - BIAS) * U).sum(-1, keepdim=True) * U, 1.0),
    "clamp": (lambda h, a: h + (a - ((h - BIAS) * U).sum(-1, keepdim=True)) * U, 3.0),
    "replace": (lambda h, a: a * V[0] + 0 * h, 0.7),
}


def attend(q, k, v):
    """[batch, heads, seq, size] each; causal, softmax in float32."""
    scores = (q @ k.transpose(-1, -2)) / math.sqrt(SIZE)
    future = torch.ones(q.shape[2], q.shape[2]).triu(1).bool()
    return scores.masked_fill(future, -torch.inf).softmax(-1, dtype=torch.float32).to(v.dtype) @ v


def merge(heads):
    batch, _, seq, _ = heads.shape
    return heads.transpose(1, 2).reshape(batch, seq, WIDTH)


def neox(model, ids, at):
    """GPT-NeoX with parallel residuals: h + attention(norm1(h)) + MLP(norm2(h)); rotary embeddings on the first quarter of a head."""

    def rotate(x):
        turned = round(SIZE * 0.25)
        angle = torch.arange(x.shape[2]).float()[:, None] * 10000 ** (-torch.arange(0, turned, 2).float() / turned)
        cos, sin = (torch.cat([f(angle)] * 2, -1).to(x.dtype) for f in (torch.cos, torch.sin))
        part, rest = x[..., :turned], x[..., turned:]
        a, b = part.chunk(2, -1)
        return torch.cat([part * cos + torch.cat([-b, a], -1) * sin, rest], -1)

    base = model.gpt_neox
    h = at("embed_out", None, base.embed_in.weight[ids])
    for i, block in enumerate(base.layers):
        h = at("block_in", i, h)
        first, second = block.input_layernorm, block.post_attention_layernorm
        x = at("norm1_out", i, F.layer_norm(at("norm1_in", i, h), (WIDTH,), first.weight, first.bias, first.eps))
        fused = F.linear(x, block.attention.query_key_value.weight, block.attention.query_key_value.bias)
        q, k, v = fused.view(*x.shape[:2], HEADS, 3 * SIZE).transpose(1, 2).chunk(3, -1)
        z = at("o_proj_in", i, merge(attend(rotate(q), rotate(k), v)))
        dense = block.attention.dense
        attention = at("attn_out", i, at("o_proj_out", i, F.linear(z, dense.weight, dense.bias)))
        y = F.layer_norm(at("norm2_in", i, h), (WIDTH,), second.weight, second.bias, second.eps)
        up, down = block.mlp.dense_h_to_4h, block.mlp.dense_4h_to_h
        mlp = at("mlp_out", i, F.linear(F.gelu(F.linear(y, up.weight, up.bias)), down.weight, down.bias))
        h = at("block_out", i, mlp + attention + h)
    norm = base.final_layer_norm
    return F.linear(F.layer_norm(h, (WIDTH,), norm.weight, norm.bias, norm.eps), model.get_output_embeddings().weight)


def gpt2(model, ids, at):
    """GPT-2: h + attention(norm1(h)), then + MLP(norm2(.)); learned positions; weights stored as [in, out]."""
    base = model.transformer
    h = at("embed_out", None, base.wte.weight[ids]) + base.wpe.weight[: ids.shape[1]]
    for i, block in enumerate(base.h):
        h = at("block_in", i, h)
        x = F.layer_norm(at("norm1_in", i, h), (WIDTH,), block.ln_1.weight, block.ln_1.bias, block.ln_1.eps)
        fused = at("norm1_out", i, x) @ block.attn.c_attn.weight + block.attn.c_attn.bias
        q, k, v = (part.view(*x.shape[:2], HEADS, SIZE).transpose(1, 2) for part in fused.split(WIDTH, -1))
        z = at("o_proj_in", i, merge(attend(q, k, v)))
        h = h + at("attn_out", i, at("o_proj_out", i, z @ block.attn.c_proj.weight + block.attn.c_proj.bias))
        y = F.layer_norm(at("norm2_in", i, h), (WIDTH,), block.ln_2.weight, block.ln_2.bias, block.ln_2.eps)
        y = F.gelu(y @ block.mlp.c_fc.weight + block.mlp.c_fc.bias, approximate="tanh")
        h = at("block_out", i, h + at("mlp_out", i, y @ block.mlp.c_proj.weight + block.mlp.c_proj.bias))
    return F.linear(F.layer_norm(h, (WIDTH,), base.ln_f.weight, base.ln_f.bias, base.ln_f.eps), model.lm_head.weight)


BY_HAND = {"GPT-NeoX": neox, "GPT-2": gpt2}
SITES = [
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
]


def both(family, dtype, name, kind, positions="all", chosen=slice(None)):
    """Logits by hand and by hooks, and how far the hooks moved them."""
    model, ids = deepcopy(tiny(family)).to(dtype), prompt(2)
    change, alpha = CORE[name]
    layer = None if kind == "embed_out" else 1

    def at(site, i, h):
        if (site, i) != (kind, layer):
            return h
        h = h.clone()
        h[:, chosen] = change(h[:, chosen].float(), alpha).to(dtype)
        return h

    direction = Direction(V, tensors={"bias": BIAS, "reference": BIAS})
    placement = Placement(Site(kind, layer), direction, interventions.make(name, {}), alpha)
    with torch.no_grad():
        want, plain = BY_HAND[family](model, ids, at), model(ids).logits
        with Steering(model, [placement], Positions.parse(positions)):
            got = model(ids).logits
    return got.float(), want.float(), (got - plain).float().abs().max()


@pytest.mark.parametrize("kind", SITES)
@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("family", BY_HAND)
def test_in_float32_hooks_give_the_logits_of_the_pass_by_hand(family, name, kind):
    got, want, moved = both(family, torch.float32, name, kind)
    assert (got - want).abs().max() < 1e-5 * want.abs().max()
    assert moved > 1e-2 * want.abs().max()


@pytest.mark.parametrize("kind", ["block_in", "block_out", "attn_out", "mlp_out"])
@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("family", BY_HAND)
def test_in_bfloat16_hooks_give_the_logits_of_the_pass_by_hand(family, name, kind):
    got, want, moved = both(family, torch.bfloat16, name, kind)
    # Both passes round to 8 bits after every operation, in their own order: a few steps of 2^-8 of the largest logit.
    assert (got - want).abs().max() < 6 * 2**-8 * want.abs().max()
    assert moved > (got - want).abs().max()


@pytest.mark.parametrize(
    ("positions", "chosen"), [("from:6", slice(6, None)), ("last:2", slice(8, None)), ("at:0+4", [0, 4])]
)
@pytest.mark.parametrize("family", BY_HAND)
def test_positions_choose_the_tokens_that_the_pass_by_hand_changes(family, positions, chosen):
    got, want, _ = both(family, torch.float32, "add", "block_out", positions, chosen)
    assert (got - want).abs().max() < 1e-5 * want.abs().max()

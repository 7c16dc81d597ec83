"""Fit a steering vector on a contrast set, at the output of one block."""

from typing import Any

from torch import nn

from steer_eval import __version__
from steer_eval.fitting.capture import Read, capture
from steer_eval.fitting.contrast import ContrastSet, render
from steer_eval.fitting.estimators.mean_difference import mean_difference
from steer_eval.steering.blocks import block_index, find_blocks
from steer_eval.steering.select import keep_coordinates
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector


def fit(
    model: nn.Module,
    tokenizer: Any,
    contrast: ContrastSet,
    layer: int,
    *,
    axis: str | None = None,
    alpha: float | None = None,
    k: int | None = None,
    select: str = "enr",
    read: Read = "last",
    chat: bool = False,
    batch_size: int = 32,
) -> SteeringVector:
    """The mean difference of `contrast` at the output of block `layer`, with its standard errors.

    Args:
        model: in eval mode.
        tokenizer: of the model.
        contrast: paired prompts.
        layer: 0-based block; negative counts from the last.
        axis: behaviour axis, for the header.
        alpha: coefficient that the file will suggest.
        k: coordinates to keep; None: all. The standard errors of all are stored either way.
        select: rule for k.
        read: where in the prompt activations are read.
        chat: render prompts by the tokenizer's chat template.
        batch_size: prompts per pass.

    Raises:
        ContrastSetError: a prompt that does not fit the context, or too few prompts.
        VectorMismatch: `layer` out of range.
    """
    site = Site("block_out", block_index(Site("block_out", layer), len(find_blocks(model))))
    sides = {}
    for name in ("positive", "negative"):
        prompts = [render(side, tokenizer, chat) for side in getattr(contrast, name)]
        sides[name] = capture(
            model, tokenizer, prompts, [site], read=read, batch_size=batch_size, desc=f"{name} prompts"
        )[site]
    rows, stderr = mean_difference(sides["positive"], sides["negative"])
    direction = Direction(
        rows[None], number=site.layer, alpha=alpha, intervention="add", tensors={"stderr": stderr[None]}
    )
    if k is not None:
        direction = Direction(
            keep_coordinates(direction, k, select),
            number=site.layer,
            alpha=alpha,
            intervention="add",
            tensors=direction.tensors,
        )
    header = {
        "model": getattr(model.config, "name_or_path", None),
        "revision": getattr(model.config, "_commit_hash", None),
        "hidden_size": rows.shape[0],
        "axis": axis,
        "estimator": "mean_difference",
        "read": read,
        "chat_template": chat,
        "n_positive": sides["positive"].n,
        "n_negative": sides["negative"].n,
        "k": k,
        "select": select if k is not None else None,
        "contrast_sha256": contrast.sha256,
        "version": __version__,
    }
    return SteeringVector({site: direction}, Origin(contrast.name, "fit"), header=header)

"""Mean difference: v = mean(h over D+) - mean(h over D-), with its standard error per coordinate.

    se_i = sqrt(var+_i / n+ + var-_i / n-)        ENR_i = |v_i| / max(se_i, 1e-8)

var is unbiased (n - 1). From "Sparse Activation Steering with Mean Differences in Transformer Residual Streams", section 3.
"""

import torch
from torch import Tensor

from steer_eval.errors import ContrastSetError
from steer_eval.fitting.capture import Moments
from steer_eval.steering.select import effect_to_noise


def mean_difference(positive: Moments, negative: Moments) -> tuple[Tensor, Tensor]:
    """Direction and standard error, both [width] float32.

    Raises:
        ContrastSetError: fewer than two prompts on a side, so that there is no variance.
    """
    for side, moments in (("positive", positive), ("negative", negative)):
        if moments.n < 2:
            raise ContrastSetError(f"the {side} side has {moments.n} prompts: wanted at least 2, for a variance")
    assert isinstance(positive.mean, Tensor)
    assert isinstance(negative.mean, Tensor)
    stderr = (positive.variance / positive.n + negative.variance / negative.n).sqrt()
    return (positive.mean - negative.mean).float(), stderr.float()


def sparse_steering_vector(acts_pos: Tensor, acts_neg: Tensor, k: int) -> Tensor:
    """The paper's function: the k coordinates of the mean difference with the largest ENR, the others zero.

    Args:
        acts_pos: [n+, width] activations over D+.
        acts_neg: [n-, width] activations over D-.
        k: coordinates to keep, 1..width.

    Returns:
        [width], of the inputs' dtype and device.
    """
    diff = acts_pos.mean(0) - acts_neg.mean(0)
    stderr = (acts_pos.var(0) / len(acts_pos) + acts_neg.var(0) / len(acts_neg)).sqrt()
    keep = effect_to_noise(diff, stderr).topk(k).indices
    sparse = torch.zeros_like(diff)
    sparse[keep] = diff[keep]
    return sparse

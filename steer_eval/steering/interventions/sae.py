"""Set one feature of a sparse autoencoder, keeping what the autoencoder does not explain. From axbench (GemmaScopeSAE).

    z = relu(p) where p > threshold, else 0;  p = h W_enc + b_enc;  reconstruction = z W_dec + b_dec
    sae_clamp         z_f becomes alpha
    sae_min_clamp     z_f becomes max(z_f, alpha)

and the reconstruction error of the original h is added back, so everything but feature f cancels: h + (z_f' - z_f) W_dec[f].
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.interventions import Intervention, register
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction

_SAE = (
    "a file that holds a whole SAE (axbench GemmaScopeSAE.pt, sae_lens and sparsify folders), not a decoder row alone"
)


@register("sae_clamp")
@dataclass(frozen=True)
class SaeClamp(Intervention):
    """At alpha 0 the feature is switched off."""

    feature: int | None = None
    """Number of the feature, from 0; the reader sets it from `row=`."""

    ROWS = None
    IDLE_AT_ZERO = False
    TENSORS = {"W_enc": _SAE, "b_enc": _SAE, "threshold": _SAE, "W_dec": _SAE}  # noqa: RUF012

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        sae = super().prepare(direction, site, alpha).tensors
        count = sae["W_dec"].shape[0]
        if self.feature is None:
            raise ArgumentError(
                f"{self.NAME} needs to know which of the {count} features of the SAE: give row=0..{count - 1}"
            )
        if isinstance(self.feature, bool) or not isinstance(self.feature, int) or not 0 <= self.feature < count:
            raise ArgumentError(
                f"{self.NAME}: feature {self.feature} is out of range: the SAE has features 0 to {count - 1}"
            )
        parts = {"encoder": sae["W_enc"][:, self.feature], "bias": sae["b_enc"][self.feature]}
        parts["threshold"] = sae["threshold"].expand(count)[self.feature]
        return replace(direction, rows=sae["W_dec"][self.feature][None], tensors=parts)

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        part = direction.tensors
        p = h @ part["encoder"] + part["bias"]
        z = torch.where(p > part["threshold"], p.clamp_min(0), 0.0)
        return h + (self.target(z, alpha) - z)[..., None] * direction.row

    def target(self, z: Tensor, alpha: float) -> Tensor:
        """What the feature's value z, [batch, seq], becomes."""
        return torch.full_like(z, alpha)


@register("sae_min_clamp")
@dataclass(frozen=True)
class SaeMinClamp(SaeClamp):
    """No-op where the feature is above alpha already."""

    IDLE_AT_ZERO = True

    def target(self, z: Tensor, alpha: float) -> Tensor:
        return z.clamp_min(alpha)

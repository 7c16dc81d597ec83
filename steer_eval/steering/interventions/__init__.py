"""What is done to an activation: one formula a file, found by importing this package.

An intervention is a frozen dataclass whose fields are its knobs. `prepare` checks a direction once and works out what can be worked out
ahead; calling it returns the new activation of every token, and the caller keeps it only where a token is steered. Notation: h
activation, v direction as stored, u = v / |v|, alpha coefficient (already times `max_act`).

What a reader puts into `Direction.tensors` (float32) and `Direction.knobs` for the interventions that want more than rows and alpha:

    tensors  bias       [width]              clamp: subtracted before and added back after; absent = 0
             reference  [width]              affine: the activation whose coordinate is the target
             stderr     [rows, width]        ENR selection only
             W_enc      [width, features]    sae_clamp, sae_min_clamp: pre-activation = h W_enc + b_enc
             b_enc      [features]               (where the SAE subtracts b_dec first: fold it in, b_enc - b_dec W_enc)
             threshold  [features]               (a plain ReLU SAE has zeros)
             W_dec      [features, width]        (rows of the Direction: [1, width], the feature's row of W_dec)
             b_dec      [width]                  (cancels out of the arithmetic; may be left out)
    knobs    feature    number of the SAE feature, from 0 (the `row` that the user gave)
             tau        cosine_gated_add: the gate's offset
             degree     rotate: the angle is alpha * degree; a file whose coefficient is in radians gives degree = 180 / pi and
                        alpha = that coefficient, so that a user's alpha= is in radians too; `degree=` of the user drops that alpha
             mode       rotate: "target" (default) or "offset";  adaptive  rotate: only where h has a positive part along the first row
             alignment  prompt_positional: position of row 0, default 1
             heads      per_head_add: "layer:head+layer:head"; absent = all heads of all layers in the file

Rows: one; any number (a span) for ablate and ablate_everywhere; two (the plane) for rotate; [tokens, width] for prompt_positional;
[heads, head width] at `o_proj_in` for per_head_add.
"""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from importlib import import_module
from typing import ClassVar, TypeVar

from torch import Tensor

from steer_eval.errors import ArgumentError
from steer_eval.steering.site import Site
from steer_eval.steering.tokens import Tokens
from steer_eval.steering.vector import Direction

_REGISTRY: dict[str, type["Intervention"]] = {}
_Class = TypeVar("_Class", bound=type["Intervention"])


@dataclass(frozen=True)
class Intervention:
    """Base of all interventions. Raises ArgumentError from a knob that cannot be used."""

    NAME: ClassVar[str]
    """The word in `intervention=`."""
    ROWS: ClassVar[int | None] = 1
    """Rows that a direction must have; None: any number."""
    TENSORS: ClassVar[Mapping[str, str]] = {}
    """Names in `direction.tensors` that it cannot do without, and where each normally comes from."""
    SITES: ClassVar[tuple[str, ...]] = ()
    """Kinds of site where it acts whatever the file says, in every block; empty: where the file or the user says."""
    ADDITIVE: ClassVar[bool] = False
    """It adds to h whatever h is, so a direction that then changes no logit is a mistake."""
    IDLE_AT_ZERO: ClassVar[bool] = True
    """alpha 0 leaves h as it is; the model then gets no hook, so that not even the sign of a zero changes."""
    OWN_TYPE: ClassVar[bool] = False
    """It computes in the activation's number type; otherwise in float32 (or better), and the result is rounded once."""
    NEEDS_TOKENS: ClassVar[bool] = False
    """It looks at padding or positions itself, so it needs `tokens` even when every token is steered."""
    ALPHA_UNIT: ClassVar[str | None] = None
    """Knob that alpha multiplies; if the user gives it, a coefficient in the file, which counts in the file's unit, is not used."""

    def prepare(self, direction: Direction, site: Site, alpha: float) -> Direction:
        """What `__call__` gets: the direction, checked, with only what is needed. On the CPU, in float32.

        Raises:
            ArgumentError: a number of rows that it cannot take, a tensor that it needs and the file does not hold, or a zero
                direction that has to be normalised.
        """
        count = direction.rows.shape[0]
        if self.ROWS == 1 and count != 1:
            raise ArgumentError(
                f"{self.NAME} takes one direction, but there are {count} rows: choose one with row=0..{count - 1}"
            )
        if self.ROWS is not None and count != self.ROWS:
            raise ArgumentError(
                f"{self.NAME} takes {self.ROWS} rows, but there {'is' if count == 1 else 'are'} {count}"
            )
        for name, origin in self.TENSORS.items():
            if name not in direction.tensors:
                raise ArgumentError(f"{self.NAME} needs {name}, which this file does not hold; it comes from {origin}")
        return replace(direction, tensors={name: direction.tensors[name] for name in self.TENSORS})

    def __call__(self, h: Tensor, direction: Direction, alpha: float, tokens: Tokens | None) -> Tensor:
        """The steered activation.

        Args:
            h: [batch, seq, width].
            direction: from `prepare`, on h's device, in h's dtype.
            alpha: coefficient.
            tokens: the tokens of this pass; None only if every token is steered and NEEDS_TOKENS is False.
        """
        raise NotImplementedError


def register(name: str) -> Callable[[_Class], _Class]:
    """Class decorator: make an intervention known by `name`."""

    def keep(cls: _Class) -> _Class:
        cls.NAME = name
        _REGISTRY[name] = cls
        return cls

    return keep


def names() -> list[str]:
    """All known interventions, sorted."""
    return sorted(_REGISTRY)


def find(name: str) -> type[Intervention]:
    """The class of intervention `name`.

    Raises:
        ArgumentError: unknown name.
    """
    if name not in _REGISTRY:
        raise ArgumentError(f"intervention={name} is not known: wanted one of {', '.join(names())}")
    return _REGISTRY[name]


def make(name: str, knobs: Mapping[str, object]) -> Intervention:
    """The intervention `name` with its knobs set from those of `knobs` that it has.

    Raises:
        ArgumentError: unknown name, or a knob that cannot be used.
    """
    cls = find(name)
    own = {f.name for f in fields(cls)}
    return cls(**{key: value for key, value in knobs.items() if key in own})


def knob_names(name: str | None = None) -> set[str]:
    """Every knob of the intervention `name`; without a name, of all interventions."""
    classes = _REGISTRY.values() if name is None else [find(name)]
    return {f.name for cls in classes for f in fields(cls)}


for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

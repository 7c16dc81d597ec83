"""A steering vector as read from a file: directions by site, what the file asks for, and where it came from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.steering.site import Site


@dataclass(frozen=True)
class Direction:
    """What is applied at one site. Tensors are float32 on the CPU."""

    rows: Tensor
    """[K, width]: one row for a plain direction, several for a subspace, a plane or a per-position sequence."""
    number: int | None = None
    """The file's own number for this layer, which `layers=` selects by; None where the file has none."""
    bound: bool = True
    """False where the file holds one direction that is not tied to a list of layers; `layers=` then says where to put it."""
    alpha: float | None = None
    """Coefficient that the file suggests for its own intervention; None: it suggests none."""
    intervention: str | None = None
    """Intervention that the file asks for; None: it does not say."""
    tensors: Mapping[str, Tensor] = field(default_factory=lambda: MappingProxyType({}))
    """What some interventions need besides, by the names listed in `interventions/__init__.py`."""
    knobs: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Settings of the intervention that the file holds, e.g. `tau`; names as in `interventions/__init__.py`."""

    @cached_property
    def row(self) -> Tensor:
        """[width]: the first row, for what takes one."""
        return self.rows[0]

    def to(self, device: torch.device, dtype: torch.dtype) -> "Direction":
        """The same direction on another device and in another number type."""
        moved = {name: t.to(device, dtype) for name, t in self.tensors.items()}
        return replace(self, rows=self.rows.to(device, dtype), tensors=moved)


@dataclass(frozen=True)
class Origin:
    """Where a vector came from; goes into the results."""

    source: str
    """Path, hub address or name, as the user gave it."""
    reader: str
    """Name of the reader, or of the control that made it."""
    sha256: str | None = None
    """Hash of the file's bytes; None for vectors that were made, not read."""


@dataclass(frozen=True)
class SteeringVector:
    """Directions by site, with what their file asks for.

    Raises:
        VectorFormatError: no direction at all, a shape other than [K, width], or a value that is not finite.
    """

    directions: Mapping[Site, Direction]
    origin: Origin
    positions: str | None = None
    """Token positions that the file asks for; None: it does not say."""
    header: Mapping[str, object] = field(default_factory=dict)
    """What else the file says of itself (model, axis, estimator, ...), for people and results."""
    unsaid: tuple[str, ...] = ()
    """What the format cannot say, so that the user has to know it (coefficient, layer, positions, ...)."""

    def __post_init__(self) -> None:
        if not self.directions:
            raise VectorFormatError(f"{self.origin.source} holds no direction: wanted at least one layer")
        for site, direction in self.directions.items():
            rows = direction.rows
            if rows.ndim != 2 or 0 in rows.shape:
                raise VectorFormatError(
                    f"{self.origin.source}, {site}: got shape {list(rows.shape)}, wanted [rows, width]"
                )
            for name, tensor in {"direction": rows, **direction.tensors}.items():
                if not torch.isfinite(tensor).all():
                    # An ENR of infinity is legal, a standard error of infinity is not: every stored tensor must be finite.
                    raise VectorFormatError(f"{self.origin.source}, {site}: {name} has NaN or infinite values")
            if direction.alpha is not None and not torch.isfinite(torch.tensor(direction.alpha)):
                raise VectorFormatError(f"{self.origin.source}, {site}: the file's coefficient is {direction.alpha}")

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over sites and float32 numbers: the same numbers at the same places give the same id in every format."""
        digest = hashlib.sha256()
        for site in sorted(self.directions, key=str):
            rows = self.directions[site].rows
            digest.update(f"{site} {list(rows.shape)}\n".encode())
            digest.update(rows.contiguous().to(torch.float32).numpy().tobytes())
        return digest.hexdigest()

    @property
    def width(self) -> int:
        """Width of the directions (of the first one, where sites differ)."""
        return next(iter(self.directions.values())).rows.shape[1]

"""From what a container holds to a `SteeringVector`: the checks that every format needs, with errors that name file and place."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.numpy_file import number_of, tensor_of
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.readers.digest import sha256_of
from steer_eval.steering.site import Site, site_of_module
from steer_eval.steering.vector import Direction, Origin, SteeringVector

_NUMBERS_PER_FILE = 2_000_000_000  # of all directions together, tensors that several layers share counted each time


def tensor_objection(path: Path, *dims: int) -> str | None:
    """Why `path` is not a torch file of one float tensor with one of these numbers of dimensions; None: it is."""
    if kind_of(path) not in TORCH:
        return "not a torch file"
    loaded = load_torch(path)
    if loaded.foreign:
        return f"holds {', '.join(loaded.foreign[:3])}, not plain tensors"
    tensor = tensor_of(loaded.content)
    if not isinstance(tensor, Tensor):
        return "not one tensor"
    if not tensor.is_floating_point():
        return f"a tensor of {tensor.dtype}, not floating point"
    wanted = " or ".join(f"{n}-D" for n in dims)
    return None if tensor.ndim in dims else f"not a {wanted} tensor"


def bare_tensor(path: Path) -> Tensor:
    """The one tensor of a file that `tensor_objection` has passed."""
    tensor = tensor_of(load_torch(path).content)
    assert isinstance(tensor, Tensor)
    return tensor


def one_row(path: Path, what: str, value: object) -> Tensor:
    """[1, width] from a float tensor [width] or [1, width].

    Raises:
        VectorFormatError: anything else.
    """
    tensor = tensor_of(value)
    if not isinstance(tensor, Tensor) or not tensor.is_floating_point() or tensor.numel() == 0:
        raise VectorFormatError(f"{path}, {what}: wanted a float tensor [width]")
    if tensor.ndim == 1:
        return tensor[None]
    if tensor.ndim == 2 and tensor.shape[0] == 1:
        return tensor
    raise VectorFormatError(f"{path}, {what}: got shape {list(tensor.shape)[:8]}, wanted [width]")


def pick_row(path: Path, rows: Tensor, row: int | None, what: str = "rows") -> Tensor:
    """[1, width]: the row that the user named, or the only one.

    Raises:
        VectorFormatError: out of range, or several and none named.
    """
    count = rows.shape[0]
    if row is None and count != 1:
        raise VectorFormatError(f"{path} has {count} {what}: say which with row=0 to row={count - 1}")
    row = row or 0
    if not 0 <= row < count:
        raise VectorFormatError(f"{path}: row={row} is out of range, it has {what} 0 to {count - 1}")
    return rows[row : row + 1]


def no_row(path: Path, row: int | None, name: str) -> None:
    """Refuse `row=` for a file without rows.

    Raises:
        VectorFormatError: a row is named.
    """
    if row is not None:
        raise VectorFormatError(
            f"{path}: row={row} has nothing to choose from, {name} files have one direction per layer: use layers="
        )


def build(
    path: Path,
    name: str,
    directions: Iterable[tuple[Site, Direction]],
    *,
    positions: str | None = None,
    header: Mapping[str, object] | None = None,
    unsaid: tuple[str, ...] = (),
) -> SteeringVector:
    """The vector of a file.

    Args:
        path: the file.
        name: the reader's.
        directions: in any order; kept sorted by site.
        positions: what the file asks for.
        header: what else it says of itself.
        unsaid: what its format cannot say.

    Raises:
        VectorFormatError: two directions at one site, widths that differ, far too many numbers, or what SteeringVector refuses.
    """
    found: dict[Site, Direction] = {}
    widths: dict[str, int] = {}
    total = 0
    for site, direction in directions:
        if site in found:
            raise VectorFormatError(f"{path} has two directions for {site}: wanted one")
        width = direction.rows.shape[-1]
        if site.kind != "module" and widths.setdefault(site.kind, width) != width:
            raise VectorFormatError(f"{path}: {site} has width {width}, other layers have {widths[site.kind]}")
        total += sum(t.numel() for t in (direction.rows, *direction.tensors.values()))
        if total > _NUMBERS_PER_FILE:
            raise VectorFormatError(f"{path} holds more than {_NUMBERS_PER_FILE:,} numbers: is it a model?")
        found[site] = direction
    ordered = dict(sorted(found.items(), key=lambda item: _order(item[0])))
    return SteeringVector(ordered, Origin(str(path), name, sha256_of(path)), positions, header or {}, unsaid)


def _order(site: Site) -> tuple[str, int, int, str]:
    return site.kind, -1 if site.layer is None else site.layer, -1 if site.head is None else site.head, site.path or ""


def number_in(path: Path, what: str, value: object) -> float:
    """A finite float from a number that a file holds.

    Raises:
        VectorFormatError: not a number, NaN or infinite.
    """
    value = number_of(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < float("inf"):
        raise VectorFormatError(f"{path}: {what} is not a finite number")
    return float(value)


def layer_number(path: Path, key: object) -> int:
    """The layer number that a key of a file's table stands for: a whole number, or its digits.

    Raises:
        VectorFormatError: anything else, or a number that no model has.
    """
    digits = isinstance(key, str) and key.lstrip("-").isdecimal() and key.isascii() and len(key) <= 6
    if isinstance(key, bool) or not (digits or isinstance(key, int)) or abs(int(key)) >= 100_000:  # type: ignore[call-overload]
        shown = (
            key[:50] if isinstance(key, str) else type(key).__name__ if not isinstance(key, int) else "of many digits"
        )
        raise VectorFormatError(f"{path}: got the layer {shown!r}, wanted a whole number")
    return int(key)  # type: ignore[call-overload]


def module_site(path: Path, name: object) -> Site:
    """The site that a module name in a file means, e.g. `layers.3.mlp`.

    Raises:
        VectorFormatError: not text, empty, or longer than any module name.
    """
    if not isinstance(name, str) or not 0 < len(name) < 200 or not name.isprintable():
        raise VectorFormatError(f"{path}: wanted the name of a module, e.g. layers.3.mlp, as a key")
    return site_of_module(name)

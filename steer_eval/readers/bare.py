"""Bare numbers without a tool: .pt, .npy, .npz, .safetensors.

    [width]                one direction, placed by layers= or layer=
    [layers, width]        row l belongs to block l; with row=, that row alone is taken and placed like one direction
    {layer: [width]}       keys 3, "3", "layer_3", "layers.3", "direction.3", or a module such as "layers.3.mlp"; a list counts from 0

Applied to the OUTPUT of block l, 0-based, unless site= says otherwise. An array of hidden_states has one row more and is off by one: see
persona_vectors.
"""

import re
from pathlib import Path
from typing import Any

from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, layer_number, one_row, pick_row
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.numpy_file import read_npy, read_npz, tensor_of
from steer_eval.readers.containers.sae_folder import site_of_hook
from steer_eval.readers.containers.safetensors_file import read_safetensors, safetensors_header, safetensors_metadata
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "bare"
RULE = "[width], [layers, width] or {layer: [width]}, layer l added to the OUTPUT of block l, 0-based"
ASK = True
_NUMBERED = re.compile(r"(?:layers?|blocks?|l|directions?|vectors?|v)?[._ -]?(\d{1,5})", re.IGNORECASE)


def objection(path: Path) -> str | None:
    kind = kind_of(path)
    if kind in ("npy", "npz"):
        return None
    if kind == "safetensors":
        own = safetensors_metadata(path, "steer_eval") is not None or safetensors_metadata(path, "cfg") is not None
        return (
            "has a header of its own"
            if own
            else "a sparse autoencoder"
            if "W_dec" in safetensors_header(path)
            else None
        )
    if kind not in TORCH:
        return "not a file of arrays"
    loaded = load_torch(path)
    if loaded.foreign:
        return f"holds {', '.join(loaded.foreign[:3])}, not plain tensors"
    content = tensor_of(loaded.content)
    if isinstance(content, dict) and len(content) > 1 and (unknown := [key for key in content if not _is_place(key)]):
        return (
            f"cannot tell the layer of {unknown[0][:50]!r}"
            if isinstance(unknown[0], str)
            else "keys that are no layers"
        )
    values = content.values() if isinstance(content, dict) else content if isinstance(content, list) else [content]
    tensors = [tensor_of(value) for value in values]
    plain = tensors and all(isinstance(t, Tensor) and t.is_floating_point() and t.ndim in (1, 2) for t in tensors)
    return None if plain else "not a float tensor [width] or [layers, width], nor a dict of such"


def read(path: Path, row: int | None = None) -> SteeringVector:
    content: object = _content(path)
    if isinstance(content, dict) and len(content) == 1 and _site_of(path, next(iter(content))) is None:
        content = next(iter(content.values()))
    if isinstance(content, Tensor):
        return _array(path, content, row)
    assert isinstance(content, dict)
    directions = []
    for key, value in content.items():
        site = _site_of(path, key)
        if site is None:
            raise VectorFormatError(
                f"{path}: cannot tell the layer of {str(key)[:50]!r}, wanted a number, layer_3 or layers.3.mlp"
            )
        tensor = tensor_of(value)
        if row is not None and isinstance(tensor, Tensor) and tensor.ndim == 2:
            tensor = pick_row(path, tensor, row)
        directions.append((site, Direction(one_row(path, str(site), tensor), number=site.layer)))
    return build(path, NAME, directions, unsaid=("tool", "coefficient", "intervention", "positions"))


def _content(path: Path) -> Tensor | dict[Any, object]:
    kind = kind_of(path)
    if kind == "npy":
        return read_npy(path)
    if kind == "npz":
        return {**read_npz(path)}
    if kind == "safetensors":
        return {**read_safetensors(path)}
    content = tensor_of(load_torch(path).content)
    if isinstance(content, list):
        return dict(enumerate(content))
    assert isinstance(content, Tensor | dict)
    return content


def _array(path: Path, array: Tensor, row: int | None) -> SteeringVector:
    unsaid = ("tool", "coefficient", "intervention", "positions")
    if array.ndim not in (1, 2):
        raise VectorFormatError(f"{path}: got shape {list(array.shape)[:8]}, wanted [width] or [layers, width]")
    if array.ndim == 2 and row is None and len(array) > 1:
        layers = [(Site("block_out", n), Direction(array[n : n + 1], number=n)) for n in range(len(array))]
        return build(path, NAME, layers, unsaid=unsaid)
    one = pick_row(path, array, row) if array.ndim == 2 else one_row(path, "the array", array)
    return build(path, NAME, [(Site("block_out"), Direction(one, bound=False))], unsaid=("layer", *unsaid))


def _is_place(key: object) -> bool:
    try:
        return _site_of(Path(), key) is not None
    except VectorFormatError:
        return False


def _site_of(path: Path, key: object) -> Site | None:
    if isinstance(key, str):
        if match := _NUMBERED.fullmatch(key):
            return Site("block_out", int(match[1]))
        return site_of_hook(key) if len(key) < 200 else None
    return Site("block_out", layer_number(path, key))

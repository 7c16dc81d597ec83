"""Safetensors files: the header alone, or tensors as float32. The library checks that offsets fit the file and do not overlap."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from steer_eval.errors import VectorFormatError


def safetensors_header(path: Path) -> dict[str, Any]:
    """The JSON header; `kind_of` has said that the file is safetensors, so its length fits the file.

    Raises:
        VectorFormatError: not a JSON object.
    """
    with path.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        text = file.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise VectorFormatError(f"{path}: the safetensors header is not JSON ({str(error)[:200]})") from None
    if not isinstance(header, dict):
        raise VectorFormatError(f"{path}: the safetensors header is not an object")
    return header


def safetensors_metadata(path: Path, key: str) -> dict[str, Any] | None:
    """The JSON object under `key` of the file's metadata; None if there is no such key.

    Raises:
        VectorFormatError: it is there, but is not a JSON object.
    """
    metadata = safetensors_header(path).get("__metadata__")
    if not isinstance(metadata, dict) or key not in metadata:
        return None
    try:
        value = json.loads(metadata[key])
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise VectorFormatError(f"{path}: the {key} header is not JSON ({str(error)[:200]})") from None
    if not isinstance(value, dict):
        raise VectorFormatError(f"{path}: the {key} header is not an object")
    return value


def read_safetensors(path: Path, only: Mapping[str, int | None] | None = None) -> dict[str, Tensor]:
    """Tensors by name, float32: all, or those in `only`, of which a number says to read one row [1, width].

    Raises:
        VectorFormatError: a damaged file, a tensor that is not floating point, or a row that is not there.
    """
    try:
        with safe_open(path, framework="pt") as file:
            wanted = dict.fromkeys(file.keys()) if only is None else only
            tensors = {
                name: file.get_tensor(name) if row is None else _row(path, name, file.get_slice(name), row)
                for name, row in wanted.items()
            }
    except (
        SafetensorError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RuntimeError,
        OverflowError,
        OSError,
    ) as error:
        if isinstance(error, VectorFormatError):
            raise
        raise VectorFormatError(f"{path} is damaged or cut off: {str(error)[:200]}") from None
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            raise VectorFormatError(f"{path}: tensor {name[:100]} is {tensor.dtype}, wanted floating point")
    return {name: tensor.to(torch.float32) for name, tensor in tensors.items()}


def _row(path: Path, name: str, part: Any, row: int) -> Tensor:
    shape = part.get_shape()
    if len(shape) != 2 or not 0 <= row < shape[0]:
        raise VectorFormatError(f"{path}: row={row} is out of range, {name} has shape {shape}")
    tensor: Tensor = part[row : row + 1]
    return tensor

"""A pickle machine for torch's tensors: storages, the functions that rebuild tensors from them, and bounds on what they may take.

A tensor is a storage with an offset, a shape and strides: `torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, ...)`,
where the storage is a persistent id ("storage", TYPE, KEY, DEVICE, COUNT). Views may overlap, so a small file can describe huge tensors;
all tensors together may take some times the file's size. Source: torch/_utils.py, torch/serialization.py.
"""

from collections.abc import Callable
from math import prod

import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.containers.inert import Global
from steer_eval.readers.containers.pickle_machine import PickleMachine

_DTYPES = {
    "torch.DoubleStorage": torch.float64,
    "torch.FloatStorage": torch.float32,
    "torch.HalfStorage": torch.float16,
    "torch.BFloat16Storage": torch.bfloat16,
    "torch.LongStorage": torch.int64,
    "torch.IntStorage": torch.int32,
    "torch.ShortStorage": torch.int16,
    "torch.CharStorage": torch.int8,
    "torch.ByteStorage": torch.uint8,
    "torch.BoolStorage": torch.bool,
}
_NUMPY = frozenset(
    [f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("_reconstruct", "scalar")]
    + ["numpy.ndarray", "numpy.dtype", "_codecs.encode"]
)
_REBUILDS = (
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_parameter",
    "torch.nn.parameter.Parameter",
)


def tensor_machine(raw: Callable[[str, torch.dtype, int], bytearray | None], size: int) -> PickleMachine:
    """A machine whose storages come from `raw`; where that gives None, tensors are stand-ins without numbers."""
    storages: dict[tuple[str, torch.dtype], Tensor] = {}
    left = [max(64_000_000, 4 * size)]  # bytes that all tensors together may take

    def persistent(pid: object) -> object:
        if not (isinstance(pid, tuple) and len(pid) >= 5 and pid[0] == "storage" and isinstance(pid[1], Global)):
            raise VectorFormatError("a storage is named in a way that torch never writes")
        dtype, key, count = _DTYPES.get(pid[1].name), pid[2], pid[4]
        if dtype is None:
            raise VectorFormatError(f"numbers of type {pid[1].name} are not supported: convert them to float32")
        if not isinstance(key, str) or not isinstance(count, int) or not 0 <= count < 1 << 48:
            raise VectorFormatError("a storage is named in a way that torch never writes")
        if (key, dtype) not in storages:
            data = raw(key, dtype, count)
            if data is None:
                storages[key, dtype] = torch.empty(count, dtype=dtype, device="meta")
            else:
                data = data[: count * dtype.itemsize]
                storages[key, dtype] = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        return storages[key, dtype]

    def rebuild(storage: object, offset: object, shape: object, stride: object, *rest: object) -> Tensor:
        if (
            not isinstance(storage, Tensor)
            or not isinstance(offset, int)
            or not _whole(shape)
            or not _whole(stride)
            or offset < 0
        ):
            raise VectorFormatError("a tensor is described in a way that torch never writes")
        assert isinstance(shape, tuple)
        assert isinstance(stride, tuple)
        count = prod(shape)
        last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
        if len(shape) > 8 or (count and last >= storage.numel()):
            raise VectorFormatError(
                f"a tensor of shape {list(shape)[:8]} does not fit its storage of {storage.numel()} numbers"
            )
        left[0] -= 4 * count
        if left[0] < 0:
            raise VectorFormatError("the tensors together are many times larger than the file")
        if not count:
            return torch.empty(0)
        view = torch.as_strided(storage, shape, stride, offset)
        return view.to(torch.float32, copy=True).contiguous() if view.is_floating_point() else view.clone()

    def parameter(tensor: object = None, *rest: object) -> object:
        return tensor

    builders: dict[str, Callable[..., object]] = dict(
        zip(_REBUILDS, (rebuild, rebuild, parameter, parameter), strict=True)
    )
    builders["_codecs.encode"] = _encode
    return PickleMachine(builders, persistent, _is_known)


def _is_known(name: str) -> bool:
    return name in _DTYPES or name in _NUMPY or name in _REBUILDS or name in ("torch.Size", "torch.device")


def _whole(shape: object) -> bool:
    return isinstance(shape, tuple) and all(type(n) is int and 0 <= n < 1 << 48 for n in shape)


def _encode(text: object, encoding: object = "latin1") -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise VectorFormatError("bytes are written in a way that pickle never does")
    return text.encode("latin1")

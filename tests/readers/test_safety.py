"""Hostile files: nothing in them is run, and nothing is allocated for what they only promise."""

import json
import os
import pickle
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from steer_eval.errors import VectorFormatError
from steer_eval.readers import read_vector, readers
from tests.readers.samples import WIDTH, gguf_bytes, save_json, save_safetensors, save_torch, vec

HUGE = 10**12


@pytest.fixture(autouse=True)
def _little_time_and_memory() -> Iterator[None]:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yield
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # KiB


def torch_zip(path: Path, data: bytes, *storages: bytes, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", data)
        for key, storage in enumerate(storages):
            archive.writestr(f"archive/data/{key}", storage)
        archive.writestr("archive/version", "3\n")
    return path


def refused_by_all(path: Path, match: str | None = None) -> None:
    with pytest.raises(VectorFormatError, match=match):
        read_vector(path)
    for name in readers():
        with pytest.raises(VectorFormatError):
            read_vector(path, name, 0)


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


class Reduced:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


def gadgets(mark: Path) -> dict[str, bytes]:
    """Pickles that would make the file `mark` if anything in them ran."""
    command = f"touch {mark}"
    argument = text(command)
    return {
        "reduce": pickle.dumps(Reduced(command), protocol=2),
        "reduce_protocol_0": pickle.dumps(Reduced(command), protocol=0),
        "reduce_protocol_5": pickle.dumps(Reduced(command), protocol=5),
        "global_reduce": b"\x80\x02cposix\nsystem\n" + argument + b"\x85R.",
        "stack_global": b"\x80\x04\x8c\x05posix\x8c\x06system\x93" + argument + b"\x85R.",
        "inst": b"(S'" + command.encode() + b"'\nios\nsystem\n.",
        "obj": b"\x80\x02(cposix\nsystem\n" + argument + b"o.",
        "newobj": b"\x80\x02csubprocess\nPopen\n" + argument + b"\x85\x81.",
        "newobj_ex": b"\x80\x04csubprocess\nPopen\n" + argument + b"\x85}\x92.",
        "open_file": b"\x80\x02cbuiltins\nopen\n" + text(str(mark)) + text("w") + b"\x86R.",
        "eval": b"\x80\x02cbuiltins\neval\n" + text(f"open({str(mark)!r}, 'w')") + b"\x85R.",
        "setstate": b"\x80\x02ctypes\nSimpleNamespace\n)\x81}" + text("__setstate__") + b"cposix\nsystem\nsb" + argument + b"b.",
        "setattr_on_a_builder": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\nN}" + text("__code__") + text("x") + b"s\x86b.",
        "getattr_chain": b"\x80\x02cbuiltins\ngetattr\ncos\nsystem\n" + text("__call__") + b"\x86R" + argument + b"\x85R.",
        "call_of_a_result": b"\x80\x02coperator\nattrgetter\n" + text("system") + b"\x85R" + argument + b"\x85R.",
        "load_from_bytes": b"\x80\x02ctorch.storage\n_load_from_bytes\n" + argument + b"\x85R.",
        "apply_builder": b"\x80\x02ctorch._utils\n_rebuild_parameter\ncposix\nsystem\n\x85R" + argument + b"\x85R.",
        "dict_subclass": b"\x80\x02ccollections\ndefaultdict\ncposix\nsystem\n\x85R.",
        "hidden_in_a_dict": b"\x80\x02}" + text("layers.1") + b"}(" + text("action") + text("add") + text("steering_vector")
        + b"cposix\nsystem\n" + argument + b"\x85Rus.",
    }  # fmt: skip


@pytest.mark.parametrize("style", sorted(gadgets(Path("x"))))
def test_a_pickle_with_code_leaves_no_trace(style: str, tmp_path: Path) -> None:
    mark = tmp_path / "trace"
    data = gadgets(mark)[style]
    plain = tmp_path / "plain.pt"
    plain.write_bytes(data)
    legacy = tmp_path / "legacy.pt"
    header = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}."
    legacy.write_bytes(header + data + b"\x80\x02].")
    for path in (plain, legacy, torch_zip(tmp_path / "zip.pt", data)):
        refused_by_all(path)
    assert not mark.exists()


def test_code_beside_a_real_vector_is_refused_by_name(tmp_path: Path) -> None:
    entry = {"steering_vector": vec(1), "action": "add", "note": Reduced(f"touch {tmp_path / 'trace'}")}
    with pytest.raises(VectorFormatError, match=r"posix\.system|nt\.system"):
        read_vector(save_torch(tmp_path / "v.pt", {"layers.1": entry}))
    assert not (tmp_path / "trace").exists()


def doubling(levels: int) -> bytes:
    """A tuple of two, of two, of two ...: short to write, endless to walk or to hash."""
    return b"".join(b"h" + bytes([n]) + b"h" + bytes([n]) + b"\x86q" + bytes([n + 1]) for n in range(levels))


BOMBS = {
    "doubling_tuples": b"\x80\x02)q\0" + doubling(200) + b".",
    "doubling_tuple_as_key": b"\x80\x02}Nq\0" + doubling(60) + b"Ns.",
    "memo_index": b"\x80\x02Nr\xff\xff\xff\x7f.",
    "long_text": b"\x80\x04\x8d" + struct.pack("<Q", 1 << 60) + b"a.",
    "long_bytes": b"\x80\x05\x96" + struct.pack("<Q", 1 << 40) + b"a.",
    "long_integer": b"\x80\x02\x8b" + struct.pack("<i", 100_000) + b"\x01" * 100_000 + b".",
    "long_frame": b"\x80\x04\x95" + struct.pack("<Q", 1 << 60) + b"N.",
    "deep_lists": b"\x80\x02" + b"(" * 50_000 + b"l" * 50_000 + b".",
    "endless": b"\x80\x02" + b"N0" * 150_000 + b".",
    "cycle": b"\x80\x02]q\0h\0a.",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS)
def test_pickle_bombs_are_refused(data: bytes, tmp_path: Path) -> None:
    refused_by_all(torch_zip(tmp_path / "bomb.pt", data))


def rebuilt(count: int, shape: tuple[int, ...], stride: tuple[int, ...], offset: int = 0) -> bytes:
    """A data.pkl of one tensor that is described by these numbers."""

    def number(n: int) -> bytes:
        return b"\x8a\x08" + struct.pack("<q", n)

    def numbers(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(number(n) for n in values) + b"t"

    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("0") + text("cpu") + number(count) + b"tQ"
    tensor = (
        b"(" + storage + number(offset) + numbers(shape) + numbers(stride) + b"\x89ccollections\nOrderedDict\n)RtR."
    )
    return b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n" + tensor


@pytest.mark.parametrize(
    ("description", "match"),
    [
        (rebuilt(HUGE, (HUGE,), (1,)), "the file has fewer"),
        (rebuilt(WIDTH, (HUGE,), (1,)), "does not fit"),
        (rebuilt(WIDTH, (HUGE,), (0,)), "larger than the file"),
        (rebuilt(WIDTH, (1 << 40, 1 << 40), (0, 0)), "larger than the file"),
        (rebuilt(WIDTH, (4,), (1,), offset=6), "does not fit"),
        (rebuilt(WIDTH, (4,), (-1,), offset=6), "never writes"),
        (rebuilt(WIDTH, (-4,), (1,)), "never writes"),
    ],
)
def test_a_tensor_that_the_file_cannot_hold_is_refused_before_it_is_made(
    description: bytes, match: str, tmp_path: Path
) -> None:
    refused_by_all(torch_zip(tmp_path / "v.pt", description, bytes(4 * WIDTH)), match)


def test_the_hand_written_tensor_of_these_tests_reads_when_it_is_honest(tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "v.pt", rebuilt(WIDTH, (4,), (1,), offset=2), vec(1).numpy().tobytes())
    direction = next(iter(read_vector(path, "bare").directions.values()))
    assert torch.equal(direction.rows[0], vec(1)[2:6])


def test_zip_bombs_are_refused(tmp_path: Path) -> None:
    refused_by_all(torch_zip(tmp_path / "v.pt", bytes(50_000_000), compression=zipfile.ZIP_DEFLATED), "compressed")
    np.savez_compressed(tmp_path / "v.npz", layer_1=np.zeros(40_000_000, np.float32))
    refused_by_all(tmp_path / "v.npz", "does not say|would unpack to")
    with pytest.raises(VectorFormatError, match="would unpack to 160,"):
        read_vector(tmp_path / "v.npz", "bare")


def test_a_compressed_npz_of_ordinary_size_reads(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "v.npz", layer_1=np.zeros(5_000_000, np.float32))
    assert read_vector(tmp_path / "v.npz", "bare").width == 5_000_000


@pytest.mark.parametrize("name", ["v.pt", "v.npz"])
def test_archives_with_symbolic_links_are_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        link = zipfile.ZipInfo("archive/data.pkl")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(VectorFormatError, match="symbolic links"):
        read_vector(tmp_path / name, "bare")


def test_archives_whose_members_overlap_are_refused(tmp_path: Path) -> None:
    path = torch_zip(tmp_path / "v.pt", rebuilt(WIDTH, (WIDTH,), (1,)), vec(1).numpy().tobytes())
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 20 : at + 28] = struct.pack("<II", 1 << 30, 1 << 30)  # sizes in the directory
    path.write_bytes(data)
    refused_by_all(path)


def safetensors_of(header: object, data: bytes = b"") -> bytes:
    raw = json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("v.npy", b"\x93NUMPY\x01\0v\0" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }".ljust(118)),
        ("v.npy", b"\x93NUMPY\x01\0v\0" + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(118) + pickle.dumps(1)),
        ("v.npy", b"\x93NUMPY\x02\0\xff\xff\xff\xff{'descr'"),
        ("v.gguf", b"GGUF" + struct.pack("<IQQ", 3, HUGE, 0)),
        ("v.gguf", b"GGUF" + struct.pack("<IQQ", 3, 1, HUGE)),
        ("v.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1 << 62) + bytes(64)),
        ("v.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<QcIIQ", 1, b"k", 9, 8, HUGE) + bytes(64)),
        ("v.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<QcIIQ", 1, b"k", 9, 4, 1 << 63) + bytes(64)),
        ("v.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<QcI", 1, b"k", 9) + struct.pack("<IQ", 9, 1) * 2_000),
        ("v.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 1, 0, 11) + b"direction.1" + struct.pack("<IQIQ", 1, HUGE, 0, 0) + bytes(64)),
        ("v.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 1, 0, 11) + b"direction.1" + struct.pack("<IQIQ", 1, 4, 0, 1 << 63) + bytes(64)),
        ("v.safetensors", struct.pack("<Q", HUGE) + b"{}"),
        ("v.safetensors", safetensors_of({"layers.1": {"dtype": "F32", "shape": [HUGE], "data_offsets": [0, 4 * HUGE]}}, bytes(64))),
        ("v.safetensors", safetensors_of({"layers.1": {"dtype": "F32", "shape": [1 << 62, 4], "data_offsets": [0, 64]}}, bytes(64))),
        ("v.safetensors", safetensors_of({"__metadata__": {"steer_eval": "[" * 100_000}})),
        ("v.safetensors", struct.pack("<Q", 200_000) + b'{"a":' + b"[" * 199_995),
        ("v.svec", b'{"directions": ' + b"[" * 1_000_000),
        ("v.svec", b'{"directions": {"1": ' + b'{"a":' * 1_000_000),
        ("v.svec", b'{"directions": {"1": [' + b"9" * 1_000_000 + b"]}}"),
        ("v.svec", b'{"directions": {"1": [1' + b"0" * 400 + b"]}}"),
        ("v.svec", b'{"directions": {"' + b"1" * 100_000 + b'": [1.0]}}'),
        ("v.svec", b'{"directions": {"1": ["1.0", "2.0"]}}'),
        ("v.svec", b'{"directions": {"1": [true, null]}}'),
        ("v.csv", b"sparse_model,hookpoint,feature_index,steering_coefficient\n" + b"a,b,1,1\n" * 100_000),
        ("v.csv", b"sparse_model,hookpoint,feature_index,steering_coefficient\n" + b'"' + b"a" * 1_000_000),
        ("v.csv", b"sparse_model,hookpoint,feature_index,steering_coefficient\n\0,\0,1,1\n"),
        ("v.csv", b"sparse_model,hookpoint,feature_index,steering_coefficient\n" + b"a" * 5_000 + b",b,1,1\n"),
    ],
)  # fmt: skip
def test_headers_that_promise_too_much_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    refused_by_all(tmp_path / name)


def test_a_json_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "v.svec"
    with path.open("wb") as file:
        file.write(b'{"directions": {')
        file.truncate(300_000_000)  # sparse: takes no room
    refused_by_all(path, "300,000,000 bytes of JSON")


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_not_finite_are_named(bad: float, tmp_path: Path) -> None:
    broken = vec(1)
    broken[3] = bad
    np.save(tmp_path / "v.npy", broken.numpy())
    (tmp_path / "v.gguf").write_bytes(gguf_bytes({"direction.1": broken}))
    files = {
        save_torch(tmp_path / "v.pt", broken): "bare",
        save_safetensors(tmp_path / "v.safetensors", {"layers.1": broken}): "bare",
        save_json(tmp_path / "v.svec", {"directions": {"1": broken.tolist()}}): "ibm",
        tmp_path / "v.npy": "bare",
        tmp_path / "v.gguf": None,
    }
    for path, name in files.items():
        with pytest.raises(VectorFormatError, match="NaN or infinite"):
            read_vector(path, name)
    with pytest.raises(VectorFormatError, match="finite"):
        read_vector(
            save_torch(
                tmp_path / "c.pt",
                {"layers.1": {"steering_vector": vec(1), "steering_coefficient": bad, "action": "add"}},
            )
        )


def test_a_layer_table_that_repeats_one_tensor_takes_no_memory(tmp_path: Path) -> None:
    shared = torch.zeros(1_000_000) + 1
    with pytest.raises(VectorFormatError, match="more than"):
        read_vector(save_torch(tmp_path / "v.pt", dict.fromkeys(range(5_000), shared)), "bare")


def test_devices_and_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    for path in (tmp_path / "pipe.pt", Path("/dev/zero")):
        with pytest.raises(VectorFormatError, match="not a regular file"):
            read_vector(path)

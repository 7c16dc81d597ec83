"""Whatever the bytes, the outcome is a vector or a VectorFormatError, soon and in little memory.

2,000 mutations of valid files of every format run with the tests; FUZZ=100000 runs as many as it says (`make fuzz`).
"""

import os
import resource
import struct
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from steer_eval.errors import VectorFormatError
from steer_eval.readers import read_vector, readers
from steer_eval.steering.vector import SteeringVector
from tests.readers.samples import Sample, write_all

RUNS = int(os.environ.get("FUZZ", "2000"))
ROUND = 2_000  # examples after which Hypothesis starts anew, since it remembers all that it tried
SLOWEST = 2.0  # seconds of processor time for one file
MOST_MEMORY = 400_000_000  # bytes by which the process may grow over the whole test

INTERESTING = [0, 1, 0x7F, 0xFF, 1 << 31, (1 << 32) - 1, 10**12, 1 << 40, (1 << 63) - 1, (1 << 64) - 1]
MAGICS = [
    b"",
    b"GGUF\x03\0\0\0",
    b"\x93NUMPY\x01\0",
    b"PK\x03\x04",
    b"\x80\x02",
    b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
    b"{",
    b"\x20" + b"\0" * 7 + b"{",
]

counts: Counter[str] = Counter()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return write_all(tmp_path_factory.mktemp("valid"))


@st.composite
def edits(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A change of a byte string: overwrite, insert, delete, cut, repeat, or a huge number where a count might be."""
    what = draw(st.sampled_from(["flip", "overwrite", "insert", "delete", "cut", "repeat", "number", "digits"]))
    where, length = draw(st.floats(0, 1)), draw(st.integers(1, 24))
    raw = draw(st.binary(min_size=1, max_size=24))
    number, form = draw(st.sampled_from(INTERESTING)), draw(st.sampled_from("BHIQ"))

    def edit(data: bytes) -> bytes:
        at = int(where * max(len(data) - 1, 0))
        match what:
            case "flip":
                return data[:at] + bytes([data[at] ^ (1 << length % 8)]) + data[at + 1 :] if data else raw
            case "overwrite":
                return data[:at] + raw + data[at + len(raw) :]
            case "insert":
                return data[:at] + raw + data[at:]
            case "delete":
                return data[:at] + data[at + length :]
            case "cut":
                return data[:at]
            case "repeat":
                return data[: at + length] + data[at : at + length] * length + data[at + length :]
            case "digits":  # numbers in JSON, CSV and NumPy headers
                return data[:at] + str(number).encode() + data[at + length % 4 :]
            case _:
                packed = struct.pack(f"<{form}", number % (1 << (8 * struct.calcsize(form))))
                return data[:at] + packed + data[at + len(packed) :]

    return edit


def inside(data: bytes, edit: Callable[[bytes], bytes], member: int) -> bytes:
    """Edit what checksums and lengths guard: a member of a zip archive, or the header of a safetensors file."""
    if data.startswith(b"PK"):
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as copy:
            entries = archive.infolist()
            pickles = [i for i, entry in enumerate(entries) if entry.filename.endswith("data.pkl")]
            chosen = pickles[0] if pickles and member % 4 else member % len(entries)
            for index, entry in enumerate(entries):
                content = archive.read(entry)
                copy.writestr(entry.filename, edit(content) if index == chosen else content)
        return out.getvalue()
    if data[8:9] == b"{":
        length = struct.unpack("<Q", data[:8])[0]
        header = edit(data[8 : 8 + length])
        return struct.pack("<Q", len(header)) + header + data[8 + length :]
    return edit(data)


def check(path: Path, format: str | None, row: int | None) -> None:
    start = time.process_time()
    try:
        vector = read_vector(path, format, row)
        assert isinstance(vector, SteeringVector)
        assert vector.fingerprint
        counts["vector"] += 1
    except VectorFormatError as error:
        counts["refused"] += 1
        message = str(error)
    else:
        message = ""
    assert len(message) < 5_000
    assert "\n" not in message
    assert time.process_time() - start < SLOWEST


def in_rounds(test: Callable[..., None], runs: int, *strategies: st.SearchStrategy) -> None:
    """Run `test` on `runs` examples of `strategies`, the same ones each time."""
    for number in range(0, runs, ROUND):
        limits = settings(
            max_examples=min(ROUND, runs - number),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        seed(number)(limits(given(*strategies)(test)))()


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_mutated_files_give_a_vector_or_a_format_error(samples: list[Sample]) -> None:
    before = peak_memory()
    valid = {sample.path: sample.path.read_bytes() for sample in samples}

    def run(sample: Sample, changes: list[Callable[[bytes], bytes]], deep: bool, member: int, named: bool) -> None:
        data = valid[sample.path]
        for change in changes:
            try:
                data = inside(data, change, member) if deep else change(data)
            except (
                zipfile.BadZipFile,
                struct.error,
                ValueError,
                EOFError,
                NotImplementedError,
            ):  # already broken by the change before
                data = change(data)
        path = sample.path.with_name(f"mutated-{sample.path.name}")
        path.write_bytes(data)
        check(path, sample.reader if named else None, sample.row)

    changes = st.lists(edits(), min_size=1, max_size=3)
    in_rounds(run, RUNS, st.sampled_from(samples), changes, st.booleans(), st.integers(0, 40), st.booleans())
    print(f"{RUNS} mutations: {dict(counts)}, memory grew by {(peak_memory() - before) >> 20} MiB")
    assert peak_memory() - before < MOST_MEMORY
    assert counts["vector"] > 0


def test_random_bytes_give_a_format_error_or_a_vector(tmp_path: Path) -> None:
    names = [None, *sorted(readers())]

    def run(magic: bytes, rest: bytes, suffix: str, name: str | None) -> None:
        path = tmp_path / f"random{suffix}"
        path.write_bytes(magic + rest)
        check(path, name, None)

    suffixes = st.sampled_from([".pt", ".npz", ".npy", ".csv", ".svec", ""])
    in_rounds(
        run, max(200, RUNS // 10), st.sampled_from(MAGICS), st.binary(max_size=400), suffixes, st.sampled_from(names)
    )


def test_metadata_files_beside_a_vector_may_be_anything(samples: list[Sample]) -> None:
    """metadata.json, direction_metadata.json, cfg.json and metadata.jsonl are as little trusted as the file itself."""
    beside = {
        "steering-control": (
            "metadata.json",
            b'{"factor": 2.0, "application_location": {"layer": [1, 2], "component": null, "attr": "input", "pos": "ALL"}}',
        ),
        "refusal_direction": ("direction_metadata.json", b'{"pos": -2, "layer": 3}'),
        "sae": ("cfg.json", b'{"architecture": "jumprelu", "metadata": {"hook_name": "blocks.2.hook_resid_pre"}}'),
        "axbench": ("metadata.jsonl", b'{"concept": "a"}\n{"concept": "b"}\n{"concept": "c"}\n'),
    }
    chosen = [sample for sample in samples if sample.reader in beside]

    def run(sample: Sample, changes: list[Callable[[bytes], bytes]]) -> None:
        name, data = beside[sample.reader]
        for change in changes:
            data = change(data)
        (sample.path.parent / name).write_bytes(data)
        check(sample.path, sample.format, sample.row)

    in_rounds(run, max(200, RUNS // 10), st.sampled_from(chosen), st.lists(edits(), min_size=1, max_size=3))


def test_every_reader_has_a_sample(samples: list[Sample]) -> None:
    assert {sample.reader for sample in samples} == set(readers())

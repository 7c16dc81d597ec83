"""Which reader takes a file, what the errors say, and that our own format keeps everything."""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import gguf
import pytest
import torch

from steer_eval import read_vector
from steer_eval.errors import VectorFormatError
from steer_eval.readers import readers
from steer_eval.readers.native import write
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from tests.readers.samples import WIDTH, Sample, save_json, save_sae_lens, save_safetensors, save_torch, vec, write_all


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return write_all(tmp_path_factory.mktemp("valid"))


def test_every_format_is_read_by_its_own_reader(samples: list[Sample]) -> None:
    for sample in samples:
        vector = read_vector(sample.path, sample.format, sample.row)
        assert vector.origin.reader == sample.reader
        assert vector.origin.sha256


def test_naming_the_reader_of_a_file_that_says_it_itself_changes_nothing(samples: list[Sample]) -> None:
    for sample in samples:
        named = read_vector(sample.path, sample.reader, sample.row)
        assert named.fingerprint == read_vector(sample.path, sample.format, sample.row).fingerprint


def test_a_file_that_does_not_say_whose_it_is_gets_the_readers_and_what_differs(samples: list[Sample]) -> None:
    for sample in [sample for sample in samples if sample.asked]:
        with pytest.raises(
            VectorFormatError, match=f"does not say whose it is: give format=.*{sample.reader}: "
        ) as caught:
            read_vector(sample.path, row=sample.row)
        assert readers()[sample.reader].RULE in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "want"),
    [
        ((WIDTH,), {"bare", "caa", "easyedit", "refusal_direction"}),
        ((3, WIDTH), {"axbench", "bare", "easyedit", "persona_vectors"}),
        ((2, 3, WIDTH), {"refusal_direction"}),
    ],
)
def test_bare_tensors_could_be_of_several_tools(shape: tuple[int, ...], want: set[str], tmp_path: Path) -> None:
    with pytest.raises(VectorFormatError) as caught:
        read_vector(save_torch(tmp_path / "layer_1.pt", vec(1, *shape)))
    assert {name for name in readers() if f"format={name}" in str(caught.value)} == want


def test_both_svec_formats_ask_and_name_each_other(tmp_path: Path) -> None:
    flat = save_json(tmp_path / "flat.svec", {"directions": {"1": vec(1).tolist()}})
    nested = save_json(tmp_path / "nested.svec", {"directions": {"1": [vec(1).tolist()]}})
    for path in (flat, nested):
        with pytest.raises(VectorFormatError, match=r"format=aisteer360.*OUTPUT.*ibm.*(INPUT|input)"):
            read_vector(path)
    with pytest.raises(VectorFormatError, match="lists of lists"):
        read_vector(nested, "ibm")


def test_every_reader_says_why_it_declines_every_foreign_format(samples: list[Sample]) -> None:
    for sample in samples:
        for reader in readers().values():
            reason = reader.objection(sample.path)
            assert reason is None or 5 < len(reason) < 200
        assert readers()[sample.reader].objection(sample.path) is None


def test_an_unknown_file_is_told_each_readers_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    with pytest.raises(VectorFormatError) as caught:
        read_vector(tmp_path / "notes.txt")
    assert all(name in str(caught.value) for name in readers())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "match"),
    [
        ("missing.pt", "no such file"),
        ("empty.pt", "is empty"),
        ("folder", "no reader knows this folder"),
        ("v.pkl", "plain pickle"),
    ],
)
def test_files_that_cannot_be_vectors(path: str, match: str, tmp_path: Path) -> None:
    (tmp_path / "empty.pt").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "v.pkl").write_bytes(b"\x80\x04]\x94.")
    with pytest.raises(VectorFormatError, match=match):
        read_vector(tmp_path / path)


def test_an_unknown_format_names_the_known_ones(samples: list[Sample]) -> None:
    with pytest.raises(
        VectorFormatError, match="format=repeng is not known: wanted one of aisteer360, .*steering-vectors"
    ):
        read_vector(samples[0].path, "repeng")


def test_a_cut_file_of_any_format_is_refused_at_any_length(samples: list[Sample], tmp_path: Path) -> None:
    for sample in samples:
        data = sample.path.read_bytes()
        for part in (0.1, 0.5, 0.9, 0.99):
            path = tmp_path / sample.path.name
            path.write_bytes(data[: int(len(data) * part)])
            with pytest.raises(VectorFormatError):
                read_vector(path, sample.reader, sample.row)


def test_a_wrong_extension_does_not_matter(samples: list[Sample], tmp_path: Path) -> None:
    for sample in samples:
        if sample.reader in ("gguf", "steer_eval", "steering-vectors", "lm-eval-steered", "ibm", "steering-lite"):
            path = tmp_path / f"{sample.path.stem}.bin"
            shutil.copyfile(sample.path, path)
            assert read_vector(path, sample.format).fingerprint == read_vector(sample.path, sample.format).fingerprint


def test_a_safetensors_header_of_any_length_is_told_from_a_pickle(tmp_path: Path) -> None:
    for length in range(1, 60):  # some header is 128 bytes long, and begins with pickle's first byte
        path = save_safetensors(
            tmp_path / "v.safetensors", {f"layers.{'1' * (1 + length % 4)}": vec(1)}, note="x" * length
        )
        assert read_vector(path, "bare").width == WIDTH


def test_the_same_numbers_have_one_fingerprint_in_every_format(tmp_path: Path) -> None:
    steered = save_torch(tmp_path / "a.pt", {"layers.1": {"steering_vector": vec(1), "action": "add"}})
    bare = save_torch(tmp_path / "b.pt", {1: vec(1).double()})
    assert read_vector(steered).fingerprint == read_vector(bare, "bare").fingerprint


def test_a_reader_of_another_package_is_found_by_its_entry_point(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Theirs:
        NAME, RULE = "theirs", "their own rule"

        @staticmethod
        def objection(path: Path) -> str | None:
            return None if path.read_bytes().startswith(b"THEIRS") else "not theirs"

        @staticmethod
        def read(path: Path, row: int | None) -> SteeringVector:
            return SteeringVector({Site("block_out", 1): Direction(torch.ones(1, 4))}, Origin(str(path), "theirs"))

    monkeypatch.setattr(
        sys.modules["steer_eval.readers"], "entry_points", lambda group: [SimpleNamespace(load=lambda: Theirs)]
    )
    readers.cache_clear()
    try:
        (tmp_path / "v.bin").write_bytes(b"THEIRS")
        assert read_vector(tmp_path / "v.bin").origin.reader == "theirs"
    finally:
        readers.cache_clear()


# Our own format


def full_vector() -> SteeringVector:
    site = {kind: Site(kind, None if kind == "embed_out" else 2) for kind in KINDS if kind != "module"}
    plain = {place: Direction(vec(n, 1, WIDTH), number=n, alpha=0.0) for n, place in enumerate(site.values())}
    special = {
        Site("o_proj_in", 1, head=3): Direction(vec(20, 1, WIDTH), number=1),
        Site("attn_out", 5): Direction(vec(19, 1, WIDTH)),
        Site("block_out", -1): Direction(vec(21, 1, WIDTH), number=-1, bound=False),
        Site("module", path="layers.0.mlp.down_proj"): Direction(
            vec(22, 2, 5),
            intervention="rotate",
            tensors={"reference": vec(23, 5)},
            knobs={"degree": 30.0, "mode": "offset", "adaptive": True},
        ),
        Site("block_out", 0): Direction(
            vec(24, 1, WIDTH), number=0, alpha=-1.5, tensors={"stderr": vec(25, 1, WIDTH).abs()}
        ),
    }
    header = {"model": "m", "axis": "refusal", "n_positive": 256, "nested": {"a": [1, 2.5]}}
    return SteeringVector(plain | special, Origin("x", "test"), "last:1+generated", header, ("positions", "model"))


def test_our_format_keeps_the_fingerprint_and_everything_else(tmp_path: Path) -> None:
    vector = full_vector()
    write(vector, tmp_path / "v.safetensors")
    back = read_vector(tmp_path / "v.safetensors")
    assert back.fingerprint == vector.fingerprint
    assert (back.positions, back.unsaid, {**back.header}) == (
        vector.positions,
        vector.unsaid,
        {**vector.header, "format": 1},
    )
    assert back.directions.keys() == vector.directions.keys()
    for site, direction in vector.directions.items():
        again = back.directions[site]
        assert replace(again, rows=direction.rows, tensors=direction.tensors) == direction
        assert torch.equal(again.rows, direction.rows)
        assert {name: t.tolist() for name, t in again.tensors.items()} == {
            name: t.tolist() for name, t in direction.tensors.items()
        }


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    write(full_vector(), tmp_path / "a.safetensors")
    write(read_vector(tmp_path / "a.safetensors"), tmp_path / "b.safetensors")
    assert read_vector(tmp_path / "a.safetensors").fingerprint == read_vector(tmp_path / "b.safetensors").fingerprint


def test_every_format_survives_the_trip_through_ours(samples: list[Sample], tmp_path: Path) -> None:
    for sample in samples:
        vector = read_vector(sample.path, sample.format, sample.row)
        write(vector, tmp_path / "v.safetensors")
        back = read_vector(tmp_path / "v.safetensors")
        assert back.fingerprint == vector.fingerprint
        assert [replace(d, rows=None, tensors={}) for d in back.directions.values()] == [
            replace(vector.directions[site], rows=None, tensors={}) for site in back.directions
        ]


@pytest.mark.parametrize(
    ("tensors", "header", "match"),
    [
        ({"block_out.1": vec(1, 1, 4)}, {"format": 1}, "wanted SITE/ROLE"),
        ({"block_out.1/stderr": vec(1, 1, 4)}, {"format": 1}, "wanted a tensor block_out.1/rows"),
        ({"block_out.1/rows": vec(1, 4)}, {"format": 1}, "of .rows, width."),
        ({"somewhere.1/rows": vec(1, 1, 4)}, {"format": 1}, "got the site 'somewhere.1'"),
        ({"block_out.x/rows": vec(1, 1, 4)}, {"format": 1}, "got the site 'block_out.x'"),
        ({"block_out.1/rows": vec(1, 1, 4)}, {"format": 2}, "update steer-eval"),
        ({"block_out.1/rows": vec(1, 1, 4)}, {}, "no format number"),
        ({"block_out.1/rows": vec(1, 1, 4)}, [1], "not an object"),
        (
            {"block_out.1/rows": vec(1, 1, 4)},
            {"format": 1, "directions": {"block_out.1": {"alpha": "x"}}},
            "alpha of block_out.1",
        ),
        (
            {"block_out.1/rows": vec(1, 1, 4)},
            {"format": 1, "directions": {"block_out.1": {"alpha": float("inf")}}},
            "finite",
        ),
        ({"block_out.1/rows": vec(1, 1, 4)}, {"format": 1, "positions": 3}, "positions are not text"),
        ({"block_out.1/rows": torch.ones(1, 4, dtype=torch.int32)}, {"format": 1}, "floating point"),
    ],
)
def test_files_that_break_our_format(
    tensors: dict[str, torch.Tensor], header: object, match: str, tmp_path: Path
) -> None:
    with pytest.raises(VectorFormatError, match=match):
        read_vector(save_safetensors(tmp_path / "v.safetensors", tensors, steer_eval=header))


def test_row_picks_one_row_of_ours(tmp_path: Path) -> None:
    direction = Direction(vec(1, 3, WIDTH), number=1, tensors={"stderr": vec(2, 3, WIDTH).abs()})
    write(SteeringVector({Site("block_out", 1): direction}, Origin("x", "test")), tmp_path / "v.safetensors")
    (picked,) = read_vector(tmp_path / "v.safetensors", row=2).directions.values()
    assert torch.equal(picked.rows, direction.rows[2:])
    assert torch.equal(picked.tensors["stderr"], direction.tensors["stderr"][2:])
    with pytest.raises(VectorFormatError, match="row=3 is out of range"):
        read_vector(tmp_path / "v.safetensors", row=3)


def wide_gguf(path: Path) -> Path:
    writer = gguf.GGUFWriter(path, "controlvector")
    for layer in range(40):
        writer.add_tensor(f"direction.{layer}", vec(layer, 5120).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


TIMED_READ = """
import sys, time
from steer_eval.readers import read_vector, readers
readers()
start = time.perf_counter()
vector = read_vector(sys.argv[1])
print(time.perf_counter() - start, len(vector.directions))
"""


def test_a_gguf_of_40_layers_of_width_5120_reads_in_a_fifth_of_a_second(tmp_path: Path) -> None:
    path = wide_gguf(tmp_path / "v.gguf")
    times = []
    for _ in range(7):
        start = time.perf_counter()
        assert len(read_vector(path).directions) == 40
        times.append(time.perf_counter() - start)
    assert median(times) < 0.2


def test_so_does_the_first_read_of_a_process(tmp_path: Path) -> None:
    path = wide_gguf(tmp_path / "v.gguf")

    def seconds() -> float:
        printed = subprocess.run(
            [sys.executable, "-c", TIMED_READ, path], capture_output=True, text=True, check=True
        ).stdout
        took, count = printed.split()
        assert count == "40"
        return float(took)

    assert min(seconds() for _ in range(2)) < 0.2  # the better of two, because the machine may be busy


def test_a_folder_is_shown_only_to_readers_that_take_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A reader of another package may open what it is given."""

    class Opens:
        NAME, RULE = "opens", "opens whatever it gets"

        @staticmethod
        def objection(path: Path) -> str | None:
            return path.read_text() and "not mine"

    monkeypatch.setattr(
        sys.modules["steer_eval.readers"], "entry_points", lambda group: [SimpleNamespace(load=lambda: Opens)]
    )
    readers.cache_clear()
    try:
        save_sae_lens(tmp_path / "sae")
        assert read_vector(tmp_path / "sae", row=0).origin.reader == "sae"
        with pytest.raises(VectorFormatError, match="cannot be read as opens: a folder"):
            read_vector(tmp_path, "opens")
    finally:
        readers.cache_clear()

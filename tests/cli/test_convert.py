"""`steer-eval convert`: what is written, what is refused by name, and that nothing half-done stays behind."""

from pathlib import Path

import numpy as np
import pytest
import torch

from steer_eval.readers import read_vector
from steer_eval.readers.native import write
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from tests.cli.command import steer_eval
from tests.readers.samples import WIDTH, Sample, gguf_bytes, save_torch, vec, write_all

Run = pytest.MonkeyPatch
Out = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return write_all(tmp_path_factory.mktemp("valid"))


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    (tmp_path / "v.gguf").write_bytes(gguf_bytes({"direction.1": vec(1), "direction.2": vec(2)}))
    return tmp_path / "v.gguf"


def test_every_format_becomes_ours_with_everything_it_says(
    monkeypatch: Run, samples: list[Sample], tmp_path: Path
) -> None:
    for n, sample in enumerate(samples):
        out = tmp_path / f"{n}.safetensors"
        more = [
            *(["--format", sample.format] if sample.format else []),
            *(["--row", sample.row] if sample.row is not None else []),
        ]
        assert steer_eval(monkeypatch, "convert", sample.path, out, *more) == 0
        old, new = read_vector(sample.path, sample.format, sample.row), read_vector(out)
        assert (new.fingerprint, new.positions, new.unsaid) == (old.fingerprint, old.positions, old.unsaid)
        for site, direction in old.directions.items():
            again = new.directions[site]
            assert (again.alpha, again.intervention, again.number) == (
                direction.alpha,
                direction.intervention,
                direction.number,
            )
            assert (again.bound, dict(again.knobs)) == (direction.bound, dict(direction.knobs))
            assert {k: t.tolist() for k, t in again.tensors.items()} == {
                k: t.tolist() for k, t in direction.tensors.items()
            }


@pytest.mark.parametrize("suffix", [".safetensors", ".gguf", ".pt"])
def test_there_and_back_again(suffix: str, monkeypatch: Run, capsys: Out, gguf: Path, tmp_path: Path) -> None:
    middle, back = tmp_path / f"middle{suffix}", tmp_path / "deep" / "er" / "back.gguf"
    assert steer_eval(monkeypatch, "convert", gguf, middle) == 0
    assert steer_eval(monkeypatch, "convert", middle, back) == 0
    fingerprint = read_vector(gguf).fingerprint
    assert read_vector(back).fingerprint == fingerprint
    assert fingerprint[:16] in capsys.readouterr().out


def test_the_file_is_named_by_the_user_or_by_its_suffix(
    monkeypatch: Run, capsys: Out, gguf: Path, tmp_path: Path
) -> None:
    assert steer_eval(monkeypatch, "convert", gguf, tmp_path / "v.bin") == 2
    assert "give --to safetensors, gguf, steered-pt" in capsys.readouterr().err
    assert steer_eval(monkeypatch, "convert", gguf, tmp_path / "v.bin", "--to", "steered-pt") == 0
    assert read_vector(tmp_path / "v.bin").origin.reader == "lm-eval-steered"


def test_a_file_that_exists_is_left_alone(monkeypatch: Run, capsys: Out, gguf: Path) -> None:
    before = gguf.read_bytes()
    assert steer_eval(monkeypatch, "convert", gguf, gguf) == 2
    assert "exists" in capsys.readouterr().err
    assert gguf.read_bytes() == before


@pytest.mark.parametrize(
    ("reader", "to", "named"),
    [
        ("ibm", "gguf", "the site block_in 0; the site block_in 1"),
        ("ibm", "steered-pt", "the site block_in 0"),
        ("aisteer360", "gguf", "2 rows at block_out 1"),
        ("aisteer360", "steered-pt", "2 rows at block_out 1"),
        ("axbench", "gguf", "block_out without a layer (--layers places it)"),
        ("axbench", "steered-pt", "block_out without a layer"),
        ("steering-vectors", "gguf", "the site block_out -1"),
        ("steering-vectors", "steered-pt", "the site block_out -1"),
        ("lm-eval-steered", "gguf", "the intervention clamp at block_out 1; the site mlp_out 2"),
        ("bare", "gguf", "llama.cpp refuses a file with direction.0"),
    ],
)
def test_what_the_target_cannot_hold_is_named_and_nothing_is_written(
    reader: str, to: str, named: str, monkeypatch: Run, capsys: Out, samples: list[Sample], tmp_path: Path
) -> None:
    sample = next(sample for sample in samples if sample.reader == reader)
    more = [
        *(["--format", sample.format] if sample.format else []),
        *(["--row", sample.row] if sample.row is not None else []),
    ]
    assert steer_eval(monkeypatch, "convert", sample.path, tmp_path / "new" / "v", "--to", to, *more, "--drop") == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_positions_are_meaning_too(monkeypatch: Run, capsys: Out, tmp_path: Path) -> None:
    vector = SteeringVector(
        {Site("block_out", 1): Direction(vec(1, 1, WIDTH))}, Origin("v", "test"), positions="generated"
    )
    write(vector, tmp_path / "v.safetensors")
    for name in ("v.gguf", "v.pt"):
        assert steer_eval(monkeypatch, "convert", tmp_path / "v.safetensors", tmp_path / name, "--drop") == 2
        assert "positions=generated" in capsys.readouterr().err


def test_what_a_target_has_no_room_for_is_left_out_only_if_asked(
    monkeypatch: Run, capsys: Out, vector_file: Path, tmp_path: Path
) -> None:
    assert steer_eval(monkeypatch, "convert", vector_file, tmp_path / "v.gguf") == 2
    message = capsys.readouterr().err
    assert "the tensor stderr at block_out 1" in message
    assert "alpha=2 at block_out 1" in message
    assert not (tmp_path / "v.gguf").exists()
    assert steer_eval(monkeypatch, "convert", vector_file, tmp_path / "v.gguf", "--drop") == 0
    printed = capsys.readouterr().out
    assert "left out: alpha=2 at block_out 1" in printed
    assert "only the old file says: " in printed
    assert "axis" in printed
    assert read_vector(tmp_path / "v.gguf").fingerprint == read_vector(vector_file).fingerprint
    assert [path.name for path in tmp_path.iterdir()] == ["v.gguf"]


def test_layers_leaves_out_or_places(monkeypatch: Run, gguf: Path, tmp_path: Path) -> None:
    assert steer_eval(monkeypatch, "convert", gguf, tmp_path / "one.gguf", "--layers", "2") == 0
    assert list(read_vector(tmp_path / "one.gguf").directions) == [Site("block_out", 2)]
    weight = save_torch(tmp_path / "DiffMean_weight.pt", vec(1, 3, WIDTH))
    arguments = ("--format", "axbench", "--row", "1", "--layers", "7+9")
    assert steer_eval(monkeypatch, "convert", weight, tmp_path / "ax.gguf", *arguments) == 0
    placed = read_vector(tmp_path / "ax.gguf").directions
    assert list(placed) == [Site("block_out", 7), Site("block_out", 9)]
    assert torch.equal(placed[Site("block_out", 9)].row, vec(1, 3, WIDTH)[1])


def test_layer_numbers_that_change_are_told(monkeypatch: Run, capsys: Out, tmp_path: Path) -> None:
    persona = save_torch(tmp_path / "evil_response_avg_diff.pt", vec(1, 4, WIDTH))
    assert (
        steer_eval(
            monkeypatch, "convert", persona, tmp_path / "v.gguf", "--format", "persona_vectors", "--layers", "2-3"
        )
        == 0
    )
    assert "layers= counts blocks in the new file: 2 is now 1, 3 is now 2" in capsys.readouterr().out


def test_several_files_and_unwritable_places_are_one_line(
    monkeypatch: Run, capsys: Out, gguf: Path, tmp_path: Path
) -> None:
    assert steer_eval(monkeypatch, "convert", f"{gguf}+{gguf}", tmp_path / "two.gguf") == 2
    assert "wanted one at a time" in capsys.readouterr().err
    assert steer_eval(monkeypatch, "convert", gguf, gguf / "below" / "v.pt") == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_vector_that_was_made_by_numpy_in_double_precision_is_written_as_float32(
    monkeypatch: Run, tmp_path: Path
) -> None:
    np.save(tmp_path / "v.npy", vec(1).double().numpy())
    arguments = ("--format", "bare", "--layers", "3")
    assert steer_eval(monkeypatch, "convert", tmp_path / "v.npy", tmp_path / "v.gguf", *arguments) == 0
    assert torch.equal(read_vector(tmp_path / "v.gguf").directions[Site("block_out", 3)].row, vec(1))

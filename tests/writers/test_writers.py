"""Each writer: what it writes is what it read, and the tools that it is for take it."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import gguf
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from lm_eval.models.hf_steered import SteeredModel
from lm_eval.models.hf_steered import steer as harness_steer

from steer_eval.harness.model import SteeredHF
from steer_eval.readers import read_vector
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from steer_eval.writers import gguf as gguf_writer
from steer_eval.writers import safetensors as native
from steer_eval.writers import steered_pt
from tests.conftest import BLOCKS, WIDTH
from tests.readers.samples import vec

WRITERS = {"gguf": gguf_writer, "safetensors": native, "steered_pt": steered_pt}
KINDS = [
    "block_out",
    "block_in",
    "attn_out",
    "mlp_out",
    "o_proj_in",
    "o_proj_out",
    "norm1_in",
    "norm1_out",
    "embed_out",
    "module",
]
PATHS = ["layers.0.mlp.down_proj", "layers.1", "layers.1.mlp", "lm_head", "embed_tokens"]


@st.composite
def sites(draw: st.DrawFn) -> Site:
    kind = draw(st.sampled_from(KINDS[:1] * 10 + KINDS))
    if kind == "module":
        return Site(kind, path=draw(st.sampled_from(PATHS)))
    if kind == "embed_out":
        return Site(kind)
    return Site(kind, draw(st.integers(-1, 5)), draw(st.none() | st.integers(0, 3)) if kind == "o_proj_in" else None)


@st.composite
def vectors(draw: st.DrawFn) -> SteeringVector:
    """Any vector, often one that every format can hold."""
    width = draw(st.integers(1, 5))
    number = st.floats(width=32, allow_nan=False, allow_infinity=False)
    directions = {}
    for site in draw(st.lists(sites(), min_size=1, max_size=4, unique=True)):
        rows = draw(st.sampled_from([1, 1, 1, 2]))
        numbers = draw(st.lists(number, min_size=rows * width, max_size=rows * width))
        directions[site] = Direction(
            torch.tensor(numbers, dtype=torch.float32).reshape(rows, width),
            number=site.layer,
            alpha=draw(st.none() | st.floats(-9, 9)),
            intervention=draw(st.sampled_from([None, None, "add", "clamp", "ablate"])),
            tensors={"bias": torch.ones(width)} if draw(st.booleans()) else {},
            knobs=draw(st.sampled_from([{}, {}, {"feature": 3}])),
        )
    positions = draw(st.sampled_from([None, None, "all", "last:2"]))
    return SteeringVector(directions, Origin("v", "test"), positions=positions, header={"model": "m"})


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(vectors())
def test_what_is_written_reads_back_the_same_or_is_named_as_lost(name: str, vector: SteeringVector) -> None:
    writer = WRITERS[name]
    lost = writer.loss(vector)
    if lost.meaning:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"v{writer.SUFFIX}"
        writer.write(vector, path)
        back = read_vector(path)
    assert back.fingerprint == vector.fingerprint
    assert (back.positions or "all") == (vector.positions or "all")
    for site, d in vector.directions.items():
        again = back.directions[site]
        assert (again.intervention or "add") == (d.intervention or "add")
        if f"alpha={d.alpha or 0:g} at {site}" not in lost.detail:
            assert (1.0 if again.alpha is None else again.alpha) == (1.0 if d.alpha is None else d.alpha)
        for kind, held in (("tensor", d.tensors), ("knob", d.knobs)):
            for key, value in held.items():
                item = f"the tensor {key} at {site}" if kind == "tensor" else f"{key}={value} at {site}"
                kept = again.tensors.get(key) if kind == "tensor" else again.knobs.get(key)
                assert item in lost.detail or (torch.equal(kept, value) if kind == "tensor" else kept == value)


def test_ours_loses_nothing() -> None:
    odd = Direction(vec(1, 2, 4), alpha=3.0, intervention="rotate", knobs={"degree": 3}, tensors={"reference": vec(1)})
    lost = native.loss(SteeringVector({Site("norm1_in", -1): odd}, Origin("v", "test"), positions="generated"))
    assert not lost.meaning
    assert not lost.detail


def written(writer: object, vector: SteeringVector, folder: Path) -> Path:
    assert not writer.loss(vector).meaning  # type: ignore[attr-defined]
    path = folder / f"v{writer.SUFFIX}"  # type: ignore[attr-defined]
    writer.write(vector, path)  # type: ignore[attr-defined]
    return path


def at(*layers: int, **more: object) -> SteeringVector:
    placed = {Site("block_out", n): Direction(vec(n, 1, WIDTH), number=n, **more) for n in layers}  # type: ignore[arg-type]
    return SteeringVector(placed, Origin("v", "test"), header={"model": "some-model"})


def test_the_gguf_library_reads_the_file_and_llama_cpp_and_repeng_would(tmp_path: Path) -> None:
    reader = gguf.GGUFReader(written(gguf_writer, at(10, 2, 3), tmp_path))
    assert reader.get_field("general.architecture").contents() == "controlvector"
    assert reader.get_field("controlvector.model_hint").contents() == "some-model"  # repeng stops without it
    assert reader.get_field("controlvector.layer_count").contents() == 3
    # common_control_vector_load_one of llama.cpp: any tensor that breaks one of these rejects the file
    assert [tensor.name for tensor in reader.tensors] == ["direction.2", "direction.3", "direction.10"]
    for tensor in reader.tensors:
        assert int(re.fullmatch(r"direction\.(\d+)", tensor.name)[1]) >= 1
        assert tensor.tensor_type == gguf.GGMLQuantizationType.F32
        assert list(tensor.shape) == [WIDTH]
    assert np.array_equal(reader.tensors[2].data, vec(10, WIDTH).numpy())


def test_block_0_is_refused_because_llama_cpp_would_refuse_the_file() -> None:
    (reason,) = gguf_writer.loss(at(0, 1)).meaning
    assert "llama.cpp" in reason
    assert not gguf_writer.loss(at(1, 2)).meaning


@pytest.mark.parametrize(
    "vector",
    [
        at(1, alpha=1.5, intervention="add"),
        at(0, BLOCKS - 1),
        at(2, alpha=3.0, intervention="clamp"),
        at(1, alpha=-0.5, intervention="clamp", tensors={"bias": vec(9, WIDTH)}),
        SteeringVector(
            {
                Site("mlp_out", 1): Direction(vec(1, 1, WIDTH), alpha=2.0),
                Site("attn_out", 2): Direction(vec(2, 1, WIDTH)),
                Site("o_proj_out", 0): Direction(vec(3, 1, WIDTH)),
                Site("embed_out"): Direction(0.1 * vec(4, 1, WIDTH)),
                Site("module", path="layers.1.mlp.gate_proj"): Direction(vec(5, 1, 64)),
            },
            Origin("v", "test"),
        ),
    ],
    ids=["add", "first and last block", "clamp", "clamp with bias", "every kind of place"],
)
@torch.no_grad()
def test_the_harness_applies_the_steered_file_as_we_apply_the_vector(
    vector: SteeringVector, llama: Path, tmp_path: Path
) -> None:
    path = written(steered_pt, vector, tmp_path)
    theirs = SteeredModel(pretrained=str(llama), steer_path=str(path), device="cpu", dtype="float32")
    native.write(vector, tmp_path / "ours.safetensors")
    ids = torch.arange(40)[None] * 6
    with harness_steer(theirs.model, theirs.hook_to_steer):
        want = theirs.model(ids).logits
    assert (want - theirs.model(ids).logits).abs().max() > 1e-3
    for file in (path, tmp_path / "ours.safetensors"):
        ours = SteeredHF(pretrained=str(llama), vector=str(file), device="cpu", dtype="float32")
        torch.testing.assert_close(ours.model(ids).logits, want, atol=1e-5, rtol=0)


def test_a_steered_file_holds_tensors_numbers_and_text_only(tmp_path: Path) -> None:
    view = Direction(
        vec(1, 1000, WIDTH)[5:6], alpha=2.0, intervention="clamp", tensors={"bias": vec(2, 1000, WIDTH)[7]}
    )
    path = written(steered_pt, SteeringVector({Site("block_out", 1): view}, Origin("v", "test")), tmp_path)
    entry = torch.load(path, weights_only=True)["layers.1"]
    assert entry["steering_vector"].shape == (WIDTH,)
    assert (entry["steering_coefficient"], entry["action"], entry["head_index"]) == (2.0, "clamp", None)
    assert path.stat().st_size < 10_000  # a row of a table does not bring the table along

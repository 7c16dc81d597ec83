"""GGUF control vectors as repeng and llama.cpp read them: `direction.N`, float32 [width], added to the output of block N."""

from pathlib import Path

from steer_eval.steering.vector import SteeringVector
from steer_eval.writers import Loss

SUFFIX = ".gguf"


def loss(vector: SteeringVector) -> Loss:
    """What a GGUF control vector cannot hold."""
    lost = Loss()
    for site, direction in vector.directions.items():
        if site.kind != "block_out" or site.layer is None or site.layer < 0:
            lost.meaning.append(f"the site {site}")
        if direction.rows.shape[0] != 1:
            lost.meaning.append(f"{direction.rows.shape[0]} rows at {site}")
        if direction.intervention not in (None, "add"):
            lost.meaning.append(f"the intervention {direction.intervention} at {site}")
        if direction.alpha not in (None, 1.0):
            lost.detail.append(f"the coefficient {direction.alpha:g} at {site}")
        lost.detail += [f"the tensor {name} at {site}" for name in direction.tensors]
    if vector.positions not in (None, "all"):
        lost.meaning.append(f"positions={vector.positions}")
    return lost


def write(vector: SteeringVector, path: Path) -> None:
    """Write `vector`, of which `loss` has found no lost meaning."""
    from gguf import GGUFWriter

    placed = [(site.layer, direction) for site, direction in vector.directions.items() if site.layer is not None]
    layers = sorted(placed, key=lambda item: item[0])
    writer = GGUFWriter(path, "controlvector")
    hint = vector.header.get("controlvector.model_hint") or vector.header.get("model") or "unknown"
    writer.add_string("controlvector.model_hint", str(hint))
    writer.add_uint32("controlvector.layer_count", len(layers))
    for layer, direction in layers:
        writer.add_tensor(f"direction.{layer}", direction.rows[0].contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

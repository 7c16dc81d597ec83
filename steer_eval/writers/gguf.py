"""GGUF control vectors that llama.cpp and repeng both read: `direction.N`, float32 [width], added to the output of block N.

llama.cpp rejects a whole file for a tensor that is not called direction.N with N of 1 or more, is not float32 or not 1-D, or differs in
length, so a direction for block 0 is not written although repeng would read it. Source: common/common.cpp of llama.cpp, extract.py of
repeng.
"""

from pathlib import Path

from steer_eval.steering.site import Site
from steer_eval.steering.vector import SteeringVector
from steer_eval.writers import Loss, plain_loss

SUFFIX = ".gguf"
_HINTS = (
    "controlvector.model_hint",
    "steeringvector.model_hint",
    "model_type",
    "model",
)  # header keys that name the model


def loss(vector: SteeringVector) -> Loss:
    """What a GGUF control vector cannot hold."""
    lost = plain_loss(vector, _holds, ("add",))
    if Site("block_out", 0) in vector.directions:
        lost.meaning.append("block_out 0 (llama.cpp refuses a file with direction.0; --layers leaves it out)")
    for site, direction in vector.directions.items():
        if direction.alpha not in (None, 1.0):
            lost.detail.append(f"alpha={direction.alpha:g} at {site}")
    return lost


def write(vector: SteeringVector, path: Path) -> None:
    """Write `vector`, of which `loss` has found no lost meaning."""
    from gguf import GGUFWriter

    layers = [(site.layer, vector.directions[site]) for site in sorted(vector.directions)]
    writer = GGUFWriter(path, "controlvector")
    hint = next((vector.header[key] for key in _HINTS if vector.header.get(key)), "unknown")
    writer.add_string("controlvector.model_hint", str(hint))
    writer.add_uint32("controlvector.layer_count", len(layers))
    for layer, direction in layers:
        writer.add_tensor(f"direction.{layer}", direction.row.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _holds(site: Site) -> bool:
    return site.layer is not None and site.layer >= 0 and site == Site("block_out", site.layer)

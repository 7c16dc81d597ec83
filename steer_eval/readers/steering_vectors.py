"""steering-vectors, and steering-bench, which saves the same object: `torch.save(SteeringVector)`.

    steering_vectors.steering_vector.SteeringVector: layer_activations {layer: [width]}, layer_type

Key i is block i, negative from the end; all are applied: h + multiplier v at the output of the module that `layer_type` names. The
pickle is run without importing the class. Source: steering_vector.py of 0.12.2.
"""

from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, layer_number, no_row, one_row
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.inert import Inert
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "steering-vectors"
RULE = "key i is block i, negative from the end; layer_type names the module whose output is steered"
_CLASS = "steering_vectors.steering_vector.SteeringVector"
_KINDS = {"decoder_block": "block_out", "self_attn": "attn_out", "mlp": "mlp_out", "input_layernorm": "norm1_out"}
_NORM2 = "post_attention_layernorm"


def objection(path: Path) -> str | None:
    if kind_of(path) not in TORCH:
        return "not a torch file"
    loaded = load_torch(path)
    if not (isinstance(loaded.content, Inert) and loaded.content.name == _CLASS):
        return "not a pickled SteeringVector"
    if strangers := [name for name in loaded.foreign if name != _CLASS]:
        return f"also holds {', '.join(strangers[:3])}, which the tool never writes"
    return None


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    content = load_torch(path).content
    assert isinstance(content, Inert)
    vectors, kind = content.state.get("layer_activations"), content.state.get("layer_type", "decoder_block")
    if not isinstance(vectors, dict) or not vectors:
        raise VectorFormatError(f"{path}: wanted layer_activations to be a dict of layers")
    directions = []
    for key, value in vectors.items():
        layer = layer_number(path, key)
        directions.append((_site(path, kind, layer), Direction(one_row(path, f"layer {layer}", value), number=layer)))
    return build(
        path, NAME, directions, header={"layer_type": kind}, unsaid=("coefficient", "intervention", "positions")
    )


def _site(path: Path, kind: object, layer: int) -> Site:
    if isinstance(kind, str) and kind in _KINDS:
        return Site(_KINDS[kind], layer)
    if kind == _NORM2 and "norm2_out" in KINDS:
        return Site("norm2_out", layer)
    if kind == _NORM2 and layer >= 0:
        return Site("module", path=f"layers.{layer}.{_NORM2}")
    wanted = ", ".join([*_KINDS, f"{_NORM2} (layers from 0)"])
    raise VectorFormatError(f"{path}: got layer_type {str(kind)[:50]!r} for layer {layer}, wanted one of {wanted}")

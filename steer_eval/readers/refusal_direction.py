"""refusal_direction (Arditi et al.): `direction.pt`, a bare float64 tensor [width], with `direction_metadata.json` beside it.

    direction_metadata.json: {"pos": -2, "layer": 10}
    generate_directions/mean_diffs.pt: [positions, layers, width], of which `row=` picks the position

`layer` is the block whose INPUT was averaged, and the same place is steered: h + coeff v, v as stored. Ablation acts everywhere, whatever
the layer. Without the metadata, `layers=` says where. Source: pipeline/ at 9d852fa.
"""

from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import bare_tensor, build, layer_number, no_row, one_row, tensor_objection
from steer_eval.readers.containers.json_file import read_json_beside
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "refusal_direction"
RULE = "[width], added to the INPUT of block `layer` of direction_metadata.json beside it, or of layers="
ASK = True
BESIDE = ("direction_metadata.json",)


def objection(path: Path) -> str | None:
    return tensor_objection(path, 1, 3)


def read(path: Path, row: int | None = None) -> SteeringVector:
    tensor = bare_tensor(path)
    if tensor.ndim == 3:
        if row is None or not 0 <= row < tensor.shape[0]:
            raise VectorFormatError(
                f"{path} has {tensor.shape[0]} positions: say which with row=0 to row={tensor.shape[0] - 1}"
            )
        layers = [(Site("block_in", n), Direction(v[None], number=n)) for n, v in enumerate(tensor[row])]
        return build(path, NAME, layers, unsaid=("which layers to use", "coefficient", "intervention"))
    no_row(path, row, NAME)
    metadata = read_json_beside(path, BESIDE[0]) or {}
    layer = layer_number(path.parent / BESIDE[0], metadata["layer"]) if metadata.get("layer") is not None else None
    direction = Direction(one_row(path, "the tensor", tensor), number=layer, bound=False)
    header = {key: value for key, value in metadata.items() if key in ("pos", "layer") and isinstance(value, int)}
    unsaid = ("coefficient", "intervention") if layer is not None else ("layer", "coefficient", "intervention")
    return build(path, NAME, [(Site("block_in", layer), direction)], header=header, unsaid=unsaid)

"""SteeringControl: `direction.pt`, a pickled CandidateDirection, with `metadata.json` beside it.

    utils.steering_utils.CandidateDirection: direction [width] or a list of such by block, loc (layer, attr, component, pos),
        reference_activation like direction or None, model_name, ...
    metadata.json: factor, application_location {layer: [..], component, attr, pos, component_attr_paired}

Applied where application_location says, or else at `loc`: the input or output of the block, or the output of its attention or MLP module;
h + factor d. The reference serves `affine` (ACE). The pickle is run without importing a class. Source: utils/ at c83bd07.
"""

from itertools import product
from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, layer_number, no_row, number_in, one_row
from steer_eval.readers.containers import TORCH, kind_of
from steer_eval.readers.containers.inert import Inert
from steer_eval.readers.containers.json_file import read_json_beside
from steer_eval.readers.containers.torch_file import load_torch
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "steering-control"
RULE = "application_location of metadata.json beside it names blocks, module and side"
BESIDE = ("metadata.json",)
_MODULE = "utils.steering_utils."  # the tool's own module path
_KINDS = {
    (None, "input"): "block_in",
    (None, "output"): "block_out",
    ("attn", "output"): "attn_out",
    ("mlp", "output"): "mlp_out",
}
# POST_INSTRUCTION starts at a token that only the tool's chat template knows, so the user has to say where: reading this as positions
# fails and says so.
_POSITIONS = {"ALL": None, "OUTPUT_ONLY": "last:1+generated", "POST_INSTRUCTION": "from:END_OF_INSTRUCTION"}


def objection(path: Path) -> str | None:
    if kind_of(path) not in TORCH:
        return "not a torch file"
    loaded = load_torch(path)
    if not (isinstance(loaded.content, Inert) and loaded.content.name.endswith(".CandidateDirection")):
        return "not a pickled CandidateDirection"
    own = (_MODULE, loaded.content.name.removesuffix("CandidateDirection"))
    if strangers := [name for name in loaded.foreign if not name.startswith(own)]:
        return f"also holds {', '.join(strangers[:3])}, which the tool never writes"
    return None


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    content = load_torch(path).content
    assert isinstance(content, Inert)
    said = content.state
    metadata = read_json_beside(path, BESIDE[0]) or {}
    place = metadata.get("application_location") or metadata.get("direction_loc") or _location(path, said.get("loc"))
    if not isinstance(place, dict):
        raise VectorFormatError(f"{path}: application_location is not an object of layer, component and attr")
    layers = place.get("layer")
    layers = [layer_number(path, layer) for layer in (layers if isinstance(layers, list) else [layers])]
    alpha = number_in(path, "factor", metadata["factor"]) if metadata.get("factor") is not None else None
    directions = []
    for layer in layers:
        for kind in _kinds(path, place):
            directions.append((Site(kind, layer), _direction(path, said, layer, alpha)))
    header = {key: said[key] for key in ("model_name", "val_score") if isinstance(said.get(key), (str, float, int))}
    unsaid = () if alpha is not None else ("coefficient",)
    return build(
        path, NAME, directions, positions=_positions(path, place), header=header, unsaid=(*unsaid, "intervention")
    )


def _location(path: Path, loc: object) -> dict[str, object]:
    if not isinstance(loc, Inert):
        raise VectorFormatError(f"{path} has no loc, and no {BESIDE[0]} beside it: where is it applied?")
    return {
        key: value for key, value in loc.state.items() if key != "pos"
    }  # pos is where it was read, not where it is applied


def _direction(path: Path, said: dict[str, object], layer: int, alpha: float | None) -> Direction:
    vector, reference = said.get("direction"), said.get("reference_activation")
    by_block = isinstance(vector, list)
    if isinstance(vector, list):
        if not 0 <= layer < len(vector):
            raise VectorFormatError(
                f"{path} has directions for blocks 0 to {len(vector) - 1}, but is applied at block {layer}"
            )
        vector = vector[layer]
    if isinstance(reference, list):
        reference = reference[layer] if 0 <= layer < len(reference) else None
    rows = one_row(path, "direction", vector)
    tensors = {}
    if reference is not None:
        tensors["reference"] = one_row(path, "reference_activation", reference)[0]
        if tensors["reference"].shape[0] != rows.shape[1]:
            width = tensors["reference"].shape[0]
            raise VectorFormatError(f"{path}: reference_activation has width {width}, direction has {rows.shape[1]}")
    return Direction(rows, number=layer, bound=by_block, alpha=alpha, intervention="add", tensors=tensors)


def _kinds(path: Path, place: dict[str, object]) -> list[str]:
    components, attrs = place.get("component"), place.get("attr")
    components = components if isinstance(components, list) else [components]
    attrs = attrs if isinstance(attrs, list) else [attrs]
    paired = place.get("component_attr_paired") is True
    if paired and len(components) != len(attrs):
        raise VectorFormatError(f"{path}: component and attr are paired, but {len(components)} and {len(attrs)} long")
    kinds = []
    for component, attr in zip(components, attrs, strict=True) if paired else product(components, attrs):
        known = (
            isinstance(attr, str) and (component is None or isinstance(component, str)) and (component, attr) in _KINDS
        )
        if not known:
            raise VectorFormatError(
                f"{path}: got component {str(component)[:20]!r} with attr {str(attr)[:20]!r}, wanted input or output of the block "
                "(component null), or output of attn or mlp"
            )
        kinds.append(_KINDS[component, attr])
    return kinds


def _positions(path: Path, place: dict[str, object]) -> str | None:
    said = place.get("pos")
    if isinstance(said, list) and said and all(type(n) is int and n >= 0 for n in said):
        return "at:" + "+".join(str(n) for n in said)
    if said is None or isinstance(said, int):
        return None
    name = str(said).rpartition(".")[2].upper()
    if not isinstance(said, str) or name not in _POSITIONS:
        raise VectorFormatError(f"{path}: got positions {str(said)[:50]!r}, wanted one of {', '.join(_POSITIONS)}")
    return _POSITIONS[name]

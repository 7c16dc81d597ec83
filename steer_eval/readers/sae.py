"""Sparse autoencoders of sae_lens and sparsify, a folder or its safetensors file: `row=` names the feature, its decoder row is the vector.

Placed where the SAE was trained (`hook_name` of cfg.json, or sparsify's folder name, e.g. `layers.3`); a hook that is no place of ours
(such as hook_resid_mid) leaves the layer to `layers=`. `bias` is b_dec, for clamp. See containers/sae_folder.py for the files.
"""

from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.sae_folder import read_feature, site_of_hook, weights_file
from steer_eval.readers.containers.safetensors_file import safetensors_metadata
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "sae"
RULE = "row= names the feature; its decoder row acts where cfg.json says that the SAE was trained"
BESIDE = ("cfg.json",)
FOLDER = True


def objection(path: Path) -> str | None:
    weights = weights_file(path)
    if weights is None:
        return "not a safetensors file with W_dec, nor a folder with one"
    if kind_of(weights) == "safetensors" and safetensors_metadata(weights, "steer_eval") is not None:
        return "our own format"
    return None


def read(path: Path, row: int | None = None) -> SteeringVector:
    weights = weights_file(path)
    assert weights is not None
    if row is None:
        raise VectorFormatError(f"{path} is a sparse autoencoder: say which feature with row=")
    feature = read_feature(weights, row)
    site = site_of_hook(feature.hook) if feature.hook else None
    place = site or Site("block_out")
    direction = Direction(
        feature.row, number=place.layer, bound=site is not None, tensors=feature.tensors, knobs={"feature": row}
    )
    unsaid = ("coefficient", "positions") if site else ("layer", "coefficient", "positions")
    return build(
        weights, NAME, [(place, direction)], header={"hook": feature.hook} if feature.hook else {}, unsaid=unsaid
    )

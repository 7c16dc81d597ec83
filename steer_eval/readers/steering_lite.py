"""steering-lite: safetensors with its configuration as JSON in the metadata key `cfg`.

    layer{i}.NAME, or sub::MODULE::NAME for the output of a Linear; cfg: {"method", "layers", "coeff", "dtype", method's own options}

    mean_diff, pca         v [width] (pca also V [n, width], summed)   add, coeff
    directional_ablation   v                                           ablate_then_add, coeff
    cosine_gated           v                                           cosine_gated_add, coeff, tau
    spherical              v                                           slerp by the fraction coeff
    angular_steering       b1, b2                                      rotate to coeff, an angle in radians

Applied to the output of block i. The tool keeps the tensors in cfg.dtype (bfloat16 unless said) even for a float32 model, so they are
rounded to it first. Source: attach.py and variants/ at 75d0cff.
"""

from math import degrees
from pathlib import Path

import torch
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, layer_number, module_site, no_row, number_in, one_row
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.safetensors_file import read_safetensors, safetensors_metadata
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "steering-lite"
RULE = "layer i acts on the output of block i, with method and coefficient of cfg"
_INTERVENTIONS = {
    "mean_diff": "add",
    "pca": "add",
    "directional_ablation": "ablate_then_add",
    "cosine_gated": "cosine_gated_add",
    "spherical": "slerp",
    "angular_steering": "rotate",
}
_DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16, "float64": torch.float64}


def objection(path: Path) -> str | None:
    if kind_of(path) != "safetensors":
        return "not a safetensors file"
    cfg = safetensors_metadata(path, "cfg")
    return None if cfg is not None and "method" in cfg else "no cfg with a method in the metadata"


def read(path: Path, row: int | None = None) -> SteeringVector:
    no_row(path, row, NAME)
    cfg = safetensors_metadata(path, "cfg") or {}
    method = cfg.get("method")
    if not isinstance(method, str) or method not in _INTERVENTIONS:
        known = ", ".join(_INTERVENTIONS)
        raise VectorFormatError(
            f"{path}: method {str(method)[:50]!r} of steering-lite is not supported: wanted one of {known}"
        )
    dtype = _DTYPES.get(str(cfg.get("dtype", "bfloat16")).removeprefix("torch."))
    if dtype is None:
        raise VectorFormatError(
            f"{path}: cfg.dtype is {str(cfg.get('dtype'))[:50]!r}, wanted one of {', '.join(_DTYPES)}"
        )
    places: dict[str, dict[str, Tensor]] = {}
    for name, tensor in read_safetensors(path).items():
        place, part = name[5:].rpartition("::")[::2] if name.startswith("sub::") else name.partition(".")[::2]
        places.setdefault(place, {})[part] = tensor.to(dtype).to(torch.float32)
    _check_layers(path, cfg.get("layers"), places)
    directions = [(_site(path, place), _direction(path, place, parts, method, cfg)) for place, parts in places.items()]
    numbered = [(site, _numbered(site, direction)) for site, direction in directions]
    header = {key: value for key, value in cfg.items() if isinstance(value, (str, int, float, bool))}
    return build(path, NAME, numbered, header=header, unsaid=("model", "positions"))


def _check_layers(path: Path, layers: object, places: dict[str, dict[str, Tensor]]) -> None:
    if isinstance(layers, list) and not any("." in place for place in places):
        missing = [n for n in layers if type(n) is int and n >= 0 and f"layer{n}" not in places]
        if missing:
            raise VectorFormatError(f"{path}: cfg.layers names layer {missing[0]}, for which there is no tensor")


def _site(path: Path, place: str) -> Site:
    if "." in place:
        return module_site(path, place)
    if not place.startswith("layer"):
        raise VectorFormatError(f"{path}: got a tensor of {place[:50]!r}, wanted layer{{i}}.NAME or sub::MODULE::NAME")
    return Site("block_out", layer_number(path, place.removeprefix("layer")))


def _numbered(site: Site, direction: Direction) -> Direction:
    digits = [part for part in (site.path or "").split(".") if part.isdecimal()]
    number = site.layer if site.layer is not None else int(digits[0]) if digits else None
    return Direction(
        direction.rows, number, alpha=direction.alpha, intervention=direction.intervention, knobs=direction.knobs
    )


def _direction(path: Path, place: str, parts: dict[str, Tensor], method: str, cfg: dict[str, object]) -> Direction:
    coeff = number_in(path, "cfg.coeff", cfg.get("coeff", 1.0))
    intervention = _INTERVENTIONS[method]
    if method == "angular_steering":
        rows = torch.cat(
            [one_row(path, f"{place}.{name}", parts.get(name)) for name in _names(path, place, parts, "b1", "b2")]
        )
        # The coefficient is the angle in radians, so a user's alpha= replaces it in radians too.
        return Direction(rows, alpha=coeff, intervention=intervention, knobs={"degree": degrees(1.0)})
    if method == "pca" and set(parts) == {"V"} and parts["V"].ndim == 2:
        return Direction(parts["V"].sum(0, keepdim=True), alpha=coeff, intervention=intervention)
    (name,) = _names(path, place, parts, "v")
    knobs = {"tau": number_in(path, "cfg.tau", cfg.get("tau", 0.0))} if method == "cosine_gated" else {}
    return Direction(one_row(path, f"{place}.{name}", parts[name]), alpha=coeff, intervention=intervention, knobs=knobs)


def _names(path: Path, place: str, parts: dict[str, Tensor], *wanted: str) -> tuple[str, ...]:
    got = [part for part in parts if part not in ("shared", "stacked")]
    if sorted(got) != sorted(wanted):
        raise VectorFormatError(
            f"{path}: {place} has tensors {', '.join(sorted(got))[:100]}, wanted {', '.join(wanted)}"
        )
    return wanted

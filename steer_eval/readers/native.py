"""Our own format: safetensors with one JSON header, as docs/format.md says.

Tensors are named SITE/ROLE, e.g. `block_out.3/rows` [K, width] float32 and `block_out.3/stderr` of the same shape. The metadata key
`steer_eval` holds a JSON object: `format` (1), `directions` (by site: alpha, intervention, knobs, number, bound), `positions`, `unsaid`,
and what the file says of itself (`model`, `revision`, `hidden_size`, `axis`, `estimator`, `n_positive`, `n_negative`, `contrast_sha256`,
`version`, ...).
"""

import json
import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, number_in, pick_row
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.safetensors_file import read_safetensors, safetensors_metadata
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "steer_eval"
RULE = "the site stands in the tensor's name, layers are 0-based blocks"
FORMAT = 1


def objection(path: Path) -> str | None:
    if kind_of(path) != "safetensors":
        return "not a safetensors file"
    return None if safetensors_metadata(path, "steer_eval") is not None else "no steer_eval key in the metadata"


def read(path: Path, row: int | None = None) -> SteeringVector:
    header = _header(path)
    by_site: dict[str, dict[str, Tensor]] = {}
    for name, tensor in read_safetensors(path).items():
        place, slash, role = name.rpartition("/")
        if not slash:
            raise VectorFormatError(f"{path}: got tensor {name[:50]!r}, wanted SITE/ROLE, e.g. block_out.3/rows")
        by_site.setdefault(place, {})[role] = tensor
    about = header.get("directions", {})
    about = about if isinstance(about, dict) else {}
    directions = [
        (_site(place, path), _direction(path, place, roles, about.get(place), row)) for place, roles in by_site.items()
    ]
    positions = header.get("positions")
    if not isinstance(positions, (str, type(None))):
        raise VectorFormatError(f"{path}: the header's positions are not text")
    unsaid = header.get("unsaid", [])
    if not isinstance(unsaid, list) or not all(isinstance(word, str) for word in unsaid):
        raise VectorFormatError(f"{path}: the header's unsaid is not a list of words")
    told = {key: value for key, value in header.items() if key not in ("directions", "positions", "unsaid")}
    return build(path, NAME, directions, positions=positions, header=told, unsaid=tuple(unsaid))


def _direction(path: Path, place: str, roles: dict[str, Tensor], said: object, row: int | None) -> Direction:
    said = said if isinstance(said, dict) else {}
    rows = roles.get("rows")
    if rows is None or rows.ndim != 2:
        raise VectorFormatError(f"{path}: wanted a tensor {place[:50]}/rows of [rows, width]")
    tensors = {role: tensor for role, tensor in roles.items() if role != "rows"}
    if row is not None:
        shape = rows.shape
        rows = pick_row(path, rows, row)
        tensors = {role: t[row : row + 1] if t.shape == shape else t for role, t in tensors.items()}
    wanted = {"number": int, "bound": bool, "alpha": (int, float), "intervention": str, "knobs": dict}
    for key, value in said.items():
        if key in wanted and not isinstance(value, wanted[key]) and (key, value) != ("number", None):  # type: ignore[arg-type]
            raise VectorFormatError(f"{path}: {key} of {place[:50]} in the header is of the wrong type")
    return Direction(
        rows=rows,
        number=said.get("number", _site(place, path).layer),
        bound=said.get("bound", True),
        alpha=number_in(path, f"alpha of {place[:50]}", said["alpha"]) if "alpha" in said else None,
        intervention=said.get("intervention"),
        tensors=tensors,
        knobs=said.get("knobs", {}),
    )


def write(vector: SteeringVector, path: Path) -> None:
    """Write `vector` so that reading it back gives an equal one, with the same fingerprint."""
    tensors: dict[str, Tensor] = {}
    about = {}
    for site, direction in vector.directions.items():
        name = site_name(site)
        # Copies: a row of a table shares its memory with the table, which the library refuses to write.
        roles = {"rows": direction.rows, **direction.tensors}
        tensors |= {
            f"{name}/{role}": tensor.clone(memory_format=torch.contiguous_format) for role, tensor in roles.items()
        }
        said = {
            "number": direction.number,
            "bound": direction.bound,
            "alpha": direction.alpha,
            "intervention": direction.intervention,
            "knobs": dict(direction.knobs),
        }
        about[name] = {key: value for key, value in said.items() if key == "number" or value not in (None, {})}
    header: dict[str, Any] = {**vector.header, "format": FORMAT, "directions": about}
    if vector.positions is not None:
        header["positions"] = vector.positions
    if vector.unsaid:
        header["unsaid"] = list(vector.unsaid)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"steer_eval": json.dumps(header, sort_keys=True)})


def site_name(site: Site) -> str:
    """Name of a site in a file: `block_out.3`, `o_proj_in.3.head.1`, `embed_out`, `module.PATH`."""
    if site.kind == "module":
        return f"module.{site.path}"
    parts = [site.kind]
    if site.layer is not None:
        parts.append(str(site.layer))
    if site.head is not None:
        parts += ["head", str(site.head)]
    return ".".join(parts)


def _site(name: str, path: Path) -> Site:
    kind, _, rest = name.partition(".")
    if kind == "module" and rest:
        return Site("module", path=rest)
    match = re.fullmatch(r"(-?\d{1,5})?(?:\.head\.(\d{1,5}))?", rest)
    if kind not in KINDS or kind == "module" or not match:
        raise VectorFormatError(f"{path}: got the site {name[:50]!r}, wanted e.g. block_out.3")
    return Site(kind, int(match[1]) if match[1] else None, int(match[2]) if match[2] else None)


def _header(path: Path) -> dict[str, Any]:
    header = safetensors_metadata(path, "steer_eval") or {}
    if type(header.get("format")) is not int or abs(header["format"]) > 1_000_000:
        raise VectorFormatError(f"{path}: the steer_eval header has no format number")
    if header["format"] > FORMAT:
        raise VectorFormatError(
            f"{path} has format {header['format']}, this version reads up to {FORMAT}: update steer-eval"
        )
    return header

"""Our own format: safetensors with one JSON header, as docs/format.md says.

Tensors are named SITE/ROLE, e.g. `block_out.3/rows` [K, width] float32 and `block_out.3/stderr` of the same shape. The metadata key
`steer_eval` holds a JSON object: `format` (1), `directions` (by site: alpha, intervention, knobs, number, bound), `positions`, and what
the file says of itself (`model`, `revision`, `hidden_size`, `axis`, `estimator`, `n_positive`, `n_negative`, `contrast_sha256`,
`version`, ...).
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from steer_eval.errors import VectorFormatError
from steer_eval.readers import sha256_of
from steer_eval.readers.container import kind_of, safetensors_header
from steer_eval.steering.site import KINDS, Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector

NAME = "steer_eval"
RULE = "the site stands in the tensor's name, layers are 0-based blocks"
FORMAT = 1


def objection(path: Path) -> str | None:
    if kind_of(path) != "safetensors":
        return "not a safetensors file"
    metadata = safetensors_header(path).get("__metadata__")
    return None if isinstance(metadata, dict) and "steer_eval" in metadata else "no steer_eval key in the metadata"


def read(path: Path, row: int | None = None) -> SteeringVector:
    header = _header(path)
    try:
        tensors = load_file(path)
    except SafetensorError as error:
        raise VectorFormatError(f"{path} is damaged or cut off: {error}") from None
    by_site: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        site_name, slash, role = name.rpartition("/")
        if not slash or not tensor.is_floating_point():
            raise VectorFormatError(f"{path}: got tensor {name} of {tensor.dtype}, wanted SITE/ROLE in floating point")
        by_site.setdefault(site_name, {})[role] = tensor.to(torch.float32)
    about = header.get("directions", {})
    directions = {}
    for site_name, roles in by_site.items():
        if "rows" not in roles:
            raise VectorFormatError(f"{path}: {site_name} has no tensor {site_name}/rows")
        said = about.get(site_name, {}) if isinstance(about, dict) else {}
        rows = roles.pop("rows")
        if row is not None:
            if not 0 <= row < rows.shape[0]:
                raise VectorFormatError(f"{path}: row={row} is out of range, {site_name} has rows 0 to {rows.shape[0] - 1}")
            rows, roles = rows[row : row + 1], {r: t[row : row + 1] if t.shape == rows.shape else t for r, t in roles.items()}
        site = _site(site_name, path)
        directions[site] = Direction(
            rows=rows,
            number=said.get("number", site.layer),
            bound=said.get("bound", True),
            alpha=said.get("alpha"),
            intervention=said.get("intervention"),
            tensors=roles,
            knobs=said.get("knobs", {}),
        )
    told = {key: value for key, value in header.items() if key not in ("directions", "positions")}
    return SteeringVector(directions, Origin(str(path), NAME, sha256_of(path)), positions=header.get("positions"), header=told)


def write(vector: SteeringVector, path: Path) -> None:
    """Write `vector` so that reading it back gives an equal one, with the same fingerprint."""
    tensors, about = {}, {}
    for site, direction in vector.directions.items():
        name = site_name(site)
        tensors[f"{name}/rows"] = direction.rows.contiguous()
        tensors |= {f"{name}/{role}": tensor.contiguous() for role, tensor in direction.tensors.items()}
        said = {
            "number": direction.number,
            "bound": direction.bound,
            "alpha": direction.alpha,
            "intervention": direction.intervention,
            "knobs": dict(direction.knobs),
        }
        about[name] = {key: value for key, value in said.items() if value not in (None, {})}
    header: dict[str, Any] = {**vector.header, "format": FORMAT, "directions": about}
    if vector.positions is not None:
        header["positions"] = vector.positions
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
    layer, _, head = rest.partition(".head.")
    numbers = [part for part in (layer, head) if part]
    if kind not in KINDS or not all(part.lstrip("-").isdigit() for part in numbers):
        raise VectorFormatError(f"{path}: got the site {name!r}, wanted e.g. block_out.3")
    return Site(kind, int(layer) if layer else None, int(head) if head else None)


def _header(path: Path) -> dict[str, Any]:
    try:
        header = json.loads(safetensors_header(path)["__metadata__"]["steer_eval"])
    except (ValueError, TypeError, RecursionError) as error:
        raise VectorFormatError(f"{path}: the steer_eval header is not JSON ({error})") from None
    if not isinstance(header, dict) or not isinstance(header.get("format"), int):
        raise VectorFormatError(f"{path}: the steer_eval header has no format number")
    if header["format"] > FORMAT:
        raise VectorFormatError(f"{path} has format {header['format']}, this version reads up to {FORMAT}: update steer-eval")
    return header

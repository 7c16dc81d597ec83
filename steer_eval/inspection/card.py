"""The card of a file: what it holds, how it would be applied, and what it does not say."""

from typing import Any

from steer_eval.readers import readers
from steer_eval.steering.vector import Direction, SteeringVector

_CONSTANT = 1e-3  # spread over mean below which a direction is one value for all coordinates
_POST_NORM = 5.0  # last norm over the median of the others, above which it was read after the final norm


def card(vector: SteeringVector) -> dict[str, Any]:
    """Facts of `vector`, ready for JSON: origin, fingerprint, header, one entry a direction, what is unsaid, warnings."""
    known = readers().get(vector.origin.reader)
    return {
        "source": vector.origin.source,
        "reader": vector.origin.reader,
        "rule": known.RULE if known else None,
        "sha256": vector.origin.sha256,
        "fingerprint": vector.fingerprint,
        "positions": vector.positions,
        "header": dict(vector.header),
        "unsaid": list(vector.unsaid),
        "directions": [{"number": d.number, "site": str(site), **_facts(d)} for site, d in vector.directions.items()],
        "warnings": file_warnings(vector),
    }


def _facts(direction: Direction) -> dict[str, Any]:
    rows = direction.rows
    return {
        "rows": rows.shape[0],
        "width": rows.shape[1],
        "norm": [float(f"{n:.6g}") for n in rows.norm(dim=-1)],
        "coordinates": int((rows != 0).any(dim=0).sum()),
        "intervention": direction.intervention,
        "alpha": direction.alpha,
        "knobs": dict(direction.knobs),
        "tensors": {name: list(tensor.shape) for name, tensor in direction.tensors.items()},
        "enr": "stderr" in direction.tensors,
    }


def file_warnings(vector: SteeringVector) -> list[str]:
    """What looks wrong without a model: constant directions, and a last layer that lives after the final norm."""
    warnings = []
    for site, direction in vector.directions.items():
        row = direction.rows[0]
        mean = row.mean().abs()
        if row.shape[0] > 1 and mean > 0 and row.std() < _CONSTANT * mean:
            warnings.append(f"{site}: one value for all coordinates, which LayerNorm removes")
    blocks = {
        s.layer: d.rows[0].norm()
        for s, d in vector.directions.items()
        if s.kind.startswith("block") and s.layer is not None
    }
    if len(blocks) > 2:
        *others, last = (float(blocks[layer]) for layer in sorted(blocks))
        typical = sorted(others)[len(others) // 2]
        if typical > 0 and last > _POST_NORM * typical:
            warnings.append(
                f"layer {max(blocks)} has norm {last:.3g} beside {typical:.3g} elsewhere: tools that read hidden_states fit the last "
                "layer after the final norm; leave it out with layers="
            )
    return warnings

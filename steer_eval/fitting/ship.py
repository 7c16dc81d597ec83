"""Make the vectors that come with the package: `python -m steer_eval.fitting.ship`, or `make vectors`.

vectors/recipe.yaml says layer, alpha and k for each axis; this writes vectors/bundled/<name>/vector.safetensors and CARD.md, one dense
and one sparse vector an axis, fitted on vectors/contrast/<axis>.jsonl. The same recipe gives the same numbers.
"""

from pathlib import Path
from typing import Any

import yaml

from steer_eval.fitting.contrast import load_contrast
from steer_eval.fitting.fit import fit
from steer_eval.fitting.load import load_model
from steer_eval.paths import VECTORS
from steer_eval.readers.native import write
from steer_eval.steering.select import effect_to_noise
from steer_eval.steering.vector import SteeringVector


def ship(folder: Path) -> list[Path]:
    """Write every vector of the recipe below `folder`; returns the files."""
    recipe: dict[str, dict[str, Any]] = yaml.safe_load((VECTORS / "recipe.yaml").read_text("utf-8"))
    model, tokenizer = load_model(None)
    written = []
    for axis, facts in recipe.items():
        contrast = load_contrast(VECTORS / "contrast" / f"{axis}.jsonl")
        for k in (None, int(facts["k"])):
            name = axis if k is None else f"{axis}-k{k}"
            vector = fit(
                model,
                tokenizer,
                contrast,
                facts["layer"],
                axis=axis,
                alpha=facts["alpha" if k is None else "alpha_sparse"],
                k=k,
            )
            vector = SteeringVector(vector.directions, vector.origin, header={**vector.header, "model": "bundled"})
            path = folder / name / "vector.safetensors"
            write(vector, path)
            (path.parent / "CARD.md").write_text(_card(name, vector), "utf-8")
            written.append(path)
    return written


def _card(name: str, vector: SteeringVector) -> str:
    ((site, direction),) = vector.directions.items()
    kept = direction.rows[0] != 0
    enr = effect_to_noise(direction.rows[0], direction.tensors["stderr"][0])[kept].sort(descending=True).values
    marks = sorted({1, 4, 16, 64, len(enr)})
    curve = " | ".join(f"{enr[i - 1]:.1f}" for i in marks)
    facts = "\n".join(f"| {key} | {value} |" for key, value in vector.header.items() if value is not None)
    return f"""# {name}

Mean-difference vector for the bundled model at {site}, suggested alpha {direction.alpha}. Made by `make vectors`.

| | |
|---|---|
{facts}
| norm | {direction.rows.norm():.3f} |
| fingerprint | `{vector.fingerprint}` |

Effect-to-noise ratio of the coordinate at each rank, of those kept:

| rank | {" | ".join(str(m) for m in marks)} |
|---|{"---|" * len(marks)}
| ENR | {curve} |

The direction moves the style of this toy model's answers; it says nothing about any other model.
"""


if __name__ == "__main__":
    for path in ship(VECTORS / "bundled"):
        print(path)

"""The harness's own `--model steered` table: SAE features by row.

    loader,action,sparse_model,hookpoint,feature_index,steering_coefficient,head_index,sae_id,description

The vector is row `feature_index` of W_dec at the output of module `hookpoint`; clamp uses b_dec as bias. `sparse_model` is a folder,
looked for beside the table first: sparsify keeps SPARSE_MODEL/HOOKPOINT/sae.safetensors, sae_lens
SPARSE_MODEL[/SAE_ID]/sae_weights.safetensors, whose own hook stands in for a blank hookpoint. As in the harness the last of several rows
for one hookpoint counts and head_index is not used; `row=` picks one row. Its `add` fails for every table (it insists that there be no
bias), so here add is W_dec's row without it. Source: lm_eval/models/hf_steered.py of 0.4.13.
"""

import csv
from pathlib import Path

from steer_eval.errors import VectorFormatError
from steer_eval.readers.assemble import build, module_site, number_in
from steer_eval.readers.containers import kind_of
from steer_eval.readers.containers.sae_folder import WEIGHTS, read_feature, site_of_hook, weights_file
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, SteeringVector

NAME = "lm-eval-csv"
RULE = "each row is a feature of an SAE, applied to the output of the module `hookpoint`"
_COLUMNS = ("sparse_model", "hookpoint", "feature_index", "steering_coefficient")
_LIMIT = 10_000_000  # bytes
_ROWS = 1_000


def objection(path: Path) -> str | None:
    if kind_of(path) not in ("csv", "unknown"):
        return "not a CSV table"
    with path.open("rb") as file:
        first = file.readline(4096).decode("utf-8-sig", errors="replace").strip().split(",")
    missing = [name for name in _COLUMNS if name not in (column.strip().strip('"') for column in first)]
    return f"no column {missing[0]}" if missing else None


def read(path: Path, row: int | None = None) -> SteeringVector:
    rows = rows_of(path)
    if row is not None:
        if not 0 <= row < len(rows):
            raise VectorFormatError(f"{path}: row={row} is out of range, it has rows 0 to {len(rows) - 1}")
        rows = rows[row : row + 1]
    directions: dict[Site, Direction] = {}
    for line in rows:
        site, direction = _direction(path, line)
        directions[site] = direction
    header = {"rows": len(rows), "rows_replaced_by_later_ones": len(rows) - len(directions)}
    return build(path, NAME, directions.items(), header=header, unsaid=("model",))


def rows_of(path: Path) -> list[dict[str, str]]:
    """The table's rows by column.

    Raises:
        VectorFormatError: too large, or not a table.
    """
    if path.stat().st_size > _LIMIT:
        raise VectorFormatError(f"{path} has {path.stat().st_size:,} bytes: wanted a table of at most {_LIMIT:,}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{str(k).strip(): str(v or "").strip() for k, v in line.items()} for line in csv.DictReader(file)]
    except (csv.Error, UnicodeError) as error:
        raise VectorFormatError(f"{path} is not a CSV table: {str(error)[:100]}") from None
    if not 0 < len(rows) <= _ROWS:
        raise VectorFormatError(f"{path} has {len(rows)} rows: wanted 1 to {_ROWS}")
    return rows


def sae_folders(line: dict[str, str]) -> list[str]:
    """Folders, relative to the table, where the SAE of one of its rows may lie, best first."""
    inner = line["hookpoint"] if line.get("loader", "") in ("", "sparsify") else line.get("sae_id", "")
    return [f"{line['sparse_model']}/{inner}", line["sparse_model"]] if inner else [line["sparse_model"]]


def _direction(path: Path, line: dict[str, str]) -> tuple[Site, Direction]:
    action, loader = line.get("action") or "add", line.get("loader") or "sparsify"
    if action not in ("add", "clamp") or loader not in ("sparsify", "sae_lens"):
        got = f"action {action[:20]!r}, loader {loader[:20]!r}"
        raise VectorFormatError(f"{path}: got {got}, wanted add or clamp, sparsify or sae_lens")
    if not line["feature_index"].isdecimal() or len(line["feature_index"]) > 9:
        raise VectorFormatError(f"{path}: got feature_index {line['feature_index'][:20]!r}, wanted a whole number")
    alpha = number_in(
        path, f"steering_coefficient {line['steering_coefficient'][:20]!r}", _float(line["steering_coefficient"])
    )
    feature = read_feature(_weights(path, line), int(line["feature_index"]), encoder=False)
    hookpoint = line["hookpoint"] or feature.hook or ""
    site = (None if line["hookpoint"] else site_of_hook(hookpoint)) or module_site(path, hookpoint)
    tensors = feature.tensors if action == "clamp" else {n: t for n, t in feature.tensors.items() if n != "bias"}
    knobs = {"feature": int(line["feature_index"])}
    return site, Direction(
        feature.row, number=site.layer, alpha=alpha, intervention=action, tensors=tensors, knobs=knobs
    )


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _weights(path: Path, line: dict[str, str]) -> Path:
    if not line["sparse_model"] or "\0" in line["sparse_model"] + line["hookpoint"]:
        raise VectorFormatError(f"{path}: a row has no sparse_model")
    for folder in sae_folders(line):
        for root in (path.parent, Path()):
            try:
                if weights := weights_file(root / folder):
                    return weights
            except OSError:  # a name that no file can have
                continue
    raise VectorFormatError(
        f"{path}: no folder {sae_folders(line)[0][:200]} with {' or '.join(WEIGHTS)} beside it: download the SAE and put it there"
    )

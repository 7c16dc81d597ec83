"""`steer-eval convert`: from any format that we read to ours, to GGUF, or to the harness's own `steered` file."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steer_eval.cli import app
from steer_eval.errors import ArgumentError, VectorMismatch

if TYPE_CHECKING:
    from steer_eval.steering.vector import SteeringVector


class Target(str, Enum):
    """Formats that can be written; the module of `steer_eval.writers` has the same name, `_` for `-`."""

    safetensors = "safetensors"
    gguf = "gguf"
    steered_pt = "steered-pt"


_BY_SUFFIX = {
    ".safetensors": Target.safetensors,
    ".gguf": Target.gguf,
    ".pt": Target.steered_pt,
    ".pth": Target.steered_pt,
}


@app.command()
def convert(
    source: Annotated[str, typer.Argument(help="Vector file, hub address (org/repo/file@revision) or shipped name.")],
    output: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
    to: Annotated[
        Target | None,
        typer.Option(
            help="safetensors: ours, which holds everything; gguf: llama.cpp and repeng; steered-pt: the harness's "
            "--model steered. Default: by the name of the output."
        ),
    ] = None,
    format: Annotated[str | None, typer.Option(help="Reader, where the file cannot say whose it is.")] = None,
    row: Annotated[int | None, typer.Option(help="Row of a many-row file.")] = None,
    layers: Annotated[
        str | None,
        typer.Option(
            help="The file's own layer numbers to keep (2, 1+2, 0-3); where its direction has no layer, the 0-based block."
        ),
    ] = None,
    drop: Annotated[
        bool,
        typer.Option(
            "--drop", help="Leave out coefficients, extra tensors and settings that the target has no room for."
        ),
    ] = False,
) -> None:
    """Convert a vector file without changing what it means, or say what the target cannot hold and write nothing."""
    import tempfile
    from importlib import import_module

    from steer_eval.readers import read_vector

    target = to or _BY_SUFFIX.get(output.suffix)
    if target is None:
        raise ArgumentError(
            f"{output}: cannot tell the format from the name, give --to {', '.join(t.value for t in Target)}"
        )
    if output.exists():
        raise ArgumentError(f"{output} exists: remove it or write elsewhere")
    vector = _load(source, format, row, layers)
    writer = import_module(f"steer_eval.writers.{target.name}")
    lost = writer.loss(vector)
    if lost.meaning:
        raise VectorMismatch(
            f"{target.value} cannot hold {'; '.join(lost.meaning)}: nothing written, safetensors holds everything"
        )
    if lost.detail and not drop:
        raise VectorMismatch(
            f"{target.value} has no room for {'; '.join(lost.detail)}: nothing written, --drop leaves it out"
        )
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent) as folder:
            part = Path(folder) / f"part{writer.SUFFIX}"  # nothing half-written stays under the final name
            writer.write(vector, part)
            written = read_vector(part)
            assert written.fingerprint == vector.fingerprint, "a writer lost numbers that its loss() did not name"
            part.rename(output)
    except OSError as error:
        raise ArgumentError(f"{output} cannot be written: {error}") from None
    typer.echo(f"{output}: {len(vector.directions)} directions, fingerprint {vector.fingerprint[:16]}")
    for note in [*(f"left out: {item}" for item in lost.detail), *_notes(vector, written)]:
        typer.echo(f"  {note}")


def _load(source: str, format: str | None, row: int | None, layers: str | None) -> "SteeringVector":
    from dataclasses import replace

    from steer_eval.readers.locate import load_one
    from steer_eval.steering.layers import at_layers

    vector = load_one(source, format, row)
    if layers is None:
        return vector
    kept = at_layers(vector, layers)
    return replace(vector, directions={s: d if d.bound else replace(d, number=s.layer, bound=True) for s, d in kept})


def _notes(vector: "SteeringVector", written: "SteeringVector") -> list[str]:
    """What the new file says otherwise without meaning anything else: layer numbers, and what the old one told of itself."""
    notes = []
    moved = [
        f"{d.number} is now {now}"
        for site, d in vector.directions.items()
        if d.number != (now := written.directions[site].number)
    ]
    if moved:
        notes.append(f"layers= counts blocks in the new file: {', '.join(moved)}")
    if gone := [key for key in vector.header if key not in written.header]:
        notes.append(f"only the old file says: {', '.join(gone)}")
    return notes

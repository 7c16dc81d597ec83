"""`steer-eval convert`: from any format that we read to ours, to GGUF, or to the harness's own `steered` file."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from steer_eval.cli import app
from steer_eval.errors import ArgumentError, VectorMismatch


class Target(str, Enum):
    """Formats that can be written."""

    safetensors = "safetensors"
    gguf = "gguf"
    steered_pt = "steered-pt"


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="Vector file to read.")],
    output: Annotated[Path, typer.Argument(help="File to write.")],
    to: Annotated[Target | None, typer.Option(help="Format to write; default: by the name of the output.")] = None,
    format: Annotated[str | None, typer.Option(help="Reader, where the file cannot say whose it is.")] = None,
    row: Annotated[int | None, typer.Option(help="Row of a many-row file.")] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Leave out suggested coefficients and extra tensors that the target has no room for.")
    ] = False,
) -> None:
    """Convert a vector file without changing what it means, or say what the target cannot hold."""
    import tempfile
    from importlib import import_module

    from steer_eval.readers import read_vector

    if to is None:
        suffixes = {".safetensors": Target.safetensors, ".gguf": Target.gguf, ".pt": Target.steered_pt}
        if output.suffix not in suffixes:
            raise ArgumentError(f"{output}: cannot tell the format from the name, give --to safetensors, gguf or steered-pt")
        to = suffixes[output.suffix]
    if output.exists():
        raise ArgumentError(f"{output} exists: remove it or write elsewhere")
    vector = read_vector(source, format, row)
    module = {Target.safetensors: "native", Target.gguf: "gguf", Target.steered_pt: "steered_pt"}[to]
    writer = import_module(f"steer_eval.writers.{module}")
    lost = writer.loss(vector)
    if lost.meaning:
        raise VectorMismatch(f"{to.value} cannot hold {'; '.join(lost.meaning)}: convert to safetensors instead")
    if lost.detail and not drop:
        raise VectorMismatch(f"{to.value} has no room for {'; '.join(lost.detail)}: give --drop to leave it out")
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent) as folder:
        part = Path(folder) / f"part{writer.SUFFIX}"  # nothing half-written stays under the final name
        writer.write(vector, part)
        written = read_vector(part)
        if written.fingerprint != vector.fingerprint:
            raise VectorMismatch(f"{to.value} reads back as {written.fingerprint[:16]}, wanted {vector.fingerprint[:16]}: not written")
        part.rename(output)
    typer.echo(f"{output}: {len(vector.directions)} directions, fingerprint {vector.fingerprint[:16]}")
    for item in lost.detail:
        typer.echo(f"  left out: {item}")

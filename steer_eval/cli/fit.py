"""`steer-eval fit`: a steering vector from a contrast set."""

from pathlib import Path
from typing import Annotated

import typer

from steer_eval.cli import app
from steer_eval.errors import ArgumentError


@app.command()
def fit(
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write (.safetensors).")],
    layer: Annotated[int, typer.Option(help="Block whose output is read, counted from 0; negative from the last.")],
    axis: Annotated[str | None, typer.Option(help="Behaviour axis with a shipped contrast set.")] = None,
    contrast: Annotated[Path | None, typer.Option(help="Contrast file of your own (JSON lines).")] = None,
    pretrained: Annotated[str | None, typer.Option(help="Model; default: the bundled one.")] = None,
    revision: Annotated[str | None, typer.Option(help="Revision of the model.")] = None,
    k: Annotated[
        int | None, typer.Option(help="Coordinates to keep; default: all. It can still be chosen at load time.")
    ] = None,
    select: Annotated[str, typer.Option(help="Rule for k: enr, magnitude or random:SEED.")] = "enr",
    read: Annotated[
        str, typer.Option(help="Where activations are read: last token of the prompt, or mean of its tokens.")
    ] = "last",
    alpha: Annotated[float | None, typer.Option(help="Coefficient that the file will suggest.")] = None,
    chat: Annotated[bool, typer.Option("--chat", help="Render prompts by the tokenizer's chat template.")] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1, ...")] = "cpu",
    dtype: Annotated[str, typer.Option(help="Number type of the model.")] = "auto",
    batch_size: Annotated[int, typer.Option(help="Prompts per pass; the result does not depend on it.")] = 32,
) -> None:
    """Fit a mean-difference vector on a contrast set, with the standard errors that ENR needs."""
    if (axis is None) == (contrast is None):
        raise ArgumentError("give one of --axis (a shipped contrast set) and --contrast FILE")
    if read not in ("last", "mean"):
        raise ArgumentError(f"--read {read} is not known: wanted last or mean")
    if output.suffix != ".safetensors":
        raise ArgumentError(f"--output {output}: wanted a name that ends in .safetensors")

    from steer_eval.fitting.contrast import load_contrast
    from steer_eval.fitting.fit import fit as fit_vector
    from steer_eval.fitting.load import load_model
    from steer_eval.paths import VECTORS
    from steer_eval.readers.native import write

    sets = sorted(path.stem for path in (VECTORS / "contrast").glob("*.jsonl"))
    if axis is not None and axis not in sets:
        raise ArgumentError(
            f"--axis {axis} has no shipped contrast set: wanted one of {', '.join(sets)}, or --contrast FILE"
        )
    pairs = load_contrast(contrast or VECTORS / "contrast" / f"{axis}.jsonl")
    model, tokenizer = load_model(pretrained, device, dtype, revision)
    vector = fit_vector(
        model,
        tokenizer,
        pairs,
        layer,
        axis=axis,
        alpha=alpha,
        k=k,
        select=select,
        read=read,  # type: ignore[arg-type]  # checked above
        chat=chat,
        batch_size=batch_size,
    )
    write(vector, output)
    ((site, direction),) = vector.directions.items()
    typer.echo(
        f"{output}: {site}, norm {direction.rows.norm():.4g}, {len(pairs.ids)} pairs, fingerprint {vector.fingerprint[:16]}"
    )

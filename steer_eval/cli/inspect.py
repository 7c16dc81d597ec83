"""`steer-eval inspect`: the card of a vector file, and with a model what it does to it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from steer_eval.cli import app


@app.command()
def inspect(
    file: Annotated[str, typer.Argument(help="Vector file, hub address (org/repo/file@revision) or shipped name.")],
    pretrained: Annotated[str | None, typer.Option(help="Model to try it on; `bundled` is ours.")] = None,
    format: Annotated[str | None, typer.Option(help="Reader, where the file cannot say whose it is.")] = None,
    row: Annotated[int | None, typer.Option(help="Row of a many-row file.")] = None,
    layers: Annotated[str | None, typer.Option(help="The file's own layer numbers to use.")] = None,
    layer: Annotated[int | None, typer.Option(help="0-based block for a file with one direction.")] = None,
    site: Annotated[str | None, typer.Option(help="Site to place it at.")] = None,
    alpha: Annotated[str | None, typer.Option(help="Coefficient; default: the file's, else 1.")] = None,
    intervention: Annotated[str | None, typer.Option(help="Intervention; default: the file's, else add.")] = None,
    positions: Annotated[str | None, typer.Option(help="Token positions; default: the file's, else all.")] = None,
    device: Annotated[str, typer.Option(help="Device of the model.")] = "cpu",
    dtype: Annotated[str, typer.Option(help="Number type of the model.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Say what a vector file holds and how it would be applied; with --pretrained, try it on a few prompts."""
    from steer_eval.errors import ArgumentError
    from steer_eval.inspection.card import card
    from steer_eval.readers.locate import load_vectors
    from steer_eval.steering.spec import SteeringSpec

    vectors = load_vectors(file, width=1, layer=0, format=format, row=row)  # width and layer: for random:SEED, refused below
    if len(vectors) != 1 or vectors[0].origin.sha256 is None:
        raise ArgumentError(f"inspect {file}: wanted one vector file")
    facts = card(vectors[0])
    if pretrained is not None:
        from steer_eval.fitting.load import load_model
        from steer_eval.inspection.preflight import preflight

        spec = SteeringSpec(
            alpha=alpha, layers=layers, layer=layer, site=site, intervention=intervention, positions=positions
        )
        model, tokenizer = load_model(None if pretrained == "bundled" else pretrained, device, dtype)
        facts["model"] = {"pretrained": pretrained, **preflight(spec, vectors[0], model, tokenizer)}
    if as_json:
        typer.echo(json.dumps(facts, indent=2, default=str))
    else:
        _show(facts)


def _show(facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"[bold]{Path(facts['source']).name}[/bold]  read as {facts['reader']}: {facts['rule']}", highlight=False)
    console.print(f"fingerprint {facts['fingerprint'][:16]}  file sha256 {facts['sha256'][:16]}", highlight=False)
    for key, value in facts["header"].items():
        if value is not None:
            console.print(f"  {key}: {value}", highlight=False, markup=False)
    table = Table("layer", "site", "shape", "norm", "nonzero", "op", "alpha", "also holds")
    table.columns[1].no_wrap = table.columns[2].no_wrap = True
    for d in facts["directions"]:
        norms = ", ".join(f"{n:.4g}" for n in d["norm"][:4]) + (" ..." if len(d["norm"]) > 4 else "")
        cells = (d["number"], d["site"], f"{d['rows']} x {d['width']}", norms, d["coordinates"])
        more = ", ".join([*d["tensors"], *(f"{k}={v}" for k, v in d["knobs"].items())])
        table.add_row(*("-" if c is None else str(c) for c in (*cells, d["intervention"], d["alpha"], more or None)))
    console.print(table)
    console.print(f"positions: {facts['positions'] or 'not said'}", highlight=False)
    if facts["unsaid"]:
        console.print(f"the file does not say: {', '.join(facts['unsaid'])}", highlight=False)
    warnings = list(facts["warnings"])
    if model := facts.get("model"):
        warnings += model["warnings"]
        _show_model(console, model)
    for warning in warnings:
        console.print(f"[yellow]warning:[/yellow] {warning}", highlight=False)


def _show_model(console: Any, model: dict[str, Any]) -> None:
    from rich.table import Table

    if not model["fits"]:
        console.print(f"[red]does not fit {model['pretrained']}:[/red] {model['reason']}", highlight=False)
        return
    console.print(f"on {model['pretrained']}: {model['blocks']} blocks, positions {model['positions']}", highlight=False)
    table = Table("site", "intervention", "alpha", "|v|", "|h| there", "alpha |v| / |h|")
    for p in model["placements"]:
        share = "-" if p["share"] is None else f"{p['share']:.3f}"
        table.add_row(p["site"], p["intervention"], f"{p['alpha']:g}", f"{p['direction_norm']:.4g}", f"{p['activation_norm']:.4g}", share)
    console.print(table)
    changes = ", ".join(f"{change:.4g} at alpha {alpha}" for alpha, change in model["largest_logit_change"].items())
    console.print(f"largest logit change, every token steered: {changes}", highlight=False)
    shares = ", ".join(f"{name} {share:.0%}" for name, share in model["steered_share"].items())
    console.print(f"scored positions that are steered: {shares}", highlight=False)
    scan = ", ".join(f"{offset}: {kl:.4g}" for offset, kl in model["layer_scan_kl"].items())
    console.print(f"KL to the plain model (nats per token) with the layer moved by {scan}", highlight=False)

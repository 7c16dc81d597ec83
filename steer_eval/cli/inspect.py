"""`steer-eval inspect`: the card of a vector file, and with a model what it does to it."""

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from steer_eval.cli import app

if TYPE_CHECKING:
    from rich.console import Console

    from steer_eval.steering.spec import SteeringSpec


@app.command()
def inspect(
    file: Annotated[str, typer.Argument(help="Vector file, hub address (org/repo/file@revision) or shipped name.")],
    pretrained: Annotated[str | None, typer.Option(help="Model to try it on; `bundled` is ours.")] = None,
    format: Annotated[str | None, typer.Option(help="Reader, where the file cannot say whose it is.")] = None,
    row: Annotated[int | None, typer.Option(help="Row of a many-row file.")] = None,
    layers: Annotated[str | None, typer.Option(help="The file's own layer numbers to use: 2, 1+2, 0-3.")] = None,
    layer: Annotated[int | None, typer.Option(help="0-based block for a file with one direction.")] = None,
    site: Annotated[str | None, typer.Option(help="Site to place it at: block_in, block_out, mlp_out, ...")] = None,
    alpha: Annotated[str | None, typer.Option(help="Coefficient; default: the file's, else 1.")] = None,
    intervention: Annotated[str | None, typer.Option(help="Intervention; default: the file's, else add.")] = None,
    positions: Annotated[str | None, typer.Option(help="Token positions; default: the file's, else all.")] = None,
    set: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Any other steering key of --model_args: degree=30, k=32."),
    ] = None,
    device: Annotated[str, typer.Option(help="Device of the model.")] = "cpu",
    dtype: Annotated[str, typer.Option(help="Number type of the model.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Say what a vector file holds and how it would be applied; with --pretrained, try it on a few prompts.

    Exit code 1 if the vector cannot be applied to the model, 2 if the file cannot be read.
    """
    from steer_eval.errors import ArgumentError
    from steer_eval.inspection.card import card
    from steer_eval.readers.locate import load_one

    given = {
        "layers": layers,
        "layer": layer,
        "site": site,
        "alpha": alpha,
        "intervention": intervention,
        "positions": positions,
    }
    said: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    said |= dict(_pair(text) for text in set or ())
    if said and pretrained is None:
        raise ArgumentError(
            f"{next(iter(said))}= says how to apply the vector, and nothing is applied without --pretrained"
        )
    facts = card(vector := load_one(file, format, row))
    if pretrained is not None:
        from steer_eval.fitting.load import load_model
        from steer_eval.inspection.preflight import preflight

        spec = _spec(said)
        model, tokenizer = load_model(None if pretrained == "bundled" else pretrained, device, dtype)
        facts["model"] = {"pretrained": pretrained, **preflight(spec, vector, model, tokenizer)}
    if as_json:
        typer.echo(json.dumps(_jsonable(facts), indent=2, allow_nan=False))
    else:
        _show(facts)
    if pretrained is not None and not facts["model"]["fits"]:
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, object]:
    """KEY=VALUE, the value typed as the harness types those of --model_args."""
    from steer_eval.errors import ArgumentError

    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentError(f"--set {text}: wanted KEY=VALUE")
    if value in ("True", "False"):
        return key, value == "True"
    for kind in (int, float):
        try:
            return key, kind(value)
        except ValueError:
            continue
    return key, value


def _spec(said: dict[str, object]) -> "SteeringSpec":
    from dataclasses import fields

    from steer_eval.errors import ArgumentError
    from steer_eval.harness.arguments import split_arguments
    from steer_eval.steering import interventions
    from steer_eval.steering.spec import SteeringSpec

    plain = [f.name for f in fields(SteeringSpec) if f.name != "knobs" and not f.name.startswith("condition_")]
    for key in said:
        if key not in (*plain, *interventions.knob_names()):
            known = ", ".join((*plain, *sorted(interventions.knob_names())))
            raise ArgumentError(f"--set {key}= is not tried here: wanted one of {known}")
    return split_arguments(said)[0].spec


def _jsonable(value: object) -> object:
    """`value` without what JSON has no word for: numbers that are not finite become text."""
    if isinstance(value, dict):
        return {str(key): _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)


def _printable(value: object) -> str:
    """A file's own words, made harmless for a terminal and for rich."""
    from rich.markup import escape

    text = str(value)
    text = text if len(text) <= 200 else f"{text[:200]}... ({len(text)} letters)"
    return escape("".join(letter if letter.isprintable() else "?" for letter in text))


def _show(facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"[bold]{_printable(facts['source'])}[/bold]")
    console.print(f"read as {facts['reader']}: {_printable(facts['rule'])}")
    console.print(f"fingerprint {facts['fingerprint'][:16]}, sha256 of the file {str(facts['sha256'])[:16]}")
    for key, value in facts["header"].items():
        if value is not None:
            console.print(f"  {_printable(key)}: {_printable(value)}")
    table = Table("layer", "site", "shape", "norm", "nonzero", "op", "alpha", "also holds")
    table.columns[2].no_wrap = True
    table.columns[1].overflow = table.columns[5].overflow = table.columns[7].overflow = "fold"
    for d in facts["directions"]:
        norms = ", ".join(f"{n:.4g}" for n in d["norm"][:4]) + (" ..." if len(d["norm"]) > 4 else "")
        cells = (d["number"], d["site"], f"{d['rows']} x {d['width']}", norms, d["coordinates"])
        more = ", ".join([*d["tensors"], *(f"{k}={v}" for k, v in d["knobs"].items())])
        table.add_row(
            *("-" if c is None else _printable(c) for c in (*cells, d["intervention"], d["alpha"], more or None))
        )
    console.print(table)
    console.print(f"positions: {_printable(facts['positions'] or 'not said')}")
    if facts["unsaid"]:
        console.print(f"the file does not say: {_printable(', '.join(facts['unsaid']))}")
    warnings = list(facts["warnings"])
    if model := facts.get("model"):
        warnings += model["warnings"]
        _show_model(console, model)
    for warning in warnings:
        console.print(f"[yellow]warning:[/yellow] {_printable(warning)}")


def _show_model(console: "Console", model: dict[str, Any]) -> None:
    from rich.table import Table

    name = _printable(model["pretrained"])
    if not model["fits"]:
        console.print(
            f"[red]cannot be applied to {name}[/red] ({model['blocks'] or 'unknown'} blocks): {_printable(model['reason'])}"
        )
        return
    console.print(f"\non {name}: {model['blocks']} blocks, positions {model['positions']}")
    table = Table("site", "op", "alpha", "|v|", "|h| there", "alpha |v| / |h|")
    table.columns[0].overflow = table.columns[1].overflow = "fold"
    for p in model["placements"]:
        share = "-" if p["share"] is None else f"{p['share']:.3f}"
        norms = (f"{p['direction_norm']:.4g}", f"{p['activation_norm']:.4g}", share)
        table.add_row(_printable(p["site"]), p["intervention"], f"{p['alpha']:g}", *norms)
    console.print(table)
    changes = ", ".join(f"{change:.4g} at alpha {alpha}" for alpha, change in model["largest_logit_change"].items())
    console.print(f"largest logit change, every token steered: {changes}")
    shares = ", ".join(f"{name} {share:.0%}" for name, share in model["steered_share"].items())
    console.print(f"scored positions that are steered: {shares}")
    if model["layer_scan_kl"]:
        scan = ", ".join(f"{kl:.4g} at {offset}" for offset, kl in model["layer_scan_kl"].items())
        console.print(f"KL to the plain model in nats per token, moved by blocks: {scan}")

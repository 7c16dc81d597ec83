"""Trains the scorer of an axis, measures it where it was not trained, calibrates it on that, and writes weights and card.

    python -m steer_eval.scoring.train refusal --data DIR

DIR holds the labelled files that `steer_eval.scoring.axes` names. The same data give the same bytes.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from steer_eval.errors import ScorerError
from steer_eval.paths import SCORERS
from steer_eval.scoring.axes import AXES, Axis, axis_named
from steer_eval.scoring.card import card_page
from steer_eval.scoring.data import Rows, load_own, load_sources
from steer_eval.scoring.evaluate import (
    WORDS_OF_A_RESPONSE,
    Copies,
    Unseen,
    auroc,
    calibrate,
    cross_source,
    in_source,
    length_auroc,
    reliability,
)
from steer_eval.scoring.features import Features
from steer_eval.scoring.fit import fit_head, prepare
from steer_eval.scoring.head import Head
from steer_eval.scoring.ngrams import COLUMNS
from steer_eval.scoring.scorer import Scorer

VERSION = "1"
THRESHOLD = 0.5


def train(axis: Axis, data: Path) -> Head:
    """A calibrated head with its card. Raises ScorerError for missing or malformed files."""
    features = Features(axis)
    own = load_own(axis)
    rows = [*load_sources(axis, data), *([own] if own else [])]
    sources = [[prepare(features, copy) for copy in (one, *(one.cut(words) for words in axis.cuts))] for one in rows]
    cuts = [prepare(features, one.cut(WORDS_OF_A_RESPONSE)) for one in rows]
    unseen, figures = [], []
    for number, one in enumerate(rows):
        others = [source for other, source in enumerate(sources) if other != number]
        apart = cross_source(features, sources, cuts, number) if others else None
        inside = in_source(features, sources[number], cuts[number]) if one.name != "own" else None
        # the project's own sentences are calibrated on with the others, by folds: they are too few to stand alone
        unseen.append(
            in_source(features, sources[number], cuts[number], others) if apart is None or one.name == "own" else apart
        )
        figures.append(_figures(features, one, apart, inside))
    head = calibrate(fit_head(features, sources), unseen, rows)
    card = _card(axis, features, rows, figures, reliability(unseen, rows))
    if axis.per_sentence:
        card["by_sentence"] = _by_sentence(features, sources, rows, head.calibration)
    return replace(head, card=card)


def save(head: Head, axis: Axis, folder: Path) -> None:
    """Writes `axis`.safetensors and `axis`.md into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    head.save(folder / f"{axis.name}.safetensors")
    (folder / f"{axis.name}.md").write_text(card_page(head.card), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m steer_eval.scoring.train",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("axis", nargs="+", help=f"one or more of {', '.join(sorted(AXES))}")
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled files")
    parser.add_argument(
        "--out", type=Path, default=SCORERS, help="where weights and cards go (default: into the package)"
    )
    options = parser.parse_args(arguments)
    try:
        for name in options.axis:
            axis = axis_named(name)
            head = train(axis, options.data)
            save(head, axis, options.out)
            print(card_page(head.card))
    except ScorerError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _figures(features: Features, rows: Rows, apart: Unseen | None, inside: Unseen | None) -> dict[str, Any]:
    return {
        "source": rows.name,
        "cross_source": round(auroc(rows.labels, apart.whole), 4) if apart else None,
        "cross_source_cut": round(auroc(rows.labels, apart.cut), 4) if apart else None,
        "in_source": round(auroc(rows.labels, inside.whole), 4) if inside else None,
        "markers": round(auroc(rows.labels, features.rules(rows.prompts, rows.texts)), 4),
        "length": round(length_auroc(rows), 4),
    }


def _by_sentence(
    features: Features, sources: Sequence[Copies], rows: Sequence[Rows], calibration: tuple[float, float]
) -> list[dict[str, Any]]:
    """For each source the AUROC of the mean P and of the share over the threshold, by heads that never saw it."""
    figures = []
    for number, one in enumerate(rows):
        head = fit_head(features, [source for other, source in enumerate(sources) if other != number])
        made = {"features": {"fingerprint": features.fingerprint}, "threshold": THRESHOLD}
        scorer = Scorer(features, replace(head.calibrated(*calibration), card=made))
        scored = scorer(one.prompts, one.texts), scorer.share(one.prompts, one.texts)
        mean, share = (round(auroc(one.labels, scores), 4) for scores in scored)
        figures.append({"source": one.name, "mean": mean, "share": share})
    return figures


def _card(
    axis: Axis, features: Features, rows: list[Rows], figures: list[dict[str, Any]], curve: dict[str, Any]
) -> dict[str, Any]:
    stated = {source.name: (source.label, source.licence) for source in axis.sources}
    stated["own"] = ("written for this project", "Apache-2.0 (this project)")
    return {
        "axis": axis.name,
        "version": VERSION,
        "definition": axis.definition,
        "threshold": THRESHOLD,
        "features": {
            "fingerprint": features.fingerprint,
            "markers": len(features.names) - len(axis.surface),
            "surface": len(axis.surface),
            "ngram_columns": COLUMNS,
        },
        "sources": [
            {
                "name": one.name,
                "ones": int(one.labels.sum()),
                "zeros": int((1 - one.labels).sum()),
                "label": stated[one.name.split(" (")[0]][0],
                "licence": stated[one.name.split(" (")[0]][1],
            }
            for one in rows
        ],
        "auroc": figures,
        "reliability": curve,
        "notes": list(axis.notes),
        "command": f"python -m steer_eval.scoring.train {axis.name} --data DIR",
    }


if __name__ == "__main__":
    sys.exit(main())

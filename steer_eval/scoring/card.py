"""The card of a scorer: what the training command measured, as JSON in the weights' header and as a page beside them."""

from collections.abc import Mapping
from typing import Any

COLUMNS = ("cross_source", "cross_source_cut", "in_source", "markers", "length")  # in the order of the table
TITLE = "<!-- Written by `python -m steer_eval.scoring.train`; do not edit. -->"


def card_page(card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    features, calibration = card["features"], card["reliability"]
    lines = [
        TITLE,
        f"# Scorer: {card['axis']}, version {card['version']}",
        "",
        f"A score of 1 means: {card['definition']}. Scores are calibrated probabilities for equally many 1s and 0s; "
        f"threshold {card['threshold']}.",
        "",
        f"Logistic regression over {features['markers']} marker features, {features['surface']} surface marks and "
        f"{features['ngram_columns']:,} hashed word and character n-grams. Feature fingerprint `{features['fingerprint'][:16]}`.",
        "",
        "## Training text",
        "",
        "| source | rows (1s / 0s) | label | licence as stated |",
        "|---|---|---|---|",
        *(
            f"| {s['name']} | {s['ones'] + s['zeros']:,} ({s['ones']:,} / {s['zeros']:,}) | {s['label']} | {s['licence']} |"
            for s in card["sources"]
        ),
        "",
        "The texts themselves are not part of this project, except for `own`.",
        "",
        "## AUROC",
        "",
        "| tested on | unseen source | same, cut to 45 words | in-source | markers alone | length alone |",
        "|---|---|---|---|---|---|",
        *(f"| {row['source']} | {' | '.join(_figure(row[column]) for column in COLUMNS)} |" for row in card["auroc"]),
        "",
        "- Unseen source: the head was trained on all other sources. This is the figure to expect elsewhere.",
        "- In-source: five folds split by group, trained on this source alone. It overstates.",
        "- Markers alone: the transparent second scorer. Length alone: 0.5 is no cue, below it the 1s are shorter.",
        *(f"- {note}" for note in card["notes"]),
        "",
        *_sentences(card),
        "## Reliability on unseen sources",
        "",
        "Calibrated on what heads said about sources they had not seen (about `own`: folds they had not seen); "
        "measured on the other half of those texts.",
        "",
        f"Expected calibration error {calibration['ece']:.3f}; balanced accuracy at 0.5: {calibration['balanced_accuracy']:.3f}.",
        "",
        "| score said | share that was 1 | share of texts |",
        "|---|---|---|",
        *(f"| {point['said']:.2f} | {point['was']:.2f} | {point['share']:.2f} |" for point in calibration["curve"]),
        "",
        f"Made by `{card['command']}`.",
    ]
    return "\n".join(lines) + "\n"


def _sentences(card: Mapping[str, Any]) -> list[str]:
    if "by_sentence" not in card:
        return []
    return [
        "## By sentence",
        "",
        "The score of a response is the **mean** of its sentences' calibrated probabilities, not the share of sentences over the "
        "threshold: the share cannot rank single sentences. `scorer.share` gives it in addition. AUROC of both on unseen sources:",
        "",
        "| tested on | mean (the score) | share over the threshold |",
        "|---|---|---|",
        *(f"| {row['source']} | {_figure(row['mean'])} | {_figure(row['share'])} |" for row in card["by_sentence"]),
        "",
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

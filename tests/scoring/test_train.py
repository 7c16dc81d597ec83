import gzip
import json

import numpy as np
import pytest

from steer_eval.errors import ScorerError
from steer_eval.paths import SCORERS
from steer_eval.scoring import AXES, load_scorer
from steer_eval.scoring.axes import axis_named
from steer_eval.scoring.card import card_page
from steer_eval.scoring.data import Rows, cut_words, load_sources, row_weights
from steer_eval.scoring.evaluate import auroc
from steer_eval.scoring.fit import platt
from steer_eval.scoring.train import main


def rows(texts, labels) -> Rows:
    return Rows("made", ("",) * len(texts), tuple(texts), np.array(labels), np.arange(len(texts)), 1.0)


def write_data(folder, axis) -> None:
    """Two sources of 60 rows each that any head can learn."""
    for number, source in enumerate(axis_named(axis).sources):
        path = folder / source.file
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt") as file:
            for i in range(60):
                text = f"I cannot help with number {i + number}." if i % 2 else f"Sure, number {i} is {number}."
                print(json.dumps({"text": text, "label": i % 2, "group": f"g{i // 4}"}), file=file)


def test_training_writes_the_same_bytes_twice(tmp_path, capsys):
    write_data(tmp_path / "data", "refusal")
    for folder in ("a", "b"):
        assert main(["refusal", "--data", str(tmp_path / "data"), "--out", str(tmp_path / folder)]) == 0
    for name in ("refusal.safetensors", "refusal.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "AUROC" in capsys.readouterr().out


def test_missing_data_is_one_line_and_exit_code_2(tmp_path, capsys):
    assert main(["refusal", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_malformed_data_is_named(tmp_path):
    write_data(tmp_path, "refusal")
    path = tmp_path / axis_named("refusal").sources[0].file
    path.write_bytes(gzip.compress(b'{"text": "no label"}\n'))
    with pytest.raises(ScorerError, match="text and label"):
        load_sources(axis_named("refusal"), tmp_path)


def test_each_genre_of_a_file_can_be_a_source_of_its_own(tmp_path):
    axis = axis_named("formality")
    path = tmp_path / axis.sources[0].file
    path.parent.mkdir(parents=True)
    found = [{"text": f"{genre} {i}", "label": i % 2, "group": genre} for genre in ("email", "blog") for i in range(4)]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, found)).encode()))
    parts = load_sources(axis, tmp_path)
    assert [part.name for part in parts] == ["pavlick_lenmatched (1 of 2)", "pavlick_lenmatched (2 of 2)"]
    assert [set(part.texts) for part in parts] == [{f"{genre} {i}" for i in range(4)} for genre in ("email", "blog")]


def test_weights_take_the_length_cue_away():
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 2000)
    lengths = random.poisson(np.where(labels == 1, 8, 12)) + 1
    made = rows(["word " * length for length in lengths], labels)
    weights = row_weights(made)
    means = [np.average(lengths[labels == label], weights=weights[labels == label]) for label in (0, 1)]
    assert abs(means[0] - means[1]) < 0.25 * abs(lengths[labels == 0].mean() - lengths[labels == 1].mean())
    assert weights[labels == 1].sum() == pytest.approx(weights[labels == 0].sum())


def test_auroc_counts_ties_half():
    labels = np.array([0, 0, 1, 1])
    assert auroc(labels, [0.1, 0.4, 0.4, 0.8]) == 0.875
    assert auroc(labels, [1, 1, 1, 1]) == 0.5


def test_platt_finds_the_slope_that_made_the_labels():
    random = np.random.default_rng(0)
    logits = random.normal(0, 3, 20_000)
    labels = (random.random(20_000) < 1 / (1 + np.exp(-(0.5 * logits + 1)))).astype(int)
    slope, offset = platt(logits, labels, np.ones(20_000))
    assert slope == pytest.approx(0.5, abs=0.03)
    assert offset == pytest.approx(1.0, abs=0.06)


def test_cut_keeps_the_space_between_words():
    assert cut_words("1. Eggs\n2. Milk\n3. Bread", 4) == "1. Eggs\n2. Milk"
    assert cut_words("one two", 5) == "one two"


@pytest.mark.parametrize("axis", sorted(AXES))
def test_the_card_beside_the_weights_is_the_one_inside_them(axis):
    assert (SCORERS / f"{axis}.md").read_text(encoding="utf-8") == card_page(load_scorer(axis).card)


@pytest.mark.parametrize("axis", sorted(AXES))
def test_shipped_scorers_do_better_on_unseen_sources_than_length_does(axis):
    for row in load_scorer(axis).card["auroc"]:
        assert row["cross_source"] > abs(row["length"] - 0.5) + 0.5

"""`steer-eval inspect`: tables for people, JSON for machines, exit codes for scripts."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from steer_eval.readers.native import write
from steer_eval.steering.site import Site
from steer_eval.steering.vector import Direction, Origin, SteeringVector
from tests.cli.command import steer_eval
from tests.readers.samples import Sample, gguf_bytes, vec, write_all

Run = pytest.MonkeyPatch
Out = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    return write_all(tmp_path_factory.mktemp("valid"))


def chosen(sample: Sample) -> list[object]:
    return [
        *(["--format", sample.format] if sample.format else []),
        *(["--row", sample.row] if sample.row is not None else []),
    ]


def as_json(run: Run, out: Out, *arguments: object, code: int = 0) -> dict[str, Any]:
    assert steer_eval(run, "inspect", *arguments, "--json") == code
    return json.loads(out.readouterr().out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_json_of_every_format_is_valid_and_nothing_but_json(
    monkeypatch: Run, capsys: Out, samples: list[Sample]
) -> None:
    for sample in samples:
        facts = as_json(monkeypatch, capsys, sample.path, *chosen(sample))
        assert facts["reader"] == sample.reader
        assert facts["directions"]


@pytest.mark.parametrize("columns", [80, 120])
def test_tables_of_every_format_fit_the_width_and_lose_no_site(
    columns: int, monkeypatch: Run, capsys: Out, samples: list[Sample]
) -> None:
    for sample in samples:
        assert steer_eval(monkeypatch, "inspect", sample.path, *chosen(sample), columns=columns) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= columns
        assert "…" not in out
        assert f"read as {sample.reader}" in out


def test_a_rule_with_brackets_is_printed_as_it_is(monkeypatch: Run, capsys: Out, samples: list[Sample]) -> None:
    sample = next(sample for sample in samples if sample.reader == "axbench")
    steer_eval(monkeypatch, "inspect", sample.path, *chosen(sample))
    assert "[concepts, width]" in capsys.readouterr().out


def test_a_files_words_cannot_drive_the_terminal(monkeypatch: Run, capsys: Out, tmp_path: Path) -> None:
    words = "\x1b[2J[bold red]" + "x" * 10_000
    (tmp_path / "v.gguf").write_bytes(gguf_bytes({"direction.1": vec(1)}, evil=words))
    assert steer_eval(monkeypatch, "inspect", tmp_path / "v.gguf") == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[2J[bold red]xxx" in " ".join(out.split())
    assert len(out) < 3_000


def test_numbers_that_json_does_not_have_become_text(monkeypatch: Run, capsys: Out, tmp_path: Path) -> None:
    vector = SteeringVector(
        {Site("block_out", 1): Direction(vec(1, 1, 8), number=1)}, Origin("v", "test"), header={"loss": float("nan")}
    )
    write(vector, tmp_path / "v.safetensors")
    assert as_json(monkeypatch, capsys, tmp_path / "v.safetensors")["header"]["loss"] == "nan"


def test_on_a_model(monkeypatch: Run, capsys: Out, vector_file: Path, llama: Path) -> None:
    arguments = (vector_file, "--pretrained", llama, "--alpha", "0.5", "--positions", "generated")
    facts = as_json(monkeypatch, capsys, *arguments)["model"]
    assert (facts["fits"], facts["positions"], facts["placements"][0]["alpha"]) == (True, "generated", 0.5)
    for columns in (80, 120):
        assert steer_eval(monkeypatch, "inspect", *arguments, columns=columns) == 0
        out = capsys.readouterr().out
        assert max(map(len, out.splitlines())) <= columns
        for words in (
            "alpha |v| / |h|",
            "largest logit change",
            "1-token answer 0%",
            "KL to the plain model",
            "warning: positions=",
        ):
            assert words in " ".join(out.split())


def test_what_has_no_option_of_its_own_can_be_set(
    monkeypatch: Run, capsys: Out, vector_file: Path, llama: Path
) -> None:
    arguments = (vector_file, "--pretrained", llama, "--set", "k=4", "--set", "normalize=True", "--set", "max_act=3")
    (place,) = as_json(monkeypatch, capsys, *arguments)["model"]["placements"]
    assert (place["coordinates"], place["alpha"]) == (4, 6.0)
    assert place["direction_norm"] == pytest.approx(1)


def test_a_vector_that_cannot_be_applied_still_has_its_card_and_exit_code_1(
    monkeypatch: Run, capsys: Out, tmp_path: Path, llama: Path
) -> None:
    (tmp_path / "v.gguf").write_bytes(gguf_bytes({"direction.1": vec(1)}))
    facts = as_json(monkeypatch, capsys, tmp_path / "v.gguf", "--pretrained", llama, code=1)
    assert facts["model"]["fits"] is False
    assert "has width 8, but LlamaForCausalLM has width 32" in facts["model"]["reason"]
    assert steer_eval(monkeypatch, "inspect", tmp_path / "v.gguf", "--pretrained", llama) == 1
    assert "cannot be applied to" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.pt",), "no such file"),
        (("none",), "none is not a file"),
        (("random:1",), "random:1 is not a file"),
        (("{v}+{v}",), "got 2 files, wanted one at a time"),
        (("{v}", "--alpha", "2"), "alpha= says how to apply the vector, and nothing is applied without --pretrained"),
        (("{v}", "--pretrained", "{m}", "--set", "k"), "wanted KEY=VALUE"),
        (("{v}", "--pretrained", "{m}", "--set", "alhpa=2"), "alhpa= is not tried here: wanted one of alpha"),
        (("{v}", "--pretrained", "{m}", "--set", "condition_threshold=2"), "condition_threshold= is not tried here"),
        (("{v}", "--pretrained", "{m}", "--set", "k=two"), "k=two is not a whole number"),
        (("{v}", "--pretrained", "{v}"), "cannot be loaded"),
    ],
)
def test_what_cannot_be_tried_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], message: str, monkeypatch: Run, capsys: Out, vector_file: Path, llama: Path
) -> None:
    filled = [argument.format(v=vector_file, m=llama) for argument in arguments]
    assert steer_eval(monkeypatch, "inspect", *filled) == 2
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("steer_eval: error") == 1
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_the_shipped_vectors_have_cards(monkeypatch: Run, capsys: Out) -> None:
    assert as_json(monkeypatch, capsys, "refusal")["header"]["axis"] == "refusal"


def test_a_table_of_many_rows_and_long_names_fits(monkeypatch: Run, capsys: Out, tmp_path: Path) -> None:
    site = Site("module", path="layers.0.some_very_long_name_of_a_module.and_another_one.down_proj")
    write(
        SteeringVector({site: Direction(torch.eye(8), tensors={"reference": vec(1)})}, Origin("v", "test")),
        tmp_path / "v.safetensors",
    )
    steer_eval(monkeypatch, "inspect", tmp_path / "v.safetensors", columns=80)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "8 x 8" in out
    assert "1, 1, 1, 1 " in out

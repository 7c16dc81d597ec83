"""Our tasks and stock tasks under the harness's own evaluator, on tiny random models."""

import json
import math

import datasets
import pytest
from lm_eval import simple_evaluate
from lm_eval.tasks import TaskManager

from steer_eval.errors import ArgumentError, CorpusError
from steer_eval.harness.model import SteeredHF
from steer_eval.paths import TASKS

WORDS = "the old house by the river had a red door and nobody knew who lived there since the storm".split()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "text.jsonl"
    lines = [" ".join(WORDS[(i * j) % len(WORDS)] for j in range(1, 40)) for i in range(1, 30)]
    path.write_text("".join(json.dumps({"text": line}) + "\n" for line in [*lines, "too short"]), "utf-8")
    return path


def run(folder, vector, tasks, metadata=None, limit=8, **model_args):
    arguments = {"pretrained": str(folder), "vector": str(vector), "dtype": "float32", **model_args}
    manager = TaskManager(include_path=str(TASKS), metadata={**arguments, **(metadata or {})}, include_defaults=False)
    return simple_evaluate(
        model=SteeredHF(device="cpu", batch_size=8, **arguments),
        tasks=tasks,
        task_manager=manager,
        limit=limit,
        bootstrap_iters=1000,
        log_samples=True,
    )


def small(corpus, **more):
    return {"corpus": str(corpus), "window": 64, "tokens": 640, **more}


def test_both_responses_to_each_prompt_are_in_the_samples_with_their_scores(neox, vector_file):
    out = run(neox, vector_file, ["steer_refusal"])
    metrics = out["results"]["steer_refusal"]
    assert {"score,none", "baseline,none", "shift,none", "worse,none", "valid,none"} <= metrics.keys()
    assert metrics["shift,none"] == pytest.approx(metrics["score,none"] - metrics["baseline,none"])
    assert all(isinstance(metrics[f"{m}_stderr,none"], float) for m in ("score", "baseline", "shift"))
    for sample in out["samples"]["steer_refusal"]:
        steered, baseline = sample["filtered_resps"]
        assert (steered["arm"], baseline["arm"]) == ("steered", "baseline")
        assert [r[0] for r in sample["resps"]] == [steered["text"], baseline["text"]]
        assert sample["shift"] == steered["score"] - baseline["score"]
        assert sample["arguments"][0][0] == f"User: {sample['doc']['prompt']}\nAssistant:"


def test_the_stderr_of_the_shift_is_that_of_paired_differences(neox, vector_file):
    out = run(neox, vector_file, ["steer_refusal"], limit=16)
    shifts = [s["shift"] for s in out["samples"]["steer_refusal"]]
    mean = sum(shifts) / len(shifts)
    expected = math.sqrt(sum((s - mean) ** 2 for s in shifts) / (len(shifts) - 1) / len(shifts))
    assert out["results"]["steer_refusal"]["shift_stderr,none"] == pytest.approx(expected)


def test_no_vector_and_alpha_zero_shift_nothing_at_all(neox, vector_file, corpus):
    for vector, more in (("none", {}), (vector_file, {"alpha": 0})):
        out = run(neox, vector, ["steer_refusal", "pile_ppl"], small(corpus), **more)
        assert out["results"]["steer_refusal"]["shift,none"] == 0
        assert out["results"]["pile_ppl"]["delta_nll,none"] == 0
        assert out["results"]["pile_ppl"]["ppl_inflation,none"] == 0


def test_perplexity_agrees_with_a_plain_pass_over_the_same_tokens(neox, vector_file, corpus):
    out = run(neox, vector_file, ["pile_ppl"], small(corpus), limit=None)
    metrics = out["results"]["pile_ppl"]
    lm = SteeredHF(pretrained=str(neox), vector="none", device="cpu", dtype="float32")
    docs = [s["doc"] for s in out["samples"]["pile_ppl"]]
    assert sum(d["n_tokens"] for d in docs) >= 640
    plain = [-lm.loglikelihood_rolling([_rolling(d["text"])])[0] / d["n_tokens"] for d in docs]
    assert metrics["baseline_perplexity,none"] == pytest.approx(math.exp(sum(plain) / len(plain)), rel=1e-5)
    deltas = [s["delta_nll"] for s in out["samples"]["pile_ppl"]]
    mean = sum(deltas) / len(deltas)
    assert metrics["delta_nll,none"] == pytest.approx(mean)
    assert metrics["ppl_inflation,none"] == pytest.approx(100 * (math.exp(mean) - 1))
    assert metrics["ppl_inflation_lo95,none"] < metrics["ppl_inflation,none"] < metrics["ppl_inflation_hi95,none"]
    assert metrics["perplexity,none"] == pytest.approx(metrics["baseline_perplexity,none"] * math.exp(mean))


def _rolling(text):
    from lm_eval.api.instance import Instance

    return Instance("loglikelihood_rolling", {}, (text,), 0)


def test_the_corpus_is_named_and_hashed_in_the_results(neox, corpus):
    metadata = run(neox, "none", ["pile_ppl"], small(corpus))["configs"]["pile_ppl"]["metadata"]
    assert metadata["corpus"] == str(corpus)
    assert len(metadata["corpus_sha256"]) == 64
    assert (metadata["window"], metadata["scored_tokens"]) == (64, 640)


def test_a_hub_corpus_is_read_through_the_same_code_from_a_local_parquet_file(neox, tmp_path):
    rows = [{"text": " ".join(WORDS * 6), "meta": {"pile_set_name": "x"}} for _ in range(12)]
    folder = tmp_path / "pile"
    folder.mkdir()
    datasets.Dataset.from_list(rows).to_parquet(folder / "train-00000-of-00001.parquet")
    metadata = {"corpus": f"hub:{folder}@main:train:text", "window": 64, "tokens": 640}
    found = run(neox, "none", ["pile_ppl"], metadata)["configs"]["pile_ppl"]["metadata"]
    assert found["corpus_revision"] == "main"
    assert found["scored_tokens"] == 640
    with pytest.raises(CorpusError, match="no column words: it has text, meta"):
        run(neox, "none", ["pile_ppl"], {"corpus": f"hub:{folder}@main:train:words"})


@pytest.mark.parametrize(
    ("corpus_name", "more", "message"),
    [
        ("nowhere.jsonl", {}, "no such file"),
        ("hub:only/name", {}, "wanted hub:ORG/NAME@REVISION:SPLIT:COLUMN"),
        (None, {"tokens": 10**6}, "too short"),
    ],
)
def test_a_corpus_that_cannot_be_used_is_one_line(neox, corpus, corpus_name, more, message):
    with pytest.raises(CorpusError, match=message) as caught:
        run(neox, "none", ["pile_ppl"], {**small(corpus, **more), "corpus": corpus_name or str(corpus)})
    assert "\n" not in str(caught.value)


def test_a_window_longer_than_the_context_is_refused(neox, tmp_path):
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps({"text": " ".join(WORDS * 20)}), "utf-8")
    with pytest.raises(CorpusError, match="does not fit the context of 512"):
        run(neox, "none", ["pile_ppl"], {"corpus": str(path), "window": 600, "tokens": 600})


def test_a_line_that_is_not_text_is_named_by_its_number(neox, tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text('{"text": "fine"}\n{"txt": "x"}\n', "utf-8")
    with pytest.raises(CorpusError, match="line 2"):
        run(neox, "none", ["pile_ppl"], {"corpus": str(path)})


def test_windows_of_another_tokenizer_are_refused(neox, corpus):
    manager = TaskManager(include_path=str(TASKS), metadata={"corpus": "bundled"}, include_defaults=False)
    with pytest.raises(CorpusError, match="another tokenizer"):
        simple_evaluate(
            model=SteeredHF(pretrained=str(neox), device="cpu"), tasks=["pile_ppl"], task_manager=manager, limit=2
        )


def test_another_model_class_is_refused_because_it_has_no_baseline(neox):
    manager = TaskManager(include_path=str(TASKS), metadata={"pretrained": str(neox)}, include_defaults=False)
    with pytest.raises(ArgumentError, match="needs --model steered-hf"):
        simple_evaluate(
            model="hf",
            model_args={"pretrained": str(neox)},
            device="cpu",
            tasks=["steer_refusal"],
            task_manager=manager,
            limit=2,
        )


def test_without_a_baseline_only_the_steered_arm_is_run(neox, vector_file):
    out = run(neox, vector_file, ["steer_refusal"], baseline=False)
    assert "shift,none" not in out["results"]["steer_refusal"]
    assert all(len(s["resps"]) == 1 for s in out["samples"]["steer_refusal"])


STOCK = {
    "task": "cloze",
    "custom_dataset": lambda **_: datasets.DatasetDict({"test": datasets.Dataset.from_list(_stock_docs())}),
    "test_split": "test",
    "output_type": "multiple_choice",
    "doc_to_text": "{{question}}",
    "doc_to_choice": "{{choices}}",
    "doc_to_target": "{{answer}}",
    "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
}


def _stock_docs():
    return [
        {
            "question": " ".join(WORDS[i : i + 6]),
            "choices": [WORDS[(i + k) % len(WORDS)] for k in range(4)],
            "answer": i % 4,
        }
        for i in range(12)
    ]


def _stock(model):
    from lm_eval.api.task import ConfigurableTask

    manager = TaskManager(include_defaults=False)  # scanning the harness's own tasks takes half a minute
    out = simple_evaluate(
        model=model,
        tasks=[ConfigurableTask(config=dict(STOCK))],
        task_manager=manager,
        bootstrap_iters=0,
        log_samples=True,
    )
    return [s["resps"] for s in out["samples"]["cloze"]]


def test_a_stock_task_gives_the_numbers_of_the_hf_model_without_a_vector_and_others_with_one(neox, vector_file):
    from lm_eval.models.huggingface import HFLM

    plain = _stock(HFLM(pretrained=str(neox), device="cpu", dtype="float32"))
    assert _stock(SteeredHF(pretrained=str(neox), device="cpu", dtype="float32")) == plain
    assert _stock(SteeredHF(pretrained=str(neox), vector=str(vector_file), device="cpu", dtype="float32")) != plain

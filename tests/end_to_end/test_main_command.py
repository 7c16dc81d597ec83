"""The main command as a user types it, on the bundled model: one process a test, so few of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def lm_eval(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "steer_eval", "run", *arguments]
    environment = {**ENVIRONMENT, **environment, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=600)


def test_the_main_command_prints_the_paired_table_and_logs_both_responses(tmp_path):
    config = tmp_path / "run.yaml"
    config.write_text("model: steered-hf\ntasks: [steer_refusal, pile_ppl]\nseed: [1, 2, 3, 4]\n", "utf-8")
    done = lm_eval(
        *("--config", str(config), "--limit", "12", "--batch_size", "8", "--log_samples", "--output_path", "out"),
        *("--system_instruction", "Answer briefly.", "--gen_kwargs", "max_gen_toks=24"),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = {line.split("|")[5].strip() for line in done.stdout.splitlines() if line.count("|") > 8}
    assert {"score", "baseline", "shift", "worse", "valid"} <= rows
    assert {"perplexity", "baseline_perplexity", "delta_nll", "ppl_inflation", "bits_per_byte"} <= rows
    (results,) = (tmp_path / "out").rglob("results_*.json")
    facts = json.loads(results.read_text("utf-8"))
    assert facts["config"]["steering"]["vectors"][0]["reader"] == "steer_eval"
    assert facts["configs"]["pile_ppl"]["metadata"]["corpus"] == "bundled"
    (samples,) = (tmp_path / "out").rglob("samples_steer_refusal_*.jsonl")
    lines = [json.loads(line) for line in samples.read_text("utf-8").splitlines()]
    assert len(lines) == 12
    for line in lines:
        assert len(line["resps"]) == 2
        assert line["arguments"]["gen_args_0"]["arg_0"].startswith("Answer briefly.\n\nUser: ")


@pytest.mark.parametrize("debug", [False, True])
def test_a_users_error_is_one_line_and_exit_code_2_without_a_traceback(tmp_path, debug):
    more = {"LMEVAL_LOG_LEVEL": "DEBUG"} if debug else {}
    done = lm_eval(
        *("--model", "steered-hf", "--model_args", "vector=missing/v.gguf", "--tasks", "pile_ppl"), cwd=tmp_path, **more
    )
    assert ("Traceback" in done.stderr) == debug
    if not debug:
        assert done.returncode == 2
        line = done.stderr.strip().splitlines()[-1]
        assert line.startswith("steer_eval: error: ")
        assert "missing/v.gguf" in line

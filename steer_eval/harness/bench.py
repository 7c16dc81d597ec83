"""What steering costs: `python -m steer_eval.harness.bench`, or `make bench`.

The same model object and the same requests, one process, plain `hf` and steered runs alternating in order; the figure is the median of
the paired ratios of wall times. Beside ours stands the harness's own `steered` model with the same vector.
"""

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.hf_steered import SteeredModel
from lm_eval.models.huggingface import HFLM
from transformers import AutoModelForCausalLM, AutoTokenizer, GPTNeoXConfig

from steer_eval.harness.model import SteeredHF
from steer_eval.paths import BUNDLED_MODEL, BUNDLED_TEXT

Job = Callable[[HFLM], Any]


def main() -> None:
    """Print overhead ratios on a random GPT-NeoX."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("pairs", 9), ("width", 512), ("blocks", 8), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    pairs, width, blocks, threads = options.pairs, options.width, options.blocks, options.threads
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    torch.set_num_threads(threads)
    tokenizer = AutoTokenizer.from_pretrained(BUNDLED_MODEL)
    with tempfile.TemporaryDirectory() as folder:
        models = _models(Path(folder), tokenizer, width, blocks)
        texts = BUNDLED_TEXT.joinpath("heldout.jsonl").read_text("utf-8").splitlines()[:32]
        jobs: dict[str, Job] = {
            "generation": lambda lm: lm.generate_until(_generation(texts), disable_tqdm=True),
            "rolling log-likelihood": lambda lm: lm._loglikelihood_tokens(_windows(lm, texts), disable_tqdm=True),
        }
        print(f"GPT-NeoX {blocks} blocks of width {width}, float32, {threads} threads, median of {pairs} paired runs")
        print("| job | plain hf, s | steered-hf / hf | harness steered / hf |\n|---|---|---|---|")
        for name, job in jobs.items():
            plain, ratios = _paired(models, job, pairs)
            print(f"| {name} | {plain:.3f} | {ratios['steered-hf']:.3f} | {ratios['steered']:.3f} |", flush=True)


def _models(folder: Path, tokenizer: Any, width: int, blocks: int) -> dict[str, HFLM]:
    torch.manual_seed(0)
    config = GPTNeoXConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        num_hidden_layers=blocks,
        num_attention_heads=8,
        intermediate_size=4 * width,
        max_position_embeddings=512,
    )
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    vector = torch.randn(width) * 0.02
    file = folder / "v.pt"
    entry = {"steering_vector": vector, "steering_coefficient": 1.0, "action": "add", "bias": None, "head_index": None}
    torch.save({f"layers.{blocks // 2}": entry}, file)
    common: dict[str, Any] = {"pretrained": str(folder), "device": "cpu", "dtype": "float32", "batch_size": 16}
    return {
        "hf": HFLM(**common),
        "steered-hf": SteeredHF(**common, vector=str(file)),
        "steered": SteeredModel(**common, steer_path=str(file)),
    }


def _generation(texts: list[str]) -> list[Instance]:
    settings = {"max_gen_toks": 32, "min_new_tokens": 32, "do_sample": False, "until": ["\x00"]}
    return [Instance("generate_until", {}, (text[10:90], dict(settings)), i) for i, text in enumerate(texts)]


def _windows(lm: HFLM, texts: list[str]) -> list[Any]:
    return [(None, [0], lm.tok_encode(text)[:100]) for text in texts]


def _paired(models: dict[str, HFLM], job: Job, pairs: int) -> tuple[float, dict[str, float]]:
    names = list(models)
    times: dict[str, list[float]] = {name: [] for name in names}
    for lm in models.values():
        job(lm)  # warm up
    for round_number in range(pairs):
        for name in names if round_number % 2 else reversed(names):
            start = time.perf_counter()
            job(models[name])
            times[name].append(time.perf_counter() - start)
    ratios = {n: statistics.median(t / p for t, p in zip(times[n], times["hf"], strict=True)) for n in names}
    return statistics.median(times["hf"]), ratios


if __name__ == "__main__":
    main()

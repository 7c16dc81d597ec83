"""The shipped vectors come from the shipped recipe, and do what they are for."""

import json
import math
from statistics import fmean

import pytest
import yaml
from lm_eval.api.instance import Instance

from steer_eval.dialogue import STOP, as_text
from steer_eval.fitting.ship import ship
from steer_eval.harness.corpus import cut_windows, load_corpus, load_tokenizer
from steer_eval.harness.likelihood import TokenRequest, score_tokens
from steer_eval.harness.model import SteeredHF
from steer_eval.paths import TASKS, VECTORS
from steer_eval.readers import read_vector
from steer_eval.readers.locate import shipped
from steer_eval.scoring import load_scorer

RECIPE = yaml.safe_load((VECTORS / "recipe.yaml").read_text("utf-8"))
NAMES = [name for axis, facts in RECIPE.items() for name in (axis, f"{axis}-k{facts['k']}")]
PROMPTS = 96


def test_every_vector_of_the_recipe_is_shipped_and_no_other():
    assert sorted(NAMES) == shipped()


def test_the_recipe_gives_the_shipped_numbers_again(tmp_path):
    for path in ship(tmp_path):
        again, stored = read_vector(path), read_vector(VECTORS / "bundled" / path.parent.name / "vector.safetensors")
        ((site, direction),) = again.directions.items()
        kept = stored.directions[site]
        assert (direction.rows - kept.rows).abs().max() < 1e-4, path.parent.name  # machines differ by rounding
        assert direction.alpha == kept.alpha
        assert again.header["contrast_sha256"] == stored.header["contrast_sha256"]


def responses(lm, prompts):
    settings = {"max_gen_toks": 64, "do_sample": False, "until": list(STOP)}
    requests = [
        Instance("generate_until", {}, (as_text([{"role": "user", "content": p}]), dict(settings)), i)
        for i, p in enumerate(prompts)
    ]
    return lm.generate_until(requests, disable_tqdm=True)


def nll(lm, windows):
    return fmean(-lp / len(w) for (lp, _), w in zip(score_tokens(lm, windows, 16, True), WINDOWS.tokens, strict=True))


WINDOWS = cut_windows(load_corpus("bundled", bundled_model=True), load_tokenizer({}), None, 8000)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_vector_moves_its_axis_and_its_negative_moves_it_back(name):
    axis = name.partition("-")[0]
    lines = (TASKS / "prompts" / f"{axis}.jsonl").read_text("utf-8").splitlines()[:PROMPTS]
    prompts = [json.loads(line)["prompt"] for line in lines]
    scorer, requests = load_scorer(axis), [TokenRequest([0], w) for w in WINDOWS.tokens]
    lm = SteeredHF(vector=name, device="cpu")
    alpha = lm.steering.placements[0].alpha
    steered, damage = fmean(scorer(prompts, responses(lm, prompts))), nll(lm, requests)
    with lm.steering.off():
        baseline, plain = fmean(scorer(prompts, responses(lm, prompts))), nll(lm, requests)
    against = SteeredHF(vector=name, alpha=-alpha, device="cpu")
    assert steered - baseline > 0.25
    assert 100 * math.expm1(damage - plain) < 10
    assert fmean(scorer(prompts, responses(against, prompts))) < baseline - 0.15

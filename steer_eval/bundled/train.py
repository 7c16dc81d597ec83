"""The recipe for the bundled model: text, tokenizer, training, files.

    python -m steer_eval.bundled.train --out DIR [--steps N] [--seed S]

GPT-NeoX (Pythia's architecture) at toy size: next-token cross-entropy on documents packed end to end, Muon and
AdamW, cosine schedule, every document seen once. Matrix products run in bfloat16 (three times as fast on CPUs that have it); weights
stay in float32. The same seed gives the same text and tokenizer everywhere, and the same weights on one machine with one
number of threads; other machines differ by rounding. Weights are stored as float16 and config.json says float32, so
transformers computes in float32. A checkpoint is written to DIR/checkpoint.pt every 200 steps; the same command goes on
from there.
"""

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from tqdm.auto import tqdm
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, PreTrainedTokenizerFast

from steer_eval.bundled.generator import document
from steer_eval.bundled.muon import Muon
from steer_eval.bundled.tokenizer import VOCABULARY, train_tokenizer
from steer_eval.paths import BUNDLED_MODEL

WIDTH, BLOCKS, HEADS, POSITIONS = 160, 5, 5, 512
STEPS, ROWS, WARMUP = 2800, 4, 30
MATRIX_RATE, OTHER_RATE = 0.02, 4e-3
TOKENIZER_DOCUMENTS = 20_000
CHECKPOINT_EVERY = 200


@dataclass
class Stream:
    """Training tokens without end, as rows of one length; `document` and `left` are all there is to save."""

    tokenizer: PreTrainedTokenizerFast
    split: str
    """Seeds the documents, see generator.document."""
    document: int = 0
    """Number of the next document."""
    left: list[int] = field(default_factory=list)
    """Tokens of earlier documents that no row has used yet."""

    def batch(self, rows: int, length: int) -> torch.Tensor:
        """The next `rows` x `length` tokens."""
        need = rows * length
        while len(self.left) < need:
            texts = [document(self.split, n) for n in range(self.document, self.document + 32)]
            self.document += len(texts)
            for ids in self.tokenizer(texts)["input_ids"]:
                self.left += [*ids, self.tokenizer.eos_token_id]
        taken, self.left = self.left[:need], self.left[need:]
        return torch.tensor(taken).view(rows, length)


def new_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> GPTNeoXForCausalLM:
    """The bundled model before training."""
    torch.manual_seed(seed)
    return GPTNeoXForCausalLM(
        GPTNeoXConfig(
            vocab_size=VOCABULARY,
            hidden_size=WIDTH,
            num_hidden_layers=BLOCKS,
            num_attention_heads=HEADS,
            intermediate_size=4 * WIDTH,
            max_position_embeddings=POSITIONS,
            tie_word_embeddings=True,
            # Pythia turns a quarter of each head's 64 to 256 dimensions; of only 32 that would leave too few to tell
            # neighbours apart, and copying from the context is learnt late.
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 1.0},
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            dtype="float32",
        )
    )


def schedule(step: int, steps: int) -> float:
    """Share of the peak learning rate at `step`: linear warm-up, then cosine down to a fiftieth."""
    if step < WARMUP:
        return (step + 1) / WARMUP
    share = (step - WARMUP) / max(1, steps - WARMUP)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share))


def optimizers(model: GPTNeoXForCausalLM) -> list[torch.optim.Optimizer]:
    """Muon for the blocks' matrices, AdamW for embeddings, biases and norms."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed" not in name]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [
        Muon(matrices, lr=MATRIX_RATE),
        torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]


def losses(model: GPTNeoXForCausalLM, stream: Stream, steps: int, checkpoint: Path | None = None) -> Iterator[float]:
    """Train in place; yields the loss of each step, in nats per token. Goes on from `checkpoint` where that exists."""
    chosen = optimizers(model)
    groups = [group for optimizer in chosen for group in optimizer.param_groups]
    peaks = [group["lr"] for group in groups]
    first = 0
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(chosen, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        groups = [group for optimizer in chosen for group in optimizer.param_groups]
        first, stream.document, stream.left = state["step"], state["document"], state["left"]
    model.train()
    for step in range(first, steps):
        for group, peak in zip(groups, peaks, strict=True):
            group["lr"] = peak * schedule(step, steps)
        ids = stream.batch(ROWS, POSITIONS)
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in chosen:
            optimizer.step()
            optimizer.zero_grad()
        yield loss.item()
        if checkpoint is not None and (step + 1) % CHECKPOINT_EVERY == 0 and step + 1 < steps:
            state = {"model": model.state_dict(), "optimizers": [o.state_dict() for o in chosen], "step": step + 1}
            torch.save({**state, "document": stream.document, "left": stream.left}, checkpoint)


def save(model: GPTNeoXForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write a model folder that transformers loads offline: float16 on disk, float32 when loaded."""
    model.eval().half().save_pretrained(folder)
    model.float()
    tokenizer.save_pretrained(folder)
    # transformers 4 knows the rotary settings and the tokenizer's class by other names than 5; both read these.
    _amend(folder / "config.json", {"dtype": "float32", "rotary_pct": 1.0, "rotary_emb_base": 10000})
    _amend(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})


def _amend(path: Path, changes: dict[str, object]) -> None:
    content = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=BUNDLED_MODEL, help="folder to write (default: the shipped one)")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="the shipped weights come from 1")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    checkpoint = args.out / "checkpoint.pt"
    done = torch.load(checkpoint, weights_only=True)["step"] if checkpoint.exists() else 0
    if done:
        tokenizer = PreTrainedTokenizerFast.from_pretrained(args.out)
    else:
        tokenizer = train_tokenizer(args.seed, TOKENIZER_DOCUMENTS, POSITIONS)
        tokenizer.save_pretrained(args.out)
    model = new_model(tokenizer, args.seed)
    stream = Stream(tokenizer, f"train-{args.seed}")
    with tqdm(total=args.steps, initial=done, desc="training", unit="step") as bar:
        mean = 0.0
        for loss in losses(model, stream, args.steps, checkpoint):
            mean = 0.98 * mean + 0.02 * loss if mean else loss
            bar.update()
            bar.set_postfix(loss=f"{mean:.3f}")
    save(model, tokenizer, args.out)
    checkpoint.unlink(missing_ok=True)
    print(f"{args.out}: {model.num_parameters():,} parameters, final loss {mean:.3f} nats per token")


if __name__ == "__main__":
    main()

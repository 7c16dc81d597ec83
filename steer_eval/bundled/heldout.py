"""Held-out text: the generator's own kinds of document, from seeds that training never uses.

    python -m steer_eval.bundled.heldout [--out DIR]

`heldout.jsonl` holds every kind in the training mix, for perplexity; `instruct.jsonl` holds dialogues only, for
perplexity on instruction text. One {"text": ...} a line, in the order of the seeds.
"""

import argparse
import json
from itertools import islice
from pathlib import Path

from steer_eval.bundled.generator import documents
from steer_eval.paths import BUNDLED_TEXT

SIZES = {"heldout": 820, "instruct": 260}
"""Documents by file."""


def texts(name: str) -> list[str]:
    """The documents of `name`, which is "heldout" or "instruct"."""
    kind = "dialogue" if name == "instruct" else None
    return list(islice(documents(name, kind), SIZES[name]))


def as_jsonl(name: str) -> str:
    """The file's whole content."""
    return "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=BUNDLED_TEXT, help="folder to write (default: the shipped one)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in SIZES:
        path = args.out / f"{name}.jsonl"
        path.write_text(as_jsonl(name), encoding="utf-8")
        print(f"{path}: {SIZES[name]} documents, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

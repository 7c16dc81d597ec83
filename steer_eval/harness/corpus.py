"""Text for perplexity, and its windows of tokens.

`corpus=` is `bundled` (the default with the bundled model), `FILE.jsonl` with {"text": ...} lines, or
`hub:ORG/NAME@REVISION:SPLIT:COLUMN`; the default with any other model is the Pile sample below. Nothing falls back to anything else.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from steer_eval.errors import CorpusError
from steer_eval.harness.identity import tokenizer_id
from steer_eval.paths import BUNDLED_MODEL, BUNDLED_TEXT

PILE = "hub:NeelNanda/pile-10k@127bfedcd5047750df5ccf3a12979a47bfa0bafa:train:text"
"""The first 10,000 documents of The Pile, in file order, pinned. Models trained on The Pile, Pythia among them, have seen such text."""

_DEFAULT_WINDOW = 512  # tokens; less where the model's context or the bundled text is shorter
_BUNDLED_WINDOW = 256


@dataclass(frozen=True)
class Corpus:
    """Documents, lazily, in file order."""

    name: str
    """What the user named, or the default."""
    revision: str | None
    """Revision of a hub data set."""
    texts: Iterable[str]
    """The documents."""
    window: int
    """Tokens per window where the user does not say."""


@dataclass(frozen=True)
class Windows:
    """Equal-length windows, ready to score."""

    tokens: list[list[int]]
    """Token ids, one list a window."""
    docs: list[dict[str, Any]]
    """One a window: window, document, text, n_tokens, n_bytes."""
    tokenizer_id: str
    """Identity of the tokenizer."""
    facts: dict[str, Any]
    """Name, revision, hash of the scored text and counts, for the results."""


def load_tokenizer(metadata: dict[str, Any]) -> Any:
    """The tokenizer that --model_args asks for, loaded as the model will load it."""
    from transformers import AutoTokenizer

    name = metadata.get("tokenizer") or metadata.get("pretrained") or str(BUNDLED_MODEL)
    if not isinstance(name, str):
        return name  # a tokenizer object, from Python
    kwargs = {
        key: metadata[key] for key in ("revision", "trust_remote_code", "subfolder", "gguf_file") if metadata.get(key)
    }
    return AutoTokenizer.from_pretrained(name, **kwargs)


def load_corpus(name: str | None, bundled_model: bool) -> Corpus:
    """The corpus that `name` means; None: bundled text for the bundled model, The Pile for any other.

    Raises:
        CorpusError: no such file, a line that is not {"text": ...}, or a hub that cannot be reached.
    """
    name = name or ("bundled" if bundled_model else PILE)
    if name == "bundled":
        return Corpus(name, None, _jsonl(BUNDLED_TEXT / "heldout.jsonl"), _BUNDLED_WINDOW)
    if name.startswith("hub:"):
        return _hub(name)
    path = Path(name).expanduser()
    if not path.is_file():
        raise CorpusError(
            f"corpus={name}: no such file; wanted FILE.jsonl, hub:ORG/NAME@REVISION:SPLIT:COLUMN or bundled"
        )
    return Corpus(name, None, _jsonl(path), _DEFAULT_WINDOW)


def cut_windows(corpus: Corpus, tokenizer: Any, window: int | None, tokens: int) -> Windows:
    """Windows of `window` tokens, each from the start of a document, until `tokens` are reached.

    A document that is shorter is continued by the next one after an end-of-text token, as models see it in training.

    Raises:
        CorpusError: the corpus ends before that, or the window does not fit the model.
    """
    longest = _context(tokenizer)
    size = int(window) if window else min(corpus.window, longest)
    if not 2 <= size <= longest:
        raise CorpusError(
            f"window={size} does not fit: wanted 2 to {longest} tokens, the model's context without the prefix token"
        )
    kept: list[list[int]] = []
    docs: list[dict[str, Any]] = []
    digest = hashlib.sha256()
    part: list[int] = []  # the window being filled
    first = joined = 0
    wanted = -(-tokens // size)
    progress = tqdm(total=wanted, desc=f"Cutting windows of {size} tokens", leave=False)
    for number, text in enumerate(corpus.texts):
        if len(kept) == wanted:
            break
        if part:
            part.append(tokenizer.eos_token_id)
            joined += 1
        else:
            first = number
        part = (part + tokenizer(text, add_special_tokens=False)["input_ids"])[:size]
        if len(part) < size:
            continue
        piece = tokenizer.decode(part, skip_special_tokens=True)
        digest.update(piece.encode() + b"\0")
        docs.append(
            {"window": len(kept), "document": first, "text": piece, "n_tokens": size, "n_bytes": len(piece.encode())}
        )
        kept.append(part)
        part = []
        progress.update()
    progress.close()
    if len(kept) < wanted:
        raise CorpusError(
            f"corpus={corpus.name} is too short: it gives {len(kept)} of {wanted} windows of {size} tokens; "
            "give more text, or ask for less with --metadata tokens=N"
        )
    facts = {
        "corpus": corpus.name,
        "corpus_revision": corpus.revision,
        "corpus_sha256": digest.hexdigest(),
        "window": size,
        "scored_tokens": size * len(kept),
        "documents_joined": joined,
    }
    return Windows(kept, docs, tokenizer_id(tokenizer), facts)


def _context(tokenizer: Any) -> int:
    limit = getattr(tokenizer, "model_max_length", None) or 10**9
    return min(int(limit), 10**9) - 1


def _jsonl(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        try:
            for number, line in enumerate(file, 1):
                row = json.loads(line) if line.strip() else None
                if row is None:
                    continue
                if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                    raise CorpusError(f'{path}, line {number}: wanted an object with a text, {{"text": ...}}')
                yield row["text"]
        except UnicodeDecodeError as error:
            raise CorpusError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from None
        except json.JSONDecodeError as error:
            raise CorpusError(f"{path}, line {number}: not JSON ({error.msg})") from None


def _hub(name: str) -> Corpus:
    import datasets

    address, _, rest = name.removeprefix("hub:").partition("@")
    revision, _, rest = rest.partition(":")
    split, _, column = rest.partition(":")
    if not (address and revision and split and column):
        raise CorpusError(f"corpus={name} cannot be read: wanted hub:ORG/NAME@REVISION:SPLIT:COLUMN")
    try:
        rows = datasets.load_dataset(address, revision=revision, split=split)
    except Exception as error:  # the hub client raises a dozen kinds for "not there" and "not reachable"
        reason = str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
        raise CorpusError(
            f"corpus={name} cannot be loaded ({reason}): give --metadata corpus=FILE.jsonl for your own text, "
            "another hub:ORG/NAME@REVISION:SPLIT:COLUMN, or corpus=bundled"
        ) from error
    if column not in rows.column_names:
        raise CorpusError(f"corpus={name} has no column {column}: it has {', '.join(rows.column_names)}")
    return Corpus(name, revision, (row[column] for row in rows), _DEFAULT_WINDOW)

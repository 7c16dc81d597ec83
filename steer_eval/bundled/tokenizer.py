"""The bundled tokenizer: byte-level BPE, as GPT-NeoX has, trained on the generator's text."""

from itertools import islice

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from steer_eval.bundled.generator import documents

VOCABULARY = 2048
END = "<|endoftext|>"
"""Ends every document; also begins and pads, as in Pythia."""
PAD = "<|padding|>"


def train_tokenizer(seed: int, n_documents: int, max_length: int) -> PreTrainedTokenizerFast:
    """A tokenizer trained on the first `n_documents` of the training split of `seed`."""
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END, PAD],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    raw.train_from_iterator(islice(documents(f"train-{seed}"), n_documents), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=raw,
        bos_token=END,
        eos_token=END,
        unk_token=END,
        pad_token=PAD,
        model_max_length=max_length,
        clean_up_tokenization_spaces=False,
    )

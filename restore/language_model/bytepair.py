"""The tokenizer of a model in a GGUF file: byte-level pairs (Sennrich et al., 2016; Radford et al., 2019)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import ModelDamagedError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from restore.language_model.graph import GgufModel

_SPLITTING = "smollm"
"""How the text is cut before the pairs are merged, by llama.cpp's name: every digit alone, the rest as in GPT-2."""


def make_tokenizer(model: GgufModel, target: Path) -> None:
    """Write tokenizer.json for the model's vocabulary and merges; raises `ModelDamagedError`, `OSError`.

    The model's special tokens are left out on purpose: in a text they are read letter by letter.
    """
    target.write_text(build_tokenizer(model).to_str(), "utf-8")


def build_tokenizer(model: GgufModel) -> Tokenizer:
    """Return the tokenizer; raises `ModelDamagedError` if the file's tokenizer is of another kind."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    kind = (model.field("tokenizer.ggml.model"), model.field("tokenizer.ggml.pre"))
    if kind != ("gpt2", _SPLITTING):
        raise ModelDamagedError(f"the model's tokenizer is {' '.join(map(str, kind))}, not gpt2 {_SPLITTING}")
    vocabulary = {token: number for number, token in enumerate(model.field("tokenizer.ggml.tokens"))}
    merges = [tuple(merge.split(" ", 1)) for merge in model.field("tokenizer.ggml.merges")]
    try:
        tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    except Exception as error:  # the package raises nothing narrower
        raise ModelDamagedError(f"the model's vocabulary and merges do not fit together: {error}") from error
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    return tokenizer

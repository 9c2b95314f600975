"""What the fuzzers throw bytes at: each target takes any bytes, and nothing but the errors it names may come out.

A target that returns has held its law: what a reader took apart can be put together again, what a plan replaces is what
it quotes, a page holds no script but its own.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from restore.alignment.align import align
from restore.cli.plan_files import read_plan
from restore.errors import GoldError, InputError, ModelDamagedError, PlanMismatchError
from restore.gold.markup import parse_markup
from restore.reading.records import Unread
from restore.reading.rows import read_file
from restore.records import Correction, Evidence, Restoration, Verdict, apply, check_plan, text_sha256
from restore.rendering.diff import inline, unified
from restore.rendering.table import corrections_table, evidence_table, plain
from restore.rendering.text import one_line, tame
from restore.text.parsing import ParsedText, Sentence, Token

KINDS = ("jsonl", "csv", "tsv", "txt", "md", "html", "warc", "parquet", "jsonl.gz", "csv.zst", "txt.xz", "txt.bz2")
"""Kinds of files; of the bytes of the reader's target the first chooses one."""
_MOST_ROWS = 2_000
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        -1,
        0,
        1,
        3,
        2**31,
        2**63,
        2**64,
        1e308,
        -1.5,
        0.5,
        "",
        "a",
        "\u2028",
        "\ud800",
        "<script>",
        "rewrite",
    ),
    *("accepted", "typed", "R:NOUN:REVIEW", [], {}, [[]], [None], {"start": 0, "end": 1}),
)
"""Values that a stranger may put into a field of a plan."""


@functools.cache
def folder() -> Path:
    """Return a folder for the files of this process."""
    return Path(tempfile.mkdtemp(prefix="restore-fuzz-"))


def _file(name: str, data: bytes) -> str:
    path = folder() / name
    path.write_bytes(data)
    return str(path)


def plans(data: bytes) -> None:
    """Read a plan and replay it; bytes that do not begin with a brace change the fields of a right one."""
    try:
        plan = read_plan(_file("plan.json", data if data[:1] in (b"", b"{") else _odd_plan(data)))
        restored = plan.restored
    except (PlanMismatchError, InputError):
        return
    assert apply(plan.text, plan.applied) == restored
    assert Restoration.from_json(plan.to_json()) == plan
    _shown(plan)


def _odd_plan(data: bytes) -> bytes:
    """Return a right plan in which pairs of bytes have put an odd value (the second) into a field (the first)."""
    plan = json.loads(seeds("plans")[0])
    for field, value in zip(data[::2], data[1::2], strict=False):
        places: list[tuple[Any, Any]] = []
        waiting: list[Any] = [plan]
        while waiting:
            inside = waiting.pop()
            keys = list(inside) if isinstance(inside, dict) else range(len(inside))
            places += [(inside, key) for key in keys]
            waiting += [inside[key] for key in keys if isinstance(inside[key], dict | list)]
        if places:
            inside, key = places[field % len(places)]
            inside[key] = copy.deepcopy(ODD[value % len(ODD)])
    text = plan.get("text")
    if isinstance(text, str):
        plan["text_sha256"] = text_sha256(text)
    return json.dumps(plan).encode()


def markup(data: bytes) -> None:
    """Read gold markup, write it again."""
    with contextlib.suppress(GoldError):
        marked = parse_markup(data.decode("utf-8", "replace"))
        for edit in marked.edits:
            assert marked.text[edit.start : edit.end] == edit.spun
        assert parse_markup(marked.to_markup()) == marked


def readers(data: bytes) -> None:
    """Read a file of one of the kinds."""
    kind, rest = KINDS[data[0] % len(KINDS)] if data else KINDS[0], data[1:]
    for number, row in enumerate(read_file(_file(f"rows.{kind}", rest))):
        assert row.error if isinstance(row, Unread) else row.values is not None
        assert number < _MOST_ROWS + len(rest)


def html(data: bytes) -> None:
    """Take the article out of a page."""
    from restore.reading.html import extract

    with contextlib.suppress(InputError):
        page = extract(data.decode("utf-8", "replace"), "page.html", "https://example.org/a")
        assert page.text.strip()


def aligner(data: bytes) -> None:
    """Align two texts; a NUL parts them."""
    one, _, other = data.decode("utf-8", "replace").partition("\0")
    spun, reference = _tokens(one), _tokens(other)
    found = align(spun, reference, "r", 0.5)
    assert found == align(spun, reference, "r", 0.5)
    for link in found.words:
        assert 0 <= link.spun < len(spun.tokens) and 0 <= link.reference < len(reference.tokens)


def renderer(data: bytes) -> None:
    """Show a text with corrections at places that the bytes choose."""
    cuts, _, rest = data.partition(b"\0")
    text = rest.decode("utf-8", "replace")
    places = sorted({cut % (len(text) + 1) for cut in cuts[:20]})
    made = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        quote = text[max(0, start - 20) : end + 20]
        evidence = (Evidence("reference", quote, quote, 0.5, start, end, quote),)
        made.append(Correction(start, end, text[start:end], quote[::-1], "R:OTHER", cuts[0] / 255, evidence, quote))
    plan = Restoration(text, tuple(c for c in made if c.original != c.replacement), 0.5, Verdict(True, 0.9, 0.1))
    check_plan(text, plan.corrections)
    _shown(plan)
    _page(plan)


def onnx(data: bytes) -> None:
    """Load bytes as the graph of a causal model, whose tokenizer is right."""
    from restore.language_model.causal import CausalModel
    from restore.language_model.files import tokenizer_path

    path = folder() / "graph.onnx"
    if not tokenizer_path(path).is_file():
        shutil.copy(tokenizer_path(tiny_graph()), tokenizer_path(path))
    path.write_bytes(data)
    with contextlib.suppress(ModelDamagedError):
        CausalModel(path)


def _shown(plan: Restoration) -> None:
    shown = [inline(plan), unified(plan.text, plan.restored, "a"), plan._repr_html_(), plan.summary()]
    tables = plain(corrections_table(plan), evidence_table(plan))
    assert "<script" not in shown[2].lower()
    for line in map(tame, [*shown, tables]):
        assert not any(c < " " and c not in "\n\t\r" for c in line)
    assert "\n" not in one_line(plan.text)


def _page(plan: Restoration) -> None:
    from restore.review.documents import ReviewDocument
    from restore.review.page import render

    if text_sha256(plan.text) and not plan.text.strip():
        return
    page = render([ReviewDocument(plan.text[:40] or "a", plan)], plan.text[:40])
    assert page.count("</script>") == page.count("<script") == 3


def _tokens(text: str) -> ParsedText:
    """Return a text cut at blanks, lines being sentences, without spaCy, which is not what is tried."""
    tokens: list[Token] = []
    sentences: list[Sentence] = []
    at = 0
    for line in text.splitlines(keepends=True):
        first = len(tokens)
        for word in line.split():
            start = text.index(word, at)
            at = start + len(word)
            pos = "PROPN" if word[0].isupper() else "NOUN" if word.isalnum() else "PUNCT"
            tag, entity = {"PROPN": ("NNP", "GPE"), "NOUN": ("NN", ""), "PUNCT": (".", "")}[pos]
            tokens.append(
                Token(len(tokens), start, at, word, word.lower(), pos, tag, "dep", first, entity, len(sentences))
            )
        if len(tokens) > first:
            sentences.append(Sentence(len(sentences), tokens[first].start, at, first, len(tokens)))
    return ParsedText(text, tuple(tokens), tuple(sentences))


@functools.cache
def tiny_graph() -> Path:
    """Return a graph with random weights and its tokenizer beside it; needs the extra lm."""
    from restore.language_model.bytepair import make_tokenizer
    from restore.language_model.files import tokenizer_path
    from restore.language_model.graph import GgufModel, make_graph
    from tests.helpers.tiny_llama import random_tensors, write_gguf

    weights, graph = folder() / "tiny.gguf", folder() / "tiny.onnx"
    write_gguf(weights, random_tensors())
    model = GgufModel(weights)
    make_graph(model, graph, lambda step, done, total: None)
    make_tokenizer(model, tokenizer_path(graph))
    return graph


TARGETS: dict[str, Callable[[bytes], None]] = {
    "plans": plans,
    "markup": markup,
    "readers": readers,
    "html": html,
    "aligner": aligner,
    "renderer": renderer,
    "onnx": onnx,
}


def seeds(target: str) -> list[bytes]:
    """Return right bytes of a target to begin with, made here so that the corpora need not hold them."""
    text = "The chairman of the zone spoke.\nHe said {no}.\n"
    made = Correction(4, 12, "chairman", "president", "R:NOUN", 0.9, (Evidence("reference", "r", "q", 1.0),), "why")
    plan = Restoration(text, (made,), 0.75, Verdict(True, 0.9, 0.1)).to_json()
    found: dict[str, list[bytes]] = {
        "plans": [plan.encode() if isinstance(plan, str) else plan],
        "markup": [b"The {chairman=>president|head} of {=>the }zone {very=>} spoke.", b"{a=>b}{c=>}"],
        "readers": [
            bytes([0]) + json.dumps({"id": 1, "text": text, "references": ["a", {"text": "b"}]}).encode() + b"\n",
            bytes([1]) + b'id,text\n1,"a ""quoted"" text"\n2,b\n',
            bytes([6])
            + b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>Hello</p>",
        ],
        "html": [b"<html><head><title>T</title></head><body><article><p>" + text.encode() * 20 + b"</p></article>"],
        "aligner": [b"The Mayor spoke on Monday .\nHe left .\0The Mayor talked on Monday .\nHe went away ."],
        "renderer": [b"\x04\x0c\x20\x24\0" + text.encode()],
        "onnx": [],
    }
    return found[target] or [tiny_graph().read_bytes()]

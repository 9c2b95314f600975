"""Training material: clean articles, channels with a part of the rows hidden, and which candidates are right."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from restore.alignment.align import align
from restore.alignment.days import with_day
from restore.alignment.records import AlignedReference
from restore.candidates.base import Candidate
from restore.channel.model import ChannelRow, SpinnerChannel, load_channel
from restore.gold.markup import GoldEdit, MarkedText
from restore.records import Reference
from restore.references.match import assess
from restore.text.parsing import ParsedText

FOLDS = 4
"""Channels, each without other rows."""
HIDDEN_SHARE = 0.45
"""Of the channel's rows, so that the ranker does not lean on them; by hand."""
EWT_LINES, EWT_TEXTS = 8, 70
"""Lines of a web text that counts as an article, and how many; the others are left to the slots; by hand."""


def detokenise(words: str) -> str:
    """Join Penn-Treebank tokens as they are printed."""
    text = re.sub(r"\s+([.,;:?!%)\]’]|'s\b|n't\b|'(?:re|ve|ll|d|m)\b)", r"\1", words)
    text = re.sub(r"([(\[$#])\s+", r"\1", text)
    text = re.sub(r"(``|'')", '"', text)
    text = re.sub(r'"\s+([^"]*?)\s+"', r'"\1"', text)
    return re.sub(r"\s-\s", "-", text).strip()


def articles(data: Path) -> list[str]:
    """Read the clean corpora: MEANTIME, Wikinews of GUM, web text of EWT (a sample), Edinburgh++ pairs."""
    rows = map(json.loads, (data / "meantime" / "docs.jsonl").read_text("utf-8").splitlines())
    found = [_paragraphs([detokenise(s) for s in row["sentences"]]) for row in rows]
    for name, least, most in (("gum_wikinews", 5, 99), ("ewt", EWT_LINES, EWT_TEXTS)):
        blocks = (data / "clean_text" / f"{name}.txt").read_text("utf-8").split("\n\n")
        long = [b for b in blocks if b.count("\n") >= least]
        found += [_paragraphs(b.splitlines()) for b in long[:most]]
    pairs = json.loads((data / "edinburgh_plusplus" / "train.sure.json").read_text("utf-8"))
    good = [(p["source"], p["target"]) for p in pairs if p["source"][:1].isupper()]
    for n in range(0, len(good), 12):
        ours, theirs = zip(*good[n : n + 12], strict=True)
        found += [_paragraphs([detokenise(s) for s in side]) for side in (ours, theirs)]
    return found


def web_texts(data: Path) -> Iterator[str]:
    """Yield the texts of EWT that `articles` does not use."""
    blocks = (data / "clean_text" / "ewt.txt").read_text("utf-8").split("\n\n")
    used = [b for b in blocks if b.count("\n") >= EWT_LINES][:EWT_TEXTS]
    yield from (b for b in blocks if b not in used)


def _paragraphs(sentences: Sequence[str]) -> str:
    return "\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3))


def masked_channels() -> list[SpinnerChannel]:
    """Return a channel per fold that never saw HIDDEN_SHARE of the rows (rotated from fold to fold)."""
    whole = load_channel()
    channels = []
    for fold in range(FOLDS):
        start = fold / FOLDS

        def hidden(row: ChannelRow, start: float = start) -> bool:
            point = zlib.crc32(f"{row.spun}|{row.original}".encode()) % 10_000 / 10_000
            return (point - start) % 1.0 < HIDDEN_SHARE

        channels.append(whole.without(hidden))
    return channels


def accepted(parsed: ParsedText, references: Sequence[ParsedText], least: float) -> tuple[AlignedReference, ...]:
    """Align a text with the references that are about the same event, as the engine would."""
    found = []
    for number, other in enumerate(references, 1):
        reference = Reference(f"reference {number}", other.text)
        report = assess(parsed, reference, other, least)
        if report.accepted:
            found.append(with_day(parsed, align(parsed, other, reference.id, report.score)))
    return tuple(found)


def is_right(marked: MarkedText, candidate: Candidate) -> bool:
    """Return whether the candidate alone mends every edit that it touches, and changes nothing else."""
    touched = [e for e in marked.edits if _touches(e, candidate)]
    bordering = [e for e in marked.edits if e in touched or _borders(marked, e, candidate)]
    return any(edits and _mends(marked, candidate, edits) for edits in (touched, bordering))


def _borders(marked: MarkedText, edit: GoldEdit, candidate: Candidate) -> bool:
    """Return whether words are missing right beside the candidate."""
    if edit.spun.strip():
        return False
    left, right = sorted((candidate.end, edit.start))
    before, after = sorted((edit.end, candidate.start))
    return not marked.text[left:right].strip() or not marked.text[before:after].strip()


def _mends(marked: MarkedText, candidate: Candidate, inside: Sequence[GoldEdit]) -> bool:
    first = min(candidate.start, _core(inside[0])[0])
    last = max(candidate.end, _core(inside[-1])[1])
    done = marked.text[first : candidate.start] + candidate.replacement + marked.text[candidate.end : last]
    pieces, at = [], first
    for edit in inside:
        start, end = _core(edit)
        pieces += [marked.text[at:start], edit.gold[0].strip()]
        at = end
    return "".join([*pieces, marked.text[at:last]]).split() == done.split()


def _touches(edit: GoldEdit, candidate: Candidate) -> bool:
    """Return whether they share a character; the space that a deletion took along does not count."""
    start, end = _core(edit)
    return start < candidate.end and candidate.start < end


def _core(edit: GoldEdit) -> tuple[int, int]:
    """Return the range of an edit without the space at its ends."""
    left = len(edit.spun) - len(edit.spun.lstrip())
    return edit.start + left, max(edit.start + left, edit.start + len(edit.spun.rstrip()))

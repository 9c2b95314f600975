"""Learning a table: read pairs, align, count, write; and the report on what was learned."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from restore.channel.tables import family_name, table_sha256, write_table
from restore.errors import InputError, OutputError
from restore.learning.count import Batch, PairCounts, discard
from restore.learning.listener import CHECKPOINT, LearnListener
from restore.learning.source import PairSource, Skipped, open_source
from restore.reading.lines import Item

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

_BATCH_PAIRS = 200
"""Pairs of a transaction: an interrupted run repeats so many at most. Chosen by hand; fewer cost more time for writing,
more keep more in memory."""
_BATCH_BYTES = 4_000_000
"""Of a transaction, where the texts are long. Chosen by hand, likewise."""
_TOP = 20
"""Rows of the report. By hand."""


class TopRow(NamedTuple):
    """A frequent substitution."""

    spun: str
    original: str
    times: int


class LearnReport(msgspec.Struct, frozen=True):
    """What a run learned. `kept_share` (0 to 1) is the share of the spun tokens that stood for themselves.

    `skipped` counts pairs by reason: broken, empty, unlike, too long, unreviewed. `unchanged` are pairs without a
    substitution. `decisions` counts what people decided in reviewed plans: accepted, rejected, chosen, typed.
    """

    table: str
    sha256: str
    pairs: int
    unchanged: int
    skipped: dict[str, int]
    tokens: int
    kept_share: float
    rewritten_share: float
    substitutions: int
    distinct_rows: int
    lines: int
    families: dict[str, int]
    top: list[TopRow]
    decisions: dict[str, int] = {}


def learn(
    pairs: str,
    output: Path,
    *,
    family: str = "",
    least: int = 1,
    restart: bool = False,
    listener: LearnListener | None = None,
) -> LearnReport:
    """Learn a table from a JSONL file, `-`, a reviewed plan, or a folder of plans or gold markup, and write it.

    `family` names the spinner where a pair does not (default: the name of the table); what was seen less often than
    `least` is left out. An interrupted run goes on where it stopped. Raises `InputError` or `OutputError`.
    """
    listener = listener or LearnListener()
    checkpoint = _checkpoint(output, restart)
    source = open_source(pairs)
    name = family_name(family or output.stem)
    counts = PairCounts(checkpoint, {"family": name, "version": version("restore-text")})
    try:
        _count(source, counts, name, listener)
        if not counts.state.pairs:
            counts.remove()
            raise InputError(
                f"{source.name} holds no pair to learn from: give JSON objects with `spun` and `original`, one a line,"
                " reviewed plans, or a folder of plans or gold markup"
            )
        report = _write(output, counts, least)
    finally:
        counts.close()
    counts.remove()
    return report


def _checkpoint(output: Path, restart: bool) -> Path:
    """Return the path of the checkpoint; raises `OutputError` if no table can be written there."""
    if output.is_dir():
        raise OutputError(f"cannot write {output}: it is a folder; name a file in it")
    if not output.parent.is_dir():
        raise OutputError(f"cannot write {output}: there is no folder {output.parent}; make it first")
    checkpoint = output.with_name(output.name + CHECKPOINT)
    if restart:
        discard(checkpoint)
    return checkpoint


def _count(source: PairSource, counts: PairCounts, family: str, listener: LearnListener) -> None:
    """Count all items that are not yet counted, batch by batch."""
    state = counts.state
    listener.begin(state.items, source.size)
    digest = sha256()
    items = source.items()
    _skip_counted(items, state.items, state.sha256, digest, counts.path, listener)
    batch, size, number = Batch(), 0, 0
    for item in items:
        digest.update(item.data)
        state.items += 1
        _learn_item(source, item, batch, counts, family, listener)
        size, number = size + len(item.data), number + 1
        listener.advance(len(item.data))
        if number >= _BATCH_PAIRS or size >= _BATCH_BYTES:
            state.sha256 = digest.hexdigest()
            counts.commit(batch)
            batch, size, number = Batch(), 0, 0
    state.sha256 = digest.hexdigest()
    counts.commit(batch)


def _skip_counted(
    items: Iterator[Item],
    number: int,
    expected: str,
    digest: HASH,
    checkpoint: Path,
    listener: LearnListener,
) -> None:
    """Pass over what an interrupted run has counted; raises `InputError` if it has changed since."""
    if not number:
        return
    passed = 0
    for item in items:
        digest.update(item.data)
        listener.advance(len(item.data))
        passed += 1
        if passed == number:
            break
    if passed < number or digest.hexdigest() != expected:
        raise InputError(
            f"the pairs have changed since the run that {checkpoint} keeps: give the same pairs again, or run with"
            " --restart to begin anew"
        )


def _learn_item(
    source: PairSource, item: Item, batch: Batch, counts: PairCounts, family: str, listener: LearnListener
) -> None:
    state = counts.state
    if not item.data.strip():
        return
    try:
        if item.too_long:
            raise Skipped("too long", f"{item.name} has more than {len(item.data):,} bytes; cut the text into articles")  # noqa: TRY301
        aligned, own = source.aligned(item)
    except Skipped as skipped:
        state.skipped[skipped.reason] = state.skipped.get(skipped.reason, 0) + 1
        listener.warn(f"{skipped}; skipped")
        return
    batch.add(aligned, family_name(own) if own else family)
    state.pairs += 1
    state.unchanged += not aligned.pairs
    state.tokens += aligned.tokens
    state.kept += sum(map(len, aligned.runs))
    state.rewritten += aligned.rewritten
    state.substitutions += len(aligned.pairs)
    for decision in aligned.decided:
        state.decisions[decision] = state.decisions.get(decision, 0) + 1


def _write(output: Path, counts: PairCounts, least: int) -> LearnReport:
    state = counts.state
    try:
        lines = write_table(output, counts.lines(least))
    except OSError as error:
        raise OutputError(
            f"cannot write {output}: {error.strerror or error}; check the folder and its space, and run the same"
            " command again: nothing is lost"
        ) from error
    return LearnReport(
        table=str(output),
        sha256=table_sha256(output),
        pairs=state.pairs,
        unchanged=state.unchanged,
        skipped=state.skipped,
        tokens=state.tokens,
        kept_share=round(state.kept / max(1, state.tokens), 4),
        rewritten_share=round(state.rewritten / max(1, state.tokens), 4),
        substitutions=state.substitutions,
        distinct_rows=counts.distinct_rows(),
        lines=lines,
        families=counts.families(),
        top=[TopRow(*row) for row in counts.most_frequent(_TOP)],
        decisions=state.decisions,
    )

"""Tables for a terminal: what was repaired, and where the evidence came from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from restore.rendering.text import Places, named_reference, one_line, reference_urls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.table import Table

    from restore.records import Correction, Restoration

_QUOTE = 48
"""Characters of a quotation of evidence in a table: a terminal has 80 to 120 a line. By hand, for reading."""
_RANKER = "ranker"
_NAMED = ("reference", "grammar")


def corrections_table(restoration: Restoration, proposals: bool = False) -> Table:
    """Return a table of the applied corrections (or of the proposals below the threshold), in the order of the text."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Proposals left alone" if proposals else "Repaired", title_justify="left", expand=False)
    table.add_column("line", justify="right")
    table.add_column("was", overflow="fold")
    table.add_column("is", overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("sure", justify="right")
    table.add_column("evidence", overflow="fold")
    places, urls = Places(restoration.text), reference_urls(restoration)
    for correction in restoration.proposals if proposals else restoration.applied:
        line, _ = places.of(correction.start)
        table.add_row(
            str(line),
            Text(_shown(correction.original), style="red"),
            Text(_shown(correction.replacement), style="green"),
            correction.kind,
            f"{correction.confidence:.2f}",
            Text(evidence_line(correction, urls)),
        )
    return table


def evidence_table(restoration: Restoration) -> Table:
    """Return a table that counts, per kind of evidence, the corrections it supports and those it alone supports.

    Alone means: but for the ranker, which weighs every correction.
    """
    from rich.table import Table

    table = Table(title="Where the evidence came from", title_justify="left", expand=False)
    table.add_column("evidence")
    table.add_column("corrections", justify="right")
    table.add_column("on its own", justify="right")
    table.add_column("left as proposals", justify="right")
    supported, alone = _count(restoration.applied)
    proposed, _ = _count(restoration.proposals)
    for kind in sorted({*supported, *proposed}, key=lambda k: (-supported[k], -proposed[k], k)):
        table.add_row(kind, str(supported[kind]), str(alone[kind]), str(proposed[kind]))
    table.add_section()
    table.add_row("all", str(len(restoration.applied)), "", str(len(restoration.proposals)))
    return table


def rewrites_table(restoration: Restoration) -> Table:
    """Return a table of the sentences of references that are proposed whole, with every fact that differs."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Whole sentences proposed: told in other words", title_justify="left", expand=False)
    table.add_column("line", justify="right")
    table.add_column("the text has", overflow="fold")
    table.add_column("the reference has", overflow="fold")
    table.add_column("sure", justify="right")
    table.add_column("facts", overflow="fold")
    places, urls = Places(restoration.text), reference_urls(restoration)
    for correction in restoration.rewrites:
        line, _ = places.of(correction.start)
        table.add_row(
            str(line),
            Text(one_line(correction.original), style="red"),
            Text(one_line(correction.replacement), style="green"),
            f"{correction.confidence:.2f}",
            Text(_facts(correction, urls)),
        )
    return table


def _facts(correction: Correction, urls: Mapping[str, str]) -> str:
    """Return where a sentence comes from and which facts differ, or that all agree."""
    comparison = correction.comparison
    sources = [named_reference(e.source, urls) for e in correction.evidence if e.kind == "reference"]
    if comparison is None:
        return "; ".join(sources)
    where = f"{'; '.join(sources)}, sentence {comparison.sentence}"
    differing = [f'{f.kind} "{f.text}" / "{f.reference}"' for f in comparison.facts if not f.same]
    if differing:
        return f"{where}: differ in {'; '.join(differing)}"
    return f"{where}: facts agree{'' if comparison.sure else ', too unsure to put in'}"


def conflicts_table(restoration: Restoration) -> Table:
    """Return a table of the facts on which a reference disagrees with the text, which keeps its own."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Conflicts: the text kept its own words", title_justify="left", expand=False)
    table.add_column("place", justify="right", no_wrap=True)
    table.add_column("conflict of", no_wrap=True)
    for name in ("the text has", "the reference has", "reference"):
        table.add_column(name, overflow="fold")
    places, urls = Places(restoration.text), reference_urls(restoration)
    for conflict in restoration.conflicts:
        line, column = places.of(conflict.start)
        table.add_row(
            Text(f"{line}:{column} [{conflict.start}, {conflict.end})"),
            conflict.kind,
            Text(one_line(conflict.original), style="green"),
            Text(f"{one_line(conflict.quote)} [{conflict.quote_start}, {conflict.quote_end})"),
            Text(named_reference(conflict.source, urls)),
        )
    return table


def refused_table(restoration: Restoration) -> Table:
    """Return a table of what was proposed and may not stand there, with the rule that refused it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Refused, whatever speaks for it", title_justify="left", expand=False)
    table.add_column("line", justify="right")
    for name in ("stands", "proposed", "the rule", "proposed by"):
        table.add_column(name, overflow="fold")
    places = Places(restoration.text)
    for refusal in restoration.refused:
        table.add_row(
            str(places.of(refusal.start)[0]),
            Text(_shown(refusal.original), style="green"),
            Text(_shown(refusal.replacement), style="red"),
            Text(refusal.rule),
            Text(", ".join(refusal.sources)),
        )
    return table


def plain(*tables: RenderableType, width: int = 140) -> str:
    """Return tables as plain text of that many columns at most (lines that may not wrap: more), right-stripped."""
    from rich.console import Console

    console = Console(width=width, no_color=True, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        for number, table in enumerate(tables):
            if number:
                console.print()
            console.print(table, crop=False)
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def evidence_line(correction: Correction, urls: Mapping[str, str] | None = None) -> str:
    """Return the evidence of a correction, strongest first, as `kind: quote; kind: quote`; each kind once.

    References are named, with their addresses of `urls`, and rules of grammar. The ranker weighs every correction, so
    it is shown only where nothing else speaks for one.
    """
    seen: dict[str, str] = {}
    reasons = [e for e in correction.evidence if e.kind != _RANKER] or list(correction.evidence)
    for evidence in sorted(reasons, key=lambda e: -e.score):
        quote = one_line(evidence.quote)
        quote = quote if len(quote) <= _QUOTE else quote[: _QUOTE - 1] + "…"
        source = named_reference(evidence.source, urls or {}) if evidence.kind in _NAMED else ""
        seen.setdefault(evidence.kind, ": ".join(part for part in (source, quote) if part))
    return "; ".join(f"{kind}: {said}" if said else kind for kind, said in seen.items())


def _shown(words: str) -> str:
    """Show what a correction takes out or writes; of white space alone the names of its characters, such as U+00A0."""
    return one_line(words) or " ".join("␣" if c == " " else f"U+{ord(c):04X}" for c in words) or "∅"


def _count(corrections: tuple[Correction, ...]) -> tuple[Counter[str], Counter[str]]:
    supported: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for correction in corrections:
        kinds = {evidence.kind for evidence in correction.evidence}
        supported.update(kinds)
        if len(kinds - {_RANKER}) == 1:
            alone.update(kinds - {_RANKER})
    return supported, alone

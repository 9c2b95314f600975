"""`restore diff-runs`: what another version or another setting changes on the same documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from restore.cli.errors import reports_errors
from restore.cli.options import Output
from restore.cli.writing import check_target, write_pieces, write_result
from restore.rendering.text import one_line

if TYPE_CHECKING:
    from restore.batch.comparing import Changed, Edit, MadeWith, RunPair

HELP = """Compare two runs of `restore batch` over the same input: what does the second change?

Text lists the documents that differ, then the counts and which edits came or went most often. JSON is one object, JSON
lines have one for each document that differs. Settings and versions of both runs are named by their fingerprints. No
model is needed. The exit code is 0 whether they differ or not, and 6 if the documents are not the same.

Examples:

  restore diff-runs restored-0.2/ restored-0.3/

  restore diff-runs safe/ balanced/ --format jsonl > changes.jsonl
"""
_MOST_EDITS = 10
"""The edits of either side that are listed, the most frequent. By hand, for reading."""


DiffFormat = Literal["text", "json", "jsonl"]
"""How differences are shown."""


Run = Annotated[str, typer.Argument(help="A folder that `restore batch` wrote.", show_default=False)]


@reports_errors
def diff_runs(
    first: Run,
    second: Run,
    format: Annotated[DiffFormat, typer.Option("--format", "-f", help="What to print.")] = "text",
    output: Output = None,
    limit: Annotated[
        int, typer.Option(min=0, metavar="DOCUMENTS", help="Show so many that differ, at most; 0: all.")
    ] = 20,
) -> None:
    """Compare two runs."""
    check_target(output)
    from restore.batch.comparing import RunPair
    from restore.batch.folder import open_folder
    from restore.batch.plans import Plans

    pair = RunPair(Plans(open_folder(first)), Plans(open_folder(second)))
    if format == "jsonl":
        write_pieces((msgspec.json.encode(changed) + b"\n" for changed in pair.changes()), output)
        return
    gathered = _Gathered(pair, limit)
    if format == "json":
        fields: dict[str, Any] = msgspec.to_builtins(pair.summary) | {"shown": gathered.shown}
        write_result(msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n", output)
        return
    lines = [*(line for changed in gathered.shown for line in _document_lines(changed)), *gathered.summary_lines()]
    write_result("".join(f"{line}\n" for line in lines).encode(), output)


class _Gathered:
    """The first documents that differ, and how often each edit is applied by one run only."""

    def __init__(self, pair: RunPair, limit: int) -> None:
        self._pair = pair
        self._edits: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.shown: list[Changed] = []
        for changed in pair.changes():
            self._edits[0].update(map(_edit, changed.only_first))
            self._edits[1].update(map(_edit, changed.only_second))
            if not limit or len(self.shown) < limit:
                self.shown.append(changed)

    def summary_lines(self) -> Iterator[str]:
        found = self._pair.summary
        yield f"A {_made(found.first)}"
        yield f"B {_made(found.second)}"
        differ = f"{found.changed:,} differ ({found.verdicts:,} in the verdict, {found.errors:,} in the error)"
        yield f"{found.documents:,} documents, {differ}"
        yield f"{found.only_first:,} corrections in A only, {found.only_second:,} in B only"
        for name, counts in zip("AB", self._edits, strict=True):
            most = [f"{edit} ({times}x)" for edit, times in counts.most_common(_MOST_EDITS)]
            if most:
                yield f"most often in {name} only: {', '.join(most)}"


def _document_lines(changed: Changed) -> Iterator[str]:
    yield one_line(changed.id)
    if changed.error is not None:
        yield f"  error: {one_line(changed.error[0]) or 'none'} -> {one_line(changed.error[1]) or 'none'}"
    if changed.damaged is not None:
        said = {True: "damaged", False: "clean", None: "none"}
        yield f"  verdict: {said[changed.damaged[0]]} -> {said[changed.damaged[1]]}"
    for sign, edits in (("-", changed.only_first), ("+", changed.only_second)):
        for edit in edits:
            yield f"  {sign} {edit.start}-{edit.end} {_edit(edit)} ({edit.confidence:.2f}, {edit.source})"


def _edit(edit: Edit) -> str:
    return f"{one_line(edit.original)!r} -> {one_line(edit.replacement)!r}"


def _made(run: MadeWith) -> str:
    return f"{one_line(run.folder)}: settings {run.config}, version {run.version}, {run.applied:,} corrections applied"

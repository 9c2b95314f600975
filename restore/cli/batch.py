"""`restore batch`: many documents, from any kind of file into a folder of shards."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from restore.batch.settings import Format
from restore.cli.engine import note_second_opinion
from restore.cli.errors import reports_errors
from restore.cli.messages import console, on_terminal, say
from restore.cli.options import (
    Channels,
    ConfigFile,
    Dictionaries,
    DictionaryOptions,
    Grammar,
    Index,
    Keep,
    KeepPattern,
    MinConfidence,
    Prefer,
    PresetName,
    Quiet,
    RepairEncoding,
    make_config,
    only_one_stdin,
)
from restore.cli.stopping import Stop, ending, stopping
from restore.cli.writing import check_target, write_result
from restore.engine.fingerprints import on_this_machine
from restore.errors import InputError, OutputError
from restore.runtime.machine import cores

if TYPE_CHECKING:
    from restore.batch.listener import BatchListener
    from restore.batch.ray import RayRun
    from restore.batch.report import Report
    from restore.batch.runner import LocalRun
    from restore.batch.settings import BatchSettings
    from restore.cli.batch_progress import BatchReporter

PARTIAL = 9
"""Exit code of a run in which every row was dealt with, and some have an error."""
ENGINE_VARIABLE = "RESTORE_BATCH_ENGINE"
_REPORT = "_report.json"

HELP = """Restore many documents: the same rows in the same order, each with its restoration, as a folder of shards.

INPUT is .txt, .md, .html, .jsonl, .csv, .warc or .parquet, plain or compressed, or a folder of them, or their URL, or -
(JSON lines). Each row gets `restored`, `corrections` (every proposal with its confidence), `verdict` and `error`. Clean
documents are passed through after a fast verdict. A document that fails, hangs or kills its worker gets an `error`, and
the rest goes on (exit code 9). A run may be killed at any moment: the same command with --resume goes on.

Examples:

  restore batch news/*.jsonl.zst -o restored/ --workers 8

  restore batch pages.warc.gz -o restored/ --index clean.index --resume

  restore batch table.parquet -o plans/ --sidecar   (then: restore apply table.parquet --plans plans/ -o out/)

  restore batch s3://news/2024/ -o s3://restored/2024/ --engine ray --address auto   (docs/clusters.md)

  cat rows.jsonl | restore batch - -o - --text-field body --references source_text > restored.jsonl
"""


BatchEngine = Literal["local", "ray"]
"""What hands the documents out."""


class RunFiles(NamedTuple):
    """Files that tell of a run: its report (JSON), its log (JSON lines), its metrics (Prometheus)."""

    report: str | None = None
    log: str | None = None
    metrics: str | None = None


class Cluster(NamedTuple):
    """Where to run, if not here alone."""

    address: str
    actors: int


Inputs = Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders, URLs, or -.", show_default=False)]
Out = Annotated[
    str,
    typer.Option("--output", "-o", metavar="OUT", help="The folder of the shards, its URL, or -.", show_default=False),
]


def _name(what: str) -> Any:
    return typer.Option(metavar="NAME", help=f"The column of the {what}.", show_default=False)


@reports_errors
def batch(
    inputs: Inputs,
    output: Out,
    workers: Annotated[
        int, typer.Option("--workers", "-w", min=0, metavar="N", help="Worker processes; 0: one a core.")
    ] = 0,
    references: Annotated[
        str | None,
        typer.Option(
            "--references",
            metavar="FIELD|DIR",
            help="The column with each row's references, or a folder with those of document ID in ID.txt or ID/.",
            show_default=False,
        ),
    ] = None,
    index: Index = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in OUT: what is done is kept.")] = False,
    retry_errors: Annotated[
        bool, typer.Option("--retry-errors", help="With --resume: also try rows with an error again.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what there is to do.")] = False,
    limit: Annotated[int, typer.Option(min=0, metavar="ROWS", help="Only the first rows; 0: all.")] = 0,
    sample: Annotated[
        float, typer.Option(min=1e-9, max=1.0, metavar="SHARE", help="Only this share of the rows, by their content.")
    ] = 1.0,
    sidecar: Annotated[
        bool, typer.Option("--sidecar", help="Write only plans, row by row, for `restore apply`.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write; auto: like the input.")] = "auto",
    text_field: Annotated[str | None, _name("text")] = None,
    html_field: Annotated[str | None, _name("HTML")] = None,
    id_field: Annotated[str | None, _name("id")] = None,
    url_field: Annotated[str | None, _name("URL")] = None,
    title_field: Annotated[str | None, _name("title (of HTML pages it is written there)")] = None,
    date_field: Annotated[str | None, _name("date (of HTML pages it is written there)")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="For a document of 1,000 words.")] = 600.0,
    memory: Annotated[int, typer.Option(min=0, metavar="MB", help="The most for a worker; 0: its share.")] = 0,
    attempts: Annotated[
        int, typer.Option(min=1, metavar="N", help="Deaths of workers after which a document is given up.")
    ] = 3,
    shard_rows: Annotated[int, typer.Option(min=1, metavar="ROWS", help="Rows of a shard, at most.")] = 1_000,
    engine: Annotated[BatchEngine, typer.Option(help="Worker processes here, or actors of a Ray cluster.")] = "local",
    address: Annotated[
        str, typer.Option(metavar="HOST:PORT|auto", help="The Ray cluster; without it one is started here.")
    ] = "",
    actors: Annotated[
        int, typer.Option(min=0, metavar="N", help="Ray actors, of --workers processes each; 0: all cores.")
    ] = 0,
    report: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the report here, too (JSON).", show_default=False)
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write what happens to the end of it (JSON lines).", show_default=False),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write the figures of the run (Prometheus).", show_default=False),
    ] = None,
    preset: PresetName = None,
    min_confidence: MinConfidence = None,
    channel: Channels = None,
    grammar: Grammar = None,
    config: ConfigFile = None,
    repair_encoding: RepairEncoding = False,
    keep: Keep = None,
    keep_pattern: KeepPattern = None,
    prefer: Prefer = None,
    dictionary: Dictionaries = None,
    quiet: Quiet = False,
) -> None:
    """Restore many documents."""
    only_one_stdin(*inputs)
    from restore.batch.folder import check_apart
    from restore.batch.settings import ENGINE, BatchSettings
    from restore.reading.extras import needs
    from restore.reading.rows import check_paths

    field_names = {"text": text_field, "html": html_field, "id": id_field, "url": url_field}
    field_names |= {"title": title_field, "date": date_field}
    folder = references if references and Path(references).is_dir() else ""
    if references and not folder and os.sep in references:
        raise InputError(f"{references} is no folder: --references takes a folder, or the name of a column")
    field_names["references"] = references if not folder else None
    entries = DictionaryOptions(keep, keep_pattern, prefer, dictionary)
    chosen = make_config(config, min_confidence, channel, preset, index, repair_encoding, entries, grammar)
    settings = BatchSettings(
        config=on_this_machine(chosen),
        engine=os.environ.get(ENGINE_VARIABLE, ENGINE),
    ).replace(
        fields=_fields(field_names),
        output="sidecar" if sidecar else "rows",
        format=format,
        reference_folder=folder,
        timeout=timeout,
        memory_mb=memory,
        attempts=attempts,
        shard_rows=shard_rows if output != "-" else 1,  # whoever reads the pipe gets each row when it is done
        limit=limit,
        sample=sample,
    )
    check_paths(inputs)
    check_target(report)
    check_target(metrics)
    if metrics is not None:
        needs("prometheus_client", "metrics")
    if output != "-":
        check_apart(inputs, output)
    if output == "-" and (resume or format in ("parquet", "csv")):
        raise typer.BadParameter("standard output takes JSON lines, and there is nothing to resume: name a folder")
    if engine == "ray" and output == "-":
        raise typer.BadParameter("a cluster writes into a folder, not to standard output: name one")
    cluster = Cluster(address, actors) if engine == "ray" else None
    count = workers or (1 if cluster else cores())
    if dry_run:
        from restore.cli.batch_progress import dry

        dry(inputs, output, settings, resume, retry_errors)
        return
    if not quiet:
        note_second_opinion(chosen)
    _run(inputs, output, settings, count, resume, retry_errors, RunFiles(report, log, metrics), quiet, cluster)


def _fields(names: dict[str, str | None]) -> Any:
    from restore.reading.records import Fields

    return Fields(**{field: (name,) for field, name in names.items() if name})


def _run(
    inputs: list[str],
    output: str,
    settings: BatchSettings,
    workers: int,
    resume: bool,
    retry: bool,
    files: RunFiles,
    quiet: bool,
    cluster: Cluster | None,
) -> None:
    """Run, and report whatever the end is."""
    from contextlib import ExitStack

    from restore.batch.folder import open_folder
    from restore.batch.log import EventLog
    from restore.batch.runner import LocalRun, open_run_state
    from restore.batch.stream import StreamState
    from restore.cli.batch_progress import reporting

    with stopping() as stop, ending():
        with ExitStack() as stack:
            folder = None if output == "-" else open_folder(output)
            run_state: Any = (
                StreamState(lambda data: write_result(data, None))
                if folder is None
                else stack.enter_context(open_run_state(folder, settings, resume, retry))
            )
            reporter = stack.enter_context(reporting(inputs, quiet or cluster is not None))
            log = stack.enter_context(EventLog(files.log, reporter)) if files.log is not None else None
            listener: BatchListener = log or reporter
            run: LocalRun | RayRun
            if cluster is None:
                run = LocalRun(settings, run_state, listener, workers=workers, retry=retry, stopped=stop.check)
            else:
                from restore.batch.ray import RayRun

                run = RayRun(
                    settings, run_state, listener, output=output, address=cluster.address, actors=cluster.actors,
                    workers=workers, retry=retry, progress=not quiet and on_terminal(), stopped=stop.check
                )  # fmt: skip
            run.report.inputs = [i.encode("utf-8", "backslashreplace").decode() for i in inputs]
            run.report.output = output.encode("utf-8", "backslashreplace").decode()
            if log is not None:
                log.start(run.report)
            failure = _worked(run, inputs, stop, reporter)
            if log is not None:
                log.end(run.report)
            try:
                if folder is not None:
                    folder.write(_REPORT, run.report.to_json())
                _write_files(files, run.report)
            except OutputError as error:  # a full disk, most likely: say first what was first
                failure = failure or error
        if not quiet:
            _show(run.report)
        _warn_of_references(run.report, settings)
        _end(run.report, failure)


def _write_files(files: RunFiles, report: Report) -> None:
    """Write what tells of the run when it has ended."""
    from restore.batch.metrics import metrics

    if files.report is not None:
        write_result(report.to_json(), files.report)
    if files.metrics is not None:
        write_result(metrics(report), files.metrics)


def _worked(run: LocalRun | RayRun, inputs: list[str], stop: Stop, reporter: BatchReporter) -> BaseException | None:
    """Work, close the report, and give what ended the run before its time."""
    began = time.monotonic()
    try:
        run.work(inputs)
        run.report.end("complete", time.monotonic() - began)
    except KeyboardInterrupt as error:
        stop.number = stop.number or 2
        run.report.end("interrupted", time.monotonic() - began, "interrupted")
        return error
    except BaseException as error:
        run.report.end("failed", time.monotonic() - began, str(error) or type(error).__name__)
        return error
    finally:
        reporter.close()
    return None


def _show(report: Report) -> None:
    from restore.batch.report import summary_table

    with suppress(OSError):  # a stderr that takes nothing is no reason to fail
        console().print(summary_table(report))


def _warn_of_references(report: Report, settings: BatchSettings) -> None:
    """Say that no row had the column that was asked for: a name with a slip in it looks like that."""
    from restore.reading.records import Fields

    asked, rows = settings.fields.references, report.counts.rows + report.before.rows
    if rows and tuple(asked) != tuple(Fields().references) and not report.counts.referenced + report.before.referenced:
        say(f"warning: no row has references in a column {' or '.join(asked)}, and there is no folder of that name")


def _end(report: Report, failure: BaseException | None) -> None:
    """End with the exit code that fits."""
    if report.state != "complete" and report.output not in ("", "-"):
        say(f"what is done is safe in {report.output}: the same command with --resume goes on")
    if failure is not None:
        raise failure
    if report.failed_rows:
        say(f"{report.failed_rows:,} rows have an error: see their column `error`")
    if report.unread:
        say(f"{report.unread:,} shards are kept as they were: their input cannot be read now; try again with --resume")
    if report.failed_rows or report.unread:
        raise typer.Exit(PARTIAL)

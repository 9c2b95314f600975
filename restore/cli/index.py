"""`restore index`: an index of clean articles, built, asked, described."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from restore.cli.errors import reports_errors
from restore.cli.messages import busy, say
from restore.cli.options import Channels, ConfigFile, Quiet, make_config
from restore.cli.reading import STDIN, read_text
from restore.cli.stopping import ending, stopping
from restore.cli.writing import write_result
from restore.errors import InputError
from restore.rendering.text import one_line

if TYPE_CHECKING:
    from restore.reading.rows import Fields
    from restore.references.index.build import BuildReport
    from restore.references.index.find import EventFinder, Hit
    from restore.references.index.query import Query

app = typer.Typer(
    help="Build and ask an index of clean articles, for `fix --index`.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_SHOWN_TERMS = 12
"""Of a query, in a line or two. By hand."""

Folder = Annotated[str, typer.Argument(metavar="DIR", help="The folder of the index.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


SearchFormat = Literal["text", "json"]
"""What `search` can print."""


@app.command(
    help="""Put clean articles into an index: those in files, folders and - (JSON lines on standard input).

CLEAN is .txt, .md, .html, .jsonl, .csv, .warc or .parquet, plain or compressed (gzip, bzip2, xz, Zstandard), or folders
of them, or their URLs.
Rows of JSON lines and Parquet hold `text` (or `html`) and, if known, `id`, `url`, `title`, `date`; without an id an
article is known by its URL, else by its text; a file by its path; of rows with one id the last counts. Run again, the
command adds what is new, updates what has changed and leaves the rest alone; a row {"id": ..., "deleted": true} (or
"yes", 1) takes an article out. It may be stopped at any moment: what was committed stays, and the same command goes on.

Examples:

  restore index build news/ -o clean.index

  restore index build shard-*.jsonl.zst --text-field maintext -o clean.index

  restore index build news/ -o clean.index --prune   (takes out what news/ no longer holds)
"""
)
@reports_errors
def build(
    clean: Annotated[list[str], typer.Argument(metavar="CLEAN", help="Files, folders, or -.", show_default=False)],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="The folder of the index.", show_default=False)
    ],
    text_field: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column of the text.", show_default=False)
    ] = None,
    id_field: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column of the id.", show_default=False)
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Take out the articles that were not met.")] = False,
    threads: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Threads of the index writer.")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="End with 3 if anything could not be read.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build an index, or bring it up to date."""
    from restore.cli.index_progress import BuildReporter, progress
    from restore.references.index.build import build_index

    if clean.count(STDIN) > 1:
        raise typer.BadParameter("standard input (-) can be given once")
    with stopping() as stop, ending(), progress(clean) as bars:
        reporter = BuildReporter(quiet, bars, stop)
        try:
            report = build_index(
                clean, output, fields=_fields(text_field, id_field), prune=prune, threads=threads, listener=reporter
            )
        except KeyboardInterrupt:
            say(f"stopped: the same command goes on; {reporter.safe:,} articles are safe in {output}")
            raise
    if prune and report.unread:
        say("warning: nothing was pruned, because something could not be read: what is missing may be in there")
    elif not (report.added or report.updated or report.unchanged or report.deleted or report.absent or report.unread):
        kept = ", so nothing was pruned" * prune
        kinds = ".txt, .md, .html, .jsonl, .csv, .warc and .parquet"
        say(f"warning: no article was found{kept}: of folders only {kinds} are read")
    if report.repeated:
        say(f"warning: {report.repeated:,} ids came more than once with different content: the last one counts")
    _print_report(report, json, quiet)
    if strict and report.unread:
        raise InputError(f"{report.unread:,} documents could not be read: the messages above name them")


@app.command(
    help="""Take articles out of an index by id; that of a file is its absolute path, as `search` shows it.

Example:

  restore index delete clean.index https://example.org/story-1 /data/news/old.txt
"""
)
@reports_errors
def delete(
    folder: Folder,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of articles.", show_default=False)],
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Delete articles."""
    from restore.references.index.build import delete_articles

    report = delete_articles(ids, folder)
    if report.absent:
        say(f"warning: {report.absent} of the ids are not in {folder}")
    _print_report(report, json, quiet)


@app.command(
    help="""Say what an index holds.

Example:

  restore index info clean.index
"""
)
@reports_errors
def info(folder: Folder, json: Json = False) -> None:
    """Describe an index."""
    from restore.references.index.store import ArticleReader

    facts = ArticleReader(folder).facts
    if json:
        _print_json({"index": folder, **{name: getattr(facts, name) for name in ("articles", "segments", "bytes")}})
        return
    line = f"{folder}: {facts.articles:,} articles in {facts.segments} parts, {facts.bytes / 1e6:,.1f} MB\n"
    write_result(line.encode(), None)


@app.command(
    help="""Find the articles about the event of a damaged text, and show why: what was asked for and what agrees.

Names, numbers, dates, quotations and rare words are asked for, each weighted by how likely it is original. The
probability says how sure it is that both tell of the same event.

Examples:

  restore index search spun.txt --index clean.index

  restore index search - -i clean.index --url https://example.org/2016/11/trump-wins-election -f json < spun.txt
"""
)
@reports_errors
def search(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="A file, - for standard input, or words.", show_default=False)
    ],
    index: Annotated[
        str, typer.Option("--index", "-i", metavar="DIR", help="The folder of the index.", show_default=False)
    ],
    url: Annotated[str, typer.Option(metavar="URL", help="Where the text stood: its words help.")] = "",
    date: Annotated[str, typer.Option(metavar="DATE", help="When it was published: other days are left out.")] = "",
    title: Annotated[str, typer.Option(metavar="TITLE", help="Its title, if the first line is not.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=30, metavar="N", help="Articles to show.")] = 5,
    format: Annotated[SearchFormat, typer.Option("--format", "-f", help="What to print.")] = "text",
    channel: Channels = None,
    config: ConfigFile = None,
) -> None:
    """Search an index."""
    from restore.channel.model import load_channel
    from restore.references.index.find import EventFinder
    from restore.references.index.references import LEAST_WORDS

    settings = make_config(config, channels=channel)
    words = text if _is_words(text) else _read(text, settings.max_characters)
    with busy("searching"):
        finder = EventFinder(
            index, load_channel(settings.channels, settings.shipped_channel), days=settings.same_event_days
        )
        began = time.perf_counter()
        query = finder.query(words, title, url, date)
        hits = finder.rank(query)[:limit]
        seconds = time.perf_counter() - began
    if query.profile.words < LEAST_WORDS:
        say(f"note: fewer than {LEAST_WORDS} words: `fix --index` takes no reference for so short a text")
    if format == "json":
        _print_json(_search_fields(finder, query, hits, settings.same_event_min, settings.same_day_min))
        return
    lines = [*_query_lines(query), *_hit_lines(finder, query, hits, settings.same_event_min, settings.same_day_min)]
    lines.append(f"{len(finder.reader):,} articles searched in {seconds:.2f} s")
    write_result("".join(line + "\n" for line in lines).encode(), None)


def _read(text: str, limit: int) -> str:
    if not text.strip():
        raise InputError("there is nothing to search for: name a file, or give words")
    try:
        return read_text(text, limit).text
    except InputError as error:
        if text == STDIN or os.sep in text or Path(text).exists():
            raise
        raise InputError(
            f"{error}; one word is taken for a file: give several in quotes, or a word on standard input (-)"
        ) from error


def _is_words(text: str) -> bool:
    """Whether an argument is a text itself: no such file, and white space in it."""
    try:
        return text != STDIN and not Path(text).exists() and len(text.split()) > 1
    except (OSError, ValueError):  # too long for a name, or with a NUL
        return True


def _query_lines(query: Query) -> Iterator[str]:
    ranked = sorted(query.terms, key=lambda t: -t.weight * t.rarity)
    yield f"asked for {len(ranked)} terms, heaviest first (how likely original):"
    yield "  " + ", ".join(f"{t.kind} {one_line(t.shown)} {t.original:.2f}" for t in ranked[:_SHOWN_TERMS])


def _hit_lines(finder: EventFinder, query: Query, hits: list[Hit], least: float, day: float) -> Iterator[str]:
    if not hits:
        yield "no article was found"
    for number, hit in enumerate(hits, 1):
        article = hit.article
        word = "same event" if hit.accepted(least, day) else "another day" if hit.probability >= least else "refused"
        yield f"{number}. {one_line(article.id)}: {word}, probability {hit.probability:.3f} (score {hit.score:.1f})"
        facts = [one_line(f) for f in (article.title, article.date, article.url) if f and f != article.id]
        if facts:
            yield "   " + "; ".join(facts)
        if hit.probability >= least and hit.day_counts:
            yield f"   same day: probability {hit.same_day:.2f}, ahead of other days by {hit.lead:.1f} (log-odds)"
        yield f"   {hit.why()}"
        matched = finder.matched(query, article)
        yield f"   matched {len(matched)} of {len(query.terms)} terms: " + ", ".join(
            one_line(t.shown) for t in matched[:_SHOWN_TERMS]
        )
        strong = {name: value for name, value in hit.agreement.features.items() if value}
        yield "   agreement: " + ", ".join(f"{name} {value:.2f}" for name, value in strong.items())


def _search_fields(finder: EventFinder, query: Query, hits: list[Hit], least: float, day: float) -> dict[str, Any]:
    return {
        "articles": len(finder.reader),
        "least_probability": least,
        "terms": [
            {"kind": t.kind, "term": t.shown, "original": t.original, "rarity": round(t.rarity, 4)} for t in query.terms
        ],
        "hits": [
            {
                "id": hit.article.id,
                "url": hit.article.url,
                "title": hit.article.title,
                "date": hit.article.date,
                "probability": round(hit.probability, 6),
                "same_day": round(hit.same_day, 6),
                "lead": round(hit.lead, 4),
                "accepted": hit.accepted(least, day),
                "score": round(hit.score, 4),
                "shared": hit.agreement.shared,
                "agreement": hit.agreement.features,
                "matched": [t.shown for t in finder.matched(query, hit.article)],
            }
            for hit in hits
        ],
    }


def _fields(text: str | None, id: str | None) -> Fields:
    from restore.reading.rows import Fields

    usual = Fields()
    return Fields(id=(id,) if id else usual.id, text=(text,) if text else usual.text)


def _print_report(report: BuildReport, json: bool, quiet: bool) -> None:
    if json:
        write_result(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n", None)
    elif not quiet:
        outcomes = ("added", "updated", "unchanged", "deleted")
        counts = ", ".join(f"{getattr(report, name):,} {name}" for name in outcomes)
        unread = f", {report.unread:,} could not be read" if report.unread else ""
        line = f"{report.index}: {report.articles:,} articles; {counts}{unread} in {report.seconds:.1f} s\n"
        write_result(line.encode(), None)


def _print_json(fields: Any) -> None:
    write_result(msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n", None)

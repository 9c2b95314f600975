"""`restore spin`: clean text damaged as real spinners do it, with the gold that tells where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from restore.cli.errors import reports_errors
from restore.cli.messages import busy, say
from restore.cli.options import Channels, ConfigFile, Output, Quiet, make_config, only_one_stdin
from restore.cli.reading import STDIN, SourceText, read_text
from restore.cli.texts import is_jsonl, read_texts, starts_jsonl
from restore.cli.writing import write_pieces, write_result
from restore.errors import ConfigError, GoldError, InputError
from restore.rendering.text import one_line

if TYPE_CHECKING:
    from restore.simulation.spinning import Spinner

HELP = """Damage clean text as synonym spinners do, and tell where: test data for anyone.

Words are replaced, put in, dropped and inflected as the learned channel of a family of spinners has it; figures,
quotation marks and links survive. The same text, seed and rate give the same result. Markup is always UTF-8, as
`restore evaluate` reads it. --format jsonl takes several texts, and JSONL with `text` (and `id`) in each line; it
writes the pairs that `restore learn` and `restore evaluate` read. Each of several texts gets a seed of its own, which
depends on --seed and on that text; its row names it.

Examples:

  restore spin clean.txt --seed 7 > spun.markup

  restore spin clean.txt --family G --rate 0.15 --format text

  restore spin a.txt b.txt --rate 0.05..0.3 --format jsonl -o pairs.jsonl

  restore spin articles.jsonl --channel ours.tsv --format jsonl -o pairs.jsonl
"""


SpinFormat = Literal["markup", "text", "jsonl"]
"""What `spin` can print."""


@reports_errors
def spin(
    texts: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Clean texts, or - for standard input.", show_default=False)
    ],
    rate: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of the words to damage, or LEAST..MOST to draw it per text.")
    ] = "0.2",
    family: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Family of spinners, such as A or G; of several one is drawn per text (default: the usual mix).",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Another seed, another damage.")] = 1,
    format: Annotated[
        SpinFormat, typer.Option("--format", "-f", help="Gold markup, the spun text alone, or JSONL pairs.")
    ] = "markup",
    output: Output = None,
    channel: Channels = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
) -> None:
    """Spin texts."""
    from restore.simulation.spinning import Spinner

    bounds = _bounds(rate)
    only_one_stdin(*texts)
    settings = make_config(config, channels=channel)
    try:
        spinner = Spinner(settings, family or ())
    except ConfigError as error:
        raise typer.BadParameter(str(error), param_hint="--family") from error
    if format == "jsonl":
        with busy("spinning"):
            write_pieces(_rows(spinner, texts, seed, bounds, settings.max_characters), output)
        return
    source = None if len(texts) > 1 or is_jsonl(texts[0]) else read_text(texts[0], settings.max_characters)
    if source is None or (texts[0] == STDIN and starts_jsonl(source.text.lstrip().split("\n", 1)[0].encode())):
        raise typer.BadParameter("several texts, or JSONL, need --format jsonl: one row each", param_hint="--format")
    if format == "markup" and source.encoding != "utf-8":  # gold is read as UTF-8 alone
        source = replace(source, encoding="utf-8", mark=b"")
    with busy(f"spinning {one_line(source.name)}"):
        result, summary = _one(spinner, source, seed, bounds, format)
    if not quiet:
        say(summary)
    write_result(result, output, source.encoding)


def _one(
    spinner: Spinner, source: SourceText, seed: int, bounds: tuple[float, float], format: SpinFormat
) -> tuple[bytes, str]:
    """Return the result for one text as bytes in its own encoding, and what to say about it."""
    from restore.simulation.spinning import drawn_rate

    rate = drawn_rate(*bounds, seed)
    if format == "markup":
        _refuse_braces(source)
    spun = spinner.spin(source.text, seed, rate)
    try:
        result = spun.to_markup() if format == "markup" else spun.text
    except GoldError as error:
        raise InputError(f"{source.name}: {error}, or take --format jsonl") from error
    summary = (
        f"{one_line(source.name)}: {len(spun.edits):,} places damaged, family {spun.family}, rate {rate}, seed {seed}"
    )
    return source.encode(result), summary


def _refuse_braces(source: SourceText) -> None:
    place = next((n for n, character in enumerate(source.text) if character in "{}"), None)
    if place is not None:
        line = source.text.count("\n", 0, place) + 1
        raise InputError(
            f"{source.name}, line {line}: a text with a {source.text[place]!r} cannot be written as gold markup: take"
            " the braces out, or take --format jsonl or text"
        )


def _rows(
    spinner: Spinner, names: Sequence[str], seed: int, bounds: tuple[float, float], limit: int
) -> Iterator[bytes]:
    """Spin every text of the inputs, one JSON object a line."""
    from restore.simulation.spinning import derived_seed, drawn_rate

    several = len(names) > 1
    for name in names:
        for given in read_texts(name, limit):
            own_seed = derived_seed(seed, given.text) if several or given.of_many else seed
            row = spinner.row(given.id, given.text, own_seed, drawn_rate(*bounds, own_seed))
            yield msgspec.json.encode(row) + b"\n"


def _bounds(rate: str) -> tuple[float, float]:
    """Read a share, or two with ".." between them."""
    least, dots, most = rate.partition("..")
    try:
        low = float(least)
        high = float(most) if dots else low
    except ValueError:
        low, high = 1.0, 0.0
    if not 0.0 <= low <= high <= 1.0:
        raise typer.BadParameter(
            f"{rate!r} is no share: give a number from 0 to 1 (real pages: 0.05 to 0.3), or two, as in 0.05..0.3",
            param_hint="--rate",
        )
    return low, high

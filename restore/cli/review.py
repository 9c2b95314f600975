"""`restore review`: plans made earlier as a page on which a person decides; no model is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from restore.cli.errors import reports_errors
from restore.cli.messages import busy, say
from restore.cli.options import Output, Quiet, only_one_stdin, read_references
from restore.cli.pages import check_page, write_page
from restore.cli.plan_files import find_plans, read_plan
from restore.cli.reading import read_text
from restore.errors import InputError, PlanMismatchError

if TYPE_CHECKING:
    from restore.records import Restoration
    from restore.review.documents import ReviewDocument
    from restore.review.texts import ReferenceTexts

HELP = """Make a page on which a person reviews plans: one HTML file that needs no network and no model.

OUT is a plan of `restore fix --format json`, a folder of such plans, or the folder of `restore batch`. Of several
documents the page has an index, those that need a look first. What is decided there stays in the browser, and comes
back as a reviewed plan, which `restore apply` takes, and as the final text.

Examples:

  restore review plan.json -r clean.txt -o review.html

  restore review plans/ -o review.html

  restore review restored/ -o review.html --limit 50   (a batch: the 50 documents that need a look most)

  restore review plans/ --input news.parquet -o review.html   (a batch with --sidecar, whose plans hold no texts)
"""
_TEXT_LIMIT = 50_000_000
"""Bytes of a text; far above what is restored. By hand."""


@reports_errors
def review(
    plans: Annotated[list[str], typer.Argument(metavar="OUT", help="Plans, or a folder.", show_default=False)],
    output: Output = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference",
            "-r",
            metavar="FILE",
            help="A text that plans quote, to show its sentences.",
            show_default=False,
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option("--index", "-i", metavar="DIR", help="The index that references came from.", show_default=False),
    ] = None,
    input: Annotated[
        list[str] | None,
        typer.Option("--input", metavar="FILE", help="What a batch was made of.", show_default=False),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The file of the text, if the plan does not name it.", show_default=False),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, metavar="DOCUMENTS", help="Only those that need a look most; 0: all.")
    ] = 200,
    quiet: Quiet = False,
) -> None:
    """Make a review page."""
    only_one_stdin(*plans, *(reference or ()), *([text] if text else []))
    check_page(output)
    from restore.review.collect import most_needed
    from restore.review.texts import ReferenceTexts

    texts = ReferenceTexts(read_references(reference, _TEXT_LIMIT), index or "")
    title = Path(plans[0]).name or plans[0]
    with busy(f"reading {title}"):
        found, left_out = most_needed(_documents(plans, input or (), text, texts), limit)
    write_page(found, title, output, left_out)
    if not quiet:
        more = f"; {left_out:,} that need it less are left out (--limit)" if left_out else ""
        say(f"{len(found):,} document{'s' * (len(found) != 1)} to review{more}")


def _documents(
    paths: Sequence[str], inputs: Sequence[str], text: str | None, texts: ReferenceTexts
) -> Iterable[ReviewDocument]:
    """Return the documents of plans, or of a folder."""
    folder = next((path for path in paths if Path(path).is_dir()), None)
    if folder is not None and len(paths) > 1:
        raise typer.BadParameter(f"{folder} is a folder: give it alone, or plans alone")
    if text is not None and (folder is not None or len(paths) > 1):
        raise typer.BadParameter("--text belongs to one plan: give that plan alone")
    if folder is not None:
        from restore.review.collect import batch_documents, open_batch

        batch = open_batch(folder)
        if batch is not None:
            return batch_documents(batch, inputs, texts)
        paths = find_plans(folder)
    if inputs:
        raise typer.BadParameter("--input belongs to the folder of a batch: plans of `restore fix` hold their texts")
    return _plan_documents(paths, text, texts)


def _plan_documents(paths: Sequence[str], text: str | None, texts: ReferenceTexts) -> Iterator[ReviewDocument]:
    """Yield the plans in files; of several those that cannot be used as documents with an error."""
    from restore.review.documents import ReviewDocument, check_review

    for path in paths:
        try:
            restoration = _plan(path, text)
            check_review(restoration)
        except (InputError, PlanMismatchError) as error:
            if len(paths) == 1:
                raise
            yield ReviewDocument(path, None, error=str(error))
            continue
        name = restoration.origin.name if restoration.origin else Path(path).name
        yield ReviewDocument(name, restoration, texts.of(restoration))


def _plan(path: str, text: str | None) -> Restoration:
    """Read a plan; of one given with its text say of which file that is."""
    restoration = read_plan(path)
    if text is None:
        return restoration
    source = read_text(text, _TEXT_LIMIT)
    if source.text != restoration.text:
        raise PlanMismatchError(f"{path} was made for another text than {source.name}: give the text it was made for")
    return replace(restoration, origin=source.origin)

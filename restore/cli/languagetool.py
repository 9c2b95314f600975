"""`restore languagetool`: set up, show and remove the grammar checker that `--grammar` asks."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from restore.cli.errors import reports_errors
from restore.cli.messages import say
from restore.cli.models import Format
from restore.cli.progress import progress
from restore.cli.writing import write_result
from restore.errors import ModelDamagedError, OutputError

app = typer.Typer(
    help="Set up, show and remove LanguageTool, the grammar checker behind --grammar.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(
    help="""Put a LanguageTool server (about 58 MB, pinned by SHA-256) into the user's cache; it needs Java 17.

Maven fetches it where it is installed, with its own mirrors and settings; --repository URL (or
RESTORE_MAVEN_REPOSITORY) names a Maven repository to download from instead. May be interrupted, run again, and run
twice at once. RESTORE_CACHE=FOLDER puts it elsewhere. The client is an extra: pip install 'restore-text[languagetool]'.

Examples:

  restore languagetool setup

  restore languagetool setup --repository https://maven.example.org/maven2
"""
)
@reports_errors
def setup(
    repository: Annotated[
        str, typer.Option("--repository", metavar="URL", help="Download from this Maven repository.")
    ] = "",
) -> None:
    """Set LanguageTool up."""
    from restore.languagetool import install

    with progress() as report:
        install.setup(report, repository)
    found = install.status()
    say(
        f"LanguageTool {found.version} is {found.state} in {found.path}" + (f": {found.detail}" if found.detail else "")
    )
    if not found.package:
        say(f"its client is missing: run `{install.EXTRA}`")


@app.command(
    help="""Hash the jars and say what is there; ends with 5 if LanguageTool cannot be used.

Examples:

  restore languagetool status

  restore languagetool status --format json
"""
)
@reports_errors
def status(format: Format = "table") -> None:
    """Show the state."""
    from restore.languagetool import install

    found = install.status()
    if format == "json":
        write_result(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n", None)
    else:
        lines = {
            "LanguageTool": f"{found.version}, {found.state}" + (f" ({found.detail})" if found.detail else ""),
            "folder": f"{found.path}, {found.size / 1e6:.1f} MB",
            "Java": str(found.java) if found.java else "none",
            "client": "language-tool-python is installed" if found.package else f"missing: run `{install.EXTRA}`",
            "licences": found.licence,
        }
        write_result("".join(f"{name:14}{value}\n" for name, value in lines.items()).encode(), None)
    if found.state == "damaged":
        raise ModelDamagedError(f"LanguageTool is damaged: {found.detail}")
    install.installed()
    install.java()


@app.command(help="Take LanguageTool out of the user's cache.\n\nExample:\n\n  restore languagetool remove\n")
@reports_errors
def remove() -> None:
    """Remove it."""
    from restore.languagetool import install

    try:
        freed = install.remove()
    except OSError as error:
        raise OutputError(f"cannot remove {install.folder().parent}: {error.strerror or error}") from error
    say(f"removed, {freed / 1e6:.1f} MB freed" if freed else "LanguageTool was not set up")

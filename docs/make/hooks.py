"""What MkDocs makes while it builds the site: the pages of the command line and of the changes, from their sources."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parents[2]
_EXAMPLES = re.compile(r"(?:^  \S.*\n+)+", re.MULTILINE)
_REMARK = re.compile(r" {3,}\((.*)\)$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand in no file of docs/."""
    from mkdocs.structure.files import File

    made = {"cli.md": command_line_page(), "changelog.md": (ROOT / "CHANGELOG.md").read_text("utf-8")}
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    return files


def command_line_page() -> str:
    """Return every command with its help, as Typer itself writes it down."""
    command = [sys.executable, "-m", "typer", "restore.cli.app", "utils", "docs", "--name", "restore"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return "# Commands\n\n" + fence_examples(done.stdout.replace("# `restore`", "## `restore`", 1))


def fence_examples(text: str) -> str:
    """Return Markdown in which lines indented by two blanks, the examples of our helps, are blocks of shell commands.

    A remark in brackets behind an example becomes a comment.
    """
    return _EXAMPLES.sub(lambda found: "```sh\n" + _REMARK.sub(r"   # \1", dedent(found[0])) + "```\n\n", text)


def dedent(examples: str) -> str:
    """Return the examples as lines without indentation and without blank lines between them."""
    return "".join(line.strip() + "\n" for line in examples.splitlines() if line.strip())

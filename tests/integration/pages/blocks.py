"""The fenced blocks of the pages of the site, in their order, with the marks before them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_MARK = re.compile(r"<!-- not run: (.+?) -->")
_BREAKS = {"|", "||", "&&", ";", "&", ">", "<", ">>", "2>", "2>&1"}


class Block(NamedTuple):
    """A block: where it stands, its language, its text, the file that it shows, and why it is not run."""

    page: Path
    line: int
    language: str
    text: str
    file: str = ""
    not_run: str = ""

    @property
    def place(self) -> str:
        """The file and the line of the fence."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, text: str | None = None) -> Iterator[Block]:
    """Yield the blocks of a page, also those in lists; an indented one has the language "indented"."""
    mark: re.Match[str] | None = None
    for token in MarkdownIt("commonmark").parse(page.read_text("utf-8") if text is None else text):
        if token.type == "html_block":
            mark = _MARK.search(token.content)
        elif token.type in ("fence", "code_block"):
            language, _, title = (token.info if token.type == "fence" else "indented").strip().partition(" ")
            line = (token.map or [0])[0] + 1
            file = title.removeprefix('title="').removesuffix('"')
            yield Block(page, line, language, token.content, file, mark[1] if mark else "")
            mark = None
        elif token.nesting == 0:
            mark = None


def steps(block: Block) -> Iterator[tuple[str, str | None]]:
    """Yield what a block of the shell has to run, each with the output that the page shows, None if it shows none."""
    if block.language == "sh":
        yield block.text, None
        return
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = re.sub(r"\\\n", "", part).partition("\n")
        yield command, output


def commands(text: str) -> Iterator[list[str]]:
    """Yield the arguments of every call of `restore` in lines of the shell."""
    for line in re.sub(r"\\\n", "", text).splitlines():
        lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=True)
        lexer.whitespace_split, lexer.commenters = True, "#"
        words: list[str] = []
        for word in [*lexer, ";"]:
            if word in _BREAKS:
                if words[:1] == ["restore"]:
                    yield words[1:]
                words = []
            else:
                words.append(word)

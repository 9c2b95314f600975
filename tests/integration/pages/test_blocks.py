"""What the tests of the pages stand on: blocks are found, marks read, wrong options and outputs noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .blocks import ROOT, Block, blocks, commands, steps
from .shell import Shell
from .test_pages import check_options, check_output

PAGE = ROOT / "docs" / "index.md"
TEXT = """\
<!-- not run: it needs a cluster -->
```sh
ray start
```

```toml title="house.toml"
preset = "safe"
```

- a list

  ```python
  x = 1
  ```

    $ not fenced
"""


def test_blocks_are_found_with_their_marks() -> None:
    first, second, third, last = blocks(PAGE, TEXT + "\nand\n\n    $ indented\n")
    assert (first.language, first.not_run, first.line) == ("sh", "it needs a cluster", 2)
    assert (second.language, second.file, second.not_run) == ("toml", "house.toml", "")
    assert (third.language, third.text) == ("python", "x = 1\n")
    assert last.language == "indented"


def test_steps_hold_commands_and_what_they_print() -> None:
    block = Block(PAGE, 1, "console", "$ one \\\n  more\nsaid\n$ two\n")
    assert list(steps(block)) == [("one   more", "said\n"), ("two", "")]
    assert list(steps(Block(PAGE, 1, "sh", "a\nb\n"))) == [("a\nb\n", None)]


def test_calls_are_found_behind_pipes_and_before_comments() -> None:
    text = (
        "cat x | restore fix - --keep 'a b' > out   # restore nothing\n$ restore check x || restore help\nls restore\n"
    )
    assert list(commands(text)) == [["fix", "-", "--keep", "a b"], ["check", "x"], ["help"]]


def test_an_option_that_does_not_exist_is_noticed() -> None:
    check_options(["index", "build", "news/", "-o", "x"], "here")
    for wrong in (["fix", "x", "--nonsense"], ["nonsense"], ["batch", "x"]):
        with pytest.raises(Exception, match=r"No such|Missing"):
            check_options(wrong, "here")


def test_another_output_is_noticed() -> None:
    block = Block(PAGE, 1, "console", "")
    check_output(block, "x", "3 of ... places\n", "3 of 12 places\n")
    with pytest.raises(pytest.fail.Exception, match="the page shows"):
        check_output(block, "x", "3 of ... places\n", "4 of 12 places\n")


def test_the_shell_gives_exit_codes_streams_and_folders(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    try:
        assert shell.run("restore help | head -n 1 | tr a-z A-Z; exit 3", tmp_path)[0] == 3
        code, said = shell.run("restore help nonsense; echo never", tmp_path)
        assert code == 2
        assert "nonsense" in said
        assert "never" not in said
        (tmp_path / "empty.txt").write_text("")
        code, said = shell.run("restore check empty.txt || echo code $?", tmp_path)
        assert code == 0
        assert said.endswith("code 3\n")
    finally:
        shell.close()

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.records import (
    Conflict,
    Correction,
    Evidence,
    Finding,
    Passage,
    PassageKind,
    ReferenceReport,
    Refusal,
    Restoration,
    Verdict,
)
from restore.rendering.diff import inline, unified
from restore.rendering.table import (
    conflicts_table,
    corrections_table,
    evidence_line,
    evidence_table,
    plain,
    refused_table,
)
from restore.rendering.text import Places, conflict_lines, left_alone_lines, one_line, reference_lines, verdict_lines

TEXT = "One line.\r\nThe [b]chairman[/b] of the the zone\n"


def _correction(original: str, replacement: str, confidence: float, *kinds: str) -> Correction:
    start = TEXT.index(original)
    evidence = tuple(
        Evidence(kind, "somewhere", f"{original}\n{replacement}", 0.1 * n)  # type: ignore[arg-type]
        for n, kind in enumerate(kinds)
    )
    return Correction(start, start + len(original), original, replacement, "R:NOUN", confidence, evidence, "because")


@pytest.fixture
def restoration() -> Restoration:
    corrections = (
        _correction("chairman", "president", 0.95, "spinner", "reference"),
        _correction("the ", "", 0.92, "document", "ranker"),
        _correction("zone", "area", 0.4, "thesaurus"),
    )
    references = (ReferenceReport("a.txt", True, 0.8, ""), ReferenceReport("b.txt", False, 0.1, "another event"))
    return Restoration(TEXT, corrections, 0.9, Verdict(True, 0.9, 0.2), references)


def test_summary_and_references(restoration: Restoration) -> None:
    assert restoration.summary() == "2 corrections applied, 1 proposal below 0.9 left alone"
    assert list(reference_lines(restoration)) == [
        (True, "reference a.txt: used (likeness 0.80)"),
        (False, "reference b.txt: ignored, another event (likeness 0.10)"),
    ]


def test_verdict_lines_have_lines_and_columns() -> None:
    start = TEXT.index("chairman")
    finding = Finding(start, start + 8, "chairman", "synonym", 0.5, "rare\there")
    lines = list(verdict_lines("f", TEXT, Verdict(True, 0.9, 0.25, (finding,))))
    assert lines == [
        "f: damaged (probability 0.90, about 25% of the words)",
        'f:2:8: synonym 0.50 "chairman": rare here',
    ]


def test_places_know_every_kind_of_line_end() -> None:
    places = Places("a\nb\r\nc\rd\u2028e")
    assert [places.of(i) for i in (0, 1, 2, 5, 7, 9)] == [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1), (4, 3)]


def test_one_line_hides_control_characters() -> None:
    assert one_line(" a\r\n\tb\x1b[31m\u2028c ") == "a b [31m c"


def test_table_shows_markup_as_it_is_and_why(restoration: Restoration) -> None:
    shown = plain(corrections_table(restoration))
    assert "chairman" in shown
    assert "reference: somewhere: chairman president; spinner: chairman president" in " ".join(shown.split())
    assert "zone" not in shown
    assert "ranker" not in shown
    assert "zone" in plain(corrections_table(restoration, proposals=True))
    assert "[b]" in plain(corrections_table(_marked_up()))


def _marked_up() -> Restoration:
    corrections = (_correction("[b]chairman[/b]", "[i]x[/i]", 0.95, "names"),)
    return Restoration(TEXT, corrections, 0.9, Verdict(True, 0.9, 0.2))


def test_evidence_table_counts_support_and_sole_support(restoration: Restoration) -> None:
    rows = [line.split() for line in plain(evidence_table(restoration)).splitlines()]
    cells = [[cell for cell in row if cell not in "│┃"] for row in rows]
    assert ["document", "1", "1", "0"] in cells
    assert ["ranker", "1", "0", "0"] in cells
    assert ["spinner", "1", "0", "0"] in cells
    assert ["thesaurus", "0", "0", "1"] in cells
    assert ["all", "2", "1"] in cells


def test_conflicts_show_both_sides_and_the_reference() -> None:
    start = TEXT.index("zone")
    conflicts = (
        Conflict(start, start + 4, "zone", "name", "wire", "area\n51", 30, 37),
        Conflict(0, 3, "One", "number", "b.txt", "two", 5, 8),
    )
    references = (
        ReferenceReport("wire", True, 0.8, "", url="https://example.org/1"),
        ReferenceReport("b.txt", True, 1, ""),
    )
    found = Restoration(TEXT, (), 0.9, Verdict(True, 0.9, 0.2), references, conflicts=conflicts)
    rows = [
        [cell.strip() for cell in line.strip("│┃").split("│")]
        for line in plain(conflicts_table(found)).splitlines()
        if line.startswith("│")
    ]
    place = f"2:{start - 10} [{start}, {start + 4})"
    assert rows[0] == [place, "name", "zone", "area 51 [30, 37)", "wire <https://example.org/1>"]
    assert rows[1] == ["1:1 [0, 3)", "number", "One", "two [5, 8)", "b.txt"]
    assert next(conflict_lines(found)).endswith('"zone" here, "area 51" in wire <https://example.org/1>; kept')


def test_what_was_refused_and_left_alone_is_shown_with_the_reason() -> None:
    start = TEXT.index("zone")
    refused = (Refusal(start, start + 4, "zone", "zone 51", "digits stay", ("encoder", "spinner")),)
    left_alone = (Passage(0, 3, "dictionary"), Passage(0, len(TEXT), "verbatim"))
    found = Restoration(TEXT, (), 0.9, Verdict(True, 0.9, 0.2), refused=refused, left_alone=left_alone)
    (row,) = [line for line in plain(refused_table(found)).splitlines() if line.startswith("│")]
    assert [c.strip() for c in row.strip("│").split("│")] == ["2", "zone", "zone 51", "digits stay", "encoder, spinner"]
    kept, verbatim = left_alone_lines(found)
    assert kept == '1:1: "One" was left alone: the user\'s dictionary keeps it'
    assert verbatim.endswith(": a reference has it word for word")
    assert len(verbatim) < 120


@pytest.mark.parametrize("kind", get_args(PassageKind))
def test_every_kind_of_passage_has_its_reason(kind: PassageKind) -> None:
    found = Restoration("text", (), 0.9, Verdict(True, 0.9, 0.2), left_alone=(Passage(0, 4, kind),))
    assert next(left_alone_lines(found)).startswith('1:1: "text" was left alone: ')


def test_long_quotes_are_cut() -> None:
    evidence = (Evidence("names", "x", "long " * 30, 1.0), Evidence("names", "x", "other", 0.5))
    line = evidence_line(Correction(0, 1, "a", "b", "R", 1.0, evidence, ""))
    assert line.endswith("…")
    assert len(line) < 60
    assert "other" not in line


def test_an_empty_restoration_has_tables_too() -> None:
    empty = Restoration("", (), 0.9, Verdict(False, 0.0, 0.0))
    assert "all" in plain(corrections_table(empty), evidence_table(empty))
    assert empty.summary() == "0 corrections applied"


def test_inline_marks_words(restoration: Restoration) -> None:
    assert inline(restoration).endswith("The [b][-chairman-]{+president+}[/b] of [-the -]the zone\n")


def test_equal_texts_have_no_diff() -> None:
    assert unified("a\nb", "a\nb", "f") == ""


def test_diff_of_a_last_line_without_line_end() -> None:
    assert unified("a\nb", "a\nc\n", "f") == (
        "--- f\n+++ f (restored)\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
    )


LINES = st.lists(st.sampled_from(["a", "b", "", "ü\r", "\u2028x", "-- y", "\\ No newline"]), max_size=8).map("\n".join)


@pytest.mark.property
@given(before=LINES, after=LINES)
def test_patching_by_the_diff_gives_the_other_text(before: str, after: str) -> None:
    assert _patched(before, unified(before, after, "f", context=1)) == after


def _patched(before: str, diff: str) -> str:
    """Apply a unified diff, slowly and plainly."""
    lines = [line + "\n" for line in before.split("\n")]
    lines[-1] = lines[-1][:-1]
    result: list[str] = []
    at = 0
    kept = False
    for line in diff.split("\n")[2:-1]:
        if line.startswith("@@"):
            first, _, count = line.split()[1][1:].partition(",")
            wanted = int(first) - (1 if count != "0" else 0)
            result += lines[at:wanted]
            at = wanted
        elif line.startswith("\\"):
            if kept:
                result[-1] = result[-1].removesuffix("\n")
        else:
            kept = line[0] != "-"
            at += line[0] != "+"
            if kept:
                result.append(line[1:] + "\n")
    return "".join(result + lines[at:])


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_patch_itself_applies_the_diff(tmp_path: Path) -> None:
    before, after = "one\r\ntwo\nthree", "one\r\n2\nthree and more"
    path = tmp_path / "f"
    path.write_bytes(before.encode())
    diff = unified(before, after, "f").encode()
    subprocess.run(["patch", "--binary", str(path)], input=diff, check=True, capture_output=True)
    assert path.read_bytes() == after.encode()


def test_references_and_rules_are_named_and_blanks_are_shown() -> None:
    evidence = (Evidence("reference", "wire", "of a seat.", 0.9), Evidence("grammar", "THIS_NNS", "No agreement.", 0.6))
    correction = Correction(0, 6, "&nbsp;", "\u00a0", "R:ENCODING", 0.95, evidence, "")
    report = ReferenceReport("wire", True, 0.8, "", url="https://example.org/1")
    shown = plain(corrections_table(Restoration("&nbsp;", (correction,), 0.9, Verdict(True, 0.9, 0.2), (report,))))
    assert "U+00A0" in shown
    assert "∅" not in shown
    line = evidence_line(correction, {"wire": "https://example.org/1"})
    assert line == "reference: wire <https://example.org/1>: of a seat.; grammar: THIS_NNS: No agreement."

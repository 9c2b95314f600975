from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path

import pytest
from errant.commands import compare_m2

from restore.errors import ModelNotFoundError
from restore.evaluation.segments import Segment, segments
from restore.evaluation.spans import Aligner, SpanCounts, SpanEdit, SpanTally, sentence_starts
from restore.gold.documents import GoldDocument
from restore.gold.load import load_data
from restore.gold.markup import parse_markup

SPUN = "The preacher have rung bell ."


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner()


def _segment(*markups: str) -> Segment:
    (found,) = segments(GoldDocument("x", tuple(map(parse_markup, markups)), "", tokenised=True), lambda _: [])
    return found


def test_edits_of_a_sentence_with_errants_types(aligner: Aligner) -> None:
    assert aligner.edits(SPUN, "The minister has rung the bell .", True) == (
        SpanEdit(1, 2, "minister", "R:NOUN"),
        SpanEdit(2, 3, "has", "R:VERB:SVA"),
        SpanEdit(4, 4, "the", "M:DET"),
    )
    assert aligner.edits("It  “rained”.", 'It "rained".') == ()


def test_precision_recall_and_f_by_hand(aligner: Aligner) -> None:
    tally = SpanTally(aligner)
    gold = _segment("The {preacher=>minister} {have=>has} rung {=>the }bell .")
    # One of three found and right, one found and wrong, one wrong where nothing was; nothing else is found.
    found, right = tally.add(gold, "A minister had rung bell .", True)
    assert found == SpanCounts(2, 1, 1)
    assert right == SpanCounts(1, 2, 2)
    assert (right.precision, right.recall) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert found.precision == found.recall == found.f05 == pytest.approx(2 / 3)
    assert tally.kinds["R:NOUN"] == SpanCounts(1, 0, 0)
    assert tally.kinds["M:DET"] == SpanCounts(0, 0, 1)
    assert tally.kinds["R:VERB:SVA"] == SpanCounts(0, 0, 1)
    assert sum(each.fp for each in tally.kinds.values()) == 2


def test_f05_weighs_precision_more() -> None:
    assert SpanCounts(1, 0, 1).f05 == pytest.approx(1.25 * 0.5 / (0.25 + 0.5))
    assert (SpanCounts(0, 0, 3).precision, SpanCounts(0, 0, 3).f05) == (1.0, 0.0)
    assert SpanCounts().f05 == 1.0


def test_the_best_annotator_counts(aligner: Aligner) -> None:
    gold = _segment("The {preacher=>minister} have rung bell .", "The preacher {have=>has} rung {=>the }bell .")
    assert SpanTally(aligner).add(gold, "The minister have rung bell .", True)[1] == SpanCounts(1, 0, 0)
    assert SpanTally(aligner).add(gold, "The preacher has rung the bell .", True)[1] == SpanCounts(2, 0, 0)


def test_alternatives_of_markup_are_annotators(aligner: Aligner) -> None:
    gold = _segment("He {requested=>asked|requested} {the=>that|which} he {go=>went|walked} .")
    assert SpanTally(aligner).add(gold, "He requested which he went .", True)[1] == SpanCounts(2, 0, 0)
    assert SpanTally(aligner).add(gold, "He asked that he walked .", True)[1] == SpanCounts(3, 0, 0)
    assert SpanTally(aligner).add(gold, "He said that he go .", True)[1] == SpanCounts(1, 1, 1)


def test_what_nobody_can_correct_counts_for_detection_alone(aligner: Aligner) -> None:
    gold = Segment(0, len(SPUN), (parse_markup(SPUN),), (((1, 2),),))
    assert SpanTally(aligner).add(gold, SPUN, True) == (SpanCounts(0, 0, 1), SpanCounts())
    assert SpanTally(aligner).add(gold, "The minister have rung bell .", True) == (SpanCounts(1), SpanCounts(0, 1))


def test_same_counts_as_errants_own_comparison(aligner: Aligner, tmp_path: Path) -> None:
    restored = ["The minister has rung the bell .", "All was well .", "It rained", "A dogs barked .", "He go home ."]
    spun = [SPUN, "All is well .", "It also rained", "A dogs bark .", "He go home ."]
    gold = [
        ["The minister had rung the bell .", "The preacher has rung bell ."],
        ["All is well ."],
        ["It rained .", "It rained"],
        ["The dogs barked .", "A dog barked ."],
        ["He goes home .", "He went home ."],
    ]
    path = tmp_path / "gold.m2"
    path.write_text("\n".join(_block(aligner, s, golds) for s, golds in zip(spun, gold, strict=True)), "utf-8")
    for detection in (False, True):
        options = Namespace(dt=False, ds=detection, cs=not detection, cse=False, single=False, multi=False, filt=[],
                            beta=0.5, verbose=False, cat=3)  # fmt: skip
        best: Counter[str] = Counter({"tp": 0, "fp": 0, "fn": 0})
        tally = SpanTally(aligner)
        for document, done, golds in zip(load_data(path).documents, restored, gold, strict=True):
            (segment,) = segments(document, sentence_starts)
            tally.add(segment, done, True)
            hypothesis = compare_m2.simplify_edits(_block(aligner, document.text, [done]).rstrip("\n"))
            reference = compare_m2.simplify_edits(_block(aligner, document.text, golds).rstrip("\n"))
            counts, _ = compare_m2.evaluate_edits(
                compare_m2.process_edits(hypothesis, options),
                compare_m2.process_edits(reference, options),
                best, 0, "", options,
            )  # fmt: skip
            best += Counter(counts)
        mine = tally.detection if detection else tally.correction
        assert (mine.tp, mine.fp, mine.fn) == (best["tp"], best["fp"], best["fn"])


def _block(aligner: Aligner, spun: str, golds: list[str]) -> str:
    lines = [f"S {spun}"]
    for number, gold in enumerate(golds):
        edits = aligner.edits(spun, gold, True) or (SpanEdit(-1, -1, "-NONE-", "noop"),)
        lines += [f"A {e.start} {e.end}|||{e.kind}|||{e.words}|||REQUIRED|||-NONE-|||{number}" for e in edits]
    return "\n".join(lines) + "\n"


def test_without_errant_the_message_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "errant", None)
    with pytest.raises(ModelNotFoundError, match=r"restore-text\[evaluate\].*--no-spans"):
        Aligner()


def test_sentences_begin_on_each_line() -> None:
    text = "A headline\n\nIt rained. The dog slept.\r\nMore of it."
    assert [text[start : start + 3] for start in sentence_starts(text)] == ["A h", "It ", "The", "Mor"]
    assert sentence_starts("a lone \ud800 one")[0] == 0

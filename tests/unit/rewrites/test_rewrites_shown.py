"""What a reader sees of whole sentences: the table, the summary, the verdict, and what a batch applies of them."""

from __future__ import annotations

from msgspec.structs import replace

from restore.batch.outcomes import Outcome, chosen
from restore.config import Config
from restore.records import REWRITE, Comparison, Correction, Evidence, Fact, Restoration, Rewritten, Verdict
from restore.rendering.table import plain, rewrites_table
from restore.rendering.text import rewritten_lines, verdict_lines
from restore.runtime.odds import log_odds, logistic

TEXT = "The hound ran.\nAnna left."
COMPARISON = Comparison(1, 3, False, (Fact("name", "Anna", "Eve", False), Fact("figure", "2", "two", True)))
WHOLE = Correction(
    15,
    25,
    "Anna left.",
    "Eve went.",
    REWRITE,
    0.91,
    (Evidence("reference", "r.txt", "q", 0.9),),
    "",
    comparison=COMPARISON,
)
READING = Rewritten(True, 0.97, 0.8, 0.41, "r.txt")
PLAN = Restoration(TEXT, (), 0.75, Verdict(False, 0.2, 0.1, rewritten=READING), rewrites=(WHOLE,))


def shown(restoration: Restoration) -> str:
    lines = plain(rewrites_table(restoration), width=200).splitlines()
    return " ".join(word for line in lines for word in line.split() if not set(word) <= set("│┃┏┓┗┛┳┻┡╇┩└┘┴━─"))


def test_the_table_names_the_sentence_and_every_fact_that_differs() -> None:
    assert '2 Anna left. Eve went. 0.91 r.txt, sentence 3: differ in name "Anna" / "Eve"' in shown(PLAN)
    same = replace(WHOLE, comparison=replace(COMPARISON, facts=COMPARISON.facts[1:]))
    assert "facts agree, too unsure to put in" in shown(replace(PLAN, rewrites=(same,)))
    sure = replace(same, comparison=Comparison(1, 3, True))
    assert shown(replace(PLAN, rewrites=(sure,))).endswith("facts agree")


def test_the_summary_tells_proposed_and_put_in() -> None:
    assert PLAN.summary() == "0 corrections applied, 1 whole sentence of references proposed"
    done = replace(PLAN, corrections=(WHOLE,), rewrites=())
    assert done.summary() == "1 correction applied (1 whole sentence of references)"


def test_the_verdict_tells_what_the_text_is_beside_the_reference() -> None:
    said = "r.txt in other words (probability 0.97, 80% of the text, 41% of the words there differ)"
    assert list(rewritten_lines(PLAN)) == [f"rewritten: {said}"]
    assert f"f: rewritten, {said}" in list(verdict_lines("f", TEXT, PLAN.verdict))
    other = replace(PLAN.verdict, rewritten=replace(READING, called=False, probability=0.04))
    assert list(rewritten_lines(replace(PLAN, verdict=other))) == []
    assert "f: not told to be r.txt in other words (probability 0.04)" in list(verdict_lines("f", TEXT, other))


def test_a_batch_applies_whole_sentences_only_where_its_config_says_so() -> None:
    word = Correction(4, 9, "hound", "dog", "R:NOUN", 0.8, (), "")
    accepted = replace(WHOLE, review="accepted")
    assert chosen(_outcome(word, WHOLE), Config()) == [word]
    assert chosen(_outcome(word, accepted), Config()) == [word, accepted]
    assert chosen(_outcome(word, WHOLE), Config(rewrites=True)) == [word, WHOLE]
    assert chosen(_outcome(word, WHOLE), Config(rewrites=True, min_confidence=0.9)) == [WHOLE]


def _outcome(*corrections: Correction) -> Outcome:
    return Outcome(corrections=corrections)


def test_log_odds_are_the_inverse_of_the_logistic_function() -> None:
    for chance in (0.0, 0.2, 0.5, 1.0):
        assert abs(logistic(log_odds(chance)) - chance) < 1e-9

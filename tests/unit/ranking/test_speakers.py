"""What only the encoder proposed says which words spoke for it."""

from __future__ import annotations

from restore.encoder.reading import Asked
from restore.ranking.speakers import with_speakers
from restore.records import Correction, Evidence
from tests.helpers.toy import parse

TEXT = parse("Chairman/NOUN Obama/PROPN spoke/VERB")
GUESS = Evidence("encoder", "encoder", "reading both sides, 'President' stood here", 0.7)
ROW = Evidence("spinner", "row", "chairman for president", 0.4)
JUDGED = Evidence("ranker", "ranker", "all that is known of the candidate, weighed", 0.9)
ANSWER = Evidence("language-model", "causal model", "7 times as likely as what stands", 0.88)


class Scripted:
    """A reading in which the second word speaks for everything."""

    def speakers(self, asked: Asked, most: int = 2) -> list[int]:
        return [1]


def told(confidence: float, *evidence: Evidence) -> Correction:
    correction = Correction(0, 8, "Chairman", "President", "R:NOUN", confidence, evidence, "because")
    (found,) = with_speakers(TEXT, [correction], Scripted(), 0.8)  # type: ignore[arg-type]
    return found


def test_a_lone_guess_that_is_applied_says_which_words_spoke_for_it() -> None:
    found = told(0.9, GUESS, ANSWER, JUDGED)
    assert found.evidence[0].quote == GUESS.quote + "; hiding 'Obama' halves its odds"
    assert found.evidence[1:] == (ANSWER, JUDGED)
    assert found.explanation == "because; hiding 'Obama' halves its odds"


def test_what_is_not_applied_or_has_another_source_is_left_as_it_is() -> None:
    assert told(0.7, GUESS, JUDGED).evidence == (GUESS, JUDGED)
    assert told(0.9, GUESS, ROW, JUDGED).evidence == (GUESS, ROW, JUDGED)

"""The verdict with the real parser and the shipped model, on texts that neither was made from."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from restore.channel.model import load_channel
from restore.config import Config
from restore.detection.verdict import verdict_on
from restore.engine.parts import Engine
from restore.records import Verdict
from restore.restorer import Restorer
from restore.runtime.odds import log_odds
from restore.simulation.simulator import spin
from restore.text.parsing import ParsedText, Parser

pytestmark = pytest.mark.integration
GOLD = Path(__file__).parents[2] / "data" / "gold"
SETS = sorted(path.name for path in GOLD.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def read(parser: Parser, name: str, file: str) -> tuple[ParsedText, Verdict]:
    parsed = parser.parse((GOLD / name / file).read_text(encoding="utf-8"))
    return parsed, verdict_on(parsed)


@pytest.mark.parametrize("name", SETS)
def test_spun_texts_are_damaged(parser: Parser, name: str) -> None:
    parsed, verdict = read(parser, name, "spun.txt")
    assert verdict.damaged
    assert verdict.probability > 0.9
    assert 0.05 < verdict.damaged_share < 0.5
    assert len(verdict.evidence) == 10
    assert all(parsed.text[f.start : f.end] == f.text for f in verdict.findings)


@pytest.mark.parametrize("file", ["original.txt", "reference.txt"])
@pytest.mark.parametrize("name", SETS)
def test_clean_texts_are_clean(parser: Parser, name: str, file: str) -> None:
    verdict = read(parser, name, file)[1]
    assert not verdict.damaged
    assert verdict.damaged_share < 0.05
    assert verdict.family == ""


def test_evidence_is_in_order_of_strength_and_findings_in_that_of_the_text(parser: Parser) -> None:
    for name in SETS[:2]:
        verdict = read(parser, name, "spun.txt")[1]
        scores = [f.score for f in verdict.evidence]
        assert scores == sorted(scores, reverse=True)
        assert set(verdict.evidence) <= set(verdict.findings)
        assert [f.start for f in verdict.findings] == sorted(f.start for f in verdict.findings)
        assert all(0.0 <= f.score <= 1.0 and f.explanation for f in verdict.findings)


def test_more_damage_gives_a_greater_share(parser: Parser) -> None:
    clean = parser.parse((GOLD / SETS[0] / "original.txt").read_text(encoding="utf-8"))
    shares = [
        verdict_on(parser.parse(spin(clean, load_channel(), 4, rate, {"A": 1.0}).text)).damaged_share
        for rate in (0.0, 0.1, 0.3)
    ]
    assert shares == sorted(shares)
    assert shares[0] < 0.03 < shares[1] < shares[2]


@pytest.mark.parametrize("family", ["A", "G"])
def test_the_family_is_told_where_it_is_clear(parser: Parser, family: str) -> None:
    clean = parser.parse((GOLD / SETS[0] / "original.txt").read_text(encoding="utf-8"))
    verdict = verdict_on(parser.parse(spin(clean, load_channel(), 1, 0.3, {family: 1.0}).text))
    assert verdict.family in {family, ""}
    assert verdict.family_share <= 1.0


@pytest.mark.parametrize("text", ["~", "a", "The cat sat.", "Stocks fell sharply on Friday.", "?!\n\n...", "\u200b"])
def test_short_clean_texts_are_clean(parser: Parser, text: str) -> None:
    assert not verdict_on(parser.parse(text)).damaged


def test_the_encoder_moves_the_verdict_and_the_findings_stay(parser: Parser) -> None:
    text = "The city council approved a new plan for the old harbour on Monday."
    verdict = Restorer().check(text)
    assert not verdict.damaged
    assert set(verdict_on(parser.parse(text)).findings) <= set(verdict.findings)
    assert verdict.probability != verdict_on(parser.parse(text)).probability


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer()


def text_of(name: str, file: str) -> str:
    return (GOLD / name / file).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("name", SETS)
def test_the_same_text_again_changes_no_verdict(restorer: Restorer, name: str) -> None:
    spun, clean = text_of(name, "spun.txt"), text_of(name, "original.txt")
    assert restorer.check(f"{spun}\n\n{spun}").damaged
    assert restorer.check(f"{spun.splitlines()[0]}\n\n{spun}").damaged
    assert not restorer.check(f"{clean}\n\n{clean}").damaged


@pytest.mark.parametrize("spun_first", [True, False])
@pytest.mark.parametrize("name", SETS)
def test_a_damaged_half_is_damaged_and_told(restorer: Restorer, name: str, spun_first: bool) -> None:
    halves = [text_of(name, "spun.txt"), text_of(name, "original.txt")]
    text = "\n\n".join(halves if spun_first else halves[::-1])
    verdict = restorer.check(text)
    assert verdict.damaged
    if verdict.part:
        middle = (verdict.part.start + verdict.part.end) / 2
        assert (middle < len(text) / 2) == spun_first


def test_clean_texts_one_after_the_other_are_clean(restorer: Restorer) -> None:
    assert not restorer.check("\n\n".join(text_of(name, "original.txt") for name in SETS)).damaged


def test_one_spun_article_among_clean_ones_is_found(restorer: Restorer) -> None:
    clean = [text_of(name, "original.txt") for name in SETS[1:]]
    text = "\n\n".join([*clean[:2], text_of(SETS[0], "spun.txt"), *clean[2:]])
    verdict = restorer.check(text)
    assert verdict.damaged
    assert verdict.part
    assert "\n\n".join(clean[:2]) == text[: verdict.part.start].strip() or verdict.part.start > len(clean[0])
    assert verdict.part.end < len(text) - len(clean[-1])


def test_a_page_tells_whether_it_is_sound_and_a_sentence_does_not() -> None:
    engine = Engine(Config())

    def sound(text: str) -> float:
        return engine.soundness(engine.parse(text))

    assert sound(text_of("berlin_wall", "spun.txt")) < 0.05
    assert sound(text_of("berlin_wall", "original.txt")) > 0.95
    assert sound(text_of("berlin_wall", "spun.txt").split(". ")[0] + ".") == 1.0


def test_the_same_change_is_surer_in_a_damaged_page_than_alone(restorer: Restorer) -> None:
    """On the whole: where three words of a sentence are damaged, it speaks for itself."""
    page = text_of("apollo_13", "spun.txt")
    applied = [c for c in restorer.restore(page).corrections if c.confidence >= 0.9]
    parsed = restorer.parse(page)
    falls = []
    for c in applied[:12]:
        token = parsed.tokens_between(c.start, max(c.end, c.start + 1))[0]
        sentence = parsed.sentences[token.sentence]
        alone = restorer.restore(page[sentence.start : sentence.end]).corrections
        same = [o.confidence for o in alone if (o.original, o.replacement) == (c.original, c.replacement)]
        falls.append(log_odds(c.confidence) - log_odds(max(same, default=0.01)))
    assert mean(falls) > 0.25
    assert sum(fall > 0 for fall in falls) >= 8

"""What a reviewed plan teaches: decisions, and the words around them; nothing that nobody decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from restore.channel.model import load_channel
from restore.errors import InputError, PlanMismatchError
from restore.gold.parallel import tokenise
from restore.learning.learn import learn
from restore.learning.listener import LearnListener
from restore.learning.reviews import from_review
from restore.records import REWRITE, Correction, Restoration, Review, Verdict


def change(text: str, original: str, replacement: str, review: Review = "", at: int = 0) -> Correction:
    start = text.index(original, at)
    return Correction(start, start + len(original), original, replacement, "R:NOUN", 0.5, (), "", (), review)


def plan(text: str, *corrections: Correction) -> Restoration:
    return Restoration(text, corrections, 0.75, Verdict(damaged=True, probability=0.9, damaged_share=0.2))


def words(runs: tuple[tuple[str, ...], ...]) -> list[str]:
    return [word for run in runs for word in run]


LINE = "The rhubarb said that the poll was a huge storm ."


@pytest.mark.parametrize("review", ["accepted", "chosen", "typed"])
def test_what_a_person_let_in_is_a_substitution(review: Review) -> None:
    found = from_review(plan(LINE, change(LINE, "rhubarb", "minister", review)))
    assert found is not None
    assert found.pairs == (("rhubarb", "minister"),)
    assert words(found.runs) == ["the", *tokenise(LINE)[2:]]
    assert (found.tokens, found.rewritten, found.decided) == (11, 0, (review,))


def test_what_a_person_rejected_stands_for_itself() -> None:
    found = from_review(plan(LINE, change(LINE, "rhubarb", "minister", "rejected")))
    assert found is not None
    assert found.pairs == ()
    assert words(found.runs) == tokenise(LINE)


def test_what_nobody_decided_says_nothing() -> None:
    found = from_review(plan(LINE, change(LINE, "rhubarb", "minister", "accepted"), change(LINE, "poll", "election")))
    assert found is not None
    assert found.pairs == (("rhubarb", "minister"),)
    assert "poll" not in words(found.runs)
    assert "election" not in words(found.runs)
    assert from_review(plan(LINE, change(LINE, "poll", "election"))) is None


def test_only_lines_with_a_decision_were_surely_read() -> None:
    text = f"Nobody knows.\n{LINE}\nNobody knew."
    found = from_review(plan(text, change(text, "rhubarb", "minister", "rejected")))
    assert found is not None
    assert words(found.runs) == tokenise(LINE)


def test_own_words_over_a_proposal_decide_on_it() -> None:
    rejected = change(LINE, "poll was", "election was", "rejected")
    found = from_review(plan(LINE, rejected, change(LINE, "the poll", "the vote", "typed"), change(LINE, "poll", "x")))
    assert found is not None
    assert found.pairs == (("poll", "vote"),)
    assert words(found.runs).count("poll") == 0


@pytest.mark.parametrize("review", ["accepted", "rejected"])
def test_whole_sentences_teach_nothing_and_neither_does_what_gave_way(review: Review) -> None:
    sentence = "The rhubarb said so ."
    text = f"{sentence} A poll was held ."
    whole = replace(change(text, sentence, "The minister said so .", review), kind=REWRITE)
    gave_way = change(text, "rhubarb", "ministry", "rejected")
    assert from_review(plan(text, whole)) is None
    found = from_review(plan(text, whole, gave_way, change(text, "poll", "vote", "accepted")))
    assert found is not None
    assert found.pairs == (("poll", "vote"),)
    left = ["a", "was", "held", "."] if review == "accepted" else [*tokenise(sentence), "a", "was", "held", "."]
    assert words(found.runs) == left
    assert found.decided == (("accepted",) if review == "accepted" else ("rejected", "accepted"))


def test_a_whole_sentence_over_two_lines_says_nothing_in_either() -> None:
    text = "The rhubarb said\nso . A poll was held ."
    whole = replace(change(text, "The rhubarb said\nso .", "The minister said so .", "accepted"), kind=REWRITE)
    found = from_review(plan(text, whole, change(text, "poll", "vote", "accepted")))
    assert found is not None
    assert words(found.runs) == ["a", "was", "held", "."]


@pytest.mark.parametrize(
    ("text", "original", "replacement", "pairs"),
    [
        ("He actually spoke.", " actually", "", (("actually", ""),)),
        ("Actually the man spoke.", "Actually t", "T", (("actually", ""),)),
        ("He spoke man.", "", "", ()),
        ("A sl eep here.", "sl eep", "sleep", (("sl eep", "sleep"),)),
        ("The rhubarb spoke.", "hub", "", (("rhubarb", "rarb"),)),
        ("It cost 5 pounds.", "5", "6", ()),
    ],
)
def test_ranges_are_read_as_words(
    text: str, original: str, replacement: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    found = from_review(plan(text, change(text, original, replacement, "typed")))
    assert found is not None
    assert found.pairs == pairs


def test_long_own_words_are_aligned() -> None:
    text = "The rhubarb told the house on Monday that the poll would go ahead."
    found = from_review(
        plan(text, change(text, text, text.replace("rhubarb", "minister").replace("poll", "vote"), "typed"))
    )
    assert found is not None
    assert found.pairs == (("rhubarb", "minister"), ("poll", "vote"))


def test_a_plan_of_another_text_is_refused() -> None:
    with pytest.raises(PlanMismatchError):
        from_review(plan("Another text here.", change(LINE, "rhubarb", "minister", "accepted")))


@pytest.mark.property
@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["tree", "a", "5", ".", "\n", " ", "one-two", "é"]), min_size=1, max_size=30), st.data()
)
def test_every_token_of_a_line_is_counted_once(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    corrections = []
    last = 0
    while last < len(text) and len(corrections) < 4:
        start = data.draw(st.integers(last, len(text)))
        last = data.draw(st.integers(start, len(text)))
        review: Review = data.draw(st.sampled_from(["", "accepted", "rejected", "typed"]))
        corrections.append(
            Correction(
                start,
                last,
                text[start:last],
                data.draw(st.sampled_from(["", "new", "a b"])),
                "R",
                0.5,
                (),
                "",
                (),
                review,
            )
        )
        last += 1
    found = from_review(plan(text, *corrections))
    if found is None:
        assert not any(c.review for c in corrections)
        return
    assert sum(map(len, found.runs)) <= found.tokens <= len(tokenise(text)) + 2 * len(corrections)
    assert len(found.decided) == sum(bool(c.review) for c in corrections)


class Heard(LearnListener):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


def test_plans_come_from_a_file_a_folder_or_lines(tmp_path: Path) -> None:
    reviewed = plan(LINE, change(LINE, "rhubarb", "minister", "accepted"), change(LINE, "poll", "vote", "rejected"))
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "one.json").write_text(reviewed.to_json())
    (folder / "two.json").write_text(plan(LINE, change(LINE, "poll", "vote")).to_json())
    (folder / "three.json").write_text("{}")
    (folder / "four.markup").write_text("The {turnip=>election} is over.")
    lines = tmp_path / "lines.jsonl"
    pair = {"spun": "The rhubarb said so.", "original": "The minister said so."}
    lines.write_text(json.dumps(json.loads(reviewed.to_json())) + "\n" + json.dumps(pair) + "\n")
    heard = Heard()
    for source, counts in (
        (folder / "one.json", {"rhubarb": 1}),
        (folder, {"rhubarb": 1, "turnip": 1}),
        (lines, {"rhubarb": 2}),
    ):
        report = learn(str(source), tmp_path / "ours.tsv", listener=heard)
        assert {row.spun: row.times for row in report.top} == counts
        assert report.decisions == {"accepted": 1, "rejected": 1}
    assert report.skipped == {}
    assert ["three.json" in w or "two.json: nobody has decided" in w for w in heard.warnings] == [True, True]
    with pytest.raises(InputError, match="no pair to learn from"):
        learn(str(folder / "two.json"), tmp_path / "ours.tsv")


def test_rejections_raise_the_chance_that_a_word_stands_for_itself(tmp_path: Path) -> None:
    def table(name: str, review: Review) -> float:
        (tmp_path / f"{name}.json").write_text(plan(LINE, change(LINE, "rhubarb", "minister", review)).to_json())
        learn(str(tmp_path / f"{name}.json"), tmp_path / f"{name}.tsv")
        return load_channel((str(tmp_path / f"{name}.tsv"),)).identity("rhubarb")

    assert table("yes", "accepted") < load_channel().identity("rhubarb") < table("no", "rejected")

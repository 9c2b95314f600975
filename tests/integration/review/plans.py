"""Plans for the review page, made by hand for texts of this project: every kind of thing that a page has to show."""

from __future__ import annotations

from msgspec.structs import replace

from restore.records import (
    REWRITE,
    Alternative,
    Comparison,
    Conflict,
    Correction,
    Evidence,
    Fact,
    Finding,
    Origin,
    Reference,
    ReferenceReport,
    Restoration,
    Rewording,
    Rewritten,
    Verdict,
)

REFERENCE = (
    "The harbour of Lindau was closed on Monday.\n\nThe mayor said the ferry would sail again on Tuesday. "
    "Nobody was hurt, the police told reporters."
)
TEXT = (
    "🚢 The harbor of Lindau was shut on Monday.\n\nThe chairman said the boat 😀 would sail once more on Friday. "
    "Nobody was injure, the constabulary informed newsmen.\nThe end of the tale was good.\n"
)


def evidence(quote: str, score: float = 0.9) -> Evidence:
    """A piece of evidence out of the reference, where it stands."""
    start = REFERENCE.index(quote)
    return Evidence(
        "reference", "clean.txt", quote, score, start, start + len(quote), "https://news.example/lindau?a=1&b=2"
    )


def correction(
    text: str, original: str, replacement: str, confidence: float, kind: str = "R:NOUN",
    reasons: tuple[Evidence, ...] = (), others: tuple[tuple[str, float], ...] = (),
) -> Correction:  # fmt: skip
    """A correction of the first place that has these words."""
    start = text.index(original)
    spinner = Evidence("spinner", "row", f"{replacement} became {original}: 3 times", 0.4)
    ranker = Evidence("ranker", "ranker", "all that is known of the candidate, weighed", confidence)
    return Correction(
        start, start + len(original), original, replacement, kind, confidence, (*reasons, spinner, ranker),
        f"{original!r} becomes {replacement!r}: because",
        tuple(Alternative(words, kind, sure, (spinner,)) for words, sure in others),
    )  # fmt: skip


def harbour(text: str = TEXT, origin: Origin | None = None) -> Restoration:
    """Eight corrections, a conflict of fact, and a place where nothing is proposed; astral characters before all."""
    friday = text.index("Friday")
    told = REFERENCE.index("Tuesday")
    tale = text.index("tale")
    return Restoration(
        text,
        (
            correction(text, "harbor", "harbour", 0.62, "R:SPELL", (evidence("harbour"),)),
            correction(text, "shut", "closed", 0.91, "R:VERB", (evidence("closed on Monday"),), (("locked", 0.2),)),
            correction(
                text, "chairman", "mayor", 0.97, "R:NOUN", (evidence("The mayor said"),), (("head", 0.3), ("boss", 0.1))
            ),
            correction(text, "boat", "ferry", 0.55, "R:NOUN", (evidence("the ferry"),), (("ship", 0.4),)),
            correction(text, "once more", "again", 0.8, "R:ADV"),
            correction(text, "injure", "hurt", 0.88, "R:MORPH"),
            correction(text, "constabulary", "police", 0.93, "R:NOUN", (evidence("the police told reporters"),)),
            correction(text, "informed", "told", 0.3, "R:VERB"),
        ),
        0.75,
        Verdict(True, 0.97, 0.31, (Finding(tale, tale + 4, "tale", "substitution", 0.4, "unusual beside it"),)),
        (ReferenceReport("clean.txt", True, 0.8, "", "https://news.example/lindau?a=1&b=2"),),
        conflicts=(Conflict(friday, friday + 6, "Friday", "date", "clean.txt", "Tuesday", told, told + 7),),
        origin=origin,
    )  # fmt: skip


def whole(text: str, original: str, sentence: int, sure: bool, probability: float, *facts: Fact) -> Correction:
    """A sentence of the reference proposed for one of the text, with the words that differ, found by hand below."""
    told = ("The harbour of Lindau was closed on Monday.", "The mayor said the ferry would sail again on Tuesday.")
    differing = (
        (("harbor", "harbour"), ("shut", "closed")),
        (("chairman", "mayor"), ("boat 😀", "ferry"), ("once more", "again"), ("Friday", "Tuesday")),
    )[sentence - 1]
    start, replacement = text.index(original), told[sentence - 1]
    at = REFERENCE.index(replacement)
    reasons = (Evidence("reference", "clean.txt", replacement, probability, at, at + len(replacement)),)
    rewordings = tuple(
        Rewording(original.index(old), original.index(old) + len(old), old, new) for old, new in differing
    )
    return Correction(
        start, start + len(original), original, replacement, REWRITE, probability, reasons, "told in other words",
        comparison=Comparison(1, sentence, sure, facts, rewordings),
    )  # fmt: skip


def with_current_rewordings(text: str = TEXT, origin: Origin | None = None) -> Restoration:
    """The plan of `harbour` with two whole sentences proposed over its corrections, one of another day."""
    sentences = (
        whole(
            text, "The harbor of Lindau was shut on Monday.", 1, True, 0.96,
            Fact("figure", "Monday", "Monday", True), Fact("name", "Lindau", "Lindau", True),
        ),
        whole(
            text, "The chairman said the boat 😀 would sail once more on Friday.", 2, False, 0.81,
            Fact("speaker", "chairman", "mayor", False), Fact("figure", "Friday", "Tuesday", False),
        ),
    )  # fmt: skip
    plan = harbour(text, origin)
    verdict = replace(plan.verdict, rewritten=Rewritten(True, 0.99, 0.8, 0.35, "clean.txt"))
    return replace(plan, verdict=verdict, rewrites=sentences)


def references() -> tuple[Reference, ...]:
    """The text that the evidence of `harbour` quotes."""
    return (Reference("clean.txt", REFERENCE, "https://news.example/lindau?a=1&b=2"),)


def long(corrections: int) -> Restoration:
    """A text of so many corrections, ten words for each."""
    text = "".join(f"Item {n:04} the chairman of the town walked on slowly.\n" for n in range(corrections))
    found = []
    for n in range(corrections):
        start = text.index("chairman", 20 + n * (len(text) // corrections) - 15)
        sure = (n * 37 % 100) / 100
        reasons = (Evidence("spinner", "row", "president became chairman: 9 times", 0.5),)
        found.append(Correction(start, start + 8, "chairman", "president", "R:NOUN", sure, reasons, "known"))
    return Restoration(text, tuple(found), 0.5, Verdict(True, 1.0, 0.1))

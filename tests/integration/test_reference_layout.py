"""The layout of a reference changes nothing of what it proves, and reports speak of the text as given."""

from __future__ import annotations

import re
import textwrap
from functools import cache

import pytest

from restore.config import Config
from restore.records import Restoration
from restore.restorer import Restorer

pytestmark = pytest.mark.integration
CLEAN = (
    "President Barack Obama said on Friday that the White House would not pay for the long-term plan. He told reporters"
    " in Geneva on 3 March that nobody knows what the company will do next. Police arrested a man from Sheffield."
)
SPUN = CLEAN.replace("President", "chairman").replace("White House", "White Home").replace("company", "corporation")


@cache
def _restorer() -> Restorer:
    return Restorer(Config(second_opinion="never"))


@cache
def _restored(reference: str) -> Restoration:
    return _restorer().restore(SPUN, [reference])


@pytest.mark.parametrize(
    "reference",
    [
        "\n".join(textwrap.wrap(CLEAN, 72)),
        re.sub(r"(\w{3})(?=\w{3})", "\\1\u00ad", CLEAN),
        re.sub(r"(?<=\w)(?=\w)", "\u200b", CLEAN),
        CLEAN.replace("President", "Presi-\ndent").replace("company", "com-\r\npany"),
    ],
)
def test_the_layout_of_a_reference_makes_no_difference(reference: str) -> None:
    wanted, found = _restored(CLEAN), _restored(reference)
    assert found.restored == wanted.restored
    assert [(c.start, c.replacement, c.confidence) for c in found.corrections] == [
        (c.start, c.replacement, c.confidence) for c in wanted.corrections
    ]
    for correction in found.corrections:
        for e in correction.evidence:
            if e.kind == "reference" and e.start is not None and e.end is not None and len(e.quote.split()) == 1:
                place = re.sub("[\u00ad\u200b\r\n]|-(?=\r?\n)", "", reference[e.start : e.end])
                assert place == e.quote


def test_a_reference_that_differs_in_a_word_is_not_called_identical() -> None:
    for text in (SPUN, CLEAN.replace("Friday", "Monday"), CLEAN.replace("White House", "White Home")):
        (report,) = _restorer().restore(text, [CLEAN]).references
        assert report.accepted and "identical" not in report.reason and report.reason.startswith("shares ")
    (report,) = _restorer().restore(CLEAN, [f" {CLEAN}\n"]).references
    assert report.reason == "is identical with the text"

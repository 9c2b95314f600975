from __future__ import annotations

import pytest

from restore.channel.families import FamilyMix
from restore.channel.model import ChannelRow, SpinnerChannel
from restore.text.parsing import Parser


def _row(spun: str, original: str, family: str) -> ChannelRow:
    return ChannelRow(spun, original, 6, 3, ((family, 6),), True)


CHANNEL = SpinnerChannel(
    [
        _row("purchaser", "buyer", "A"),
        _row("vessel", "ship", "A"),
        _row("homicide", "murder", "E"),
        _row("stare", "look", "E"),
        _row("cling", "stick", "E"),
    ],
    {},
    {},
)
PARSER = Parser()


def _mix(text: str) -> FamilyMix:
    return FamilyMix(PARSER.parse(text), CHANNEL)


def test_without_telling_words_the_mix_is_the_usual_one() -> None:
    assert _mix("The bridge was closed.").mix == pytest.approx(CHANNEL.family_shares)


def test_telling_words_move_the_mix_to_their_family() -> None:
    mix = _mix("The purchaser saw the vessel.").mix
    assert mix["A"] > CHANNEL.family_shares["A"]
    assert sum(mix.values()) == pytest.approx(1.0)


def test_a_word_is_no_evidence_for_itself() -> None:
    families = _mix("The purchaser saw the bridge.")
    assert families.mix_without("purchaser") == pytest.approx(CHANNEL.family_shares)
    assert families.fit(CHANNEL.originals("purchaser")[0], families.mix_without("purchaser")) == pytest.approx(
        0.0, abs=1e-6
    )


def test_rows_of_the_family_of_the_text_fit_better() -> None:
    families = _mix("The purchaser saw the vessel, and the homicide.")
    own, other = CHANNEL.originals("vessel")[0], CHANNEL.originals("homicide")[0]
    assert families.fit(own, families.mix) > families.fit(other, families.mix)
